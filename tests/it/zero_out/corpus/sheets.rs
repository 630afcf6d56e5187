//! Workbooks: several sheets, hidden ones and parts of them, titles, groups, merged areas, totals, damage.

use super::book::{Book, C, Sheet, t};
use super::{Answer, Case, Expected, bad, good, headings, record};

pub fn cases() -> Vec<Case> {
    [shapes(), several(), hidden(), merged()].into_iter().flatten().collect()
}

pub fn texts(cells: Vec<String>) -> Vec<C> {
    cells.into_iter().map(t).collect()
}

/// Headings and the records of some numbers.
pub fn list(name: &'static str, numbers: &[u32]) -> Sheet {
    let mut rows = vec![texts(headings())];
    rows.extend(numbers.iter().map(|n| texts(record(*n))));
    Sheet { name, rows, ..Sheet::default() }
}

pub fn case(name: &str, book: &Book, answer: Answer) -> Case {
    Case { name: format!("workbook: {name}"), bytes: book.bytes(), answer }
}

pub fn read(rows: Vec<Expected>) -> Answer {
    Answer::Read(rows, vec![])
}

/// A list with and without a title, heads of groups, a total, shared strings, prefixes, references and the days from 1904.
fn shapes() -> Vec<Case> {
    (0..64u32)
        .map(|bits| {
            let has = |bit: u32| bits & (1 << bit) != 0;
            let mut rows: Vec<(Vec<C>, Option<&str>)> = Vec::new();
            if has(0) {
                rows.push((vec![t("不合格产品生产企业名单")], None));
                rows.push((vec![], None));
            }
            rows.push((texts(headings()), None));
            for n in 1..=3 {
                if has(1) {
                    rows.push((vec![t(format!("第 {n} 组"))], Some("not_a_record")));
                }
                let mut cells = texts(record(n));
                // 2021-08-03, counted from 1904 or from 1900.
                cells[6] = C::N(if has(5) { "42949" } else { "44411" }, if has(2) { 1 } else { 0 });
                rows.push((cells, Some("")));
            }
            if has(2) {
                rows.push((vec![t("合计"), C::N("3", 0)], Some("not_a_record")));
            }
            let mut expected = Vec::new();
            for (row, (_, code)) in (1..).zip(&rows) {
                expected.extend(
                    code.map(|code| if code.is_empty() { good(row) } else { bad(row, code) }.on("表1")),
                );
            }
            let shared = |cell: C| match cell {
                C::T(text) if has(3) => C::S(text),
                cell => cell,
            };
            let rows = rows.into_iter().map(|(cells, _)| cells.into_iter().map(shared).collect()).collect();
            let book = Book {
                sheets: vec![Sheet { name: "表1", rows, ..Sheet::default() }],
                prefix: has(4) && !has(3),
                no_references: has(4) && has(3),
                from_1904: has(5),
                ..Book::default()
            };
            case(&format!("shape {bits:06b}"), &book, read(expected))
        })
        .collect()
}

