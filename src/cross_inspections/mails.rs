//! The mails of cross-inspections: to the participants and the laboratory. None says what was found.

use crate::mails;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To a participant, or to the laboratory: samples are given to it for testing.
    CrossAssigned = "cross_assigned",
        "cross_inspections/mail/cross_assigned.zh.txt", "cross_inspections/mail/cross_assigned.en.txt",
        "互检样品分配" {
        /// The name of the round.
        round: String,
        /// How many samples it tests.
        samples: u32,
        /// The last day for the results.
        due_on: NaiveDate,
        /// The page of the round.
        link: String,
    }
    /// To a participant, or to the laboratory: results are still to be reported.
    CrossResultsDue = "cross_results_due",
        "cross_inspections/mail/cross_results_due.zh.txt", "cross_inspections/mail/cross_results_due.en.txt",
        "互检结果提交提醒" {
        /// The name of the round.
        round: String,
        /// Of how many samples the result is missing.
        missing: u32,
        /// The last day for the results.
        due_on: NaiveDate,
        /// The page of the round.
        link: String,
    }
    /// To a participant: the round is closed, and all results can be seen by their codes.
    CrossReleased = "cross_released",
        "cross_inspections/mail/cross_released.zh.txt", "cross_inspections/mail/cross_released.en.txt",
        "互检结果公布" {
        /// The name of the round.
        round: String,
        /// The page of the round.
        link: String,
    }
}
