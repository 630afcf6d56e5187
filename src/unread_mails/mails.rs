//! The mails about unread messages.

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an expert or somebody of an enterprise who is not connected: in which consultations something was written.
    UnreadMessages = "unread_messages",
        "unread_mails/mail/unread_messages.zh.txt", "unread_mails/mail/unread_messages.en.txt",
        "未读消息" {
        /// How many consultations there are.
        count: u32,
        /// How many of them are not named.
        unnamed: u32,
        /// For each who wrote and how much, with its link.
        lines: Prose,
        /// Where all of them are.
        link: String,
        /// Where such mails are switched off.
        account: String,
    }
}
