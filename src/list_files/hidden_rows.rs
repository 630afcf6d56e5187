//! Hidden rows of a list: they are imported like the others, which is said, since who sent the file may not see them.

use crate::list_files::header::{Warning, warning};
use crate::list_files::reader::Table;
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::WarningCode;

/// So many rows are named.
const NAMED: usize = 10;

/// The hidden rows of one list.
#[derive(Debug, Default)]
pub struct HiddenRows {
    count: u64,
    first: Vec<u32>,
}

impl HiddenRows {
    /// Looks at a row.
    pub fn note(&mut self, line: &Line) {
        if line.hidden {
            self.count += 1;
            if self.first.len() < NAMED {
                self.first.push(line.row);
            }
        }
    }

    /// What to say of them; none where there are none.
    #[must_use]
    pub fn warning<C>(self, table: &Table<C>) -> Option<Warning> {
        let sheet = table.sheet.as_deref().filter(|_| self.count > 0)?;
        let rows: Vec<String> = self.first.iter().map(u32::to_string).collect();
        let more = self.count > u64::try_from(rows.len()).unwrap_or(0);
        let (zh_more, en_more) = if more { ("等", " and more") } else { ("", "") };
        let zh = format!(
            "工作表“{sheet}”有 {} 行隐藏的数据（第 {} 行{zh_more}），已照常导入",
            self.count,
            rows.join("、")
        );
        let en = format!(
            "the sheet `{sheet}` has {} hidden rows ({}{en_more}), which were imported like the others",
            self.count,
            rows.join(", ")
        );
        let warning = warning(WarningCode::HiddenRows, sheet, zh, en).of_sheet(sheet);
        Some(Warning { rows: Some(self.count), ..warning })
    }
}
