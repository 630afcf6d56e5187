//! The rules, and other rules tried on the past.

use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::credit::rules_view::{self, RulesView};
use crate::credit::trial::{self, Trial, TrialRequest};
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Json};

/// The rules of credit, all versions with their sources: behaviours with points and articles, thresholds of the grades, factors, terms, measures.
#[utoipa::path(get, path = "/api/v1/credit/rules", tag = "credit", responses((status = 200, body = RulesView)))]
pub async fn rules(state: State, _auth: Auth) -> Answer {
    let work = |app: &crate::app::App| -> Result<RulesView, Problem> {
        Ok(rules_view::rules(app.settings(), shanghai_date(app.clock().now())))
    };
    ok(read(&state, work).await?)
}

/// Tries a version of the rules on the operators of the caller's region, as of a day: who would have another grade, by region and by how much is on
/// file. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/credit/trial", tag = "credit", request_body = TrialRequest,
    extensions(("x-without-key" = json!(true))), responses((status = 200, body = Trial)))]
pub async fn try_rules(state: State, auth: Auth, body: Json<TrialRequest>) -> Answer {
    let actor = auth.actor();
    let found = read(&state, move |app| {
        let region = actor.officer_region().ok_or_else(Problem::forbidden)?;
        let now = app.clock().now();
        trial::trial(&mut *app.snapshot()?, (app.settings(), app.catalogue()), region, &body.0, now)
    });
    ok(found.await?)
}
