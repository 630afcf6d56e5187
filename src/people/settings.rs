//! The settings of invitations and of enterprises' people.

crate::settings_section! {
    /// Invitations, and how many people an enterprise may have.
    pub PeopleSettings in "people" {
        /// Hours that the link of a mailed invitation stays good.
        invitation_hours: u32 = 168, 1..=720;
        /// Most people of one enterprise, open invitations included.
        colleagues: u32 = 20, 1..=1_000;
        /// Most mails with which one enterprise invites its people within 24 hours; those of invitations that were corrected or withdrawn count.
        enterprise_invitations_a_day: u32 = 40, 1..=10_000;
    }
    constants {
        /// Most invitations to one mail address within a day.
        invitations_a_day: u32 = 5;
    }
}
