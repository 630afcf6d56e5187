//! Changing one pair of a computed plan by hand.

use crate::core::fields::Fields;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::{Problem, Text};
use crate::db::schema::matching_plan as plans;
use crate::db::{Command, Tx};
use crate::matching::model::weights::Model;
use crate::matching::settings::MatchingSettings;
use crate::plans::ids::PlanId;
use crate::plans::pair_costs::{Obstacle, PairCosts};
use crate::plans::pairs::units;
use crate::plans::state::{PlanStep, transition};
use crate::plans::store;
use crate::plans::vocabulary::Change;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Gives an enterprise of a plan that is computed and not yet applied to another expert, or to nobody. The rules, the places and the least
/// score of the plan hold. To choose what had been computed takes the change back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangePair {
    /// The plan.
    pub plan: PlanId,
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Who shall have it; nobody where none is given.
    pub expert: Option<ExpertId>,
    /// The reason.
    pub reason: String,
}

impl Command for ChangePair {
    type Output = ();
    const NAME: &'static str = "change_plan_pair";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let plan = store::lock_for(tx, self.plan)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let state = transition(plan.state, PlanStep::Change)?;
        let model = Model::new(tx.settings.section::<MatchingSettings>());
        let catalogue = Arc::clone(&tx.catalogue);
        let costs = PairCosts::read(&mut tx.conn, &plan, self.enterprise, &model, &catalogue)?;
        let score = costs.score_of(self.expert).map_err(refusal)?;
        let pair = self.expert.zip(score);
        let change = Change::between(costs.present, self.expert);
        store::change_line(tx, plan.id, self.enterprise, pair, change, &reason)?;
        let figures = store::recount(&mut tx.conn, plan.id)?;
        diesel::update(plans::table.find(plan.id))
            .set((plans::state.eq(state), plans::figures.eq(serde_json::to_value(&figures)?)))
            .execute(&mut *tx.conn)?;
        let name = |expert: Option<ExpertId>| {
            expert.and_then(|expert| costs.name_of(expert)).unwrap_or("nobody").to_owned()
        };
        let before = costs.now.map_or(0, |(_, score)| score);
        let noted = json!({
            "enterprise": self.enterprise, "name": costs.name, "expert": self.expert,
            "was": name(costs.now.map(|(expert, _)| expert)), "is": name(self.expert),
            "difference": units((score.unwrap_or(0) - before).into()), "reason": reason,
        });
        tx.audit(Self::NAME, plan.subject(), noted)
    }
}

fn refusal(obstacle: Obstacle) -> Problem {
    let text = obstacle.text();
    let said = match obstacle {
        Obstacle::Same => text,
        _ => Text::new(
            format!("不能改派给该专家：{}", text.zh),
            format!("it can't be given to this expert: {}", text.en),
        ),
    };
    Problem::field("/expert", said)
}
