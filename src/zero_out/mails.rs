//! The mails about the zero-out list.

use crate::mails;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To each person of an enterprise: a list that an office sent in names records of the enterprise that were not known, or orders to
    /// correct.
    RecordsListed = "records_listed",
        "zero_out/mail/records_listed.zh.txt", "zero_out/mail/records_listed.en.txt",
        "列入清零名单" {
        /// The name of the enterprise.
        enterprise: String,
        /// How many of its records are new on the list.
        listed: u32,
        /// How many of its records were ordered to be corrected by it.
        ordered: u32,
        /// Where its records are.
        link: String,
    }
}
