//! The mails about programmes.

use crate::mails;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an officer of a region: a programme was approved that charges the region with tasks.
    ProgrammeCharged = "programme_charged",
        "programmes/mail/programme_charged.zh.txt", "programmes/mail/programme_charged.en.txt",
        "监督抽查计划任务" {
        /// The name of the programme.
        programme: String,
        /// The name of the region.
        region: String,
        /// How many tasks.
        tasks: u32,
        /// How many samples.
        samples: u32,
        /// The last day on which samples are to be taken.
        due_on: NaiveDate,
        /// The page of the programme.
        link: String,
    }
    /// To the officer who handed a programme in: it was sent back.
    ProgrammeReturned = "programme_returned",
        "programmes/mail/programme_returned.zh.txt", "programmes/mail/programme_returned.en.txt",
        "监督抽查计划退回" {
        /// The name of the programme.
        programme: String,
        /// Reason of the officer who returned it.
        reason: String,
        /// The page of the programme.
        link: String,
    }
}
