//! The HTTP handlers of credit conduct: they extract, execute and show.

use crate::app::App;
use crate::conduct::detail::{Context, detail};
use crate::conduct::enter::EnterConduct;
use crate::conduct::event::NewConductStep;
use crate::conduct::exports::{CONDUCT, OWN};
use crate::conduct::ids::{ConductId, FactId};
use crate::conduct::new_conduct::NewConduct;
use crate::conduct::queries::{self, ConductFilter};
use crate::conduct::record::RecordConductStep;
use crate::conduct::settings::ConductSettings;
use crate::conduct::view::{ConductDetail, ConductView};
use crate::conduct::words::{ConductSource, ConductState};
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, Wanted};
use crate::inspections::words::InspectedRole;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the list of entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConductQuery {
    /// Only those of this enterprise.
    #[param(value_type = Option<EnterpriseId>)]
    enterprise: Option<EnterpriseId>,
    /// Only those of enterprises of the region of this code or one under it.
    region: Option<String>,
    /// Only those of this role.
    #[param(inline)]
    role: Option<InspectedRole>,
    /// Only those of the behaviour of this code.
    behaviour: Option<String>,
    /// Only those of this state.
    #[param(inline)]
    state: Option<ConductState>,
    /// Only those that come from this.
    #[param(inline)]
    source: Option<ConductSource>,
    /// Only those about this fact.
    #[param(value_type = Option<FactId>)]
    fact: Option<FactId>,
    /// Only those with a decision that is overdue (true), or only those without (false).
    overdue: Option<bool>,
    /// Only those in whose enterprise's name or code or in whose document number these words stand, or whose enterprise's name is read so.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

fn context(app: &App) -> Context<'_> {
    Context {
        settings: app.settings().section::<ConductSettings>(),
        catalogue: app.catalogue(),
        today: today(app),
    }
}

async fn view(state: &State, auth: &Auth, id: ConductId) -> Result<ConductDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| detail(&mut *app.snapshot()?, &actor, id, &context(app))).await
}

/// The entries of credit conduct that the caller may know of, the newest first: of enterprises of the caller's region, and those that its offices keep.
#[utoipa::path(get, path = "/api/v1/conduct", tag = "conduct", params(ConductQuery),
    responses((status = 200, content((Page<ConductView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ConductQuery>, wanted: Wanted) -> Answer {
    let q = query.0;
    let slice = Slice::parse(q.limit.as_deref(), q.cursor.as_deref())?;
    let filter = ConductFilter {
        enterprise: q.enterprise,
        region: q.region,
        role: q.role,
        behaviour: q.behaviour,
        state: q.state,
        source: q.source,
        fact: q.fact,
        overdue: q.overdue,
        q: q.q,
    };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        let Context { settings, today, .. } = context(app);
        queries::list(conn, actor, &filter, (settings, today), slice)
    };
    wanted.answer(state, auth, q.format, &CONDUCT, slice, work).await
}

/// Filter and page of the entries of one's enterprise.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnConductQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<ConductState>,
    /// Only those in whose document number these words stand.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The entries of credit conduct of one's enterprise, the newest first, in every state.
#[utoipa::path(get, path = "/api/v1/my/conduct", tag = "conduct", params(OwnConductQuery),
    responses((status = 200, content((Page<ConductView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn mine(state: State, auth: Auth, query: Query<OwnConductQuery>, wanted: Wanted) -> Answer {
    let OwnConductQuery { state: of_state, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let own = match auth.actor().scope() {
        Some(Scope::Enterprise(id)) => Some(*id),
        _ => None,
    };
    let filter = ConductFilter { enterprise: own, state: of_state, q, ..ConductFilter::default() };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        let Context { settings, today, .. } = context(app);
        queries::list(conn, actor, &filter, (settings, today), slice)
    };
    wanted.answer(state, auth, format, &OWN, slice, work).await
}

/// Enters credit conduct: a behaviour of the rules, never points. What the rules do not cover (food, cosmetics, measuring instruments, special
/// equipment) is refused with the article. The same document of the same authority about the same behaviour again changes nothing: the answer is 200
/// with the entry that was made of it.
#[utoipa::path(post, path = "/api/v1/conduct", tag = "conduct", request_body = NewConduct,
    responses((status = 201, body = ConductDetail), (status = 200, body = ConductDetail)))]
pub async fn enter(state: State, auth: Auth, body: Json<NewConduct>) -> Answer {
    let made = execute(&state, auth.caller(), EnterConduct { conduct: body.0 }).await?;
    let view = view(&state, &auth, made.id).await?;
    if made.new { created(&format!("/api/v1/conduct/{}", made.id), view) } else { ok(view) }
}

/// One entry with its history, what ends it, and the steps that the caller can take.
#[utoipa::path(get, path = "/api/v1/conduct/{id}", tag = "conduct",
    responses((status = 200, body = ConductDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<ConductId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Takes a step of an entry: the enterprise objects or applies for credit repair; officers notify it, decide, correct, annul. An objection is decided by
/// another officer than who made the entry.
#[utoipa::path(post, path = "/api/v1/conduct/{id}/events", tag = "conduct", request_body = NewConductStep,
    responses((status = 200, body = ConductDetail)))]
pub async fn record(state: State, auth: Auth, id: Id<ConductId>, body: Json<NewConductStep>) -> Answer {
    let id = execute(&state, auth.caller(), RecordConductStep { conduct: id.0, event: body.0 }).await?;
    ok(view(&state, &auth, id).await?)
}