fn several() -> Vec<Case> {
    let (guangzhou, shenzhen) = (list("广州市", &[1]), list("深圳市", &[2, 3]));
    let both = vec![good(2).on("广州市"), good(2).on("深圳市"), good(3).on("深圳市")];
    let mut turned = shenzhen.clone();
    turned.rows.iter_mut().for_each(|row| row.reverse());
    let notes = Sheet { name: "说明", rows: vec![vec![t("请勿改动表头")]], ..Sheet::default() };
    let mut untitled = list("续表", &[4]);
    untitled.rows.remove(0);
    let mut lacking = list("续表", &[4]);
    lacking.rows.iter_mut().for_each(|row| drop(row.remove(5)));
    let mut above = list("续表", &[4, 5]);
    above.rows.swap(0, 1);
    let mut deep = list("续表", &[4]);
    deep.rows.splice(0..0, (0..40).map(|n| vec![t(format!("说明 {n}"))]));
    let summary = Sheet {
        name: "统计",
        rows: vec![
            texts(vec!["企业名称".into(), "行政区划代码".into(), "件数".into()]),
            vec![t("某公司"), t("440103"), C::N("3", 0)],
        ],
        ..Sheet::default()
    };
    let many: Vec<Sheet> = [
        "广州", "深圳", "珠海", "汕头", "佛山", "韶关", "河源", "梅州", "惠州", "汕尾", "东莞", "中山",
        "江门", "阳江", "湛江", "茂名", "肇庆", "清远", "潮州", "揭阳", "云浮",
    ]
    .iter()
    .zip(1..)
    .map(|(name, n)| list(name, &[n]))
    .collect();
    let each = many.iter().map(|sheet| good(2).on(sheet.name)).collect();
    let blank = Sheet { name: "Sheet2", ..Sheet::default() };
    let warned = |rows: &[Expected], warnings| Answer::Read(rows.to_vec(), warnings);
    let first = &both[..1];
    vec![
        case(
            "one sheet for each of two cities",
            &Book::of(vec![guangzhou.clone(), shenzhen.clone()]),
            read(both.clone()),
        ),
        case(
            "columns of the second sheet in another order",
            &Book::of(vec![guangzhou.clone(), turned]),
            read(both.clone()),
        ),
        case("a sheet for each city", &Book::of(many), read(each)),
        case("a blank sheet", &Book::of(vec![guangzhou.clone(), blank]), read(first.to_vec())),
        case(
            "a sheet of notes",
            &Book::of(vec![notes, guangzhou.clone()]),
            warned(first, vec!["sheet_not_read"]),
        ),
        case(
            "a sheet without headings",
            &Book::of(vec![guangzhou.clone(), untitled.clone()]),
            Answer::Refused("import_missing_columns", "“续表”第 1 行"),
        ),
        case(
            "a sheet that lacks a column",
            &Book::of(vec![guangzhou.clone(), lacking]),
            Answer::Refused("import_missing_columns", "“续表”第 2 行"),
        ),
        case(
            "a sheet with a record above its headings",
            &Book::of(vec![guangzhou.clone(), above]),
            Answer::Refused("import_record_above_header", "“续表”第 1 行"),
        ),
        case(
            "a sheet with more title rows than any",
            &Book::of(vec![guangzhou.clone(), deep]),
            Answer::Refused("import_missing_columns", "“续表”第 42 行"),
        ),
        case(
            "a hidden sheet without headings",
            &Book::of(vec![guangzhou.clone(), Sheet { state: "hidden", ..untitled }]),
            warned(first, vec!["hidden_sheet"]),
        ),
        case(
            "a sheet of sums",
            &Book::of(vec![guangzhou.clone(), summary.clone()]),
            warned(first, vec!["sheet_not_read"]),
        ),
        case(
            "only a sheet of sums",
            &Book::of(vec![summary]),
            Answer::Refused("import_missing_columns", "统计"),
        ),
        case("no rows in one of two", &Book::of(vec![list("空表", &[]), guangzhou]), read(first.to_vec())),
    ]
}

fn hidden() -> Vec<Case> {
    let shown = list("2026", &[1]);
    let old = |state| Sheet { state, ..list("2025旧", &[2, 3]) };
    let one = || vec![good(2).on("2026")];
    let rows =
        |hidden_rows: &[usize]| Sheet { hidden_rows: hidden_rows.to_vec(), ..list("筛选", &[1, 2, 3]) };
    let three = || vec![good(2).on("筛选"), good(3).on("筛选"), good(4).on("筛选")];
    let columns = |before| Sheet { before, ..rows(&[]) };
    let hidden = "<cols><col min=\"3\" max=\"4\" width=\"9\" hidden=\"1\"/></cols>";
    vec![
        case(
            "hidden first",
            &Book::of(vec![old("hidden"), shown.clone()]),
            Answer::Read(one(), vec!["hidden_sheet"]),
        ),
        case(
            "very hidden first",
            &Book::of(vec![old("veryHidden"), shown.clone()]),
            Answer::Read(one(), vec!["hidden_sheet"]),
        ),
        case("hidden last", &Book::of(vec![shown, old("hidden")]), Answer::Read(one(), vec!["hidden_sheet"])),
        case("only hidden", &Book::of(vec![old("hidden")]), Answer::Refused("import_hidden_list", "2025旧")),
        case(
            "hidden beside notes",
            &Book::of(vec![
                old("hidden"),
                Sheet { name: "说明", rows: vec![vec![t("说明")]], ..Sheet::default() },
            ]),
            Answer::Refused("import_hidden_list", "2025旧"),
        ),
        case("hidden rows", &Book::of(vec![rows(&[3])]), read(three())),
        case("all rows hidden", &Book::of(vec![rows(&[2, 3, 4])]), read(three())),
        case("hidden headings", &Book::of(vec![rows(&[1])]), read(three())),
        case(
            "hidden columns",
            &Book::of(vec![columns(hidden)]),
            Answer::Read(three(), vec!["hidden_column", "hidden_column"]),
        ),
        case(
            "hidden columns without headings",
            &Book::of(vec![columns("<cols><col min=\"20\" max=\"30\" hidden=\"1\"/></cols>")]),
            read(three()),
        ),
        case(
            "a column of no width",
            &Book::of(vec![columns("<cols><col min=\"2\" max=\"2\" width=\"0\" customWidth=\"1\"/></cols>")]),
            Answer::Read(three(), vec!["hidden_column"]),
        ),
    ]
}

