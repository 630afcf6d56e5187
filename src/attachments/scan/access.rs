//! Who may download a file, by the verdict of the scanner.

use crate::attachments::scan::settings::ScanSettings;
use crate::attachments::scan::state::ScanState;
use crate::attachments::store::AttachmentRow;
use crate::core::{Code, Problem, Text};
use crate::settings::Settings;

/// Whether the bytes of a file may be given to those who may read it.
///
/// # Errors
/// 409 where something was found in it, and where a scanner is there and has not found it clean.
pub fn admit(settings: &Settings, file: &AttachmentRow) -> Result<(), Problem> {
    let scanned = settings.section::<ScanSettings>().place().is_some();
    match file.scan {
        ScanState::Infected => Err(quarantined()),
        ScanState::Waiting | ScanState::Unscanned if scanned => Err(Problem::new(
            Code::AttachmentNotScanned,
            Text::new(
                "该文件正在进行病毒检查，检查通过后即可下载，请稍后再试",
                "this file is being checked for viruses and can be downloaded once it is found clean; try again later",
            ),
        )),
        ScanState::Waiting | ScanState::Unscanned | ScanState::Clean => Ok(()),
    }
}

/// 409 for a file in which something was found.
pub fn quarantined() -> Problem {
    Problem::new(
        Code::AttachmentQuarantined,
        Text::new(
            "该文件含有恶意代码，已被隔离，任何人都不能下载或使用",
            "malicious code was found in this file; it is quarantined, and nobody can download or use it",
        ),
    )
}
