//! Files are scanned for malicious software by ClamAV's daemon, where one is configured.
//!
//! - A file is scanned as it comes ([`on_arrival`]). Until it is found clean nobody gets its bytes: a daemon that is away, or fails,
//!   keeps files waiting and lets none through. The job ([`job`]) tries again, and scans what came before there was a scanner.
//! - What is found is kept from everyone: the row says what it is, the bytes are deleted, the audit has it, and it can't be used any more.
//!   Where it was used already, its readers see that it was quarantined.
//! - Where no daemon is configured, files are as they were: unscanned, and readable.

pub mod clamd;
pub mod job;
pub mod record;

use std::path::PathBuf;
use std::time::Duration;

use crate::app::App;
use crate::attachments::AttachmentRow;
use crate::core::{Code, Problem, Text};
use crate::settings::{Checks, Settings};
use crate::web::room::Metric;
use clamd::{Address, Verdict};

crate::word_enum! {
    /// What the scanner says of a file. The table has the same words in a CHECK.
    pub enum ScanState {
        /// There was no scanner when it came.
        Unscanned = "unscanned",
        /// It is to be scanned.
        Waiting = "waiting",
        /// Nothing was found.
        Clean = "clean",
        /// Something was found: nobody gets it.
        Infected = "infected",
    }
}

crate::settings_section! {
    /// The scanner for malicious software in uploaded files: ClamAV's daemon.
    pub ScanSettings in "clamav" checked by check {
        /// Where `clamd` listens: `unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`. Empty: files are not scanned. Its StreamMaxLength
        /// must be at least attachments.max_bytes, or greater files wait for ever.
        address: String = String::new();
        /// Seconds in which a file must be scanned; else it waits and is tried again.
        timeout_seconds: u64 = 30, 1..=600;
    }
}

fn check(scan: &ScanSettings, checks: &mut Checks<'_>) {
    checks.check(
        scan.address.is_empty() || scan.place().is_some(),
        "clamav.address",
        "must be unix:/path/of/the/socket or tcp:host:port",
    );
}

impl ScanSettings {
    /// Where the daemon is; none where files are not scanned.
    pub fn place(&self) -> Option<Address> {
        match self.address.split_once(':')? {
            ("unix", path) if path.starts_with('/') => Some(Address::Unix(PathBuf::from(path))),
            ("tcp", place) => {
                let (host, port) = place.rsplit_once(':')?;
                let named = !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0);
                named.then(|| Address::Tcp(place.to_owned()))
            }
            _ => None,
        }
    }

    /// How long a scan may take.
    pub fn limit(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// What a new file begins with.
    pub fn first(&self) -> ScanState {
        if self.place().is_some() { ScanState::Waiting } else { ScanState::Unscanned }
    }
}

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

/// Scans a file that has just come, from the disk. Gives nothing where the daemon can't say: the job tries again.
pub async fn on_arrival(settings: &Settings, file: std::fs::File) -> Option<Verdict> {
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

/// How many files wait; none where files are not scanned.
pub fn metrics(app: &App) -> Vec<Metric> {
    let scanned = app.settings().section::<ScanSettings>().place().is_some();
    vec![Metric {
        name: "zerodesk_attachments_unscanned",
        help: "Uploaded files that wait to be scanned.",
        value: if scanned { record::count(app) } else { Some(0.0) },
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_socket_or_a_port() {
        let place = |address: &str| ScanSettings { address: address.to_owned(), timeout_seconds: 1 }.place();
        assert_eq!(place("unix:/run/clamd.ctl"), Some(Address::Unix("/run/clamd.ctl".into())));
        assert_eq!(place("tcp:127.0.0.1:3310"), Some(Address::Tcp("127.0.0.1:3310".to_owned())));
        assert_eq!(place("tcp:[::1]:3310"), Some(Address::Tcp("[::1]:3310".to_owned())));
        for wrong in
            ["", "unix:", "unix:relative", "tcp:3310", "tcp:host:", "tcp::3310", "tcp:host:0", "http://x"]
        {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
