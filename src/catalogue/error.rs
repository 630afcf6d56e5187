//! What can be wrong with a text of the catalogue.

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
        /// What is wrong.
        problem: String,
    },
    /// A class, kind or hospital of the products is wrong.
    #[error("products: entry `{entry}`: {problem}")]
    Product {
        /// The entry's code.
        entry: String,
        /// What is wrong.
        problem: String,
    },
    /// A year of the calendar is wrong.
    #[error("calendar: year {year}: {problem}")]
    Calendar {
        /// The year announced.
        year: i32,
        /// What is wrong.
        problem: String,
    },
    /// A text is not TOML, or has a key that is missing, unknown or of another type.
    #[error("{text}: {problem}")]
    Syntax {
        /// `products` or `calendar`.
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
            Self::Calendar { .. } => "catalogue_calendar",
            Self::Syntax { .. } => "catalogue_syntax",
        }
    }
}
