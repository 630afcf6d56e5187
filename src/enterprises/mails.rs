//! The mails about claims of accounts. What a claimant wrote is in none of them: the readers do not know who that is.

use chrono::{DateTime, Utc};

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To the address on record of an enterprise that someone claims: the one-time link.
    RegistrationLink = "registration_link",
        "enterprises/mail/registration_link.zh.txt", "enterprises/mail/registration_link.en.txt",
        "账号认领链接" {
        /// The enterprise's name, as it is on record.
        enterprise: String,
        /// When the claim was made, UTC; shown in Asia/Shanghai.
        asked: DateTime<Utc>,
        /// From which network, by its first bits; may be empty.
        network: String,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To the address that an officer has confirmed for a claim: the one-time link.
    RegistrationApproved = "registration_approved",
        "enterprises/mail/registration_approved.zh.txt", "enterprises/mail/registration_approved.en.txt",
        "账号认领已通过" {
        /// The enterprise's name, as it is on record.
        enterprise: String,
        /// When the claim was made, UTC; shown in Asia/Shanghai.
        asked: DateTime<Utc>,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To who asked for an account: the claim was approved, and its link went to another address, which the officer has confirmed. Says nothing
    /// of the enterprise: the address is not known to be its own.
    RegistrationApprovedElsewhere = "registration_approved_elsewhere",
        "enterprises/mail/registration_approved_elsewhere.zh.txt", "enterprises/mail/registration_approved_elsewhere.en.txt",
        "账号认领已通过（告知申请人）" {
        /// When the claim was made, UTC.
        asked: DateTime<Utc>,
    }
    /// To the address that a claimant named: an officer rejected the claim.
    RegistrationRejected = "registration_rejected",
        "enterprises/mail/registration_rejected.zh.txt", "enterprises/mail/registration_rejected.en.txt",
        "账号认领未通过" {
        /// When the claim was made, UTC; shown in Asia/Shanghai.
        asked: DateTime<Utc>,
        /// Reason given, as written by the officer.
        reason: Prose,
    }
    /// To the address that a claimant named whose claim waited for an officer: another claim was confirmed.
    RegistrationEnded = "registration_ended",
        "enterprises/mail/registration_ended.zh.txt", "enterprises/mail/registration_ended.en.txt",
        "账号认领已终止" {
        /// When the claim was made, UTC; shown in Asia/Shanghai.
        asked: DateTime<Utc>,
    }
    /// To the mailbox that has confirmed a claim: the account is open.
    AccountOpened = "account_opened",
        "enterprises/mail/account_opened.zh.txt", "enterprises/mail/account_opened.en.txt",
        "账号已开通" {
        /// The enterprise's name, as it is on record.
        enterprise: String,
        /// When the claim was confirmed, UTC; shown in Asia/Shanghai.
        at: DateTime<Utc>,
        /// How many other claims ended by that.
        ended: u32,
    }
    /// To the address on record of an enterprise that has an account already: someone tried to claim it.
    AlreadyClaimed = "already_claimed",
        "enterprises/mail/already_claimed.zh.txt", "enterprises/mail/already_claimed.en.txt",
        "有人再次认领账号" {
        /// The enterprise's name, as it is on record.
        enterprise: String,
        /// When the claim was made, UTC; shown in Asia/Shanghai.
        asked: DateTime<Utc>,
        /// From which network, by its first bits; may be empty.
        network: String,
    }
}
