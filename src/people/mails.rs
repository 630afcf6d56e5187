//! The mails to people who are invited, and to those whose accounts end or begin again.

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To someone who is invited: the one-time link.
    AccountInvitation = "account_invitation",
        "people/mail/account_invitation.zh.txt", "people/mail/account_invitation.en.txt",
        "账号邀请" {
        /// The name of the person who invites.
        inviter: String,
        /// What the person becomes, in Chinese: the role, with its region or enterprise.
        as_zh: String,
        /// The same in English.
        as_en: String,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To a person whose account was deactivated.
    AccountDeactivated = "account_deactivated",
        "people/mail/account_deactivated.zh.txt", "people/mail/account_deactivated.en.txt",
        "账号已停用" {
        /// Reason given, as written by the person who gave it.
        reason: Prose,
    }
    /// To a person whose account was opened again.
    AccountReactivated = "account_reactivated",
        "people/mail/account_reactivated.zh.txt", "people/mail/account_reactivated.en.txt",
        "账号已重新启用" {
        /// The address of the page to log in at.
        login_link: String,
    }
}
