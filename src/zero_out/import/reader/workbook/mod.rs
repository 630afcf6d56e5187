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

use crate::zero_out::import::refusal::Refusal;
use formats::Format;
use parts::{Archive, Names};
pub use sheet::{Facts, each};
use std::io::Cursor;
use xml::Failure;
use zip::ZipArchive;

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
    strings: Vec<Box<str>>,
    formats: Vec<Format>,
    from_1904: bool,
}

impl<'a> Book<'a> {
    /// Reads what all sheets share.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] where that is not whole.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        Self::read(bytes).map_err(|Failure| Refusal::Damaged)
    }

    fn read(bytes: &'a [u8]) -> Result<Self, Failure> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Failure)?;
        let names = Names::of(&archive);
        let home = names.workbook(&archive)?;
        let (folder, file) = home.rsplit_once('/').unwrap_or(("", &home));
        let at = names.find(&format!("{folder}/_rels/{file}.rels")).ok_or(Failure)?;
        let relations = parts::relations(&archive, at, folder)?;
        let (listed, from_1904) = parts::sheets(&archive, names.find(&home).ok_or(Failure)?)?;
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
            Some(part) => parts::read(&archive, part, strings::read)?,
            None => Vec::new(),
        };
        let formats = match shared("styles") {
            Some(part) => parts::read(&archive, part, formats::read)?,
            None => Vec::new(),
        };
        Ok(Self { archive, sheets, strings, formats, from_1904 })
    }
}
