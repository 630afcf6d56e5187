//! Cells in all the forms that people and programs write, each as a text and in a workbook.

use super::book::{Book, C, Sheet, t};
use super::{Answer, COLUMNS, Case, Expected, bad, changed, good, headings, record};
use zerodesk::zero_out::import::Column;

/// A column, what stands in it, and the reason for which its row is rejected; none where it is good.
type Cell = (Column, &'static str, &'static str);

pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = CELLS.iter().flat_map(|(name, cells)| both(name, cells)).collect();
    cases.push(numbers());
    cases.push(errors());
    cases.extend(zeros_at_the_end());
    cases
}

fn both(name: &str, cells: &[Cell]) -> [Case; 2] {
    let rows: Vec<Vec<String>> =
        (1..).zip(cells).map(|(n, (column, value, _))| changed(n, *column, value)).collect();
    let answer = |sheet: Option<&str>| {
        let expected = (2..).zip(cells).map(|(row, (.., code))| {
            let expected = if code.is_empty() { good(row) } else { bad(row, code) };
            Expected { sheet: sheet.map(str::to_owned), ..expected }
        });
        Answer::Read(expected.collect(), vec![])
    };
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(headings()).unwrap();
    rows.iter().for_each(|row| file.write_record(row).unwrap());
    let texts = |row: &Vec<String>| row.iter().map(t).collect::<Vec<_>>();
    let sheet = Sheet {
        name: "清单",
        rows: std::iter::once(&headings()).chain(&rows).map(texts).collect(),
        ..Sheet::default()
    };
    [
        Case { name: format!("{name}, text"), bytes: file.into_inner().unwrap(), answer: answer(None) },
        Case {
            name: format!("{name}, workbook"),
            bytes: Book::of(vec![sheet]).bytes(),
            answer: answer(Some("清单")),
        },
    ]
}

