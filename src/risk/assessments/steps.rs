//! The steps of an assessment: handed in, validated or returned by another officer, withdrawn.

use crate::core::{Problem, Text};
use crate::db::officer_steps::{officer, reason, require_second};
use crate::db::schema::assessment;
use crate::db::{Command, Tx};
use crate::programmes::regimes::commands::enter_review;
use crate::risk::alerts::raise::{by_assessment, dealt_with, lock_all};
use crate::risk::alerts::state::AlertCause;
use crate::risk::assessments::evidence::{names_newer, signals};
use crate::risk::assessments::state::{AssessmentState, AssessmentStep, transition};
use crate::risk::assessments::store::{self, Row};
use crate::risk::assessments::write::require_author;
use crate::risk::ids::{AlertId, AssessmentId};
use crate::risk::method::table::Level;
use crate::signals::used::{mark_used, release};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Hands an assessment in. Done by its author.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubmitAssessment {
    /// The assessment.
    pub id: AssessmentId,
}

impl Command for SubmitAssessment {
    type Output = AssessmentId;
    const NAME: &'static str = "submit_assessment";

    fn run(&self, tx: &mut Tx) -> Result<AssessmentId, Problem> {
        use assessment as a;
        let row = store::load(tx, self.id)?;
        require_author(tx, row.author_id)?;
        let to = store::step(tx, &row, AssessmentStep::Submit, None)?;
        diesel::update(a::table.find(row.id))
            .set((
                a::state.eq(to),
                a::submitted_at.eq(tx.now),
                a::version.eq(row.version.saturating_add(1)),
                a::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::audit(tx, (row.id, &row.region, &row.hazard), Self::NAME, json!({ "level": row.level }))?;
        Ok(row.id)
    }
}

fn require_another(tx: &Tx, row: &Row) -> Result<(), Problem> {
    let text = Text::new(
        "起草人不能审核自己的研判，请由另一名监管人员审核",
        "the author does not validate an assessment; another officer does",
    );
    require_second(tx, row.author_id, None, text)
}

/// Returns an assessment to its author. Done by another officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReturnAssessment {
    /// The assessment.
    pub id: AssessmentId,
    /// Reason shown to the author.
    pub reason: String,
}

impl Command for ReturnAssessment {
    type Output = AssessmentId;
    const NAME: &'static str = "return_assessment";

