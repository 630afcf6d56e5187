//! The settings of exports: how long a file may become, and how many are made at once.

crate::settings_section! {
    /// Lists as workbooks and CSV files. They are sent as they are read, so their length costs time and no memory.
    pub ExportSettings in "exports" {
        /// Most rows of one file. A longer list ends there, and the last line of the file says so.
        max_rows: u64 = 1_000_000, 1..=100_000_000;
        /// Most files that are made for one account at once; more get 429.
        at_once_of_account: usize = 3, 1..=100;
        /// Most files that are made at once by one server; more get 503. Each holds some megabytes of memory and, while it is sent, a
        /// connection to the database beside those of the pool.
        at_once: usize = 20, 1..=1_000;
    }
}
