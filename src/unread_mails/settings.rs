//! The settings of mails about unread messages.

crate::settings_section! {
    /// Mails to experts and to the people of enterprises about messages of their consultations that they have not read. Everyone can do
    /// without them, in the settings of the own account.
    pub UnreadMailSettings in "unread_mails" {
        /// Minutes after which an unread message is told of by mail, to who was not connected meanwhile.
        delay_minutes: u32 = 10, 1..=1_440;
        /// Minutes that lie between two such mails to the same person at least.
        gap_minutes: u32 = 15, 1..=1_440;
    }
}
