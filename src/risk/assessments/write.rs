//! Writing an assessment, and changing one that was not handed in.

use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::officer_steps::officer;
use crate::db::regional::set_up;
use crate::db::schema::assessment;
use crate::db::{Command, Tx};
use crate::risk::assessments::draft::{Checked, NewAssessment, check};
use crate::risk::assessments::evidence;
use crate::risk::assessments::state::{AssessmentState, AssessmentStep, transition};
use crate::risk::assessments::store;
use crate::risk::ids::AssessmentId;
use crate::risk::index::keep::rules;
use crate::risk::settings::RiskRules;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// Writes an assessment as a draft. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteAssessment {
    /// The assessment, as it is written.
    pub assessment: NewAssessment,
}

impl Command for WriteAssessment {
    type Output = AssessmentId;
    const NAME: &'static str = "write_assessment";

    fn run(&self, tx: &mut Tx) -> Result<AssessmentId, Problem> {
        let mut fields = Fields::new();
        let (author, region) = set_up(tx, &mut fields, self.assessment.region.as_deref())?;
        let settings = Arc::clone(&tx.settings);
        let rules = rules(&settings, tx.today())?;
        let checked = check(&self.assessment, &tx.catalogue, rules, fields)?;
        let id = AssessmentId::new();
        insert(tx, id, (author, &region), &self.assessment, &checked, rules)?;
        evidence::write(tx, id, &self.assessment.evidence)?;
        store::event(tx, id, AssessmentStep::Write, (None, AssessmentState::Draft), None)?;
        let data = json!({ "product_kind": self.assessment.product_kind, "level": checked.outcome.level });
        store::audit(tx, (id, &region, &checked.hazard), Self::NAME, data)?;
        Ok(id)
    }
}

fn kept(checked: &Checked) -> Result<Value, Problem> {
    serde_json::to_value(&checked.scenarios).map_err(Problem::internal)
}

fn insert(
    tx: &mut Tx,
    id: AssessmentId,
    (author, region): (AccountId, &str),
    new: &NewAssessment,
    checked: &Checked,
    rules: &RiskRules,
) -> Result<(), Problem> {
    use assessment as a;
    let outcome = &checked.outcome;
    diesel::insert_into(a::table)
        .values((
            (a::id.eq(id), a::product_kind.eq(&new.product_kind), a::region.eq(region)),
            (
                a::hazard.eq(&checked.hazard),
                a::summary.eq(&checked.summary),
                a::state.eq(AssessmentState::Draft),
            ),
            a::scenarios.eq(kept(checked)?),
            a::method.eq(checked.around.combination),
            a::units.eq(checked.around.units),
            a::urgency.eq(checked.around.urgency),
            a::social_impact.eq(checked.around.social_impact),
            a::rules_version.eq(&rules.version),
            a::severity.eq(outcome.severity),
            a::probability.eq(outcome.probability.to_string()),
            (a::table_level.eq(outcome.table), a::units_level.eq(outcome.units), a::level.eq(outcome.level)),
            a::author_id.eq(author),
            a::version.eq(1),
            a::created_at.eq(tx.now),
            a::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Changes an assessment that was not handed in, or was returned. Done by its author; all is written anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReviseAssessment {
    /// The assessment.
    pub id: AssessmentId,
    /// The version that was read.
    pub version: i32,
    /// The assessment, as it is written.
    pub assessment: NewAssessment,
}

impl Command for ReviseAssessment {
    type Output = AssessmentId;
    const NAME: &'static str = "revise_assessment";

    fn run(&self, tx: &mut Tx) -> Result<AssessmentId, Problem> {
        use assessment as a;
        let row = store::load(tx, self.id)?;
        require_author(tx, row.author_id)?;
        transition(row.state, AssessmentStep::Revise)?;
        if row.version != self.version {
            let text = Text::new("研判已被修改，请重新读取", "the assessment was changed; read it again");
            return Err(Problem::new(Code::AssessmentChanged, text));
        }
        let mut fields = Fields::new();
        let region = self.assessment.region.as_deref().unwrap_or(&row.region).to_owned();
        let (_, region) = set_up(tx, &mut fields, Some(&region))?;
        let settings = Arc::clone(&tx.settings);
        let rules = rules(&settings, tx.today())?;
        let checked = check(&self.assessment, &tx.catalogue, rules, fields)?;
        let outcome = &checked.outcome;
        let to = store::step(tx, &row, AssessmentStep::Revise, None)?;
        diesel::update(a::table.find(self.id))
            .set((
                (a::product_kind.eq(&self.assessment.product_kind), a::region.eq(&region)),
                (a::hazard.eq(&checked.hazard), a::summary.eq(&checked.summary), a::state.eq(to)),
                a::scenarios.eq(kept(&checked)?),
                a::method.eq(checked.around.combination),
                a::units.eq(checked.around.units),
                a::urgency.eq(checked.around.urgency),
                a::social_impact.eq(checked.around.social_impact),
                a::rules_version.eq(&rules.version),
                a::severity.eq(outcome.severity),
                a::probability.eq(outcome.probability.to_string()),
                (
                    a::table_level.eq(outcome.table),
                    a::units_level.eq(outcome.units),
                    a::level.eq(outcome.level),
                ),
                a::version.eq(row.version.saturating_add(1)),
                a::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        evidence::write(tx, self.id, &self.assessment.evidence)?;
        let data = json!({ "product_kind": self.assessment.product_kind, "level": outcome.level });
        store::audit(tx, (self.id, &region, &checked.hazard), Self::NAME, data)?;
        Ok(self.id)
    }
}

/// Refuses anyone but the author.
pub(super) fn require_author(tx: &Tx, author: AccountId) -> Result<(), Problem> {
    if officer(tx)? == author {
        return Ok(());
    }
    let text =
        Text::new("只有起草人可以修改和提交研判", "only its author changes an assessment and hands it in");
    Err(Problem::new(Code::Forbidden, text))
}
