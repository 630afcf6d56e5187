//! The settings of lists that offices send in.

crate::settings_section! {
    /// Limits of uploaded lists.
    pub ImportSettings in "import" {
        /// Greatest uploaded list in bytes. A workbook may unpack to eight times as many.
        max_upload_bytes: u64 = 67_108_864, 1_024..=4_294_967_296;
        /// Most rows in one list.
        max_rows: u64 = 1_000_000, 1..=100_000_000;
        /// For how many hours a checked file is kept, so that it can be imported from the record of its check; 0 keeps none.
        checked_file_hours: u32 = 168, 0..=8_760;
        /// How many checked files are kept of one account; of more, the eldest go.
        checked_files_per_account: u32 = 20, 1..=1_000;
    }
}

/// How many times `max_upload_bytes` a workbook may take once unpacked.
const UNPACKED: u64 = 8;

impl ImportSettings {
    /// Greatest size of a workbook once unpacked, in bytes.
    pub fn max_unpacked_bytes(&self) -> u64 {
        self.max_upload_bytes.saturating_mul(UNPACKED)
    }
}
