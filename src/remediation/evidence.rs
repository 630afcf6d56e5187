//! Evidence that a correction was made.

use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{ActionId, CaseId, EvidenceId};
use crate::core::text::Text;
use crate::db::schema::{case_action, case_evidence};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::policy::authority;
use crate::remediation::steps::lock_visible;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Adds a piece of evidence to a case whose correction is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddEvidence {
    /// The case.
    pub case: CaseId,
    /// The action that it proves.
    pub action: Option<ActionId>,
    /// What it shows.
    pub description: String,
}

impl Command for AddEvidence {
    type Output = EvidenceId;
    const NAME: &'static str = "add_evidence";

    fn run(&self, tx: &mut Tx) -> Result<EvidenceId, Problem> {
        let (row, ties) = lock_visible(tx, self.case)?;
        if !matches!(tx.actor.scope(), Some(Scope::Enterprise(_))) {
            return Err(Problem::forbidden());
        }
        let mut fields = Fields::new();
        let description = fields.text("/description", &self.description, 4000);
        if let Some(action) = self.action {
            let known: bool = select(exists(
                case_action::table.filter(case_action::id.eq(action)).filter(case_action::case_id.eq(row.id)),
            ))
            .get_result(&mut *tx.conn)?;
            fields.require(known, "/action", "不是本案件的整改措施", "is not an action of this case");
        }
        fields.done()?;
        if !row.state.takes_evidence() {
            return Err(Problem::conflict(
                "evidence_closed",
                Text::new(
                    "证据已提交,不能再补充",
                    "the evidence of this case has been handed in; nothing can be added",
                ),
            ));
        }
        let id = store(tx, row.id, self.action, &description)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(authority(&row, &ties.region));
        tx.audit(Self::NAME, subject, json!({ "evidence": id }))?;
        Ok(id)
    }
}

/// Writes a piece of evidence.
///
/// # Errors
/// When the database refuses.
pub(super) fn store(
    tx: &mut Tx,
    case: CaseId,
    action: Option<ActionId>,
    description: &str,
) -> Result<EvidenceId, Problem> {
    let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
    let id = EvidenceId::new();
    diesel::insert_into(case_evidence::table)
        .values((
            case_evidence::id.eq(id),
            case_evidence::case_id.eq(case),
            case_evidence::action_id.eq(action),
            case_evidence::description.eq(description),
            case_evidence::submitted_by.eq(account),
            case_evidence::submitted_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(id)
}