const ON: Column = Column::InspectedOn;
const NO: Column = Column::ReportNo;
const CELLS: &[(&str, &[Cell])] = &[
    (
        "dates with separators",
        &[
            (ON, "2021-08-03", ""),
            (ON, "2021/8/3", ""),
            (ON, "2021.8.3", ""),
            (ON, "2021.08.03", ""),
            (ON, "20210803", ""),
            (ON, "２０２１－８－３", ""),
        ],
    ),
    (
        "Chinese dates",
        &[
            (ON, "2021年8月3日", ""),
            (ON, "2021 年 08 月 03 日", ""),
            (ON, "2021年8月3号", ""),
            (ON, "二〇二一年八月三日", ""),
            (ON, "2021年8月3日 星期二", ""),
        ],
    ),
    (
        "dates with a time",
        &[
            (ON, "2021-08-03 14:30:00", ""),
            (ON, "2021/8/3 0:00", ""),
            (ON, "2021-08-03T09:00:00", ""),
            (ON, "20210803143000", ""),
            (ON, "2021年8月3日 14时30分", ""),
            (ON, "2021-08-03 25:00", "date_invalid"),
        ],
    ),
    (
        "times in UTC",
        &[
            (ON, "2021-08-02T16:00:00.000Z", ""),
            (ON, "2021-08-03T15:59:59Z", ""),
            (ON, "2021-08-02T16:00:00+00:00", ""),
            (ON, "2021-08-03T00:00:00+08:00", ""),
        ],
    ),
    ("serial numbers", &[(ON, "44411", ""), (ON, "44411.75", "")]),
    (
        "dates of two digits",
        &[
            (ON, "21-8-3", "date_invalid"),
            (ON, "21.8.3", "date_invalid"),
            (ON, "21年8月3日", "date_invalid"),
            (ON, "3/8/21", "date_invalid"),
        ],
    ),
    (
        "dates whose day is first",
        &[
            (ON, "03/08/2021", "date_invalid"),
            (ON, "3.8.2021", "date_invalid"),
            (ON, "Aug 3, 2021", "date_invalid"),
        ],
    ),
    (
        "no dates",
        &[
            (ON, "2021-13-01", "date_invalid"),
            (ON, "2021-02-29", "date_invalid"),
            (ON, "2021年8月", "date_invalid"),
            (ON, "近期", "date_invalid"),
            (ON, "1628000000", "date_invalid"),
            (ON, "########", "cell_error"),
        ],
    ),
    (
        "dates out of range",
        &[
            (ON, "2030-01-01", "date_in_future"),
            (ON, "1989-12-31", "date_too_early"),
            (ON, "2021-09-02", "order_before_inspection"),
        ],
    ),
    (
        "exponents",
        &[
            (NO, "2.02603E+17", "identifier_mangled"),
            (NO, "2.02603e17", "identifier_mangled"),
            (NO, "5E12", ""),
            (Column::Uscc, "9.14401E+17", "identifier_mangled"),
        ],
    ),
    ("long numbers", &[(NO, "2026030512345678901", ""), (NO, "202603051234567", "")]),
    (
        "identifiers as dates",
        &[
            (NO, "2026/3/5", "identifier_mangled"),
            (NO, "2026-03-05", "identifier_mangled"),
            (NO, "5-Mar", "identifier_mangled"),
            (NO, "3月5日", "identifier_mangled"),
            (NO, "GD-2026-3-5", ""),
        ],
    ),
    (
        "words of the registers",
        &[
            (Column::OperatingStatus, "存续", ""),
            (Column::OperatingStatus, "开业", ""),
            (Column::OperatingStatus, "在业", ""),
            (Column::OperatingStatus, "存续（在营、开业、在册）", ""),
            (Column::OperatingStatus, "吊销，未注销", ""),
            (Column::OperatingStatus, "注销", ""),
            (Column::OperatingStatus, "迁出", ""),
        ],
    ),
    (
        "no status",
        &[
            (Column::OperatingStatus, "不详", "operating_status_unknown"),
            (Column::OperatingStatus, "在营、停业", "operating_status_unknown"),
            (Column::OperatingStatus, "", "value_missing"),
        ],
    ),
    (
        "separators of items",
        &[
            (Column::FailedItems, "抗拉强度,屈服强度", ""),
            (Column::FailedItems, "抗拉强度，屈服强度", ""),
            (Column::FailedItems, "抗拉强度、屈服强度", ""),
            (Column::FailedItems, "抗拉强度;屈服强度", ""),
            (Column::FailedItems, "抗拉强度；屈服强度；", ""),
        ],
    ),
    (
        "line breaks between items",
        &[
            (Column::FailedItems, "抗拉强度\n屈服强度", ""),
            (Column::FailedItems, "1、抗拉强度\n2、屈服强度", ""),
            (Column::FailedItems, "（1）抗拉强度\r\n（2）屈服强度", ""),
            (Column::FailedItems, "；、，", "failed_items_empty"),
        ],
    ),
    (
        "identity cards and their like as codes",
        &[
            (Column::Uscc, "440103199109263101", "uscc_identity_card"),
            (Column::Uscc, "440301103097413", "uscc_length"),
            (Column::Uscc, "71526726X", "uscc_length"),
            (Column::Uscc, "9544030071526726XG", "uscc_authority"),
        ],
    ),
    (
        "codes with mistakes",
        &[
            (Column::Uscc, "9144030071526726OG", "uscc_character"),
            (Column::Uscc, "9144030071526726XH", "uscc_checksum"),
            (Column::Uscc, "9194030071526726XG", "uscc_region"),
            (Column::Uscc, "91440300715267262W", "uscc_organisation"),
            (Column::Uscc, "", "value_missing"),
        ],
    ),
    (
        "codes in other spellings",
        &[
            (Column::Uscc, "9144030071526726xg", ""),
            (Column::Uscc, "9144 0300 7152 6726 XG", ""),
            (Column::Uscc, "９１４４０３００７１５２６７２６ＸＧ", ""),
            (Column::Uscc, "\u{feff}9144030071526726XG\u{a0}", ""),
        ],
    ),
    (
        "errors of spreadsheets as texts",
        &[
            (NO, "#N/A", "cell_error"),
            (NO, "#REF!", "cell_error"),
            (NO, "#SPILL!", "cell_error"),
            (NO, "#CALC!", "cell_error"),
            (NO, "#FIELD!", "cell_error"),
            (NO, "#BUSY!", "cell_error"),
            (NO, "#PYTHON!", "cell_error"),
            (NO, "Err:522", "cell_error"),
            (NO, "#12", ""),
        ],
    ),
    (
        "broken characters",
        &[
            (Column::Name, "甲\u{fffd}公司", "control_character"),
            (Column::Name, "甲\u{7}公司", "control_character"),
            (Column::Name, "𠮷野家㐂有限公司", ""),
        ],
    ),
    (
        "long texts",
        &[(
            NO,
            "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一",
            "too_long",
        )],
    ),
];

