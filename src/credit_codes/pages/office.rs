//! The codes of an officer's region, with their figures.

use askama::Template;

use super::standing;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::credit_codes::exports::standing_text;
use crate::credit_codes::figures::{CodeFigures, figures};
use crate::credit_codes::queries::{self, CodeFilter, CodeView, Standing};
use crate::credit_codes::state::CodeState;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A code with codes in words.
struct Listed {
    view: CodeView,
    kind: String,
    place: String,
    word: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "credit_codes/codes.html")]
struct CodesPage {
    f: Frame,
    asked: QueryParams,
    codes: Vec<Listed>,
    pager: Pager,
    figures: CodeFigures,
    regions: Vec<Choice>,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = CodeFilter {
            state: asked.read("state")?,
            standing: asked.read("standing")?,
            region: asked.get("region").map(str::to_owned),
            enterprise: asked.read("enterprise")?,
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let figures = figures(conn, &actor, shanghai_date(app.clock().now()))?;
        let catalogue = app.catalogue();
        let listed = |view: CodeView| {
            let (word, tone) = standing(&frame, &view);
            let kind = choices::kind(&frame, catalogue, &view.product_kind);
            Listed { kind, place: choices::region(frame.language, catalogue, &view.region), word, tone, view }
        };
        Ok(CodesPage {
            codes: page.items.into_iter().map(listed).collect(),
            pager,
            figures,
            regions: choices::regions(frame.language, &actor, catalogue),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl CodesPage {
    fn standings(&self) -> &'static [Standing] {
        Standing::ALL
    }

    fn standing(&self, standing: &Standing) -> String {
        standing_text(*standing).get(self.f.language).to_owned()
    }

    fn states(&self) -> &'static [CodeState] {
        CodeState::ALL
    }

    fn state(&self, state: &CodeState) -> String {
        state.text().get(self.f.language).to_owned()
    }
}
