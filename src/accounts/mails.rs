//! The mails to people about their own accounts. None of them can be switched off.

use crate::mails;
use chrono::{DateTime, Utc};

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To who forgot the password: the one-time link.
    PasswordReset = "password_reset",
        "accounts/mail/password_reset.zh.txt", "accounts/mail/password_reset.en.txt" {
        /// The name to log in with.
        username: String,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in minutes.
        valid_minutes: u32,
        /// When it was asked for.
        at: DateTime<Utc>,
        /// Who is in charge asked for it; else someone at the log-in page.
        by_officer: bool,
    }
    /// The password was changed.
    PasswordChanged = "password_changed",
        "accounts/mail/password_changed.zh.txt", "accounts/mail/password_changed.en.txt" {
        /// The name to log in with.
        username: String,
        /// When.
        at: DateTime<Utc>,
    }
    /// To a new mail address: the one-time link that confirms it.
    AddressConfirmation = "address_confirmation",
        "accounts/mail/address_confirmation.zh.txt", "accounts/mail/address_confirmation.en.txt" {
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To the old mail address: another one was asked for.
    AddressRequested = "address_requested",
        "accounts/mail/address_requested.zh.txt", "accounts/mail/address_requested.en.txt" {
        /// The name to log in with.
        username: String,
        /// The new address.
        email: String,
        /// When.
        at: DateTime<Utc>,
    }
    /// To the old mail address: another one takes its place.
    AddressChanged = "address_changed",
        "accounts/mail/address_changed.zh.txt", "accounts/mail/address_changed.en.txt" {
        /// The name to log in with.
        username: String,
        /// The new address.
        email: String,
        /// When.
        at: DateTime<Utc>,
    }
}
