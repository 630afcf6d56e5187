//! Evidence that a correction was made.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::use_for_case;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::text::Text;
use crate::core::{Code, Problem};
use crate::db::schema::{case_action, case_evidence, case_evidence_file};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::clearance::criteria;
use crate::remediation::ids::{ActionId, CaseId, EvidenceId};
use crate::remediation::load::lock_visible;
use crate::remediation::policy::authority;
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
    /// The recovery criterion that it proves, by its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterion: Option<String>,
    /// Description of what the evidence shows.
    pub description: String,
    /// The files, of the enterprise's own uploads, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentId>,
}

/// Most files of one piece of evidence.
pub const MOST_FILES: usize = 50;
/// Most files on which one event of a case is based.
pub const MOST_FILES_OF_EVENT: usize = 20;

impl Command for AddEvidence {
    type Output = EvidenceId;
    const NAME: &'static str = "add_evidence";

    fn run(&self, tx: &mut Tx) -> Result<EvidenceId, Problem> {
        let (row, context) = lock_visible(tx, self.case)?;
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
        let criterion = fields.optional_text("/criterion", self.criterion.as_deref(), 64);
        if let Some(key) = &criterion {
            let settings = std::sync::Arc::clone(&tx.settings);
            let known = criteria(&mut tx.conn, &settings, &row, row.state)?.iter().any(|c| c.key == *key);
            fields.require(
                known,
                "/criterion",
                "不是本案件的康复标准",
                "is not a recovery criterion of this case",
            );
        }
        check_files(&mut fields, &self.attachments, MOST_FILES);
        fields.done()?;
        if !row.state.takes_evidence() {
            return Err(Problem::new(
                Code::EvidenceClosed,
                Text::new(
                    "案件未责令改正、正在复检或已结束，不能补充证据",
                    "evidence is taken from the order to the end of a case, and not while the result is tested again",
                ),
            ));
        }
        let id = store(tx, row.id, self.action, criterion.as_deref(), &description)?;
        use_files(tx, row.id, &self.attachments)?;
        let files: Vec<_> = (1_i32..)
            .zip(&self.attachments)
            .map(|(ordinal, file)| {
                (
                    case_evidence_file::evidence_id.eq(id),
                    case_evidence_file::ordinal.eq(ordinal),
                    case_evidence_file::attachment_id.eq(*file),
                )
            })
            .collect();
        diesel::insert_into(case_evidence_file::table).values(files).execute(&mut *tx.conn)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(authority(&row, &context.region));
        let data = json!({ "evidence": id, "criterion": criterion, "attachments": self.attachments });
        tx.audit(Self::NAME, subject, data)?;
        Ok(id)
    }
}

/// Checks the number of files, and that none is named twice.
pub fn check_files(fields: &mut Fields, files: &[AttachmentId], most: usize) {
    if files.len() > most {
        let (zh, en) = (format!("一次最多 {most} 个附件"), format!("must be at most {most} files"));
        fields.fault("/attachments", zh, en);
    }
    for (at, id) in files.iter().enumerate() {
        let earlier = files.iter().take(at).any(|other| other == id);
        fields.require(!earlier, &format!("/attachments/{at}"), "文件重复", "duplicate file");
    }
}

/// Uses files for a case: from then on whoever sees the case reads them.
///
/// # Errors
/// 422 that names those that are no uploads of the actor's own, or are used elsewhere.
pub fn use_files(tx: &mut Tx, case: CaseId, files: &[AttachmentId]) -> Result<(), Problem> {
    let mut fields = Fields::new();
    for (at, file) in files.iter().enumerate() {
        let own = use_for_case(tx, case.0, *file)?;
        fields.require(
            own,
            &format!("/attachments/{at}"),
            "不是您上传的、可用于本案件的附件",
            "is not an upload of yours that can be used for this case",
        );
    }
    fields.done()
}

/// Writes a piece of evidence.
///
/// # Errors
/// When the database refuses.
pub fn store(
    tx: &mut Tx,
    case: CaseId,
    action: Option<ActionId>,
    criterion: Option<&str>,
    description: &str,
) -> Result<EvidenceId, Problem> {
    let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
    let id = EvidenceId::new();
    diesel::insert_into(case_evidence::table)
        .values((
            case_evidence::id.eq(id),
            case_evidence::case_id.eq(case),
            case_evidence::action_id.eq(action),
            case_evidence::criterion.eq(criterion),
            case_evidence::description.eq(description),
            case_evidence::submitted_by.eq(account),
            case_evidence::submitted_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(id)
}
