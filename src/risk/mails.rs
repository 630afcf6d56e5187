//! The mails of risk: the weekly digest.

use crate::mails;
use crate::notifications::Prose;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an officer who wants it: what rose in the week that is over, the alerts of that week, the letters that are due.
    RiskDigest = "risk_digest",
        "risk/mail/risk_digest.zh.txt", "risk/mail/risk_digest.en.txt",
        "风险每周摘要" {
        /// The region.
        region: String,
        /// The first day of the week that is over.
        from: NaiveDate,
        /// Its last day.
        until: NaiveDate,
        /// What rose, a line for each.
        risen: Prose,
        /// The alerts of the week, a line for each.
        alerts: Prose,
        /// Letters that are late or to be answered within the next week, a line for each.
        letters: Prose,
        /// Where the index is.
        link: String,
    }
}
