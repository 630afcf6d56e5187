//! A row of a file on its way to the rules.

use crate::core::cells::is_empty;

/// From so many digits on a number says of itself what it was: a spreadsheet keeps fifteen, and puts zeros in place of the others.
pub const LONG_NUMBER: usize = 16;

/// What a cell is beyond its text, where that matters to the rules for rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A number that shows as a date. Its text is the date.
    Date,
    /// A number that counts days from 1904.
    Days1904,
    /// A number whose format shows something else than its digits, such as `"GD-"0000`, or a time of day.
    Formatted,
    /// The same in a workbook that counts days from 1904.
    Formatted1904,
    /// A truth value: TRUE or FALSE.
    Boolean,
    /// What a damaged part of the workbook would say, as a shared text; or what a number is whose format is lost. The text names the part.
    Damaged,
    /// A number with a fraction: as an identifier it has lost the zeros at its end.
    Fraction,
    /// A number of more than fifteen digits: a spreadsheet keeps no more.
    TooManyDigits,
    /// An error of the spreadsheet.
    Error,
    /// A formula whose result is not in the file. The text is the formula.
    Formula,
    /// Many digits that were entered as a text: a text cell of a workbook, a quoted one of a CSV. No spreadsheet has touched them.
    Text,
}

impl Mark {
    /// The marks that a file of rejections keeps for its cells, which are all texts, each with its word.
    const KEPT: [(Self, &'static str); 9] = [
        (Self::Date, "date"),
        (Self::Formatted, "formatted"),
        (Self::Formatted1904, "formatted_1904"),
        (Self::Boolean, "boolean"),
        (Self::Damaged, "damaged"),
        (Self::Fraction, "fraction"),
        (Self::TooManyDigits, "too_many_digits"),
        (Self::Error, "error"),
        (Self::Formula, "formula"),
    ];

    /// Whether a text of a column of dates says all that a cell with this mark does.
    #[must_use]
    pub fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::Fraction | Self::Formatted | Self::Formatted1904)
    }

    /// The word by which a file of rejections keeps it; none where the text alone says the same.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        Self::KEPT.iter().find(|(mark, _)| *mark == self).map(|(_, word)| *word)
    }

    /// The mark of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::KEPT.iter().find(|(_, known)| *known == word).map(|(mark, _)| *mark)
    }

    /// The mark of what was entered as a text.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let long = text.len() >= LONG_NUMBER && text.trim().bytes().all(|b| b.is_ascii_digit());
        long.then_some(Self::Text)
    }
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its number as a spreadsheet shows it, from 1.
    pub row: u32,
    /// The texts of its cells.
    pub cells: Vec<String>,
    /// What some cells are, by their places in `cells`.
    pub marks: Vec<(usize, Mark)>,
    /// Whether the row is hidden.
    pub hidden: bool,
    /// Whether all that it shows belongs to merged areas that begin above.
    pub merged_only: bool,
}

impl Line {
    /// Whether nothing of it is its own.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.merged_only || self.cells.iter().all(|cell| is_empty(cell))
    }

    /// What the cell at a place is.
    #[must_use]
    pub fn mark(&self, place: usize) -> Option<Mark> {
        self.marks.iter().find(|(at, _)| *at == place).map(|(_, mark)| *mark)
    }

    /// Empties a cell.
    pub fn erase(&mut self, place: usize) {
        if let Some(cell) = self.cells.get_mut(place) {
            cell.clear();
        }
        self.marks.retain(|(at, _)| *at != place);
    }

    /// Makes room for another row.
    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.marks.clear();
        self.hidden = false;
        self.merged_only = false;
    }

    /// Puts a text at a place.
    pub(super) fn put(&mut self, place: usize, text: String) {
        if self.cells.len() <= place {
            self.cells.resize(place + 1, String::new());
        }
        if let Some(cell) = self.cells.get_mut(place) {
            *cell = text;
        }
    }
}

impl From<Vec<String>> for Line {
    fn from(cells: Vec<String>) -> Self {
        Self { cells, ..Self::default() }
    }
}
