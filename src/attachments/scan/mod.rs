//! Files are scanned for malicious software by ClamAV's daemon, where one is configured.
//!
//! - A file is scanned as it comes ([`arrival`]). Until it is found clean nobody gets its bytes: a daemon that is away, or fails,
//!   keeps files waiting and lets none through. The job ([`job`]) tries again, and scans what came before there was a scanner.
//! - What is found is kept from everyone: the row says what it is, the bytes are deleted, the audit has it, and it can't be used any more.
//!   Where it was used already, its readers see that it was quarantined.
//! - Where no daemon is configured, files are as they were: unscanned, and readable.

pub mod access;
pub mod arrival;
pub mod clamd;
pub mod job;
pub mod metrics;
pub mod record;
pub mod settings;
pub mod state;

pub use settings::ScanSettings;
pub use state::ScanState;
