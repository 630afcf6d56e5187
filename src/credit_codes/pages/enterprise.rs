//! The codes of an enterprise, and the application for another one with its conditions.

use askama::Template;

use super::standing;
use crate::core::actor::Actor;
use crate::core::text::part_in;
use crate::credit_codes::detail::{ConditionView, Eligibility, eligibility};
use crate::credit_codes::queries::{self, CodeFilter, CodeView};
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
    word: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "credit_codes/mine.html")]
struct MinePage {
    f: Frame,
    asked: QueryParams,
    codes: Vec<Listed>,
    pager: Pager,
    kinds: Vec<(Choice, Vec<Choice>)>,
    /// The conditions for the product kind that was chosen, with its name.
    chosen: Option<(Eligibility, String)>,
}

/// The list, and the form for another application once a product kind was chosen.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = CodeFilter { q: asked.get("q").map(str::to_owned), ..CodeFilter::default() };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let chosen = match asked.get("product_kind") {
            Some(kind) => {
                let name = choices::kind(&frame, catalogue, kind);
                Some((eligibility(app, conn, &actor, kind)?, name))
            }
            None => None,
        };
        let listed = |view: CodeView| {
            let (word, tone) = standing(&frame, &view);
            Listed { kind: choices::kind(&frame, catalogue, &view.product_kind), word, tone, view }
        };
        Ok(MinePage {
            codes: page.items.into_iter().map(listed).collect(),
            pager,
            kinds: choices::kinds(&frame, catalogue),
            chosen,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl MinePage {
    /// The address of the list as a file.
    fn export(&self) -> String {
        self.asked.file_with("/api/v1/credit-codes", &["product_kind"], &[])
    }

    fn key(&self, condition: &ConditionView) -> String {
        condition.key.text().get(self.f.language).to_owned()
    }

    fn says<'a>(&self, condition: &'a ConditionView) -> &'a str {
        match self.f.tag() {
            "en" => &condition.says_en,
            _ => &condition.says_zh,
        }
    }

    fn source<'a>(&self, chosen: &'a Eligibility) -> &'a str {
        part_in(self.f.language, &chosen.source)
    }

    fn notice<'a>(&self, chosen: &'a Eligibility) -> &'a str {
        match self.f.tag() {
            "en" => &chosen.notice_en,
            _ => &chosen.notice_zh,
        }
    }
}
