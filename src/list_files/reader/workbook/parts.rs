//! The parts of a workbook that say where the others are.

use super::xml::{Failure, Xml, attribute, is_set};
use quick_xml::events::Event;
use std::collections::HashMap;
use std::io::{self, Cursor};
use zip::ZipArchive;

/// The archive of a workbook. Its copies share the bytes and the list of parts.
pub type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The parts by their names, whose case does not count.
pub struct Names(HashMap<String, usize>);

/// What a part says of another.
pub struct Relation {
    /// By this it is referred to.
    pub id: String,
    /// The name of the other part.
    pub target: String,
    kind: String,
}

impl Relation {
    /// Whether the other part is of a kind, whichever edition of the standard names it.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

impl Names {
    /// The names of an archive.
    pub fn of(archive: &Archive<'_>) -> Self {
        let names = archive.file_names().enumerate();
        Self(names.filter_map(|(at, name)| Some((plain(&name.ok()?), at))).collect())
    }

    /// The place of a part.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.0.get(&plain(name)).copied()
    }

    /// The name of the part that lists the sheets.
    pub fn workbook(&self, archive: &Archive<'_>) -> Result<String, Failure> {
        let usual = "xl/workbook.xml".to_owned();
        if self.find(&usual).is_some() {
            return Ok(usual);
        }
        let relations = relations(archive, self.find("_rels/.rels").ok_or(Failure)?, "")?;
        let home = relations.into_iter().find(|relation| relation.is("officeDocument"));
        home.map(|relation| relation.target).ok_or(Failure)
    }
}

fn plain(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

/// Reads a part from its start, and makes sure that it is whole: what follows what was wanted of it is unpacked as well.
pub fn read<T>(
    archive: &Archive<'_>,
    part: usize,
    with: impl FnOnce(&mut Xml<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut archive = archive.clone();
    let mut file = archive.by_index(part).map_err(|_| Failure)?;
    let read = with(&mut Xml::new(&mut file))?;
    io::copy(&mut file, &mut io::sink())?;
    Ok(read)
}

/// The relations of a part that stands in a folder.
pub fn relations(archive: &Archive<'_>, part: usize, folder: &str) -> Result<Vec<Relation>, Failure> {
    read(archive, part, |xml| {
        let mut relations = Vec::new();
        loop {
            match xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                    let text = |name| attribute(&e, name).map(Option::unwrap_or_default);
                    let (id, kind, target) = (text("Id")?, text("Type")?, text("Target")?);
                    relations.push(Relation { id, kind, target: resolved(folder, &target) });
                }
                Event::Eof => return Ok(relations),
                _ => {}
            }
        }
    })
}

/// A target as the name of a part.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                path.pop();
            }
            _ => path.push(part),
        }
    }
    path.join("/")
}

/// A sheet as the workbook lists it: its name, whether it is hidden, and the id of its relation.
pub type Listed = (String, bool, String);

/// The sheets, and whether days count from 1904. None where the part is that of another kind of document.
pub fn sheets(archive: &Archive<'_>, part: usize) -> Result<Option<(Vec<Listed>, bool)>, Failure> {
    read(archive, part, |xml| {
        let (mut sheets, mut from_1904, mut is_workbook) = (Vec::new(), false, false);
        loop {
            match xml.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "workbook" => is_workbook = true,
                    _ if !is_workbook => return Ok(None),
                    "workbookPr" => from_1904 = is_set(&e, "date1904")?,
                    "sheet" => {
                        let name = attribute(&e, "name")?.unwrap_or_default();
                        let state = attribute(&e, "state")?;
                        let hidden =
                            state.is_some_and(|state| matches!(state.as_str(), "hidden" | "veryHidden"));
                        sheets.push((name, hidden, attribute(&e, "id")?.unwrap_or_default()));
                    }
                    _ => {}
                },
                Event::Eof => return Ok(is_workbook.then_some((sheets, from_1904))),
                _ => {}
            }
        }
    })
}
