//! Where a page of a list stands: how many rows there are, and the ways to the pages before and after it.
//!
//! Lists are cut by cursors, which lead forth only. The way back stands in the address: how many pages are before this one, and the
//! cursors of the last of them, so that it survives a reload, and the browser's own way back.

use crate::core::page::Total;

/// Cursors that the way back keeps; from further on it leads to the first page.
const KEPT: usize = 20;

/// Where a page of a list stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// The address of the first page, where `previous` is not that.
    pub first: Option<String>,
    /// The address of the page before.
    pub previous: Option<String>,
    /// The address of the page after.
    pub next: Option<String>,
    /// Rows before this page.
    pub before: i64,
    /// Rows of this page.
    pub rows: i64,
    /// Rows of the whole list.
    pub total: Total,
}

impl Pager {
    /// How many rows there are, in words of a heading.
    pub fn count(&self) -> String {
        let more = if self.total.more { "+" } else { "" };
        format!("{}{more}", self.total.rows)
    }
}

/// The way that led to a page.
pub(super) struct Way<'a> {
    /// Pages before this one.
    pub before: u32,
    /// The cursors of the last of them and of this one; none for the first page.
    cursors: Vec<Option<&'a str>>,
}

impl<'a> Way<'a> {
    /// The way as an address says it. One that no page gave out is that of a second page whose first is the way back.
    pub fn of(cursor: Option<&'a str>, back: Option<&'a str>) -> Self {
        let Some(cursor) = cursor else { return Self { before: 0, cursors: vec![None] } };
        let mut parts = back.unwrap_or_default().split('.');
        let before =
            parts.next().and_then(|n| n.parse().ok()).filter(|n| (1..=1_000_000).contains(n)).unwrap_or(1);
        let kept: Vec<&str> = parts.filter(|part| !part.is_empty()).take(KEPT).collect();
        // The first page has no cursor: it is known where all pages between are kept.
        let whole = u32::try_from(kept.len()).is_ok_and(|n| n + 1 == before);
        let first = whole.then_some(None);
        Self {
            before,
            cursors: first.into_iter().chain(kept.into_iter().map(Some)).chain([Some(cursor)]).collect(),
        }
    }

    /// The cursor and the way of the page before; none where it is not known.
    pub fn previous(&self) -> Option<(Option<&'a str>, Option<String>)> {
        let at = self.cursors.len().checked_sub(2)?;
        let cursor = *self.cursors.get(at)?;
        let way = cursor
            .map(|_| written(self.before.saturating_sub(1), self.cursors.get(..at).unwrap_or_default()));
        Some((cursor, way))
    }

    /// The way of the page after.
    pub fn next(&self) -> String {
        written(self.before.saturating_add(1), &self.cursors)
    }
}

fn written(before: u32, cursors: &[Option<&str>]) -> String {
    let kept: Vec<&str> = cursors.iter().filter_map(|cursor| *cursor).collect();
    let from = kept.len().saturating_sub(KEPT);
    let mut all = before.to_string();
    for cursor in kept.get(from..).unwrap_or_default() {
        all.push('.');
        all.push_str(cursor);
    }
    all
}
