//! Cells of a list that stand in no column, as its heading is blank: they are not imported, which is said of each such column.

use crate::core::cells::is_empty;
use crate::list_files::ListColumn;
use crate::list_files::header::{Header, Warning, warning};
use crate::list_files::reader::Table;
use crate::list_files::reader::line::{Line, Mark};
use crate::list_files::rejection_code::WarningCode;
use std::collections::BTreeMap;

/// So many columns are named.
const NAMED: usize = 20;

/// The columns of one list without a heading that have content.
#[derive(Debug, Default)]
pub struct Unheaded {
    /// In how many rows, by the place of the column.
    columns: BTreeMap<usize, u64>,
    rows: u64,
}

impl Unheaded {
    /// Looks at a row. Formulas and errors outside of the columns of the list are nothing.
    pub fn note<C: ListColumn>(&mut self, header: &Header<C>, line: &Line) {
        let mut any = false;
        for (place, cell) in line.cells.iter().enumerate() {
            if header.is_unheaded(place)
                && !is_empty(cell)
                && !matches!(line.mark(place), Some(Mark::Formula | Mark::Error))
            {
                any = true;
                *self.columns.entry(place).or_default() += 1;
            }
        }
        self.rows += u64::from(any);
    }

    /// What to say of them; none where there are none.
    #[must_use]
    pub fn warning<C: ListColumn>(&self, table: &Table<C>) -> Option<Warning> {
        if self.columns.is_empty() {
            return None;
        }
        let named = || self.columns.iter().take(NAMED);
        let letters: Vec<String> = named().map(|(place, _)| letters(*place)).collect();
        let zh: Vec<String> = named()
            .map(|(place, rows)| format!("第 {} 列（{} 列，{rows} 行）", place + 1, self::letters(*place)))
            .collect();
        let en: Vec<String> = named()
            .map(|(place, rows)| format!("column {} ({}, {rows} rows)", place + 1, self::letters(*place)))
            .collect();
        let (zh_more, en_more) = if self.columns.len() > NAMED { ("等", " and more") } else { ("", "") };
        let zh = format!("{}{zh_more}没有表头，其内容未导入", zh.join("、"));
        let en =
            format!("there is content under no heading, which was not imported: {}{en_more}", en.join(", "));
        let warning = warning(WarningCode::NoHeading, &letters.join("、"), zh, en);
        let warning = match &table.sheet {
            Some(sheet) => warning.of_sheet(sheet),
            None => warning,
        };
        Some(Warning { rows: Some(self.rows), ..warning })
    }
}

/// The letters by which a spreadsheet names a column, from its place.
fn letters(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        for (place, name) in [(0, "A"), (8, "I"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(place), name);
        }
    }
}
