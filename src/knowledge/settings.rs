//! The settings of the knowledge base.

crate::settings_section! {
    /// The knowledge base: when an article counts as having spared a consultation, and how much of its use one person may note.
    pub KnowledgeSettings in "knowledge" {
        /// Days after someone said that an article helped within which the enterprise opens no consultation on the same record, so that
        /// one was spared. (provisional)
        spared_days: u32 = 7, 1..=365;
        /// Questions and articles that one person may note within a day.
        uses_per_day: u32 = 500, 10..=100_000;
    }
}
