//! The header of a list: which column is which.
//!
//! Columns may be in any order, in Chinese or English. Width, case, blanks, hyphens and
//! underscores do not matter, nor does an asterisk that marks a required column.

use crate::core::Text;
use crate::core::cells::{is_empty, storable, tidy};
use crate::list_files::ListColumn;
use crate::list_files::refusal::{ColumnName, Refusal};
use crate::list_files::rejection_code::WarningCode;
use crate::list_files::rejection_columns;
use serde::{Deserialize, Serialize};

/// So many headings of the list make a row one of headings.
const LEAST_HEADINGS: usize = 4;

/// A row of headings within a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Those of the list.
    Same,
    /// Others, or in another order.
    Other,
}

/// Something about a file that does not keep its rows from being taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Warning {
    /// The stable word for it.
    #[schema(inline)]
    pub code: WarningCode,
    /// The sheet of the workbook that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The heading it is about, as it is in the file; the name of the sheet where it is about all of one.
    pub column: String,
    /// How many rows it is about; none where it is about the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Description, in Chinese.
    pub detail_zh: String,
    /// Description, in English.
    pub detail_en: String,
}

/// How many rows a warning names by their numbers.
const NAMED_ROWS: usize = 20;

impl Warning {
    /// A warning about rows of one column, all of one list.
    #[must_use]
    pub fn of_rows(code: WarningCode, column: impl ListColumn, rows: &[i32], text: &Text) -> Self {
        let first: Vec<String> = rows.iter().take(NAMED_ROWS).map(i32::to_string).collect();
        let (more_zh, more_en) = if rows.len() > NAMED_ROWS { ("等", " and more") } else { ("", "") };
        let zh = format!("{}（共 {} 行：第 {} 行{more_zh}）", text.zh, rows.len(), first.join("、"));
        let en = format!("{} ({} rows: {}{more_en})", text.en, rows.len(), first.join(", "));
        Self { rows: u64::try_from(rows.len()).ok(), ..warning(code, column.name_zh(), zh, en) }
    }

    /// The same about a sheet.
    #[must_use]
    pub fn of_sheet(self, sheet: &str) -> Self {
        Self { sheet: Some(storable(sheet)), ..self }
    }
}

/// A warning about a heading or a sheet.
#[must_use]
pub fn warning(code: WarningCode, column: &str, zh: String, en: String) -> Warning {
    let (column, detail_zh, detail_en) = (storable(column), storable(&zh), storable(&en));
    Warning { code, sheet: None, column, rows: None, detail_zh, detail_en }
}

/// A header that has all required columns.
#[derive(Debug, Clone)]
pub struct Header<C> {
    /// The headings as they are in the file.
    pub cells: Vec<String>,
    /// What the importer should know.
    pub warnings: Vec<Warning>,
    /// The places of the columns that only a file of rejections has.
    pub own: Vec<usize>,
    at: Vec<Option<usize>>,
    /// The two rows of the file that the headings were put together from; none where they stand in one.
    two_rows: Vec<Vec<String>>,
    /// Further columns for what another column has already, in the order of the file.
    second: Vec<(C, usize)>,
    /// Whether a cell beyond the last heading stands in a column of its own: in a workbook it does. In a text a surplus separator
    /// may have moved it.
    open_ended: bool,
}

impl<C: ListColumn> Header<C> {
    /// How many columns of the list a row of headings names.
    #[must_use]
    pub fn score(cells: &[String]) -> usize {
        cells.iter().filter(|cell| C::of(cell).or_else(|| C::like(cell)).is_some()).count()
    }

    /// Reads a row of headings. Unknown ones are passed over with a warning; of a second one for a column the cells count where those
    /// of the first are blank.
    ///
    /// # Errors
    /// A duplicate column; all required columns that are missing.
    pub fn read(cells: &[String]) -> Result<Self, Refusal> {
        let (mut at, mut second) = (vec![None; C::ALL.len()], Vec::new());
        let mut warnings = Vec::new();
        let of_rejections = rejection_columns::places(cells);
        let exact: Vec<Option<C>> = cells.iter().map(|cell| C::of(cell)).collect();
        for (place, cell) in cells.iter().enumerate() {
            // Another name for a column that stands under its own is no second one.
            let own = exact.get(place).copied().flatten();
            let like = || C::like(cell);
            match own.or_else(like) {
                Some(column) => {
                    let slot = at.get_mut(column.index());
                    let named = exact.iter().position(|known| *known == Some(column));
                    match (slot, named.filter(|_| own.is_none())) {
                        (Some(slot @ None), None) => *slot = Some(place),
                        (_, None) if own.is_some() => {
                            return Err(Refusal::DuplicateColumn(ColumnName::of(column)));
                        }
                        (slot, named) => {
                            let first =
                                named.or_else(|| slot.and_then(|slot| *slot)).and_then(|at| cells.get(at));
                            warnings.push(second_heading(cell, first.map_or("", String::as_str)));
                            second.push((column, place));
                        }
                    }
                }
                None if is_empty(cell) || of_rejections.contains(&place) => {}
                None => warnings.push(unknown(cell)),
            }
        }
        let missing = C::missing(&|column| matches!(at.get(column.index()), Some(Some(_))));
        if !missing.is_empty() {
            return Err(Refusal::MissingColumns(missing.into_iter().map(ColumnName::of).collect()));
        }
        let last = cells.iter().rposition(|cell| !is_empty(cell)).map_or(0, |at| at + 1);
        let cells = cells.iter().take(last).cloned().collect();
        Ok(Self { cells, warnings, own: of_rejections, at, two_rows: Vec::new(), second, open_ended: false })
    }

