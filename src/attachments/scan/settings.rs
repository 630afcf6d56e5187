//! The settings of the scanner.

use std::path::PathBuf;
use std::time::Duration;

use crate::attachments::scan::clamd::Address;
use crate::attachments::scan::state::ScanState;
use crate::settings::Checks;

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
