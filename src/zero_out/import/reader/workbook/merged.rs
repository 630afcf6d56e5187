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
}

impl Merged {
    /// Reads the areas. They stand below the rows of a sheet, so all of it is gone through, from tag to tag.
    pub fn read(part: impl Read) -> Result<Self, Failure> {
        let mut part = BufReader::with_capacity(64 * 1024, part);
        let mut waiting = Vec::new();
        let mut tag = Vec::new();
        let longest = u64::try_from(LONGEST_PIECE).unwrap_or(u64::MAX);
        while (&mut part).take(longest).read_until(b'<', &mut tag)? > 0 {
            if tag.len() >= LONGEST_PIECE {
                return Err(Failure);
            }
            let name = tag.split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
            if name.ends_with(b"mergeCell")
                && let Some(area) = area(&String::from_utf8_lossy(&tag))
                && waiting.len() < MOST_AREAS
            {
                waiting.push(area);
            }
            tag.clear();
        }
        waiting.sort_by_key(|area| std::cmp::Reverse(area.first));
        Ok(Self { waiting, open: Vec::new() })
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

/// The area of a tag such as `mergeCell ref="A2:A5"/>`, where it has several rows.
fn area(tag: &str) -> Option<Area> {
    let (_, reference) = tag.split_once("ref=")?;
    let quote = reference.chars().next()?;
    let reference = reference.strip_prefix(quote)?.split(quote).next()?;
    let (from, to) = reference.split_once(':')?;
    let ((left, first), (_, last)) = (place(from)?, place(to)?);
    let column = usize::try_from(left).ok()?;
    (last > first && column < MOST_COLUMNS).then_some(Area { first, last, column })
}
