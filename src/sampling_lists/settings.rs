//! The settings of sampling lists.

crate::settings_section! {
    /// Limits of sampling lists.
    pub SamplingListSettings in "sampling_lists" {
        /// Most rows in one sampling list. Its samples are held in memory until all are read, about one kilobyte each.
        max_rows: u64 = 100_000, 1..=1_000_000;
        /// Most forms that a laboratory's system hands over in one call.
        max_forms: u32 = 500, 1..=5_000;
    }
}
