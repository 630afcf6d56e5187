//! Workbooks (.xlsx), read part by part and cell by cell.
//!
//! Own code and no library for spreadsheets: what decides here is what such libraries pass over or refuse, as hidden sheets and rows,
//! merged areas, errors of newer Excels, formulas without results, formats of dates. Only the parts that a list needs are read, so
//! damage elsewhere costs nothing; a sheet that claims to reach to its last corner costs nothing either.

mod formats;
mod merged;
mod parts;
mod sheet;
mod strings;
mod xml;

use crate::list_files::refusal::Refusal;
use formats::Format;
use parts::{Archive, Names};
pub use sheet::{Facts, each};
use std::io::Cursor;
use xml::Failure;
pub use xml::letters;
use zip::ZipArchive;

/// The part of the shared texts, as a file names it that has lost it.
pub const SHARED_STRINGS: &str = "sharedStrings.xml";
/// That of the formats.
const STYLES: &str = "styles.xml";

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
    /// Its part of the archive.
    part: usize,
}

/// A workbook whose sheets may be read.
pub struct Book<'a> {
    archive: Archive<'a>,
    /// Its worksheets, in order.
    pub sheets: Vec<Sheet>,
    /// The shared texts; none where their part can't be read.
    strings: Option<Vec<Box<str>>>,
    /// The formats of the styles; none where their part can't be read.
    formats: Option<Vec<Format>>,
    from_1904: bool,
}

impl<'a> Book<'a> {
    /// Reads what all sheets share.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] where what says which sheets there are is not whole; what is no workbook, or has macros.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        Self::read(bytes).unwrap_or(Err(Refusal::Damaged))
    }

    fn read(bytes: &'a [u8]) -> Result<Result<Self, Refusal>, Failure> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Failure)?;
        let names = Names::of(&archive);
        let home = names.workbook(&archive)?;
        let (folder, file) = home.rsplit_once('/').unwrap_or(("", &home));
        let at = names.find(&format!("{folder}/_rels/{file}.rels")).ok_or(Failure)?;
        let relations = parts::relations(&archive, at, folder)?;
        // The types of the parts may be damaged or missing; these are needed.
        if relations.iter().any(|relation| relation.is("vbaProject") || relation.is("xlMacrosheet")) {
            return Ok(Err(Refusal::Macros));
        }
        let Some((listed, from_1904)) = parts::sheets(&archive, names.find(&home).ok_or(Failure)?)? else {
            return Ok(Err(Refusal::not_a_table("这是其他 Office 文档", "it is another Office document")));
        };
        let mut sheets = Vec::new();
        for (name, hidden, id) in listed {
            let relation = relations.iter().find(|known| known.id == id && known.is("worksheet"));
            if let Some(relation) = relation {
                // A part that is missing is found out when the sheet is read.
                let part = names.find(&relation.target).unwrap_or(usize::MAX);
                sheets.push(Sheet { name, hidden, part });
            }
        }
        let shared = |kind: &str| {
            let relation = relations.iter().find(|known| known.is(kind));
            relation.and_then(|relation| names.find(&relation.target))
        };
        let strings = match shared("sharedStrings") {
            Some(part) => parts::read(&archive, part, strings::read).ok(),
            None => Some(Vec::new()),
        };
        let formats = match shared("styles") {
            Some(part) => parts::read(&archive, part, formats::read).ok(),
            None => Some(Vec::new()),
        };
        Ok(Ok(Self { archive, sheets, strings, formats, from_1904 }))
    }
}