    /// The same where the headings stand in these two rows of the file.
    #[must_use]
    pub fn of_two_rows(mut self, rows: Vec<Vec<String>>) -> Self {
        self.two_rows = rows;
        self
    }

    /// The same over the rows of a text, whose row of headings may go on with blank cells.
    #[must_use]
    pub fn of_text(mut self, cells: &[String]) -> Self {
        self.cells = cells.to_vec();
        self
    }

    /// The same over the rows of a sheet.
    #[must_use]
    pub fn of_sheet(mut self, sheet: &str) -> Self {
        self.warnings.iter_mut().for_each(|warning| warning.sheet = Some(sheet.to_owned()));
        self.open_ended = true;
        self
    }

    /// The cell of a column in a row; blank where the row is short or the file lacks the column.
    #[must_use]
    pub fn cell<'r>(&self, row: &'r [String], column: C) -> &'r str {
        self.place_in(row, column).and_then(|place| row.get(place)).map_or("", String::as_str)
    }

    /// The place from which a row takes a column: that of a second heading where the cell under the first is blank.
    #[must_use]
    pub fn place_in(&self, row: &[String], column: C) -> Option<usize> {
        let first = self.place(column)?;
        let filled = |place: &usize| row.get(*place).is_some_and(|cell| !is_empty(cell));
        if self.second.is_empty() || filled(&first) {
            return Some(first);
        }
        let mut others = self.second.iter().filter(|(of, _)| *of == column).map(|(_, place)| *place);
        others.find(filled).or(Some(first))
    }

    /// Whether a place has no heading, so that what stands there is in no column.
    #[must_use]
    pub fn is_unheaded(&self, place: usize) -> bool {
        self.cells.get(place).map_or(self.open_ended, |cell| is_empty(cell))
    }

    /// The place of a column in a row.
    #[must_use]
    pub fn place(&self, column: C) -> Option<usize> {
        self.at.get(column.index()).copied().flatten()
    }

    /// The place of the last required column.
    #[must_use]
    pub fn last_required(&self) -> usize {
        let required = C::ALL.iter().filter(|column| column.is_required());
        required.filter_map(|column| self.place(*column)).max().unwrap_or(0)
    }

    /// Whether a place is that of a column of dates.
    #[must_use]
    pub fn is_date(&self, place: usize) -> bool {
        C::ALL.iter().any(|column| column.is_date() && self.is_of(*column, place))
    }

    /// Whether a place is that of a column of the list.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.at.contains(&Some(place)) || self.second.iter().any(|(_, second)| *second == place)
    }

    /// Whether a place is one of a column's.
    fn is_of(&self, column: C, place: usize) -> bool {
        self.place(column) == Some(place) || self.second.contains(&(column, place))
    }

    /// Warns of columns of the list that are hidden, given as the first and last place of each run.
    pub fn warn_of_hidden(&mut self, hidden: &[(usize, usize)]) {
        for (place, heading) in self.cells.iter().enumerate() {
            if self.has(place) && hidden.iter().any(|(first, last)| (*first..=*last).contains(&place)) {
                let column = tidy(heading);
                let zh = format!("隐藏的列“{column}”已照常导入");
                let en = format!("the hidden column `{column}` was imported like the others");
                self.warnings.push(warning(WarningCode::HiddenColumn, &column, zh, en));
            }
        }
    }

    /// Whether a row within the list is a row of headings: the same ones again, or others.
    #[must_use]
    pub fn again(&self, row: &[String]) -> Option<Again> {
        if self.two_rows.iter().any(|known| same_cells(known, row)) {
            return Some(Again::Same);
        }
        let known: Vec<(usize, C)> = row
            .iter()
            .enumerate()
            .filter_map(|(place, cell)| Some((place, C::of(cell).or_else(|| C::like(cell))?)))
            .collect();
        if known.len() < LEAST_HEADINGS {
            return None;
        }
        let same = known.iter().all(|(place, column)| self.is_of(*column, *place));
        Some(if same { Again::Same } else { Again::Other })
    }

    /// The first cell of a row of a text that is beyond the last heading and is not blank, also in a file of rejections.
    #[must_use]
    pub fn surplus<'r>(&self, row: &'r [String]) -> Option<&'r str> {
        let beyond = |place: usize| match self.cells.get(place) {
            Some(heading) => self.own.contains(&place) && rejection_columns::is_surplus(heading),
            None => !self.open_ended,
        };
        let mut cells = row.iter().enumerate().filter(|(place, _)| beyond(*place));
        cells.find(|(_, cell)| !is_empty(cell)).map(|(_, cell)| cell.as_str())
    }
}

/// Whether two rows say the same in every column.
fn same_cells(a: &[String], b: &[String]) -> bool {
    let at = |row: &[String], place: usize| row.get(place).map(|cell| tidy(cell)).unwrap_or_default();
    (0..a.len().max(b.len())).all(|place| at(a, place) == at(b, place))
}

fn second_heading(heading: &str, first: &str) -> Warning {
    let short = |heading: &str| tidy(heading).chars().take(100).collect::<String>();
    let (column, first) = (short(heading), short(first));
    let zh = format!("“{column}”与“{first}”是同一列；仅在“{first}”为空时采用“{column}”的内容");
    let en =
        format!("`{column}` is the same column as `{first}`; its cells count only where `{first}` is blank");
    warning(WarningCode::SecondHeading, &column, zh, en)
}

fn unknown(heading: &str) -> Warning {
    let column: String = tidy(heading).chars().take(100).collect();
    let zh = format!("未识别的列“{column}”已忽略");
    let en = format!("unknown column `{column}`, passed over");
    warning(WarningCode::UnknownColumn, &column, zh, en)
}
