//! Asking for the import of a file with entries of a register.

use crate::campaigns::ids::CampaignImportId;
use crate::campaigns::state::Theme;
use crate::campaigns::store::hold;
use crate::core::{Problem, Text, Wake};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::Tables;
use crate::list_files::imports::request::{NewImport, keep, plain_name};
use crate::programmes::ids::ProgrammeId;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Wakes the job that imports registers.
pub const WAKE: Wake = Wake::new("campaign_import");

/// The tables of the imports.
pub const TABLES: Tables = Tables { imports: "campaign_import", rejections: "campaign_import_rejection" };

/// What was said with the upload: the campaign, from which the table takes it as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterFile {
    /// The campaign.
    pub campaign: ProgrammeId,
}

/// Keeps a file and queues its import, or its check.
#[derive(Debug, Serialize)]
pub struct RequestCampaignImport {
    file_name: String,
    sha256: Vec<u8>,
    dry_run: bool,
    said: RegisterFile,
    #[serde(skip)]
    file: Vec<u8>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CampaignImportRequested {
    /// The import.
    pub id: CampaignImportId,
}

impl RequestCampaignImport {
    /// A file whose SHA-256 is known.
    #[must_use]
    pub fn new(
        campaign: ProgrammeId,
        file_name: &str,
        file: Vec<u8>,
        sha256: Vec<u8>,
        dry_run: bool,
    ) -> Self {
        Self { file_name: plain_name(file_name), sha256, dry_run, said: RegisterFile { campaign }, file }
    }
}

impl Command for RequestCampaignImport {
    type Output = CampaignImportRequested;
    const NAME: &'static str = "request_campaign_import";

    fn run(&self, tx: &mut Tx) -> Result<CampaignImportRequested, Problem> {
        let campaign = hold(tx, self.said.campaign)?;
        if campaign.theme == Theme::Outreach {
            let text = Text::new("“三进”活动没有名录", "outreach has no register");
            return Err(Problem::field("/file", text));
        }
        let region = tx.actor.officer_region().unwrap_or_default().to_owned();
        let id = CampaignImportId::new();
        let defaults = serde_json::to_value(self.said)?;
        let import = NewImport {
            id: id.0,
            region: &region,
            file_name: &self.file_name,
            file: &self.file,
            sha256: &self.sha256,
            dry_run: self.dry_run,
            defaults: &defaults,
        };
        keep(tx, TABLES, import)?;
        let subject = Subject::new("campaign_import", id.0).in_region(&region);
        let data = json!({
            "file_name": self.file_name, "bytes": self.file.len(), "dry_run": self.dry_run, "campaign": campaign.name,
        });
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(WAKE);
        Ok(CampaignImportRequested { id })
    }
}
