//! The experts whom an enterprise excludes: whom, why, and the way back.

use askama::Template;
use diesel::PgConnection;

use crate::consultations::advisers;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::ExpertId;
use crate::core::page::Slice;
use crate::experts::queries::{self as experts, ExpertFilter, ExpertView};
use crate::experts::refusals::{self, RefusedExpert};
use crate::experts::vocabulary::Vetting;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Excluded experts that the page lists.
const MOST: i64 = 200;
/// Experts that a search finds.
const FOUND: i64 = 20;

/// The expert who is to be excluded.
struct Chosen {
    expert: ExpertView,
    /// Whether the expert holds a consultation of the enterprise now.
    holds: bool,
    /// Whether the expert is excluded already: then the reason is replaced.
    excluded: bool,
}

#[derive(Template)]
#[template(path = "consultations/exclusions.html")]
struct ExclusionsPage {
    f: Frame,
    asked: QueryParams,
    excluded: Vec<RefusedExpert>,
    chosen: Option<Chosen>,
    /// Experts by the words that were typed, or who have advised the enterprise.
    experts: Vec<(ExpertId, String, String)>,
}

/// The page: `q` finds experts by name, `expert` opens the form for one.
pub async fn exclusions(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let Scope::Enterprise(me) = person.scope else { return Err(Problem::forbidden()) };
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let excluded = refusals::of_enterprise(conn, me, MOST)?;
        let chosen = match asked.read::<ExpertId>("expert")? {
            Some(id) => Some(Chosen {
                expert: experts::get(conn, &actor, id)?,
                holds: advisers::is_held_by(conn, &actor, id)?,
                excluded: excluded.iter().any(|x| x.id == id),
            }),
            None => None,
        };
        let mut experts = match (&chosen, asked.get("q")) {
            (Some(_), _) => Vec::new(),
            (None, Some(q)) => found(conn, &actor, q)?,
            (None, None) => advisers::advisers(conn, me, FOUND)?,
        };
        experts.retain(|(id, ..)| excluded.iter().all(|x| x.id != *id));
        Ok(ExclusionsPage { f: frame, asked, excluded, chosen, experts })
    });
    show(&f, &page.await?)
}

/// Approved experts by name or title.
fn found(
    conn: &mut PgConnection,
    actor: &Actor,
    q: &str,
) -> Result<Vec<(ExpertId, String, String)>, Problem> {
    let filter =
        ExpertFilter { vetting: Some(Vetting::Approved), q: Some(q.to_owned()), ..ExpertFilter::default() };
    let slice = Slice { limit: FOUND, ..Slice::default() };
    let found = experts::list(conn, actor, &filter, slice)?.items;
    Ok(found.into_iter().map(|e| (e.id, e.name, e.title)).collect())
}
