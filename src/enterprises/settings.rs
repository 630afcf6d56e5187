//! The settings of claims: how many of them, and how many mails, one network or one claimant may cause.

crate::settings_section! {
    /// Claims of enterprises' accounts. Anybody can claim anything, so what one network or one claimant may cause is limited, each for
    /// itself: nobody uses up the mails of somebody else.
    pub ClaimSettings in "claims" {
        /// Claims that one network (an IPv4 address, IPv6 /64) may make at one server within an hour; more are refused with 429.
        per_network_hour: u32 = 300, 1..=1_000_000;
        /// Links mailed to an enterprise within a day for claims of the same content from the same network.
        mails_per_claimant_day: u32 = 5, 1..=1_000;
        /// Links mailed to an enterprise within a day for all claims from one network.
        mails_per_network_day: u32 = 20, 1..=10_000;
        /// Links mailed to an enterprise within a day for the claims of everybody, so that its mailbox is not flooded.
        mails_per_enterprise_day: u32 = 60, 1..=100_000;
        /// Claims of one enterprise from one network that may wait for an officer's decision.
        waiting_per_network: u32 = 10, 1..=1_000;
        /// Claims of one enterprise that may wait for an officer's decision in all.
        waiting_per_enterprise: u32 = 50, 1..=10_000;
        /// Days after which a claim that nobody decided is deleted.
        undecided_days: u32 = 90, 1..=3_650;
        /// Days for which a claim is kept that expired, was rejected or came to nothing otherwise.
        kept_days: u32 = 180, 1..=3_650;
    }
    constants {
        /// Every claim is answered after so many milliseconds, so that the time tells nothing either.
        answer_milliseconds: u64 = 150;
    }
}
