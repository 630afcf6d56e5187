//! What the scanner says of a file.

crate::word_enum! {
    /// What the scanner says of a file. The table has the same words in a CHECK.
    pub enum ScanState {
        /// There was no scanner when it came.
        Unscanned = "unscanned",
        /// It is to be scanned.
        Waiting = "waiting",
        /// Nothing was found.
        Clean = "clean",
        /// Something was found: nobody gets it.
        Infected = "infected",
    }
}
