//! Workbooks of which something is damaged, or stands where it does not by custom.

use super::book::{Book, C, Sheet, t};
use super::sheets::{case, list, read};
use super::{Answer, Case, bad, good, headings};

pub fn cases() -> Vec<Case> {
    let shown = list("清单", &[1]);
    let one = || vec![good(2).on("清单")];
    let with = |book: Book| Book { sheets: vec![shown.clone()], ..book };
    let error = Sheet { name: "统计", rows: vec![vec![C::E("#SPILL!")]], ..Sheet::default() };
    let cut =
        Sheet { name: "坏表", instead: Some(b"<worksheet><sheetData><row r=\"1\"><c"), ..Sheet::default() };
    let with_two = |change: &dyn Fn(&mut Vec<C>), book: Book| {
        let mut two = list("清单", &[1, 2]);
        change(&mut two.rows[2]);
        Book { sheets: vec![two], ..book }
    };
    let formula = |place: usize| {
        let mut list = list("清单", &[1]);
        list.rows[0][place] = C::F("X1", "", "");
        list
    };
    let mut aside = shown.clone();
    aside.rows[1].extend([C::E("#CALC!"), C::F("VLOOKUP(A2,X,2)", "", "")]);
    aside.rows[0].extend([t("核对"), t("核对二")]);
    let mut below = aside.clone();
    below.rows.push([vec![C::No; 9], vec![C::E("#N/A"), C::F("A3", "<v/>", "")]].concat());
    let mut endless = shown.clone();
    endless.rows[1][1] = t("长".repeat(2_000_000));
    // Each cell is a few bytes, and shows a text of thirty thousand.
    let shared = Sheet { name: "长表", rows: vec![vec![C::S("长".repeat(30_000))]], ..Sheet::default() };
    let cells = "<c t=\"s\"><v>0</v></c>".repeat(200);
    let wide = format!("<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>");
    let wide = Sheet { name: "宽表", instead: Some(wide.leak().as_bytes()), ..Sheet::default() };
    let mut late = list("清单", &[1, 2]);
    let order = late.rows[1].clone();
    late.rows.push(order);
    let broken_list: &[u8] = b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>x</t></is></c></row><row r=\"9\"><c r=\"A9\"><v>1</v></c></row><row r=\"5\"";
    vec![
        case(
            "an error on another sheet",
            &Book::of(vec![shown.clone(), error]),
            Answer::Read(one(), vec!["sheet_not_read"]),
        ),
        case(
            "another sheet is damaged",
            &Book::of(vec![shown.clone(), cut.clone()]),
            Answer::Read(one(), vec!["damaged_sheet"]),
        ),
        case("a cell without end", &Book::of(vec![endless]), Answer::Refused("import_damaged", "清单")),
        case(
            "a row without end",
            &Book::of(vec![shown.clone(), shared, wide]),
            Answer::Read(one(), vec!["sheet_not_read", "damaged_sheet"]),
        ),
        case("the only sheet is damaged", &Book::of(vec![cut]), Answer::Refused("import_damaged", "坏表")),
        case(
            "rows of another sheet are damaged",
            &Book::of(vec![
                shown.clone(),
                Sheet { name: "坏表", instead: Some(broken_list), ..Sheet::default() },
            ]),
            Answer::Read(one(), vec!["damaged_sheet"]),
        ),
        case(
            "a theme is broken",
            &with(Book {
                more: vec![("xl/theme/theme1.xml", b"<a><b>a theme that is long enough</b></a>")],
                broken: Some("xl/theme/theme1.xml"),
                ..Book::default()
            }),
            read(one()),
        ),
        case(
            "properties are no XML",
            &with(Book { more: vec![("docProps/app.xml", b"\xff\xfe<\0")], ..Book::default() }),
            read(one()),
        ),
        case(
            "strings are broken, and no cell needs them",
            &with(Book { broken: Some("xl/sharedStrings.xml"), ..Book::default() }),
            read(one()),
        ),
        case(
            "strings are broken that the headings need",
            &Book {
                sheets: vec![Sheet {
                    rows: vec![headings().into_iter().map(C::S).collect()],
                    ..shown.clone()
                }],
                broken: Some("xl/sharedStrings.xml"),
                ..Book::default()
            },
            Answer::Refused("import_damaged", "sharedStrings.xml"),
        ),
        case(
            "strings are cut off that a row needs",
            &with_two(
                &|row| row[1] = C::S("测试2有限公司".into()),
                Book { replaced: vec![("xl/sharedStrings.xml", Some(b"<sst><si><t>"))], ..Book::default() },
            ),
            read(vec![good(2).on("清单"), bad(3, "cell_error").on("清单")]),
        ),
        case(
            "styles are cut off, and no cell needs them",
            &with(Book {
                replaced: vec![("xl/styles.xml", Some(b"<styleSheet><cellXfs><xf"))],
                ..Book::default()
            }),
            read(one()),
        ),
        case(
            "styles are broken that a row needs",
            &with_two(
                &|row| row[6] = C::N("44411", 1),
                Book { broken: Some("xl/styles.xml"), ..Book::default() },
            ),
            read(vec![good(2).on("清单"), bad(3, "cell_error").on("清单")]),
        ),
        case(
            "the types of the parts are missing",
            &with(Book { replaced: vec![("[Content_Types].xml", None)], ..Book::default() }),
            read(one()),
        ),
        case(
            "the types of the parts are broken",
            &with(Book { broken: Some("[Content_Types].xml"), ..Book::default() }),
            read(one()),
        ),
        case(
            "a workbook in another folder",
            &with(Book { folder: Some("book"), ..Book::default() }),
            read(one()),
        ),
        case("names with backslashes", &with(Book { backslashes: true, ..Book::default() }), read(one())),
        case(
            "an extension within a cell",
            &with_two(
                &|row| {
                    row[1] = C::Raw(
                        "t=\"str\"",
                        "<v>测试2有限公司</v><extLst><ext uri=\"x\"><v>别的</v><f>A1</f><c><v>1</v></c></ext></extLst>",
                    );
                },
                Book::default(),
            ),
            read(vec![good(2).on("清单"), good(3).on("清单")]),
        ),
        case(
            "a heading that is a formula without its result",
            &Book::of(vec![formula(8)]),
            Answer::Refused("import_heading_unreadable", "I 列"),
        ),
        case(
            "a heading of a required column that is a formula without its result",
            &Book::of(vec![formula(5)]),
            Answer::Refused("import_heading_unreadable", "F 列"),
        ),
        case(
            "the sheet is broken",
            &with(Book { broken: Some("xl/worksheets/sheet1.xml"), ..Book::default() }),
            Answer::Refused("import_damaged", "清单"),
        ),
        case(
            "errors beside the list",
            &Book::of(vec![aside]),
            Answer::Read(one(), vec!["unknown_column", "unknown_column"]),
        ),
        case(
            "errors below the list, beside it",
            &Book::of(vec![below]),
            Answer::Read(one(), vec!["unknown_column", "unknown_column"]),
        ),
        case(
            "a record again",
            &Book::of(vec![late]),
            read(vec![good(2).on("清单"), good(3).on("清单"), good(4).on("清单")]),
        ),
    ]
}
