//! What becomes of an invitation to a panel. Pure.

crate::word_enum! {
    /// The state of an invitation. The table has the same words in a CHECK.
    pub enum PanelInvitationState {
        /// Not answered yet.
        Invited = "invited",
        /// Accepted: the expert has a seat from then on.
        Accepted = "accepted",
        /// Declined.
        Declined = "declined",
        /// Taken back, or the expert can have no part in the panel any more.
        Withdrawn = "withdrawn",
        /// The consultation ended before it was answered.
        Lapsed = "lapsed",
    }
}
