//! The steps of a case after its order.

use crate::accounts::store::of_enterprise;
use crate::consultations::store::recipient;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::CaseId;
use crate::core::text::Text;
use crate::db::schema::{account, case_evidence, nonconformity, remediation_case};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::{Mail, outbox};
use crate::remediation::evidence;
use crate::remediation::policy::{permit, sees, ties};
use crate::remediation::state::{CaseState, CaseStep, transition};
use crate::remediation::store::{Line, Row, advisers, history, last_day, lock};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Takes a step of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordStep {
    /// The case.
    pub id: CaseId,
    /// The step.
    pub step: CaseStep,
    /// On which day it happened, in Asia/Shanghai; today where none is named.
    pub occurred_on: Option<NaiveDate>,
    /// In the actor's words.
    pub note: Option<String>,
}

/// Loads and locks a case that the actor may see.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn lock_visible(tx: &mut Tx, id: CaseId) -> Result<(Row, String), Problem> {
    let row = lock(tx, id)?;
    let ties = ties(&mut tx.conn, &row)?;
    if sees(&tx.actor, &row, &ties, &tx.catalogue) {
        Ok((row, ties.region))
    } else {
        Err(Problem::not_found())
    }
}

impl Command for RecordStep {
    type Output = CaseId;
    const NAME: &'static str = "record_case_step";

    fn run(&self, tx: &mut Tx) -> Result<CaseId, Problem> {
        let (mut row, region) = lock_visible(tx, self.id)?;
        permit(&tx.actor, self.step)?;
        let from = row.state;
        let to = transition(from, self.step)?;
        let today = tx.today();
        let day = self.occurred_on.unwrap_or(today);
        let earliest = last_day(tx, row.id)?.unwrap_or(row.ordered_on);
        let mut fields = Fields::new();
        let note = fields.optional_text("/note", self.note.as_deref(), 4000);
        fields.require(day <= today, "/occurred_on", "不能晚于今天", "must not be in the future");
        fields.require(
            day >= earliest,
            "/occurred_on",
            "不能早于案件的上一步骤",
            "must not be before the case's step before it",
        );
        fields.done()?;
        row.state = to;
        match self.step {
            CaseStep::StartCorrection => {}
            CaseStep::SubmitEvidence => require_evidence(tx, &row, note.as_deref())?,
            CaseStep::PassReinspection | CaseStep::FailReinspection => {
                row.reinspected_on = Some(day);
                row.reinspected_by = tx.actor.account();
            }
            CaseStep::Clear => {
                require_other_than_adviser(tx, &row)?;
                row.cleared_at = Some(tx.now);
                row.cleared_by = tx.actor.account();
            }
        }
        diesel::update(remediation_case::table.find(row.id))
            .set((
                remediation_case::state.eq(row.state),
                remediation_case::reinspected_on.eq(row.reinspected_on),
                remediation_case::reinspected_by.eq(row.reinspected_by),
                remediation_case::cleared_at.eq(row.cleared_at),
                remediation_case::cleared_by.eq(row.cleared_by),
                remediation_case::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let line =
            Line { event: self.step.as_str(), from: Some(from), to, occurred_on: day, note: note.as_deref() };
        history(tx, row.id, &line)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(&region);
        tx.audit(self.step.as_str(), subject, json!({ "occurred_on": day, "to": to }))?;
        tell_enterprise(tx, &row)?;
        Ok(row.id)
    }
}

/// Evidence is a piece handed in before, or what the step itself says.
fn require_evidence(tx: &mut Tx, row: &Row, note: Option<&str>) -> Result<(), Problem> {
    let count: i64 = case_evidence::table
        .filter(case_evidence::case_id.eq(row.id))
        .select(count_star())
        .first(&mut *tx.conn)?;
    match (count, note) {
        (0, Some(words)) => evidence::store(tx, row.id, None, None, words).map(drop),
        (0, None) => Err(Problem::conflict(
            "no_evidence",
            Text::new("请先提交整改证据,或在 note 中说明", "hand in evidence first, or describe it in note"),
        )),
        _ => Ok(()),
    }
}

/// Whoever advised the enterprise does not clear its case: neither by the same account nor, under
/// another, by the same mail address.
fn require_other_than_adviser(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let Some(officer) = tx.actor.account() else { return Err(Problem::forbidden()) };
    let address: Option<String> = account::table.find(officer).select(account::email).first(&mut *tx.conn)?;
    let advised = advisers(&mut tx.conn, row)?.into_iter().any(|(id, email)| {
        let same_address = match (&address, &email) {
            (Some(mine), Some(theirs)) => mine.eq_ignore_ascii_case(theirs),
            _ => false,
        };
        id == officer || same_address
    });
    if advised {
        return Err(Problem::conflict(
            "adviser_may_not_clear",
            Text::new("曾为该企业提供意见的专家不得审核清零", "whoever advised on the case may not clear it"),
        ));
    }
    Ok(())
}

fn tell_enterprise(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let Some(to) = of_enterprise(&mut tx.conn, row.enterprise_id)?.as_ref().and_then(recipient) else {
        return Ok(());
    };
    let (report_no, kind) = nonconformity::table
        .find(row.nonconformity_id)
        .select((nonconformity::report_no, nonconformity::product_kind))
        .first::<(String, String)>(&mut *tx.conn)?;
    let product = tx.catalogue.products.kind(&kind).map_or(kind.clone(), |k| match to.language {
        crate::core::Language::Zh => k.name_zh.clone(),
        crate::core::Language::En => k.name_en.clone(),
    });
    let mail = match row.state {
        CaseState::ReinspectionPassed => Mail::ReinspectionRecorded { passed: true, report_no, product },
        CaseState::Failed => Mail::ReinspectionRecorded { passed: false, report_no, product },
        CaseState::Cleared => Mail::CaseCleared { report_no, product },
        CaseState::Ordered | CaseState::Correcting | CaseState::EvidenceSubmitted => return Ok(()),
    };
    outbox::enqueue(tx, &to, &mail).map(drop)
}
