//! The files with calendars of further years, in the folder that the settings name.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::catalogue::settings::CatalogueSettings;
use crate::catalogue::{BUILTIN_CALENDAR, CalendarFile, Catalogue};
use crate::settings::Settings;

/// Most bytes of a file; a year has about one thousand.
const MOST_BYTES: u64 = 1024 * 1024;

/// A file that was read.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// Its path.
    pub path: PathBuf,
    text: String,
}

/// The reference data with the calendars of the configured folder.
///
/// # Errors
/// A sentence that names the folder or file that can't be read, or every line of a file that is wrong with the reason.
pub fn load(settings: &Settings) -> Result<Catalogue, String> {
    let files = read_folder(settings)?;
    let names: Vec<String> = files.iter().map(|file| file.path.display().to_string()).collect();
    let layers: Vec<CalendarFile<'_>> =
        files.iter().zip(&names).map(|(file, name)| file.as_layer(name)).collect();
    Catalogue::with_calendar_files(&layers).map_err(|error| error.to_string())
}

/// The files of the configured folder whose names end with `.toml`, by name; none where no folder is configured.
///
/// # Errors
/// A sentence that names what can't be read.
pub fn read_folder(settings: &Settings) -> Result<Vec<ReadFile>, String> {
    let Some(folder) = settings.section::<CatalogueSettings>().calendar_dir() else { return Ok(Vec::new()) };
    let failed = |error| format!("catalogue.calendar_dir: {} can't be read: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| read_file(path)).collect()
}

/// Reads a file.
///
/// # Errors
/// A sentence that names the file and why it can't be read: none there, too large, no UTF-8.
pub fn read_file(path: &Path) -> Result<ReadFile, String> {
    let failed = |error: std::io::Error| format!("{} can't be read: {error}", path.display());
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(format!("{} is no calendar: it has more than {MOST_BYTES} bytes", path.display()));
    }
    // Editors of Windows begin a file with a mark that TOML does not know.
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(ReadFile { path: path.to_owned(), text })
}

impl ReadFile {
    /// As a layer of a calendar, under this name.
    pub fn as_layer<'a>(&'a self, name: &'a str) -> CalendarFile<'a> {
        CalendarFile { name, text: &self.text }
    }
}

/// Whether a year stands in the calendar that is built in.
pub fn is_built_in(file: &str) -> bool {
    file == BUILTIN_CALENDAR.name
}
