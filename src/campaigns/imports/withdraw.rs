//! Withdrawing a file with entries of a register as a whole: the entries that it brought are taken off the register. Where one of them was checked or
//! has a hazard, the file stays.

use crate::accounts::factors::step_up;
use crate::campaigns::ids::{CampaignImportId, SubjectId};
use crate::campaigns::imports::request::TABLES;
use crate::campaigns::imports::standing::of_import;
use crate::campaigns::policy::permit_officers;
use crate::campaigns::register::remove;
use crate::campaigns::store::hold;
use crate::core::fields::Fields;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::regional;
use crate::db::schema::{campaign_import as imports, campaign_import_row as rows, campaign_subject};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::withdrawal::{Noun, mark, refuse_state};
use crate::list_files::imports::{ImportState, Outcome};
use crate::programmes::ids::ProgrammeId;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// So many rows are named by a refusal.
const MOST_NAMED: usize = 100;

/// Withdraws a file as a whole, while nothing rests on its entries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawCampaignImport {
    /// The import.
    pub id: CampaignImportId,
    /// Why, at most 900 characters.
    pub reason: String,
}

/// Refuses where an entry was checked or has a hazard since, and names the rows.
fn refuse_in_use(tx: &mut Tx, id: CampaignImportId) -> Result<(), Problem> {
    let standing = of_import(&mut tx.conn, id)?;
    let Some(first) = standing.first() else { return Ok(()) };
    let (name, count) = (&first.name, standing.len());
    let text = Text::new(
        format!("“{name}”等 {count} 条已登记检查或者隐患，不能整批撤回"),
        format!(
            "`{name}` was checked or has a hazard ({count} entries in all), so the file cannot be withdrawn as a whole"
        ),
    );
    let mut refused = Problem::new(Code::ImportInUse, text);
    refused.errors = standing
        .iter()
        .take(MOST_NAMED)
        .map(|one| {
            FieldError::body(
                format!("/rows/{}", one.row),
                Text::new(one.text_zh.clone(), one.text_en.clone()),
            )
        })
        .collect();
    Err(refused)
}

impl Command for WithdrawCampaignImport {
    type Output = CampaignImportId;
    const NAME: &'static str = "withdraw_campaign_import";

    fn run(&self, tx: &mut Tx) -> Result<CampaignImportId, Problem> {
        permit_officers(&tx.actor)?;
        let (state, dry_run, region, file_name, programme): (ImportState, bool, String, String, Uuid) =
            imports::table
                .find(self.id)
                .select((
                    imports::state,
                    imports::dry_run,
                    imports::region,
                    imports::file_name,
                    imports::programme_id,
                ))
                .for_update()
                .first(&mut *tx.conn)?;
        if !regional::sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 900);
        refuse_state(Noun::FILE, state, dry_run)?;
        step_up::require(tx)?;
        fields.done()?;
        let campaign = hold(tx, ProgrammeId(programme))?;
        let ids: Vec<SubjectId> = rows::table
            .inner_join(campaign_subject::table)
            .filter(rows::import_id.eq(self.id))
            .filter(rows::outcome.eq(Outcome::Inserted))
            .filter(campaign_subject::removed_at.is_null())
            .select(rows::subject_id)
            .load(&mut *tx.conn)?;
        refuse_in_use(tx, self.id)?;
        remove(tx, &ids, &format!("导入的文件已撤回：{reason}"))?;
        mark(tx, TABLES, self.id.0, state, &reason)?;
        let subject = Subject::new("campaign_import", self.id.0).in_region(&region);
        let data = json!({
            "file_name": file_name, "reason": reason, "withdrawn": ids.len(), "campaign": campaign.name,
        });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }
}
