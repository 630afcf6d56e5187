//! Opening a consultation, lists of them, one of them, and why this expert.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::consultations::conclusion::{ConclusionView, latest};
use crate::consultations::counts::{ConsultationCounts, counts as counted};
use crate::consultations::explain::{self, MatchView};
use crate::consultations::exports::CONSULTATIONS;
use crate::consultations::hold::HoldOffer;
use crate::consultations::open::OpenConsultation;
use crate::consultations::opening_queue::OpeningQueue;
use crate::consultations::queries::{self, ConsultationFilter};
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::Status;
use crate::consultations::views::{ConsultationView, HistoryView};
use crate::core::Language;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId, TagId};
use crate::core::page::{Page, Slice};
use crate::db::Command;
use crate::enterprises::ids::NonconformityId;
use crate::exports::{BookFile, Format, Wanted};
use crate::matching::roster::memory::Moment;
use crate::web::extract::Lang;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Failure, Id, Json, Query};

/// What the caller sees of a consultation.
async fn view(state: &State, auth: &Auth, id: ConsultationId) -> Result<ConsultationView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await
}

/// Runs a command on a consultation, and answers what the caller sees of it afterwards.
///
/// # Errors
/// As the command.
pub async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = ConsultationId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// How much waits for the caller: for an officer consultations that wait for an expert, for others messages that they have not read.
#[utoipa::path(get, path = "/api/v1/consultations/counts", tag = "consultations",
    responses((status = 200, body = ConsultationCounts)))]
pub async fn counts(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    ok(read(&state, move |app| counted(&mut *app.snapshot()?, &actor)).await?)
}

/// Opens a consultation. It is offered to the best expert at once, or waits for one.
#[utoipa::path(post, path = "/api/v1/consultations", tag = "consultations", request_body = OpenConsultation,
    responses((status = 201, body = ConsultationView)))]
pub async fn open(state: State, auth: Auth, body: Json<OpenConsultation>) -> Answer {
    let queue = state.app.cache().of::<OpeningQueue>();
    let turn = match &auth.person.scope {
        Scope::Enterprise(id) => {
            let most = state.app.settings().section::<ConsultationSettings>().openings_in_line;
            Some(queue.enter(*id, most).await?)
        }
        _ => None,
    };
    let id = execute(&state, auth.caller(), body.0).await?;
    drop(turn);
    created(&format!("/api/v1/consultations/{id}"), view(&state, &auth, id).await?)
}

/// The filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsultationQuery {
    /// Only those of this status.
    #[param(inline)]
    status: Option<Status>,
    /// Only those of this enterprise.
    enterprise: Option<EnterpriseId>,
    /// Only those of this expert.
    expert: Option<ExpertId>,
    /// Only those about this nonconformity.
    nonconformity: Option<NonconformityId>,
    /// Only those of enterprises of this region and all under it, by its code.
    region: Option<String>,
    /// Only those that wait and for which the officers were alarmed, or the others.
    alarm: Option<bool>,
    /// Only those under way of which an answer or the conclusion is overdue, or the others.
    overdue: Option<bool>,
    /// Only those in which others wrote what the caller has not read, or the others.
    unread: Option<bool>,
    /// Only those that have this tag; an enterprise sees no tags, so it finds none.
    tag: Option<TagId>,
    /// Only those in whose subject, question, report number, enterprise's or expert's name these words stand, or where a name is read so.
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

/// The consultations that the caller may see, newest first.
#[utoipa::path(get, path = "/api/v1/consultations", tag = "consultations", params(ConsultationQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ConsultationView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ConsultationQuery>, wanted: Wanted) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter = ConsultationFilter {
        status: query.status,
        enterprise: query.enterprise,
        expert: query.expert,
        nonconformity: query.nonconformity,
        region: query.region,
        alarm: query.alarm,
        overdue: query.overdue,
        unread: query.unread,
        tag: query.tag,
        q: query.q,
    };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, query.format, &CONSULTATIONS, slice, work).await
}

/// One consultation. Where it is offered to the caller, opening it holds the offer for a while.
#[utoipa::path(get, path = "/api/v1/consultations/{id}", tag = "consultations",
    responses((status = 200, body = ConsultationView)))]
pub async fn consultation(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    let seen = view(&state, &auth, id.0).await?;
    if !offered_to(&auth.actor(), &seen) {
        return ok(seen);
    }
    // The expert looks at the offer: that holds its timer.
    execute(&state, auth.caller(), HoldOffer { id: id.0 }).await?;
    ok(view(&state, &auth, id.0).await?)
}

/// The latest conclusion of a consultation, as it was given out; 404 where it has none with a number.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/conclusion", tag = "consultations",
    responses((status = 200, body = ConclusionView)))]
pub async fn conclusion(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    let (id, actor) = (id.0, auth.actor());
    let found = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let id = queries::row(conn, &actor, id)?.id;
        latest(conn, id)
    });
    ok(found.await?)
}

/// Whether the consultation is offered to the actor.
pub fn offered_to(actor: &Actor, seen: &ConsultationView) -> bool {
    let me = match actor.scope() {
        Some(Scope::Expert(me)) => Some(*me),
        _ => None,
    };
    seen.status == Status::Offered && me.is_some() && seen.expert.as_ref().map(|e| e.id) == me
}

/// The history of a consultation, oldest first.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/history", tag = "consultations",
    responses((status = 200, body = Vec<HistoryView>)))]
pub async fn history(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    ok(read(&state, move |app| queries::history(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// Why this expert: a sentence for everyone; for admins every candidate with the reasons for it, or the rule that excludes
/// it, and every offer made.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/match", tag = "consultations",
    responses((status = 200, body = MatchView)))]
pub async fn explain(state: State, auth: Auth, language: Lang, id: Id<ConsultationId>) -> Answer {
    let mut seen = read(&state, move |app| {
        let moment = Moment { now: app.clock().now(), catalogue: app.catalogue(), cache: app.cache() };
        explain::explain(&mut *app.snapshot()?, &auth.actor(), id.0, moment, app.settings())
    })
    .await?;
    if language.0 == Language::En {
        seen.reason = seen.reason_en.clone();
    }
    ok(seen)
}
