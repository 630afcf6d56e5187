//! The sources from which the settings are loaded.

use std::path::PathBuf;

/// What the settings are made from. `LoadOptions::default()` gives the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The file named on the command line; it must exist.
    pub file: Option<PathBuf>,
    /// Folder whose `zerodesk.toml` is read if it exists and no other file was named; `None`: none is looked
    /// for.
    pub dir: Option<PathBuf>,
    /// The environment, of which `ZERODESK_*` and `DATABASE_URL` are read.
    pub env: Vec<(String, String)>,
}

impl LoadOptions {
    /// The environment and the working folder of this process. Variables that are not UTF-8 are read with
    /// replacement characters, which only matters for those that name a setting.
    pub fn from_process(file: Option<PathBuf>) -> Self {
        Self {
            file,
            dir: Some(PathBuf::from(".")),
            env: std::env::vars_os()
                .map(|(name, value)| {
                    (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
                })
                .collect(),
        }
    }
}
