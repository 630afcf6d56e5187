//! The mails about hazards, to the people of an enterprise.

use crate::mails;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// A correction is ordered.
    HazardOrdered = "hazard_ordered",
        "campaigns/mail/hazard_ordered.zh.txt", "campaigns/mail/hazard_ordered.en.txt",
        "隐患整改通知" {
        /// The hazard.
        item: String,
        /// The last day.
        due_on: NaiveDate,
        /// The page of the hazard.
        link: String,
    }
    /// A correction did not pass.
    HazardReturned = "hazard_returned",
        "campaigns/mail/hazard_returned.zh.txt", "campaigns/mail/hazard_returned.en.txt",
        "隐患整改退回" {
        /// The hazard.
        item: String,
        /// The reason, as it was given.
        reason: String,
        /// The last day.
        due_on: NaiveDate,
        /// The page of the hazard.
        link: String,
    }
    /// The term has passed.
    HazardOverdue = "hazard_overdue",
        "campaigns/mail/hazard_overdue.zh.txt", "campaigns/mail/hazard_overdue.en.txt",
        "隐患整改逾期" {
        /// The hazard.
        item: String,
        /// The last day.
        due_on: NaiveDate,
        /// The page of the hazard.
        link: String,
    }
}
