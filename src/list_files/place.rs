//! Where a row stands in a file that may have several lists.
//!
//! A row is stored by one number. Of a text, and of the first list of a workbook, that is the row's own; each further list begins at
//! a multiple of `ROWS_OF_A_LIST`, which is more than a sheet can have. The sheets are kept with the headings.

use crate::core::cells::storable;
use crate::list_files::reader::Table;
use crate::list_files::refusal::{ImportError, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The distance of the numbers of two lists.
pub const ROWS_OF_A_LIST: i32 = 1 << 21;

/// The stored number of a row of a list; lists count from 0.
///
/// # Errors
/// A file with more lists or rows than can be numbered.
pub fn row_no(list: usize, row: u32) -> Result<i32, ImportError> {
    let number = || {
        let start = i32::try_from(list).ok()?.checked_mul(ROWS_OF_A_LIST)?;
        start.checked_add(i32::try_from(row).ok()?)
    };
    number().ok_or_else(|| Refusal::TooManyRows { limit: u64::from(i32::MAX.unsigned_abs()) }.into())
}

/// The headings of one list of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The name of its sheet; none in a text.
    pub sheet: Option<String>,
    /// The headings as they are in the file.
    pub cells: Vec<String>,
}

/// The headings of all lists of a file, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headings(pub Vec<Heading>);

impl Headings {
    /// Those of the lists that were found.
    #[must_use]
    pub fn of<C>(tables: &[Table<C>]) -> Self {
        let heading = |table: &Table<C>| Heading {
            sheet: table.sheet.as_deref().map(storable),
            cells: table.header.cells.iter().map(|cell| storable(cell)).collect(),
        };
        Self(tables.iter().map(heading).collect())
    }

    /// Those that are stored. An import from before there were several lists has the headings of its one alone.
    ///
    /// # Errors
    /// A stored value of another shape.
    pub fn stored(value: Option<Value>) -> Result<Self, serde_json::Error> {
        let Some(value) = value else { return Ok(Self::default()) };
        if value.as_array().is_some_and(|all| all.iter().all(Value::is_string)) {
            let cells = serde_json::from_value(value)?;
            return Ok(Self(vec![Heading { sheet: None, cells }]));
        }
        serde_json::from_value(value)
    }

    /// The list of a stored number, from 0, and the row in it.
    #[must_use]
    pub fn place(&self, row_no: i32) -> (usize, i32) {
        if self.0.len() < 2 {
            return (0, row_no);
        }
        (usize::try_from(row_no / ROWS_OF_A_LIST).unwrap_or(0), row_no % ROWS_OF_A_LIST)
    }

    /// The sheet of a stored number and the row in it.
    #[must_use]
    pub fn sheet(&self, row_no: i32) -> (Option<&str>, i32) {
        let (list, row) = self.place(row_no);
        (self.0.get(list).and_then(|heading| heading.sheet.as_deref()), row)
    }

    /// Stored numbers as the rows of each list that has any, with its sheet. Within a list they keep their order.
    #[must_use]
    pub fn by_list(&self, numbers: &[i32]) -> Vec<(Option<&str>, Vec<i32>)> {
        let mut lists: BTreeMap<usize, Vec<i32>> = BTreeMap::new();
        for number in numbers {
            let (list, row) = self.place(*number);
            lists.entry(list).or_default().push(row);
        }
        let sheet = |list: usize| self.0.get(list).and_then(|heading| heading.sheet.as_deref());
        lists.into_iter().map(|(list, rows)| (sheet(list), rows)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_tell_the_list_and_the_row() {
        let heading = |sheet: &str| Heading { sheet: Some(sheet.to_owned()), cells: Vec::new() };
        let several = Headings(vec![heading("广州市"), heading("深圳市")]);
        for (list, row) in [(0, 2), (1, 2), (1, 1_048_576)] {
            let number = row_no(list, row).unwrap();
            assert_eq!(several.place(number), (list, i32::try_from(row).unwrap()));
        }
        assert_eq!(several.sheet(row_no(1, 7).unwrap()), (Some("深圳市"), 7));
        let numbers = [(0, 3), (1, 2), (1, 9)].map(|(list, row)| row_no(list, row).unwrap());
        assert_eq!(several.by_list(&numbers), [(Some("广州市"), vec![3]), (Some("深圳市"), vec![2, 9])]);
        assert_eq!(several.by_list(&[]), []);
        // A text may have more rows than a sheet.
        let one = Headings::stored(Some(json!(["a", "b"]))).unwrap();
        assert_eq!(one.sheet(row_no(0, 5_000_000).unwrap()), (None, 5_000_000));
        assert_eq!(Headings::stored(Some(serde_json::to_value(&several).unwrap())).unwrap(), several);
        assert!(row_no(5_000, 1).is_err());
    }
}
