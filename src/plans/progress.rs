//! The phases of a plan's computation.

crate::word_enum! {
    /// The phase of a computation.
    pub enum Phase {
        /// Reads enterprises and experts.
        Reading = "reading",
        /// Scores the pairs.
        Scoring = "scoring",
        /// Finds the optimum.
        Solving = "solving",
        /// The result is stored.
        Storing = "storing",
    }
}
