//! The rejected rows as a CSV, under the headings of the file that came.

use super::kept::Kept;
use super::rows::{RejectedRow, any_marks, beyond, each, widths};
use crate::core::cells::guard;
use crate::core::{Language, Problem};
use crate::list_files::ListColumn;
use crate::list_files::place::Headings;
use crate::list_files::rejection_columns::{MARKS, REASON, is_surplus, places};
use diesel::PgConnection;
use std::collections::BTreeMap;
use std::io::Write;

/// The rejected rows as they were, under the headings of the file, with two columns more for the
/// reasons, which an import passes over. UTF-8 with a byte order mark, as Excel wants it. Written away piece by piece: memory does not
/// grow with the number of rows.
///
/// # Errors
/// 500 when the writer fails; when the database refuses.
pub fn write_csv<C: ListColumn>(
    conn: &mut PgConnection,
    kept: Kept,
    file: &mut dyn Write,
) -> Result<(), Problem> {
    let headings = kept.headings(conn)?;
    let widths = widths(conn, kept, headings.0.len())?;
    let columns = Columns::of::<C>(headings, &widths, any_marks(conn, kept)?);
    file.write_all(b"\xef\xbb\xbf").map_err(Problem::internal)?;
    let mut first: Vec<String> = columns.names.iter().map(|cell| guard(cell)).collect();
    let [_, marks] = MARKS;
    first.extend(columns.marks.then(|| marks.to_owned()));
    first.extend(REASON.map(str::to_owned));
    write_record(file, &first)?;
    each::<C>(conn, kept, &mut |row| write_record(file, &columns.record(row)))?;
    file.flush().map_err(Problem::internal)
}

/// One line. A cell of many digits stands in quotes, which say that it is a text.
fn write_record(file: &mut dyn Write, record: &[String]) -> Result<(), Problem> {
    let quoted = |cell: &String| {
        let long = cell.len() >= 16 && cell.bytes().all(|b| b.is_ascii_digit());
        if long || cell.contains([',', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let line: Vec<String> = record.iter().map(quoted).collect();
    write!(file, "{}\r\n", line.join(",")).map_err(Problem::internal)
}

/// The columns of the file of rejections: those of all lists of the file, each once.
struct Columns {
    headings: Headings,
    names: Vec<String>,
    /// For each list the place of each of its cells.
    places: Vec<Vec<Option<usize>>>,
    /// Whether there is a column for what cells were beyond their texts.
    marks: bool,
}

impl Columns {
    fn of<C: ListColumn>(headings: Headings, widths: &BTreeMap<i32, usize>, marks: bool) -> Self {
        let mut names: Vec<String> = Vec::new();
        let mut all = Vec::new();
        for (list, heading) in headings.0.iter().enumerate() {
            // A file of rejections that is imported again has the columns of the reasons already.
            let own = places(&heading.cells);
            let mut taken = Vec::new();
            for (at, cell) in heading.cells.iter().enumerate() {
                let place = (!own.contains(&at) || is_surplus(cell)).then(|| {
                    let same = |name: &String| match C::of(cell).or_else(|| C::like(cell)) {
                        Some(column) => C::of(name).or_else(|| C::like(name)) == Some(column),
                        None => name == cell,
                    };
                    let known =
                        names.iter().position(same).filter(|at| list > 0 && !taken.contains(&Some(*at)));
                    known.unwrap_or_else(|| {
                        names.push(cell.clone());
                        names.len() - 1
                    })
                });
                taken.push(place);
            }
            all.push(taken);
        }
        // Cells beyond the headings have columns of their own behind those.
        let base = names.len();
        for (list, taken) in (0i32..).zip(all.iter_mut()) {
            let width = widths.get(&list).copied().unwrap_or(0);
            let more = width.saturating_sub(taken.len());
            taken.extend((base..base + more).map(Some));
            if names.len() < base + more {
                let heading = headings.0.first().map_or("", |heading| beyond(heading, Language::Zh));
                names.resize(base + more, heading.to_owned());
            }
        }
        Self { headings, names, places: all, marks }
    }

    fn record<C: ListColumn>(&self, row: &RejectedRow<C>) -> Vec<String> {
        let mut record = vec![String::new(); self.names.len()];
        let (list, _) = self.headings.place(row.row_no);
        let places = self.places.get(list).map_or(&[][..], Vec::as_slice);
        for (place, cell) in places.iter().zip(&row.cells) {
            if let Some(slot) = place.and_then(|at| record.get_mut(at)) {
                *slot = guard(cell);
            }
        }
        record.extend(self.marks.then(|| row.marks.clone().unwrap_or_default()));
        let (zh, en) = self.reasons(row);
        record.extend([guard(&zh), guard(&en)]);
        while record.len() > self.names.len() && record.last().is_some_and(String::is_empty) {
            record.pop();
        }
        record
    }

    fn reasons<C: ListColumn>(&self, row: &RejectedRow<C>) -> (String, String) {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for reason in &row.reasons {
            match reason.column {
                Some(column) => {
                    zh.push(format!("{}：{}", column.name_zh(), reason.zh));
                    en.push(format!("{column}: {}", reason.en));
                }
                None => {
                    zh.push(reason.zh.clone());
                    en.push(reason.en.clone());
                }
            }
        }
        let (zh, en) = (zh.join("；"), en.join("; "));
        match self.headings.sheet(row.row_no) {
            (Some(sheet), row) if self.headings.0.len() > 1 => {
                (format!("工作表“{sheet}”第 {row} 行：{zh}"), format!("sheet `{sheet}`, row {row}: {en}"))
            }
            _ => (zh, en),
        }
    }
}