fn merged() -> Vec<Case> {
    let blank = |mut row: Vec<C>, places: &[usize]| {
        places.iter().for_each(|at| row[*at] = C::No);
        row
    };
    let rest = |n| {
        let mut cells = texts(record(n));
        (0..4).for_each(|at| cells[at] = t(record(1)[at].clone()));
        cells
    };
    // One enterprise over three rows.
    let enterprise = Sheet {
        name: "合并",
        rows: vec![
            texts(headings()),
            texts(record(1)),
            blank(rest(2), &[0, 1, 2, 3]),
            blank(rest(3), &[0, 1, 2, 3]),
            texts(record(4)),
        ],
        merged: vec!["A2:A4", "B2:B4", "C2:C4", "D2:D4"],
        ..Sheet::default()
    };
    let unmerged = Sheet { merged: vec!["A2:A3"], ..enterprise.clone() };
    let mut cut = list("合并", &[1, 2, 3]);
    cut.rows.iter_mut().skip(2).for_each(|row| row[8] = C::No);
    // Headings over two rows, the first of which groups some of them.
    let mut upper: Vec<C> = headings()
        .into_iter()
        .map(|heading| if heading == "企业名称" { t("企业情况") } else { t(heading) })
        .collect();
    upper[2] = C::No;
    upper[3] = C::No;
    let mut lower = vec![C::No; 9];
    (1..4).for_each(|at| lower[at] = t(headings()[at].clone()));
    let two_rows = Sheet {
        name: "合并",
        rows: vec![vec![t("名单")], upper, lower, texts(record(1))],
        merged: vec!["A1:I1", "A2:A3", "B2:D2", "E2:E3", "F2:F3", "G2:G3", "H2:H3", "I2:I3"],
        ..Sheet::default()
    };
    // A row of the sheet that shows nothing but the lower halves of merged cells.
    let tall = Sheet {
        name: "合并",
        rows: vec![texts(headings()), texts(record(1)), vec![], texts(record(2))],
        merged: vec!["A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:F3", "G2:G3", "H2:H3", "I2:I3"],
        ..Sheet::default()
    };
    let on = |rows: &[u32]| rows.iter().map(|row| good(*row).on("合并")).collect::<Vec<_>>();
    let half = Expected { faults: vec!["value_missing".into(); 4], ..bad(4, "").on("合并") };
    let third = Expected { faults: vec!["value_missing".into(); 3], ..bad(3, "").on("合并") };
    vec![
        case("an enterprise over three rows", &Book::of(vec![enterprise]), read(on(&[2, 3, 4, 5]))),
        case(
            "an enterprise whose cells are blank and not merged",
            &Book::of(vec![unmerged]),
            read(vec![good(2).on("合并"), third, half, good(5).on("合并")]),
        ),
        case(
            "a sheet that ends with its rows",
            &Book::of(vec![Sheet { after: Some(""), ..cut.clone() }]),
            Answer::Refused("import_damaged", "“合并”在第 4 行之后"),
        ),
        case(
            "merged areas that break off",
            &Book::of(vec![
                list("清单", &[9]),
                Sheet { after: Some("<mergeCells><mergeCell ref=\"I2:"), ..cut.clone() },
            ]),
            Answer::Refused("import_damaged", "合并"),
        ),
        case(
            "a merged area without quotes",
            &Book::of(vec![Sheet {
                after: Some("<mergeCells><mergeCell ref=I2:I4/></mergeCells></worksheet>"),
                ..cut.clone()
            }]),
            Answer::Refused("import_damaged", "合并"),
        ),
        case(
            "an order date over three rows",
            &Book::of(vec![Sheet { merged: vec!["I2:I4"], ..cut }]),
            read(on(&[2, 3, 4])),
        ),
        case("headings over two rows", &Book::of(vec![two_rows]), read(on(&[4]))),
        case("records over two rows", &Book::of(vec![tall]), read(on(&[2, 4]))),
    ]
}
