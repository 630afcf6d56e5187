//! The mails of response targets.

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an expert or an officer: answers that are due soon or overdue.
    ResponseTargets = "response_targets",
        "response_targets/mail/response_targets.zh.txt", "response_targets/mail/response_targets.en.txt",
        "答复时限提醒" {
        /// How many there are.
        count: u32,
        /// How many of them are not named.
        unnamed: u32,
        /// One line for each.
        lines: Prose,
        /// Address of the page.
        link: String,
    }
}
