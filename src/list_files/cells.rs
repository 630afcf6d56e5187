//! The cells of one row on their way to what they mean: what spreadsheets have spoiled is named, and so is what is missing or too long.

use crate::core::cells::{forced_text, is_empty, tidy};
use crate::core::{Text, fields};
use crate::list_files::fault::{CellFault, cut};
use crate::list_files::header::Header;
use crate::list_files::reader::line::{Line, Mark};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::{ListColumn, date, mangled, placeholder};
use chrono::NaiveDate;
use std::borrow::Cow;

/// A row with its header, and what was found wrong with it so far.
pub struct Cells<'a, C> {
    /// The header.
    pub header: &'a Header<C>,
    /// The row.
    pub line: &'a Line,
    /// The date in Asia/Shanghai.
    pub today: NaiveDate,
    /// What is wrong with the row.
    pub faults: Vec<CellFault<C>>,
}

impl<'a, C: ListColumn> Cells<'a, C> {
    /// A row. Cells beyond the last heading of a text are its first fault.
    #[must_use]
    pub fn of(header: &'a Header<C>, line: &'a Line, today: NaiveDate) -> Self {
        let surplus = header.surplus(&line.cells).map(|value| CellFault {
            column: None,
            value: cut(value),
            code: RejectionCode::TooManyCells,
            reason: Text::new(
                "该行的单元格多于表头的列数",
                "the row has more cells than the header has columns",
            ),
        });
        Self { header, line, today, faults: surplus.into_iter().collect() }
    }

    /// The cell without what only says that it is a text.
    #[must_use]
    pub fn raw(&self, column: C) -> Cow<'a, str> {
        forced_text(self.header.cell(&self.line.cells, column))
    }

    /// Notes what is wrong with the cell of a column.
    pub fn fault(
        &mut self,
        column: C,
        code: RejectionCode,
        zh: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) {
        let value = cut(&self.raw(column));
        self.faults.push(CellFault { column: Some(column), value, code, reason: Text::new(zh, en) });
    }

    /// The cell, where it is not blank and holds nothing that no column may hold.
    pub fn cell(&mut self, column: C) -> Option<Cow<'a, str>> {
        let raw = self.raw(column);
        if is_empty(&raw) {
            if column.is_required() {
                self.fault(
                    column,
                    RejectionCode::ValueMissing,
                    format!("{}不能为空", column.name_zh()),
                    format!("{} must not be empty", column.word()),
                );
            }
            return None;
        }
        if let Some((code, text)) = self.spoiled(column, &raw) {
            self.fault(column, code, text.zh, text.en);
            return None;
        }
        if !column.is_required() && placeholder::is_placeholder(&raw) {
            return None;
        }
        if column.must_name() && placeholder::names_nothing(&raw) {
            let shown = cut(&raw);
            self.fault(
                column,
                column.nothing_named(),
                format!("“{shown}”只是占位，{}须填写实际内容", column.name_zh()),
                format!("this only stands for nothing; {} needs its real value", column.word()),
            );
            return None;
        }
        if let Some(text) = mangled::mangled(column, &raw, self.mark(column)) {
            self.fault(column, RejectionCode::IdentifierMangled, text.zh, text.en);
            return None;
        }
        Some(raw)
    }

    /// Why nothing can be read from a cell, whatever its column holds.
    fn spoiled(&self, column: C, raw: &str) -> Option<(RejectionCode, Text)> {
        // U+FFFD is what is left of a character that some program could not read or store.
        if fields::has_control(raw) || raw.contains(char::REPLACEMENT_CHARACTER) {
            let text = Text::new("含有控制字符或乱码", "contains control characters or broken ones");
            return Some((RejectionCode::ControlCharacter, text));
        }
        let mark = self.mark(column);
        if mark == Some(Mark::Error) || mangled::is_error(raw) {
            let text = Text::new(
                "单元格是 Excel 错误值，请改为实际内容",
                "the cell holds an error of Excel; put in the real value",
            );
            return Some((RejectionCode::CellError, text));
        }
        match mark {
            Some(Mark::Damaged) => {
                let text = Text::new(
                    format!(
                        "工作簿的 {raw} 部分已损坏，无法读取该单元格，请用 Excel 打开并修复后重新保存，或改为实际内容"
                    ),
                    format!(
                        "the part {raw} of the workbook is damaged, so the cell cannot be read; open and repair it in Excel, or put in the value"
                    ),
                );
                Some((RejectionCode::CellError, text))
            }
            Some(Mark::Formula) => {
                let text = Text::new(
                    "单元格是公式，文件中没有计算结果，请用 Excel 打开并保存，或改为实际内容",
                    "the cell is a formula whose result is not in the file; open and save it in Excel, or put in the value",
                );
                Some((RejectionCode::FormulaWithoutValue, text))
            }
            _ => None,
        }
    }

    /// What the cell of a column is beyond its text.
    #[must_use]
    pub fn mark(&self, column: C) -> Option<Mark> {
        let place = self.header.place_in(&self.line.cells, column)?;
        let known = self.line.mark(place);
        if known.is_some() {
            return known;
        }
        let cell = self.line.cells.get(place).map_or("", |cell| cell.trim());
        // Of what is made a text on purpose nothing was lost.
        (forced_text(cell) != cell).then_some(Mark::Text)
    }

    /// A text of at most so many characters.
    pub fn fits(&mut self, column: C, text: String, most: usize) -> Option<String> {
        if text.chars().count() <= most {
            return Some(text);
        }
        self.fault(
            column,
            RejectionCode::TooLong,
            format!("不能超过 {most} 个字符"),
            format!("must be at most {most} characters"),
        );
        None
    }

    /// Any text of at most so many characters.
    pub fn free_text(&mut self, column: C, most: usize) -> Option<String> {
        let text = tidy(&self.cell(column)?);
        self.fits(column, text, most)
    }

    /// A date from 1990 until today.
    pub fn date(&mut self, column: C) -> Option<NaiveDate> {
        let text = self.cell(column)?;
        let from_1904 = matches!(self.mark(column), Some(Mark::Days1904 | Mark::Formatted1904));
        let Some(date) = (if from_1904 { date::parse_from_1904(&text) } else { date::parse(&text) }) else {
            self.fault(
                column,
                RejectionCode::DateInvalid,
                "不是有效日期（可写作 2021-08-03、2021/8/3、2021.8.3、20210803 或 2021年8月3日，年份须为四位）",
                "is not a date (write 2021-08-03, 2021/8/3, 2021.8.3, 20210803 or 2021年8月3日 with the year in four digits)",
            );
            return None;
        };
        if date > self.today {
            self.fault(
                column,
                RejectionCode::DateInFuture,
                "日期不能晚于今天",
                "the date must not be in the future",
            );
            return None;
        }
        if date::EARLIEST.is_some_and(|earliest| date < earliest) {
            self.fault(
                column,
                RejectionCode::DateTooEarly,
                "日期不能早于 1990 年",
                "the date must not be before 1990",
            );
            return None;
        }
        Some(date)
    }
}
