//! The mails about codes: to the people of the enterprise.

use crate::mails;
use crate::notifications::Prose;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// A code was granted, renewed, or the application was refused, or it was revoked.
    CreditCodeDecided = "credit_code_decided",
        "credit_codes/mail/credit_code_decided.zh.txt", "credit_codes/mail/credit_code_decided.en.txt",
        "品质信用码办理结果" {
        /// The product with its model.
        product: String,
        /// What was decided, in words.
        decision: String,
        /// The reason; empty where none is given.
        reason: String,
        /// The last day on which the code can be in force; none where it is not granted.
        until: Option<NaiveDate>,
        /// Where the code is.
        link: String,
    }
    /// A code is not in force any more, by a condition.
    CreditCodeSuspended = "credit_code_suspended",
        "credit_codes/mail/credit_code_suspended.zh.txt", "credit_codes/mail/credit_code_suspended.en.txt",
        "品质信用码暂停" {
        /// The product with its model.
        product: String,
        /// The conditions that are not met, in words.
        conditions: Prose,
        /// Where the code is.
        link: String,
    }
    /// A code is in force again.
    CreditCodeResumed = "credit_code_resumed",
        "credit_codes/mail/credit_code_resumed.zh.txt", "credit_codes/mail/credit_code_resumed.en.txt",
        "品质信用码恢复" {
        /// The product with its model.
        product: String,
        /// Where the code is.
        link: String,
    }
    /// The term of a code ends soon.
    CreditCodeEnds = "credit_code_ends",
        "credit_codes/mail/credit_code_ends.zh.txt", "credit_codes/mail/credit_code_ends.en.txt",
        "品质信用码即将到期" {
        /// The product with its model.
        product: String,
        /// The last day on which it can be in force.
        until: NaiveDate,
        /// Where the code is.
        link: String,
    }
}
