//! The settings of API keys.

use crate::settings::Checks;

crate::settings_section! {
    /// Keys of other systems, which officers make.
    pub ApiKeySettings in "api_keys" checked by check {
        /// Days for which a key is good where its officer names none.
        default_days: u32 = 180, 1..=3_650;
        /// Days for which a key is good at most.
        longest_days: u32 = 366, 1..=3_650;
        /// Keys that are good, of one officer.
        per_officer: u32 = 20, 1..=1_000;
        /// Calls that one key may make within a minute, at each server; further ones get 429.
        calls_per_minute: u32 = 600, 1..=1_000_000;
    }
}

fn check(keys: &ApiKeySettings, checks: &mut Checks<'_>) {
    checks.check(
        keys.default_days <= keys.longest_days,
        "api_keys.default_days",
        "must not be more than api_keys.longest_days",
    );
}
