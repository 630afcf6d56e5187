//! Scanning a file for viruses while it is uploaded.

use crate::attachments::scan::clamd::{self, Verdict};
use crate::attachments::scan::settings::ScanSettings;
use crate::settings::Settings;

/// Scans a file that was just received, from the disk. Gives nothing where the scanner can't answer: the job tries again.
pub async fn scan_on_upload(settings: &Settings, file: std::fs::File) -> Option<Verdict> {
    let scan = settings.section::<ScanSettings>();
    let address = scan.place()?;
    match clamd::scan(&address, scan.limit(), clamd::chunks(file)).await {
        Ok(verdict) => Some(verdict),
        Err(error) => {
            tracing::warn!(%error, "an uploaded file could not be scanned; it waits, and nobody gets it meanwhile");
            None
        }
    }
}
