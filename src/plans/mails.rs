//! The mails by which a plan of circuit consultation is announced.

#![allow(
    clippy::enum_variant_names,
    reason = "the mails of this domain are about one thing, for which they are named"
)]

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an enterprise: a plan of circuit consultation assigned it an expert.
    RoundInvitation = "round_invitation",
        "plans/mail/round_invitation.zh.txt", "plans/mail/round_invitation.en.txt",
        "巡回问诊邀请" {
        /// The enterprise's name.
        enterprise: String,
        /// The expert's name.
        expert: String,
        /// The expert's title.
        title: String,
        /// Whether the enterprise has claimed its account.
        claimed: bool,
        /// Where to open a consultation, or to claim the account first.
        link: String,
    }
    /// To an expert: whom a plan of circuit consultation newly assigned to the expert.
    RoundAssignment = "round_assignment",
        "plans/mail/round_assignment.zh.txt", "plans/mail/round_assignment.en.txt",
        "巡回问诊安排" {
        /// How many enterprises.
        count: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// How many others the expert had before and keeps.
        kept: u32,
        /// The enterprises, a line for each.
        enterprises: Prose,
        /// Where the expert's consultations are.
        link: String,
    }
    /// To an expert: enterprises that a later plan gave to others, or left out.
    RoundRelease = "round_release",
        "plans/mail/round_release.zh.txt", "plans/mail/round_release.en.txt",
        "巡回问诊安排取消" {
        /// How many enterprises.
        count: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// The enterprises, a line for each.
        enterprises: Prose,
        /// Where the expert's consultations are.
        link: String,
    }
}
