//! The template of a list: a workbook with the headings, drop-downs for what has a fixed set of values, and a sheet that explains the
//! columns. Filled in, it is imported as it is: its further sheets are known to the reader and are no lists.

use crate::core::Language;
use crate::list_files::ListColumn;
use crate::list_files::reader::NO_LISTS;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, FormatAlign,
    Formula, Workbook, Worksheet, XlsxError,
};

/// The last row, from 0, that has drop-downs.
const LAST_ROW: u32 = 100_000;
/// The format of texts among those that every spreadsheet has.
const TEXT: u8 = 49;
/// Characters of the prompt beside a cell that Excel shows.
const PROMPT: usize = 255;

/// What a template holds.
pub struct Template<C: 'static> {
    /// The name of the sheet that is filled in.
    pub sheet: &'static str,
    /// The columns that have a fixed set of values, with these.
    pub options: Vec<(C, Vec<String>)>,
    /// The columns that take other values as well.
    pub open: &'static [C],
    /// What a row is.
    pub notes: [&'static str; 2],
    /// A column that is wider than the others.
    pub wide: C,
}

/// The name by which a column's values are known in the workbook.
fn list_name(column: impl ListColumn) -> String {
    format!("list_{column}")
}

impl<C: ListColumn> Template<C> {
    /// The workbook.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn workbook(&self, language: Language) -> Result<Vec<u8>, XlsxError> {
        let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
        let mut book = Workbook::new();
        self.list(book.add_worksheet().set_name(self.sheet)?, language)?;
        self.explanations(book.add_worksheet().set_name(say("填写说明", "Instructions"))?, language)?;
        let name = say("选项", "Options");
        let sheet = book.add_worksheet().set_name(name)?;
        sheet.set_hidden(true);
        let [_, _, zh, en] = NO_LISTS;
        sheet.write_string(0, 0, say(zh, en))?;
        for (at, (column, values)) in (0u16..).zip(&self.options) {
            sheet.write_string(1, at, column.heading(language))?;
            for (row, value) in (2u32..).zip(values) {
                sheet.write_string(row, at, value)?;
            }
        }
        for (at, (column, values)) in (0u16..).zip(&self.options) {
            let letter = rust_xlsxwriter::utility::column_number_to_name(at);
            let last = values.len().max(1) + 2;
            book.define_name(list_name(*column), &format!("='{name}'!${letter}$3:${letter}${last}"))?;
        }
        book.save_to_buffer()
    }

    /// The sheet that is filled in.
    fn list(&self, sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
        let text = Format::new().set_num_format_index(TEXT);
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let heading = text.clone().set_bold().set_align(FormatAlign::Center);
        let required = heading.clone().set_background_color(Color::RGB(0x00FF_E699));
        let optional = heading.set_background_color(Color::RGB(0x00DC_E6F1));
        for (at, column) in (0u16..).zip(C::ALL) {
            sheet.set_column_width(at, if *column == self.wide { 32 } else { 20 })?;
            sheet.set_column_format(at, if column.is_date() { &date } else { &text })?;
            let format = if column.is_required() { &required } else { &optional };
            sheet.write_string_with_format(0, at, column.heading(language), format)?;
            let values = self.options.iter().any(|(listed, values)| listed == column && !values.is_empty());
            let validation = self.validation(*column, values, language)?;
            sheet.add_data_validation(1, at, LAST_ROW, at, &validation)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(())
    }

    /// What a column takes, as the spreadsheet says and checks it.
    fn validation(&self, column: C, values: bool, language: Language) -> Result<DataValidation, XlsxError> {
        let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
        let rule = match column {
            _ if values => {
                DataValidation::new().allow_list_formula(Formula::new(format!("={}", list_name(column))))
            }
            _ if column.is_date() => {
                let earliest = ExcelDateTime::from_ymd(1990, 1, 1)?;
                DataValidation::new().allow_date(DataValidationRule::GreaterThanOrEqualTo(earliest))
            }
            _ => DataValidation::new().allow_any_value(),
        };
        // Who knows better may: the import takes further words, and other forms of dates.
        let style = match column {
            _ if self.open.contains(&column) => DataValidationErrorStyle::Information,
            _ if column.is_date() => DataValidationErrorStyle::Warning,
            _ => DataValidationErrorStyle::Stop,
        };
        let kind = if column.is_required() {
            say("（必填）", " (required)")
        } else {
            say("（选填）", " (optional)")
        };
        let prompt: String = column.rule().get(language).chars().take(PROMPT).collect();
        rule.ignore_blank(true)
            .set_input_title(format!("{}{kind}", column.heading(language)))?
            .set_input_message(prompt)?
            .set_error_style(style)
            .set_error_title(column.heading(language))?
            .set_error_message(say(
                "请从下拉列表中选择，或按提示填写",
                "choose from the list, or fill in as the prompt says",
            ))
    }

    /// The sheet that explains the columns.
    fn explanations(&self, sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
        let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
        let text = Format::new().set_num_format_index(TEXT).set_text_wrap().set_align(FormatAlign::Top);
        let bold = text.clone().set_bold();
        let [zh, en, ..] = NO_LISTS;
        sheet.write_string(0, 0, say(zh, en))?;
        for (row, note) in (1u32..).zip(self.notes) {
            sheet.write_string(row, 0, note)?;
        }
        let headings = [
            say("列", "Column"),
            say("是否必填", "Required"),
            say("可填内容", "What it may hold"),
            say("示例", "Example"),
            say("也可写作", "Other headings"),
        ];
        for (at, heading) in (0u16..).zip(headings) {
            sheet.write_string_with_format(4, at, heading, &bold)?;
        }
        for (row, column) in (5u32..).zip(C::ALL) {
            let required =
                if column.is_required() { say("必填", "required") } else { say("选填", "optional") };
            let others = column.other_names().join(say("、", ", "));
            let rule = column.rule();
            let cells =
                [column.heading(language), required, rule.get(language), column.example(language), &others];
            for (at, cell) in (0u16..).zip(cells) {
                sheet.write_string_with_format(row, at, cell, &text)?;
            }
        }
        for (at, width) in (0u16..).zip([22, 12, 60, 26, 40]) {
            sheet.set_column_width(at, width)?;
        }
        Ok(())
    }
}
