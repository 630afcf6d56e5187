//! The rules of the index, other rules tried on the past, and how good the alerts were.

use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::risk::quality::{self, QualityReport};
use crate::risk::rules_view::{self, RulesView};
use crate::risk::trial::run::trial;
use crate::risk::trial::view::{Trial, TrialRequest};
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Json, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// The rules of risk, all versions with their sources: weights and bounds of the index, and the table of probability by severity.
#[utoipa::path(get, path = "/api/v1/risk/rules", tag = "risk", responses((status = 200, body = RulesView)))]
pub async fn rules(state: State, _auth: Auth) -> Answer {
    let work = |app: &crate::app::App| -> Result<RulesView, Problem> {
        Ok(rules_view::view(app.settings(), shanghai_date(app.clock().now())))
    };
    ok(read(&state, work).await?)
}

/// Tries a version of the rules on past days, a week apart: which alerts it would have raised, with precision and lead time beside those of the rules in
/// force, and how many of the first places of its ranking failed afterwards. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/risk/rules/try", tag = "risk", request_body = TrialRequest,
    extensions(("x-without-key" = json!(true))), responses((status = 200, body = Trial)))]
pub async fn try_rules(state: State, auth: Auth, body: Json<TrialRequest>) -> Answer {
    let actor = auth.actor();
    let found = read(&state, move |app| {
        let region = actor.officer_region().ok_or_else(Problem::forbidden)?;
        trial(app, region, &body.0)
    });
    ok(found.await?)
}

/// Of which region and day the report is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QualityQuery {
    /// Code of a region, the caller's own or one under it.
    region: Option<String>,
    /// As of the end of this day, in Asia/Shanghai; of this moment where none is named.
    as_of: Option<NaiveDate>,
}

/// How good the alerts of a region were, by cause: the share that led to a meeting or a measure, with n and interval, and the days that they came before
/// the first official failure, with n. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/risk/precision", tag = "risk", params(QualityQuery),
    responses((status = 200, body = QualityReport)))]
pub async fn precision(state: State, auth: Auth, query: Query<QualityQuery>) -> Answer {
    let actor = auth.actor();
    let QualityQuery { region, as_of } = query.0;
    let found = read(&state, move |app| {
        let now = app.clock().now();
        let around = (app.settings().as_ref(), app.catalogue().as_ref());
        quality::report(&mut *app.snapshot()?, &actor, around, (region.as_deref(), as_of), now)
    });
    ok(found.await?)
}
