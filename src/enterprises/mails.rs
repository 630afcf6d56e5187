//! The mails to enterprises that claim their accounts.

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an enterprise that claims its account: the one-time link.
    RegistrationLink = "registration_link",
        "enterprises/mail/registration_link.zh.txt", "enterprises/mail/registration_link.en.txt" {
        /// The enterprise's name.
        enterprise: String,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To an enterprise: an officer approved its claim.
    RegistrationApproved = "registration_approved",
        "enterprises/mail/registration_approved.zh.txt", "enterprises/mail/registration_approved.en.txt" {
        /// The name to log in with.
        username: String,
    }
    /// To the person who claimed an enterprise: an officer rejected the claim.
    RegistrationRejected = "registration_rejected",
        "enterprises/mail/registration_rejected.zh.txt", "enterprises/mail/registration_rejected.en.txt" {
        /// Reason given, as written by the person who gave it.
        reason: Prose,
    }
    /// To the address on record of an enterprise that has an account already: someone tried to claim it.
    AlreadyClaimed = "already_claimed",
        "enterprises/mail/already_claimed.zh.txt", "enterprises/mail/already_claimed.en.txt" {
        /// The enterprise's name.
        enterprise: String,
    }
}
