//! What can be wrong with a text of the catalogue.

use std::fmt;

/// Why a text of the catalogue was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// A line of the regions is wrong.
    #[error("regions: line {line}, field `{field}`: {problem}")]
    Region {
        /// Line of the text, from 1; the header is line 1.
        line: u64,
        /// The column, or `line` where the line as a whole is wrong.
        field: &'static str,
        /// Description of the fault.
        problem: String,
    },
    /// A class, kind or hospital of the products is wrong.
    #[error("products: entry `{entry}`: {problem}")]
    Product {
        /// The entry's code.
        entry: String,
        /// Description of the fault.
        problem: String,
    },
    /// Files of the calendar are wrong: all that is, each with file and line.
    #[error("calendar: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  "))]
    Calendar(Vec<CalendarProblem>),
    /// A text is not TOML, or has a key that is missing, unknown or of another type.
    #[error("{text}: {problem}")]
    Syntax {
        /// The text that is wrong.
        text: &'static str,
        /// The parser's message, with line and column.
        problem: String,
    },
}

impl CatalogueError {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Region { .. } => "catalogue_region",
            Self::Product { .. } => "catalogue_product",
            Self::Calendar(_) => "catalogue_calendar",
            Self::Syntax { .. } => "catalogue_syntax",
        }
    }
}

/// Something wrong with a file of announcements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarProblem {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The year announced; none where the file can't be read.
    pub year: Option<i32>,
    /// Description of the fault.
    pub problem: String,
}

impl fmt::Display for CalendarProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}: ", self.file, self.line)?;
        if let Some(year) = self.year {
            write!(f, "year {year}: ")?;
        }
        f.write_str(&self.problem)
    }
}
