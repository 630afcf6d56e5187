//! The settings of applications: how many of them, and how many mails, one network or one address may see.

crate::settings_section! {
    /// Applications to become an expert, until the mailbox that they name is proved. Anybody can name any mailbox, so what goes there is
    /// limited.
    pub ApplicationSettings in "applications" {
        /// Applications that one network (an IPv4 address, IPv6 /64) may make at one server within an hour; more are refused with 429.
        per_network_hour: u32 = 100, 1..=1_000_000;
        /// Links mailed to one address within a day for applications from one network.
        mails_per_network_day: u32 = 5, 1..=1_000;
        /// Links mailed to one address within a day for the applications of everybody, so that no mailbox is flooded.
        mails_per_address_day: u32 = 20, 1..=10_000;
        /// Beyond that limit one more link is mailed once the last one is so many minutes old.
        minutes_between: u32 = 10, 1..=1_440;
        /// Hours that a mailed one-time link stays good; an application whose link was not used by then is deleted.
        link_hours: u32 = 48, 1..=720;
        /// Days for which a network that a mailbox declined sends nothing more there.
        declined_days: u32 = 30, 1..=3_650;
        /// Certificates that one application may have.
        certificates: u32 = 10, 1..=100;
        /// Bytes of the greatest certificate.
        certificate_bytes: u64 = 5_242_880, 1_024..=104_857_600;
        /// Certificates that one network may upload at one server within an hour; more are refused with 429.
        uploads_per_network_hour: u32 = 200, 1..=1_000_000;
        /// Days after which the certificates of an application that was rejected are deleted.
        rejected_certificate_days: u32 = 30, 0..=3_650;
    }
    constants {
        /// Every application is answered after so many milliseconds, so that the time tells nothing either.
        answer_milliseconds: u64 = 150;
    }
}
