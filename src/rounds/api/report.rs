//! The figures of circuit consultation.

use crate::app::App;
use crate::programmes::ids::ProgrammeId;
use crate::rounds::figures::{CircuitFigures, Question, report};
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// Of what the figures are.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CircuitFigureQuery {
    /// Only members of this programme of circuit consultation; of all of them where none is named.
    #[param(value_type = Option<ProgrammeId>)]
    programme: Option<ProgrammeId>,
    /// Code of a region, the caller's own or one under it.
    region: Option<String>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
}

/// What circuit consultation came to in a region, as of the end of a day: how many different enterprises were listed, cleared, interviewed, trained,
/// sampled again, helped on site, committed and corrected (the sets overlap and don't add up); the stages; first re-inspections of those visited beside
/// those advised online only; visits and clearances for each day of an expert. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/reports/circuit", tag = "rounds", params(CircuitFigureQuery),
    responses((status = 200, body = CircuitFigures)))]
pub async fn figures(state: State, auth: Auth, query: Query<CircuitFigureQuery>) -> Answer {
    let CircuitFigureQuery { programme, region, as_of } = query.0;
    let question = Question { programme, region, as_of };
    let work = move |app: &App| {
        let context = (app.catalogue().as_ref(), app.settings().as_ref());
        report(&mut *app.snapshot()?, &auth.actor(), context, &question, app.clock().now())
    };
    ok(read(&state, work).await?)
}
