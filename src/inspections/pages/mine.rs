//! What an enterprise sees of its inspections: as the operator, and as the nominal producer who is asked.

use askama::Template;

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::inspections::pages::consequences::{About, next_for_enterprise};
use crate::inspections::pages::listed::Listed;
use crate::inspections::pages::today;
use crate::inspections::queries::{self, InspectionFilter};
use crate::inspections::settings::InspectionSettings;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// An inspection of the enterprise.
struct Mine {
    listed: Listed,
    /// The enterprise is the nominal producer, and another one was inspected.
    as_producer: bool,
    /// What comes next, in plain words.
    next: String,
    /// Whether the enterprise has something to do.
    acts: bool,
}

#[derive(Template)]
#[template(path = "inspections/mine.html")]
struct MinePage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Mine>,
    pager: Pager,
    export: String,
}

/// The page; for others than enterprises there is none.
pub async fn mine(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let Scope::Enterprise(own) = person.scope else { return Err(Problem::not_found()) };
        let actor = Actor::Person(person);
        let (catalogue, day) = (app.catalogue(), today(app));
        let filter = InspectionFilter {
            state: asked.read("state")?,
            outcome: asked.read("outcome")?,
            waits: asked.read("waits")?,
            q: asked.get("q").map(str::to_owned),
            enterprise: Some(own),
            ..InspectionFilter::default()
        };
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, day, asked.slice()?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, day))?;
        let effects = app.settings().section::<InspectionSettings>().effects_on(day);
        let ids = page.items.iter().map(|view| view.id).collect();
        let waiting = queries::waiting_among(conn, &actor, own, (ids, day))?;
        let mut items = Vec::new();
        for view in page.items {
            let as_producer = view.producer_id == Some(own) && view.operator_id != Some(own);
            let causes = effects.map(|table| table.of(view.method, view.purpose));
            let about = About {
                method: view.method,
                role: view.role,
                outcome: view.outcome,
                confirmation: view.confirmation,
                makes_nonconformity: causes.is_some_and(|effects| effects.nonconformity),
                is_published: causes.is_some_and(|effects| effects.publication),
                has_nonconformity: view.nonconformity_id.is_some(),
            };
            let next = next_for_enterprise(view.state, &about, as_producer);
            items.push(Mine {
                acts: waiting.contains(&view.id),
                next: next.get(frame.language).to_owned(),
                as_producer,
                listed: Listed::of(frame.language, catalogue, view, day),
            });
        }
        Ok(MinePage { items, pager, export: asked.file("/api/v1/my/inspections"), asked, f: frame })
    });
    show(&f, &page.await?)
}
