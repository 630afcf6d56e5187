//! What people and their programs are used to: words for nothing, texts made on purpose, columns without headings, records above the
//! headings, rows of another separator, lines of sums and signatures.

use super::book::{Book, C, Sheet, t};
use super::{Answer, COLUMNS, Case, Expected, bad, changed, good, headings, record};
use zerodesk::zero_out::import::Column;

pub fn cases() -> Vec<Case> {
    [above(), identifiers(), placeholders(), unheaded(), separators(), no_records(), spellings()]
        .into_iter()
        .flatten()
        .collect()
}

fn file(name: &str, rows: &[Vec<String>], answer: Answer) -> Case {
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let lines: Vec<String> =
        rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",")).collect();
    raw(name, &lines, answer)
}

/// Lines as they are.
fn raw(name: &str, lines: &[String], answer: Answer) -> Case {
    let bytes = format!("{}\r\n", lines.join("\r\n")).into_bytes();
    Case { name: format!("habits: {name}"), bytes, answer }
}

fn book(name: &str, rows: &[Vec<String>], answer: Answer) -> Case {
    let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let sheet = Sheet { name: "清单", rows, ..Sheet::default() };
    Case { name: format!("habits: {name}, workbook"), bytes: Book::of(vec![sheet]).bytes(), answer }
}

fn cell(text: &String) -> C {
    if text.is_empty() { C::No } else { t(text) }
}

