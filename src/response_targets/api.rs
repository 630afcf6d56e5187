//! The targets of a consultation, and other rules tried on the past.

use crate::consultations::views::TargetView;
use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::ids::ConsultationId;
use crate::response_targets::settings::ResponseTargetSettings;
use crate::response_targets::trial::{self, Trial, TrialRequest};
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;

/// All targets of a consultation, the oldest first.
const ALL: &str = "
    SELECT kind, cycle, state, urgency, started_at, due_at, hours, allowed_seconds / 60 AS allowed_minutes,
           counted_seconds / 60 AS counted_minutes, warned_at, breached_at, met_at
    FROM response_target WHERE consultation_id = $1 ORDER BY started_at, kind, cycle";

/// What the enterprise of a consultation waits for and waited for, the oldest first.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/targets", tag = "consultations",
    responses((status = 200, body = Vec<TargetView>)))]
pub async fn targets(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    let found = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        crate::consultations::queries::row(conn, &auth.actor(), id.0)?;
        Ok(diesel::sql_query(ALL).bind::<SqlUuid, _>(id.0).load::<TargetView>(conn)?)
    });
    ok(found.await?)
}

/// Tries other rules on the consultations of the caller's region that were opened in some days: how many answers would have been in time,
/// beside what is so by the rules in force. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/response-targets/trial", tag = "consultations", request_body = TrialRequest,
    extensions(("x-without-key" = json!(true))), responses((status = 200, body = Trial)))]
pub async fn try_rules(state: State, auth: Auth, body: Json<TrialRequest>) -> Answer {
    let found = read(&state, move |app| {
        let Some(Scope::Admin(region)) = auth.actor().scope().cloned() else {
            return Err(Problem::forbidden());
        };
        let present = app.settings().section::<ResponseTargetSettings>();
        let now = app.clock().now();
        trial::trial(&mut *app.snapshot()?, (present, app.catalogue()), &region, &body.0, now)
    });
    ok(found.await?)
}
