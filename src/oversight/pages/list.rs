//! The list: what is to be answered, what was issued, what is to be decided.

use askama::Template;

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::{Actor, Person, Role};
use crate::oversight::pages::{today, tone};
use crate::oversight::queries::{self, OversightFilter, Side};
use crate::oversight::state::OversightState;
use crate::oversight::view::OversightView;
use crate::oversight::words::OversightKind;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A line of the list.
struct Listed {
    v: OversightView,
    from: String,
    kinds: String,
}

#[derive(Template)]
#[template(path = "oversight/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    officer: bool,
    /// How many are to be answered, and to be decided.
    counts: (i64, i64),
}

/// The list of an officer or a laboratory.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    show(&f, &read(&state, move |app| page(app, frame, person, asked)).await?)
}

/// What was issued to the reader's enterprise.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    list(state, member, asked).await
}

fn page(app: &App, f: Frame, person: Person, asked: QueryParams) -> Result<ListPage, Problem> {
    let actor = Actor::Person(person);
    let filter = OversightFilter {
        kind: asked.read("kind")?,
        state: asked.read("state")?,
        side: asked.read("side")?,
        region: asked.get("region").map(str::to_owned),
        enterprise: asked.read("enterprise")?,
        product_kind: asked.get("product_kind").map(str::to_owned),
        alert: asked.read("alert")?,
        overdue: asked.read("overdue")?,
        q: asked.get("q").map(str::to_owned),
    };
    let (conn, catalogue, day) = (&mut *app.snapshot()?, app.catalogue(), today(app));
    let page = queries::list(conn, &actor, &filter, (catalogue, day), f.slice(&asked)?)?;
    let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, day))?;
    let mut counted = |side| -> Result<i64, Problem> {
        let filter = OversightFilter { side: Some(side), ..OversightFilter::default() };
        Ok(queries::count(conn, &actor, &filter, day)?.rows)
    };
    let counts = (counted(Side::ToAnswer)?, counted(Side::ToDecide)?);
    let listed = |v: OversightView| Listed {
        from: choices::region(f.language, catalogue, &v.from_region),
        kinds: v
            .product_kinds
            .iter()
            .take(3)
            .map(|kind| choices::kind(&f, catalogue, kind))
            .collect::<Vec<_>>()
            .join(f.t("、", ", ")),
        v,
    };
    let items = page.items.into_iter().map(listed).collect();
    let officer = actor.officer_region().is_some();
    Ok(ListPage { items, pager, officer, counts, asked, f })
}

impl ListPage {
    fn is_enterprise(&self) -> bool {
        self.f.role() == Role::Enterprise.as_str()
    }

    fn tone(&self, v: &OversightView) -> &'static str {
        tone(v.state, v.overdue)
    }

    fn kinds(&self) -> &'static [OversightKind] {
        OversightKind::ALL
    }

    fn states(&self) -> &'static [OversightState] {
        OversightState::ALL
    }
}
