//! The states of an alert.

crate::word_enum! {
    /// The state of an alert.
    pub enum AlertState {
        /// Not dealt with yet.
        Open = "open",
        /// A quality analysis meeting dealt with it.
        Meeting = "meeting",
        /// An officer found that there is nothing to do.
        Dismissed = "dismissed",
    }
}
