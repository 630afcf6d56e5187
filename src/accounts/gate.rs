//! What protects the log-in at each server: limits on guessing, and renewals that are answered again.

use crate::accounts::renewals::Renewals;
use crate::accounts::settings::AuthSettings;
use crate::accounts::throttle::Throttle;

/// The limits on log-ins of one server, and the sessions of its pages that were renewed just now.
pub struct LogInGate {
    /// Limits guessing of one account's password.
    pub names: Throttle,
    /// Limits guessing of many accounts' passwords from one address.
    pub addresses: Throttle,
    /// The sessions of the pages that were renewed just now.
    pub renewals: Renewals,
}

impl LogInGate {
    /// Limits as the settings say.
    pub fn new(auth: &AuthSettings) -> Self {
        Self {
            names: throttle(auth, 1),
            addresses: throttle(auth, ADDRESS_ALLOWANCE),
            renewals: Renewals::default(),
        }
    }
}

/// A whole office shares one address, so it may fail this many times as often as one account.
const ADDRESS_ALLOWANCE: usize = 50;

fn throttle(auth: &AuthSettings, allowance: usize) -> Throttle {
    let most = usize::try_from(auth.login_failures).unwrap_or(usize::MAX);
    let window = i64::try_from(auth.login_window_seconds).unwrap_or(86_400);
    Throttle::new(most.saturating_mul(allowance), window)
}