fn line(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn read(rows: Vec<Expected>) -> Answer {
    Answer::Read(rows, vec![])
}

/// Records above the headings whose codes are missing or wrong.
fn above() -> Vec<Case> {
    let mut cases = Vec::new();
    for code in ["", "待查", "无", "9144", "91440103TDAU6LA24", "91440103DN3QCW0008X", "#N/A"] {
        let rows = [changed(1, Column::Uscc, code), headings(), record(2)];
        let refused = |named| Answer::Refused("import_record_above_header", named);
        cases.push(file(&format!("a record above the headings, code `{code}`"), &rows, refused("第 1 行")));
        cases.push(book(&format!("a record above the headings, code `{code}`"), &rows, refused("第 1 行")));
    }
    let notes = [
        line(&["填报单位：", "某市市场监督管理局", "填报日期", "2021-08-03"]),
        line(&["必填", "必填", "必填", "必填", "必填", "必填", "必填", "必填", "选填"]),
        line(&["18 位", "全称", "见选项", "六位代码", "目录名称", "文本格式", "日期", "分号分隔", "日期"]),
        headings(),
        record(1),
    ];
    cases.push(file("notes above the headings", &notes, read(vec![good(5)])));
    cases
}

/// Report numbers that a spreadsheet has changed, and those that were kept as texts.
fn identifiers() -> Vec<Case> {
    let cells = [
        ("35274355743114200", "identifier_mangled"),
        ("2026030512345670", "identifier_mangled"),
        ("20260305123456700", "identifier_mangled"),
        ("20260305123456700.00", "identifier_mangled"),
        ("\"20260305123456700\"", ""),
        ("20260305123456789", ""),
        ("=\"35274355743114200\"", ""),
        ("'2026030512345680", ""),
        ("\"=\"\"BRK-1\"\"\"", ""),
        ("'BRK-2", ""),
        ("3/5/2026", "identifier_mangled"),
        ("\"2,02603E+17\"", "identifier_mangled"),
        ("+2.02603E17", "identifier_mangled"),
        ("Jan-2026", "identifier_mangled"),
        ("1-Mar", "identifier_mangled"),
        ("05-Mar-2026", "identifier_mangled"),
        ("3-5-26", ""),
    ];
    let mut lines = vec![headings().join(",")];
    let mut expected = Vec::new();
    for (n, (cell, code)) in (1..).zip(cells) {
        lines.push(changed(n, Column::ReportNo, "NO").join(",").replace(",NO,", &format!(",{cell},")));
        expected.push(if code.is_empty() { good(n + 1) } else { bad(n + 1, code) });
    }
    let forced = |n: u32| record(n).iter().map(|cell| format!("=\"{cell}\"")).collect::<Vec<_>>().join(",");
    let quoted = |n: u32| record(n).iter().map(|cell| format!("'{cell}")).collect::<Vec<_>>().join(",");
    vec![
        raw("report numbers", &lines, read(expected)),
        raw(
            "all cells made texts",
            &[headings().join(","), forced(1), quoted(2)],
            read(vec![good(2), good(3)]),
        ),
    ]
}

fn placeholders() -> Vec<Case> {
    let mut rows = vec![headings()];
    let mut expected = Vec::new();
    let mut add = |column, value: &str, code: &str| {
        let n = u32::try_from(rows.len()).unwrap();
        rows.push(changed(n, column, value));
        expected.push(if code.is_empty() { good(n + 1) } else { bad(n + 1, code) });
    };
    for word in ["/", "无", "-", "NULL", "—", "暂无", "待定", "nan", "N/A", "#", "同上", "？"] {
        add(Column::ReportNo, word, "value_missing");
        add(Column::Name, word, "value_missing");
        add(Column::FailedItems, word, "failed_items_empty");
    }
    for word in ["/", "无", "-", "NULL", "暂无", "待定"] {
        add(Column::OrderIssuedOn, word, "");
    }
    let with = |words: &[&str]| {
        let mut rows = vec![[headings(), line(&["联系电话", "电子邮箱", "联系人"])].concat()];
        rows.extend((1..).zip(words).map(|(n, word)| [record(n), line(&[word, word, word])].concat()));
        rows
    };
    let optional = with(&["无", "暂无", "-", "/", "NULL", "（无）"]);
    let all = (2..8).map(good).collect::<Vec<_>>();
    let on = |rows: &[Expected]| rows.iter().map(|row| row.clone().on("清单")).collect::<Vec<_>>();
    vec![
        book("placeholders", &rows, read(on(&expected))),
        file("placeholders", &rows, read(expected)),
        book("placeholders in optional columns", &optional, read(on(&all))),
        file("placeholders in optional columns", &optional, read(all)),
    ]
}

/// Columns without a heading, and with two.
fn unheaded() -> Vec<Case> {
    let middle = |row: Vec<String>, cell: &str| {
        let (left, right) = row.split_at(4);
        [left, &line(&[cell]), right].concat()
    };
    let mid = [middle(headings(), ""), middle(record(1), "2021-09-01"), middle(record(2), "")];
    let end = [
        [headings(), line(&[""])].concat(),
        [record(1), line(&["备注"])].concat(),
        [record(2), line(&[""])].concat(),
    ];
    let mut second = vec![[headings(), line(&["单位名称", "信用代码"])].concat()];
    second.push([changed(1, Column::Name, ""), line(&["测试1有限公司", ""])].concat());
    second.push([changed(2, Column::Uscc, ""), line(&["别名", &record(2)[0]])].concat());
    let both = || vec![good(2), good(3)];
    let on = || both().into_iter().map(|row| row.on("清单")).collect::<Vec<_>>();
    vec![
        file("a blank heading in the middle", &mid, Answer::Read(both(), vec!["no_heading"])),
        book("a blank heading in the middle", &mid, Answer::Read(on(), vec!["no_heading"])),
        file("a blank heading at the end", &end, Answer::Read(both(), vec!["no_heading"])),
        book("a blank heading at the end", &end, Answer::Read(on(), vec!["no_heading"])),
        file(
            "two headings of one column",
            &second,
            Answer::Read(both(), vec!["second_heading", "second_heading"]),
        ),
    ]
}

/// Rows whose separator is not that of the headings, and cells of several lines.
fn separators() -> Vec<Case> {
    let lines =
        |mark: &str| [headings().join(","), record(1).join(","), record(2).join(mark), record(3).join(",")];
    let answer = || read(vec![good(2), bad(3, "other_separator"), good(4)]);
    let remark = |last: &str| {
        let mut lines = vec![[headings(), line(&["检验机构"])].concat().join(",")];
        lines.push(format!("{},\"说明：\n{}\n{last}\"", record(1).join(","), record(2).join(",")));
        lines
    };
    let note = [
        [headings(), line(&["检验机构"])].concat().join(","),
        format!("{},\"说明：\n原代码 9144030071526726XG，\n见附件\"", record(1).join(",")),
    ];
    vec![
        raw("semicolons in one row", &lines(";"), answer()),
        raw("tabs in one row", &lines("\t"), answer()),
        raw("bars in one row", &lines("|"), answer()),
        // It may be a cell, or a row between two wrong quotes: both lines are named.
        raw(
            "a record in a cell in quotes",
            &remark("以上"),
            Answer::Refused("import_unclosed_quote", "第 2 行的引号到第 4 行"),
        ),
        raw("a note of several lines", &note, read(vec![good(2)])),
    ]
}

fn no_records() -> Vec<Case> {
    let rows = [
        line(&["合计", "3", "5", "8", "12", "3", "5", "8", "9"]),
        line(&["广州市小计", "", "", "", "", "3 家"]),
        line(&["Total", "", "", "", "", "12"]),
        line(&["", "", "", "", "合计", "3", "", "（共 3 批次）"]),
        line(&["12", "总计：", "3"]),
        line(&["一、广州市", "（共2家）"]),
        line(&["填表人：张三", "", "审核人：李四", "", "", "", "2021-08-03"]),
        line(&["（以下无正文）"]),
        line(&["", "", "", "", "以下空白"]),
        line(&["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
        line(&["（1）", "（2）", "（3）", "（4）", "（5）"]),
        headings(),
    ];
    let records = [
        (line(&["", "测试九有限公司"]), 7),
        (line(&["9144010"]), 0),
        (line(&["914401035NKF30FH"]), 8),
        (changed(8, Column::Uscc, "合计"), 1),
    ];
    let (mut all, mut expected) = (vec![headings()], Vec::new());
    for row in rows {
        all.push(row);
        expected.push(bad(u32::try_from(all.len()).unwrap(), "not_a_record"));
    }
    for (row, faults) in records {
        all.push(row);
        let row = u32::try_from(all.len()).unwrap();
        expected.push(match faults {
            0 => bad(row, "not_a_record"),
            1 => bad(row, "uscc_length"),
            8 => Expected {
                faults: std::iter::once("uscc_length".to_owned())
                    .chain(std::iter::repeat_n("value_missing".to_owned(), 7))
                    .collect(),
                ..good(row)
            },
            faults => Expected { faults: vec!["value_missing".to_owned(); faults], ..good(row) },
        });
    }
    let on = expected.iter().map(|row| row.clone().on("清单")).collect();
    vec![
        book("rows that are no records", &all, read(on)),
        file("rows that are no records", &all, read(expected)),
    ]
}

fn spellings() -> Vec<Case> {
    let regions = [
        ("440103 广州市荔湾区", ""),
        ("440103（荔湾区）", ""),
        ("440103-荔湾区", ""),
        ("广东省广州市荔湾区（440103）", ""),
        ("440103 天河区", "region_unknown"),
        ("440103（深圳市荔湾区）", "region_unknown"),
    ];
    let (mut rows, mut expected) = (vec![headings()], Vec::new());
    for (n, (region, code)) in (1..).zip(regions) {
        rows.push(changed(n, Column::RegionCode, region));
        expected.push(if code.is_empty() { good(n + 1) } else { bad(n + 1, code) });
    }
    let persons = [
        [headings(), line(&["联系电话"])].concat(),
        [record(1), line(&["13800138000（王）"])].concat(),
        [record(2), line(&["020-38835999转8001（李工）"])].concat(),
    ];
    let broken = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let first = format!("{}\n{}\n", headings().join(","), record(1).join(","));
    let gbk = [broken(&first), b"\x81\xff,".to_vec(), broken(&record(2).join(","))].concat();
    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain(first.encode_utf16())
        .chain([0xd842, 0x2c])
        .flat_map(u16::to_le_bytes)
        .collect();
    let refused = |name: &str, bytes| Case {
        name: format!("habits: {name}"),
        bytes,
        answer: Answer::Refused("import_bad_encoding", "第 3 行"),
    };
    assert_eq!(COLUMNS.len(), record(1).len());
    vec![
        file("codes of regions with names", &rows, read(expected)),
        file("telephone numbers with persons", &persons, read(vec![good(2), good(3)])),
        refused("broken GBK", gbk),
        refused("half of a surrogate", wide),
    ]
}
