//! The template of a list: a workbook with the headings, drop-downs for what has a fixed set of values, and a sheet that explains the
//! columns. Filled in, it is imported as it is: its further sheets are known to the reader and are no lists.

use crate::catalogue::Catalogue;
use crate::core::{Actor, Language, Problem};
use crate::enterprises::{InspectionLevel, OperatingStatus};
use crate::zero_out::import::column::Column;
use crate::zero_out::import::reader::NO_LISTS;
use crate::zero_out::policy::permit;
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

/// The template for an actor: the drop-down of regions has those of the actor.
///
/// # Errors
/// 401 and 403 as [`permit`]; 500 when the workbook can't be made.
pub fn template(actor: &Actor, language: Language, catalogue: &Catalogue) -> Result<Vec<u8>, Problem> {
    permit(actor)?;
    let options = Options::of(actor, language, catalogue);
    workbook(language, &options).map_err(Problem::internal)
}

/// The values of the columns that have a fixed set of them.
struct Options {
    lists: Vec<(Column, Vec<String>)>,
}

impl Options {
    fn of(actor: &Actor, language: Language, catalogue: &Catalogue) -> Self {
        let zh = language == Language::Zh;
        let status = |s: &OperatingStatus| if zh { s.name_zh() } else { s.as_str() };
        let level = |l: &InspectionLevel| if zh { l.name_zh() } else { l.as_str() };
        let regions = catalogue.regions.iter().filter(|region| {
            actor.officer_region().is_none_or(|scope| catalogue.regions.contains(scope, &region.code))
        });
        let products = &catalogue.products;
        let lists = vec![
            (Column::OperatingStatus, OperatingStatus::ALL.iter().map(|s| status(s).to_owned()).collect()),
            (Column::RegionCode, regions.map(|r| format!("{} {}", r.code, r.name)).collect()),
            (Column::ProductKind, products.kinds().map(|kind| kind.name(language).to_owned()).collect()),
            (Column::InspectionLevel, InspectionLevel::ALL.iter().map(|l| level(l).to_owned()).collect()),
            (Column::Laboratory, products.hospitals().map(|h| h.name(language).to_owned()).collect()),
        ];
        Self { lists }
    }
}

/// The name by which a column's values are known in the workbook.
fn list_name(column: Column) -> String {
    format!("list_{column}")
}

fn workbook(language: Language, options: &Options) -> Result<Vec<u8>, XlsxError> {
    let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let mut book = Workbook::new();
    list(book.add_worksheet().set_name(say("清零名单", "Zero-out list"))?, language, options)?;
    explanations(book.add_worksheet().set_name(say("填写说明", "Instructions"))?, language)?;
    let name = say("选项", "Options");
    let sheet = book.add_worksheet().set_name(name)?;
    sheet.set_hidden(true);
    let [_, _, zh, en] = NO_LISTS;
    sheet.write_string(0, 0, say(zh, en))?;
    for (at, (column, values)) in (0u16..).zip(&options.lists) {
        sheet.write_string(1, at, column.heading(language))?;
        for (row, value) in (2u32..).zip(values) {
            sheet.write_string(row, at, value)?;
        }
    }
    for (at, (column, values)) in (0u16..).zip(&options.lists) {
        let letter = rust_xlsxwriter::utility::column_number_to_name(at);
        let last = values.len().max(1) + 2;
        book.define_name(list_name(*column), &format!("='{name}'!${letter}$3:${letter}${last}"))?;
    }
    book.save_to_buffer()
}

/// The sheet that is filled in.
fn list(sheet: &mut Worksheet, language: Language, options: &Options) -> Result<(), XlsxError> {
    let text = Format::new().set_num_format_index(TEXT);
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let heading = text.clone().set_bold().set_align(FormatAlign::Center);
    let required = heading.clone().set_background_color(Color::RGB(0x00FF_E699));
    let optional = heading.set_background_color(Color::RGB(0x00DC_E6F1));
    for (at, column) in (0u16..).zip(Column::ALL) {
        sheet.set_column_width(at, if *column == Column::FailedItems { 32 } else { 20 })?;
        sheet.set_column_format(at, if column.is_date() { &date } else { &text })?;
        let format = if column.is_required() { &required } else { &optional };
        sheet.write_string_with_format(0, at, column.heading(language), format)?;
        let values = options.lists.iter().any(|(listed, values)| listed == column && !values.is_empty());
        let validation = validation(*column, values, language)?;
        sheet.add_data_validation(1, at, LAST_ROW, at, &validation)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// What a column takes, as the spreadsheet says and checks it.
fn validation(column: Column, values: bool, language: Language) -> Result<DataValidation, XlsxError> {
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
    // Who knows better may: the import takes further words, other forms of dates, and any laboratory.
    let style = match column {
        Column::Laboratory => DataValidationErrorStyle::Information,
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
fn explanations(sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
    let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let text = Format::new().set_num_format_index(TEXT).set_text_wrap().set_align(FormatAlign::Top);
    let bold = text.clone().set_bold();
    let [zh, en, ..] = NO_LISTS;
    sheet.write_string(0, 0, say(zh, en))?;
    let notes = [
        say(
            "每行填写一条不合格记录；列的顺序不限，选填的列可以删除。",
            "One row is one nonconformity; columns may stand in any order, and optional ones may be removed.",
        ),
        say(
            "标题为黄色的列必填；编号、代码和电话的单元格为文本格式，请勿改为数字。",
            "Columns with a yellow heading are required; identifiers and telephone numbers are text cells, which should stay texts.",
        ),
    ];
    for (row, note) in (1u32..).zip(notes) {
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
    for (row, column) in (5u32..).zip(Column::ALL) {
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
