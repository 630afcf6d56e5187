//! What an import did with a row that it took.

crate::word_enum! {
    /// What became of a row that was taken. The table has the same words in a CHECK.
    pub enum Outcome {
        /// What it tells is new.
        Inserted = "inserted",
        /// It changed what stood.
        Updated = "updated",
        /// All of it was known.
        Unchanged = "unchanged",
    }
}
