//! What protects the log-in at each server: limits on guessing.

use crate::accounts::settings::AuthSettings;
use crate::core::{Code, Problem, Text, Throttle};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// The limits on log-ins of one server.
pub struct LogInGate {
    /// Failed log-ins by account name: limits guessing of one account's password.
    names: Throttle<String>,
    /// Failed log-ins by address: limits guessing of many accounts' passwords from one address.
    addresses: Throttle<String>,
}

impl LogInGate {
    /// Limits as the settings say.
    pub fn new(auth: &AuthSettings) -> Self {
        Self { names: throttle(auth, 1), addresses: throttle(auth, ADDRESS_ALLOWANCE) }
    }

    /// Whether a log-in may be tried: not after too many failures for its name or its address within the window of the settings.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn check(&self, name: &str, address: &str, now: DateTime<Utc>) -> Result<(), Problem> {
        let now = since_epoch(now);
        let wait = self.names.wait(name, now).or_else(|| self.addresses.wait(address, now));
        wait.map_or(Ok(()), |wait| Err(too_many_failures(wait)))
    }

    /// Notes a failed log-in.
    pub fn failed(&self, name: String, address: String, now: DateTime<Utc>) {
        let now = since_epoch(now);
        self.names.note(name, now);
        self.addresses.note(address, now);
    }

    /// Forgets a name's failures after a log-in that worked.
    pub fn logged_in(&self, name: &str) {
        self.names.forget(name);
    }
}

/// A whole office shares one address, so it may fail this many times as often as one account.
const ADDRESS_ALLOWANCE: usize = 50;

fn throttle(auth: &AuthSettings, allowance: usize) -> Throttle<String> {
    let most = usize::try_from(auth.login_failures).unwrap_or(usize::MAX);
    Throttle::new(most.saturating_mul(allowance), Duration::from_secs(auth.login_window_seconds))
}

fn since_epoch(now: DateTime<Utc>) -> Duration {
    (now - DateTime::UNIX_EPOCH).to_std().unwrap_or_default()
}

fn too_many_failures(wait: Duration) -> Problem {
    let wait = wait.as_secs().max(1);
    let mut problem = Problem::new(
        Code::TooManyFailures,
        Text::new(
            format!("登录失败次数过多，请 {wait} 秒后再试"),
            format!("too many failed log-ins; try again in {wait} seconds"),
        ),
    );
    problem.retry_after = Some(wait);
    problem
}
