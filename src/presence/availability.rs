//! What experts say of their availability.

crate::word_enum! {
    /// What an expert says of their availability.
    pub enum Availability {
        /// Connected and ready to answer.
        Online = "online",
        /// Connected, but not at the desk.
        Away = "away",
        /// Not available.
        Offline = "offline",
    }
}
