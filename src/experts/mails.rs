//! The mails to experts who apply.

#![allow(
    clippy::enum_variant_names,
    reason = "the mails of this domain are about one thing, for which they are named"
)]

use chrono::{DateTime, Utc};

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To the address that an application names: the one-time link. Nothing that the applicant wrote is in it: nobody has proved the
    /// address yet.
    ApplicationLink = "application_link",
        "experts/mail/application_link.zh.txt", "experts/mail/application_link.en.txt" {
        /// When someone applied.
        asked: DateTime<Utc>,
        /// From which network, by its first bits; may be empty.
        network: String,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To an expert who applied and proved the mailbox: the application has arrived.
    ApplicationReceived = "application_received",
        "experts/mail/application_received.zh.txt", "experts/mail/application_received.en.txt" {
        /// The expert's name.
        expert: String,
    }
    /// To an expert: approved, the platform is open.
    ApplicationApproved = "application_approved",
        "experts/mail/application_approved.zh.txt", "experts/mail/application_approved.en.txt" {
        /// Where to log in.
        login_link: String,
    }
    /// To an expert: not approved.
    ApplicationRejected = "application_rejected",
        "experts/mail/application_rejected.zh.txt", "experts/mail/application_rejected.en.txt" {
        /// Reason given, as written by the person who gave it.
        reason: Prose,
    }
}