/// A number whose last digits are zeros: by itself one that a spreadsheet has kept, as a text whatever its office says.
fn zeros_at_the_end() -> [Case; 3] {
    let number = "2026030512345670000";
    let lines = |cell: &str| {
        let row = changed(1, NO, "NO").join(",").replace(",NO,", &format!(",{cell},"));
        format!("{}\n{row}\n", headings().join(",")).into_bytes()
    };
    let case = |name: &str, bytes, row| Case {
        name: format!("zeros at the end of a number, {name}"),
        bytes,
        answer: Answer::Read(vec![row], vec![]),
    };
    let mut workbook = in_workbook(
        "zeros at the end of a number, text cells",
        &[(NO, t(number), ""), (NO, C::S("2026030512345680000".to_owned()), "")],
    );
    workbook.name = "zeros at the end of a number, text cells".to_owned();
    [
        case("plain", lines(number), bad(2, "identifier_mangled")),
        case("quoted", lines(&format!("\"{number}\"")), good(2)),
        workbook,
    ]
}

/// Numbers of workbooks in the columns of dates and identifiers.
fn numbers() -> Case {
    let cells: [(Column, C, &str); 21] = [
        (ON, C::N("44411", 1), ""),
        (ON, C::N("44411.6", 2), ""),
        (ON, C::N("44411", 4), ""),
        (ON, C::N("44411", 5), ""),
        (ON, C::N("44411", 0), ""),
        (ON, C::N("20210803", 0), ""),
        (Column::RegionCode, C::N("440103", 0), ""),
        (NO, C::N("20260305", 0), ""),
        (NO, C::N("123", 3), ""),
        (NO, C::N("2.026031500012346e+18", 0), "identifier_mangled"),
        (NO, C::N("46024", 1), "identifier_mangled"),
        (NO, C::N("2026.1", 0), "identifier_mangled"),
        (NO, C::N("8952", 7), "identifier_mangled"),
        (NO, C::N("46086", 8), "identifier_mangled"),
        (NO, C::N("46086", 9), "identifier_mangled"),
        (NO, C::N("8952", 10), ""),
        (NO, C::Raw("t=\"b\"", "<v>1</v>"), "identifier_mangled"),
        (Column::Name, C::Raw("t=\"b\"", "<v>0</v>"), "identifier_mangled"),
        (Column::RegionCode, C::N("440103", 9), ""),
        (ON, C::N("44411", 8), ""),
        (Column::Uscc, C::N("914403001922038216", 0), "identifier_mangled"),
    ];
    in_workbook("numbers of workbooks", &cells)
}

/// Errors and formulas of workbooks.
fn errors() -> Case {
    let order = Column::OrderIssuedOn;
    let cells: [(Column, C, &str); 12] = [
        (NO, C::E("#SPILL!"), "cell_error"),
        (NO, C::E("#N/A"), "cell_error"),
        (order, C::E("#CALC!"), "cell_error"),
        (order, C::E("#FIELD!"), "cell_error"),
        (order, C::F("DATE(2021,9,1)", "", ""), "formula_without_value"),
        (order, C::F("DATE(2021,9,1)", "<v/>", ""), "formula_without_value"),
        (order, C::F("DATE(2021,9,1)", "<v></v>", ""), "formula_without_value"),
        (order, C::F("DATE(2021,9,1)", "<v>44440</v>", ""), ""),
        (order, C::F("IF(1,\"\",\"\")", "<v></v>", "str"), ""),
        (order, C::F("TEXT(1,2)", "<v>2021-09-01</v>", "str"), ""),
        (ON, C::F("A1", "", ""), "formula_without_value"),
        (Column::Name, C::S("共享的名称_x000D_".to_owned()), ""),
    ];
    in_workbook("errors and formulas of workbooks", &cells)
}

fn in_workbook(name: &str, cells: &[(Column, C, &str)]) -> Case {
    let mut rows = vec![headings().into_iter().map(t).collect::<Vec<_>>()];
    let mut expected = Vec::new();
    for (n, (column, cell, code)) in (1..).zip(cells) {
        let mut row: Vec<C> = record(n).into_iter().map(t).collect();
        row[COLUMNS.iter().position(|known| known == column).unwrap()] = cell.clone();
        rows.push(row);
        expected.push(if code.is_empty() { good(n + 1) } else { bad(n + 1, code) }.on("清单"));
    }
    let sheet = Sheet { name: "清单", rows, ..Sheet::default() };
    Case {
        name: name.to_owned(),
        bytes: Book::of(vec![sheet]).bytes(),
        answer: Answer::Read(expected, vec![]),
    }
}
