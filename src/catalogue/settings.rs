//! The settings of the reference data.

use std::path::PathBuf;

crate::settings_section! {
    /// The reference data.
    pub CatalogueSettings in "catalogue" {
        /// Folder with calendars of further years: files `*.toml` in the form of `config/calendar.toml`, read when the program starts. A
        /// year in them is added to the years that are built in, or takes the place of one. Empty: the built-in years alone.
        /// `zerodesk calendar check` says what is wrong with a file.
        calendar_dir: PathBuf = PathBuf::new();
    }
}

impl CatalogueSettings {
    /// The folder with further years, where one is configured.
    pub fn calendar_dir(&self) -> Option<&PathBuf> {
        (!self.calendar_dir.as_os_str().is_empty()).then_some(&self.calendar_dir)
    }
}
