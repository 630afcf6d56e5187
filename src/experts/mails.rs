//! The mails to experts who apply.

#![allow(
    clippy::enum_variant_names,
    reason = "the mails of this domain are about one thing, for which they are named"
)]

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an expert who applied: it has arrived.
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
