//! Merged areas: what stands in the first row of one holds for its other rows.

use super::super::line::{Line, Mark};
use super::super::sink::MOST_COLUMNS;
use super::xml::{Failure, LONGEST_PIECE, place};
use crate::core::cells::is_empty;
use std::io::{BufRead, BufReader, Read};

/// Most areas of one sheet.
const MOST_AREAS: usize = 1_000_000;

/// An area of several rows; of its columns the first one has the value.
#[derive(Debug)]
struct Area {
    first: u32,
    last: u32,
    column: usize,
}

/// The merged areas of a sheet, on the way down.
#[derive(Debug, Default)]
pub struct Merged {
    /// Those that begin below, the lowest first.
    waiting: Vec<Area>,
    /// Those that reach to the present row or below it, with their values.
    open: Vec<(Area, String, Option<Mark>)>,
    /// Whether the sheet could be gone through to its end, and each area could be read.
    pub whole: bool,
}

impl Merged {
    /// Reads the areas. They stand below the rows of a sheet, so all of it is gone through, from tag to tag. Where that fails, areas may be
    /// missing.
    pub fn read(part: impl Read) -> Self {
        let mut merged = Self::default();
        merged.whole = merged.areas(part).is_ok();
        merged.waiting.sort_by_key(|area| std::cmp::Reverse(area.first));
        merged
    }

    fn areas(&mut self, part: impl Read) -> Result<(), Failure> {
        let mut part = BufReader::with_capacity(64 * 1024, part);
        let (mut tag, mut ended) = (Vec::new(), false);
        let longest = u64::try_from(LONGEST_PIECE).unwrap_or(u64::MAX);
        while (&mut part).take(longest).read_until(b'<', &mut tag)? > 0 {
            if tag.len() >= LONGEST_PIECE {
                return Err(Failure);
            }
            let name = tag.split(|b| b.is_ascii_whitespace() || *b == b'>').next().unwrap_or_default();
            if is_named(name, b"mergeCell") {
                let area = area(&String::from_utf8_lossy(&tag)).ok_or(Failure)?;
                if self.waiting.len() >= MOST_AREAS {
                    return Err(Failure);
                }
                self.waiting.extend(area);
            } else if let Some(name) = name.strip_prefix(b"/") {
                ended |= is_named(name, b"worksheet");
            }
            tag.clear();
        }
        if ended { Ok(()) } else { Err(Failure) }
    }

    /// Whether there are no areas, or no more.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.open.is_empty()
    }

    /// Gives a row the values of the areas that began above, and takes those of areas that begin in it.
    pub fn fill(&mut self, line: &mut Line) {
        self.open.retain(|(area, ..)| area.last >= line.row);
        let own = line.cells.iter().any(|cell| !is_empty(cell));
        let mut filled = false;
        for (area, text, mark) in &self.open {
            let free = line.cells.get(area.column).is_none_or(|cell| is_empty(cell));
            if free && !is_empty(text) {
                line.put(area.column, text.clone());
                line.marks.extend(mark.map(|mark| (area.column, mark)));
                filled = true;
            }
        }
        line.merged_only = filled && !own;
        while self.waiting.last().is_some_and(|area| area.first <= line.row) {
            let Some(area) = self.waiting.pop() else { break };
            // Areas do not overlap in a real workbook; one for each column bounds what is kept.
            let free = self.open.iter().all(|(open, ..)| open.column != area.column);
            if free && area.first == line.row && area.last > line.row {
                let text = line.cells.get(area.column).cloned().unwrap_or_default();
                let mark = line.mark(area.column);
                self.open.push((area, text, mark));
            }
        }
    }
}

/// Whether the name of a tag is this one, whatever prefix it has.
fn is_named(name: &[u8], wanted: &[u8]) -> bool {
    name.strip_suffix(b"/").unwrap_or(name).rsplit(|b| *b == b':').next() == Some(wanted)
}

/// The area of a tag such as `mergeCell ref="A2:A5"/>`: none within where it has one row only, or is beyond all columns; none at all where it
/// can't be read.
fn area(tag: &str) -> Option<Option<Area>> {
    let (_, rest) = tag.split_once("ref")?;
    let reference = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = reference.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (reference, _) = reference.strip_prefix(quote)?.split_once(quote)?;
    let reference = reference.trim().replace('$', "");
    let (from, to) = reference.split_once(':').unwrap_or((&reference, &reference));
    let ((left, first), (_, last)) = (place(from)?, place(to)?);
    let column = usize::try_from(left).ok()?;
    Some((last > first && column < MOST_COLUMNS).then_some(Area { first, last, column }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_that_cannot_be_read_are_told_from_those_of_one_row() {
        let rows = |tag| area(tag).map(|area| area.map(|area| (area.first, area.last, area.column)));
        assert_eq!(rows("mergeCell ref=\"A2:A5\"/>"), Some(Some((2, 5, 0))));
        assert_eq!(rows("x:mergeCell  ref = 'B2:C$3' />"), Some(Some((2, 3, 1))));
        assert_eq!(
            (rows("mergeCell ref=\"A1:C1\"/>"), rows("mergeCell ref=\"A1\"/>")),
            (Some(None), Some(None))
        );
        for broken in
            ["mergeCell ref=A2:A5/>", "mergeCell ref=\"A2:A", "mergeCell/>", "mergeCell ref=\"A2:\"/>"]
        {
            assert_eq!(rows(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_sheet_that_breaks_off_is_not_whole() {
        let whole = |text: &str| Merged::read(text.as_bytes()).whole;
        assert!(whole("<x:worksheet><x:sheetData></x:sheetData></x:worksheet>"));
        assert!(!whole("<worksheet><sheetData></sheetData>"));
        assert!(!whole("<worksheet><mergeCells><mergeCell ref=A1:A2/></mergeCells></worksheet>"));
    }
}
