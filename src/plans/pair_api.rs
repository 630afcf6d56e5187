//! One pair of a computed plan, changed by hand: what it would cost, and the change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::{Actor, Problem};
use crate::matching::model::weights::Model;
use crate::matching::settings::MatchingSettings;
use crate::plans::change_pair::ChangePair;
use crate::plans::ids::PlanId;
use crate::plans::lines::{self, AssignmentView};
use crate::plans::pair_costs::{PairCosts, PairOption};
use crate::plans::state::{PlanStep, transition};
use crate::plans::store;
use crate::plans::view::{self, PlanView};
use crate::web::extract::Part;
use crate::web::problem::Answer;
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// The most options that are listed; others can't be chosen or score less than these.
const MOST_OPTIONS: usize = 200;

/// What can be made of one enterprise of a computed plan by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PairOptions {
    /// The line of the enterprise as it is now.
    pub line: AssignmentView,
    /// Nobody first, then the experts who know something of its products: the best first of those who can be chosen, then those who can't,
    /// 200 at most.
    pub options: Vec<PairOption>,
}

/// Reads the plan, the line and all options of one enterprise.
///
/// # Errors
/// 404 where there is none that the actor may know of; 409 where the plan is not computed, or ended.
pub(super) fn read_options(
    app: &App,
    actor: &Actor,
    plan: PlanId,
    enterprise: EnterpriseId,
) -> Result<(PlanView, PairOptions), Problem> {
    let conn = &mut *app.snapshot()?;
    let shown = view::plan(conn, actor, plan)?;
    let row = store::row(conn, plan)?;
    let line = lines::line(conn, actor, plan, enterprise)?;
    transition(row.state, PlanStep::Change)?;
    let model = Model::new(app.settings().section::<MatchingSettings>());
    let costs = PairCosts::read(conn, &row, enterprise, &model, app.catalogue())?;
    Ok((shown, PairOptions { line, options: costs.options() }))
}

/// Whom one enterprise of a computed plan could be given to by hand, with what that costs in score and what speaks against it.
#[utoipa::path(get, path = "/api/v1/matching/plans/{id}/assignments/{enterprise}", tag = "matching",
    responses((status = 200, body = PairOptions)))]
pub async fn options(state: State, auth: Auth, id: Id<PlanId>, enterprise: Part<EnterpriseId>) -> Answer {
    let work = move |app: &App| read_options(app, &auth.actor(), id.0, enterprise.0);
    let (_, mut found) = read(&state, work).await?;
    found.options.truncate(MOST_OPTIONS);
    ok(found)
}

/// The expert for an enterprise of a plan, chosen by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedPair {
    /// The expert; where it is null or left out, the enterprise gets nobody.
    #[serde(default)]
    expert: Option<ExpertId>,
    /// The reason, at most 1,000 characters.
    reason: String,
}

/// Gives an enterprise of a computed plan to another expert by hand, or to nobody. Refused where a rule, the places or the least score of
/// the plan forbid it. To choose what had been computed takes the change back.
#[utoipa::path(put, path = "/api/v1/matching/plans/{id}/assignments/{enterprise}", tag = "matching", request_body = ChangedPair,
    responses((status = 200, body = AssignmentView)))]
pub async fn change(
    state: State,
    auth: Auth,
    id: Id<PlanId>,
    enterprise: Part<EnterpriseId>,
    body: Json<ChangedPair>,
) -> Answer {
    let ChangedPair { expert, reason } = body.0;
    let command = ChangePair { plan: id.0, enterprise: enterprise.0, expert, reason };
    execute(&state, auth.caller(), command).await?;
    let work = move |app: &App| lines::line(&mut *app.snapshot()?, &auth.actor(), id.0, enterprise.0);
    ok(read(&state, work).await?)
}