    fn run(&self, tx: &mut Tx) -> Result<AssessmentId, Problem> {
        use assessment as a;
        let row = store::load(tx, self.id)?;
        require_another(tx, &row)?;
        let reason = reason(&self.reason)?;
        let to = store::step(tx, &row, AssessmentStep::Return, Some(&reason))?;
        diesel::update(a::table.find(row.id))
            .set((
                a::state.eq(to),
                a::reason.eq(&reason),
                a::version.eq(row.version.saturating_add(1)),
                a::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::audit(tx, (row.id, &row.region, &row.hazard), Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}

/// Withdraws an assessment: its author before it is in force, another officer afterwards. It gives no severity from then on, and its signals are used no
/// more by it. An alert that it raised stays for the officers to deal with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawAssessment {
    /// The assessment.
    pub id: AssessmentId,
    /// Reason for the withdrawal.
    pub reason: String,
}

impl Command for WithdrawAssessment {
    type Output = AssessmentId;
    const NAME: &'static str = "withdraw_assessment";

    fn run(&self, tx: &mut Tx) -> Result<AssessmentId, Problem> {
        use assessment as a;
        let row = store::load(tx, self.id)?;
        transition(row.state, AssessmentStep::Withdraw)?;
        let in_force = row.state == AssessmentState::Validated;
        if in_force {
            let text = Text::new(
                "起草人不能撤回已确认的研判，请由另一名监管人员撤回",
                "its author does not withdraw a validated assessment; another officer does",
            );
            require_second(tx, row.author_id, None, text)?;
        } else {
            require_author(tx, row.author_id)?;
        }
        let reason = reason(&self.reason)?;
        let to = store::step(tx, &row, AssessmentStep::Withdraw, Some(&reason))?;
        diesel::update(a::table.find(row.id))
            .set((
                a::state.eq(to),
                a::reason.eq(&reason),
                a::withdrawn_at.eq(tx.now),
                a::version.eq(row.version.saturating_add(1)),
                a::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        if in_force {
            release(tx, row.id.0)?;
        }
        let data = json!({ "reason": reason, "from": row.state });
        store::audit(tx, (row.id, &row.region, &row.hazard), Self::NAME, data)?;
        Ok(row.id)
    }
}

/// Validates an assessment: it takes the place of the one in force of the same kind, region and hazard, its signals are used, and of the level serious
/// it raises an alert. One of a whole province is a review of its kind. Done by another officer than its author.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ValidateAssessment {
    /// The assessment.
    pub id: AssessmentId,
}

impl Command for ValidateAssessment {
    type Output = AssessmentId;
    const NAME: &'static str = "validate_assessment";

    fn run(&self, tx: &mut Tx) -> Result<AssessmentId, Problem> {
        // Two of the same kind, region and hazard at once would both be in force; and alerts are raised one after the other.
        lock_all(tx)?;
        let row = store::load(tx, self.id)?;
        require_another(tx, &row)?;
        let by = officer(tx)?;
        transition(row.state, AssessmentStep::Validate)?;
        let before = supersede(tx, &row)?;
        let to = store::step(tx, &row, AssessmentStep::Validate, None)?;
        diesel::sql_query(
            "UPDATE assessment SET state = $2, validator_id = $3, validated_at = $4, updated_at = $4, supersedes_id = $5, version = version + 1
             WHERE id = $1",
        )
        .bind::<SqlUuid, _>(row.id)
        .bind::<SqlText, _>(to)
        .bind::<SqlUuid, _>(by)
        .bind::<Timestamptz, _>(tx.now)
        .bind::<Nullable<SqlUuid>, _>(before)
        .execute(&mut *tx.conn)?;
        let named = signals(&mut tx.conn, row.id)?;
        if !named.is_empty() {
            mark_used(tx, &named, row.id.0)?;
        }
        let alert = if row.level == Level::Serious { raise(tx, &row)? } else { None };
        let province = tx.catalogue.regions.get(&row.region).is_some_and(|region| region.parent.is_none());
        if province {
            // The kind was reviewed for the whole province.
            let conclusion = format!("风险研判：{}，等级{}", row.hazard, row.level.text().zh);
            let today = tx.today();
            enter_review(tx, &row.product_kind, today, &conclusion)?;
        }
        let data = json!({ "level": row.level, "supersedes": before, "alert": alert });
        store::audit(tx, (row.id, &row.region, &row.hazard), Self::NAME, data)?;
        Ok(row.id)
    }
}

/// Ends the one in force of the same kind, region and hazard, and says which it was.
fn supersede(tx: &mut Tx, row: &Row) -> Result<Option<AssessmentId>, Problem> {
    use assessment as a;
    let lower = diesel::dsl::sql::<diesel::sql_types::Bool>("lower(hazard) = lower(")
        .bind::<SqlText, _>(row.hazard.clone())
        .sql(")");
    let before: Option<AssessmentId> = a::table
        .filter(a::product_kind.eq(&row.product_kind))
        .filter(a::region.eq(&row.region))
        .filter(a::state.eq(AssessmentState::Validated))
        .filter(lower)
        .select(a::id)
        .for_update()
        .first(&mut *tx.conn)
        .optional()?;
    let Some(id) = before else { return Ok(None) };
    let to = transition(AssessmentState::Validated, AssessmentStep::Supersede)?;
    store::event(tx, id, AssessmentStep::Supersede, (Some(AssessmentState::Validated), to), None)?;
    diesel::update(a::table.find(id))
        .set((a::state.eq(to), a::superseded_at.eq(tx.now), a::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    Ok(Some(id))
}

/// Raises an alert, unless an earlier one was dealt with and nothing newer is named.
fn raise(tx: &mut Tx, row: &Row) -> Result<Option<AlertId>, Problem> {
    let of = (row.product_kind.as_str(), row.region.as_str());
    let since = dealt_with(&mut tx.conn, AlertCause::Assessment, of.0, of.1)?;
    if let Some(since) = since
        && !names_newer(&mut tx.conn, row.id, since)?
    {
        return Ok(None);
    }
    by_assessment(tx, of, row.id).map(Some)
}
