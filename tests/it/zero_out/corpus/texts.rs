//! Texts: encodings, separators, line ends, quotes.

use super::{Answer, Case, bad, changed, good, headings, record};
use zerodesk::zero_out::import::Column;

pub fn cases() -> Vec<Case> {
    [encodings(), tops_and_ends(), quotes()].into_iter().flatten().collect()
}

fn text(rows: &[Vec<String>], mark: u8, end: csv::Terminator) -> String {
    let mut file =
        csv::WriterBuilder::new().delimiter(mark).terminator(end).flexible(true).from_writer(Vec::new());
    rows.iter().for_each(|row| file.write_record(row).unwrap());
    String::from_utf8(file.into_inner().unwrap()).unwrap()
}

fn utf16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// Three records, one with a line break and quotes in a cell, a blank line and a row of separators between them.
fn encodings() -> Vec<Case> {
    let mut cases = Vec::new();
    let ends = [
        ("lf", csv::Terminator::Any(b'\n')),
        ("crlf", csv::Terminator::CRLF),
        ("cr", csv::Terminator::Any(b'\r')),
    ];
    for (mark_name, mark) in [("comma", b','), ("semicolon", b';'), ("tab", b'\t'), ("bar", b'|')] {
        for (end_name, end) in ends {
            let rows = [
                headings(),
                record(1),
                changed(2, Column::Name, "佛山\n“金辉”\"建材\",;\t|有限公司"),
                vec![String::new(); 9],
                record(3),
            ];
            let whole = text(&rows, mark, end);
            for (encoding, bytes) in [
                ("utf-8", whole.clone().into_bytes()),
                ("utf-8 with a mark", [b"\xef\xbb\xbf", whole.as_bytes()].concat()),
                ("gbk", encoding_rs::GBK.encode(&whole).0.into_owned()),
                ("gb18030", encoding_rs::GB18030.encode(&whole.replace("测试3", "㐂𠮷3")).0.into_owned()),
                ("utf-16le", utf16(&whole, u16::to_le_bytes)),
                ("utf-16be", utf16(&whole, u16::to_be_bytes)),
            ] {
                cases.push(Case {
                    name: format!("{encoding}, {mark_name}, {end_name}"),
                    bytes,
                    answer: Answer::Read(vec![good(2), good(3), good(5)], vec![]),
                });
            }
        }
    }
    cases
}

/// With codes of countries, extensions, several in a cell, of Hong Kong and Macau, of services.
const PHONES: [&str; 14] = [
    "13800138000",
    "+86 138 0013 8000",
    "0086-13800138000",
    "８６１３８００１３８０００",
    "020-38835999",
    "（020）38835999转801",
    "020-38835999-801",
    "+86 (20) 3883 5999 ext. 12",
    "+852 2345 6789",
    "00853-2833 1234",
    "400-830-0012",
    "12315",
    "020-12345",
    "13800138000、020-38835999",
];

fn tops_and_ends() -> Vec<Case> {
    let line = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let file = |name: &str, rows: &[Vec<String>], answer| Case {
        name: name.to_owned(),
        bytes: text(rows, b',', csv::Terminator::CRLF).into_bytes(),
        answer,
    };
    let (title, total) = (line(&["2021 年不合格产品生产企业名单"]), line(&["合计", "2 家"]));
    let title_again = title.clone();
    let group = line(&["一、广州市"]);
    let mut english = headings();
    english[0] = "USCC".to_owned();
    let mut named = headings();
    named[0] = "统一社会信用代码（18位）".to_owned();
    named[1] = "生产企业名称".to_owned();
    named[5] = "报告编号*".to_owned();
    let mut more = headings();
    more.push("备注".to_owned());
    let lacking: Vec<String> = headings().into_iter().filter(|heading| heading != "产品种类").collect();
    let mut doubled = headings();
    doubled.push("USCC".to_owned());
    let read = |rows| Answer::Read(rows, vec![]);
    vec![
        file("a title above", &[title.clone(), headings(), record(1)], read(vec![good(3)])),
        file(
            "a title, a blank line and instructions above",
            &[
                title.clone(),
                vec![String::new()],
                line(&["填表说明：日期写作 2021-08-03"]),
                headings(),
                record(1),
            ],
            read(vec![good(5)]),
        ),
        file(
            "twenty lines of instructions above",
            &[vec![title; 20], vec![headings(), record(1)]].concat(),
            read(vec![good(22)]),
        ),
        file(
            "a total below",
            &[headings(), record(1), record(2), total.clone()],
            read(vec![good(2), good(3), bad(4, "not_a_record")]),
        ),
        file(
            "groups with heads and totals",
            &[headings(), group.clone(), record(1), total.clone(), line(&["二、深圳市"]), record(2), total],
            read(vec![
                bad(2, "not_a_record"),
                good(3),
                bad(4, "not_a_record"),
                bad(5, "not_a_record"),
                good(6),
                bad(7, "not_a_record"),
            ]),
        ),
        file(
            "the headings again",
            &[headings(), record(1), headings(), record(2)],
            read(vec![good(2), bad(3, "not_a_record"), good(4)]),
        ),
        file(
            "remarks below",
            &[
                headings(),
                record(1),
                line(&["注：数据截至 10 月底"]),
                line(&["填表人：张三", "", "审核：李四"]),
            ],
            read(vec![good(2), bad(3, "not_a_record"), bad(4, "not_a_record")]),
        ),
        file(
            "telephone numbers",
            &std::iter::once([headings(), line(&["联系电话"])].concat())
                .chain((1..).zip(PHONES).map(|(n, phone)| [record(n), line(&[phone])].concat()))
                .collect::<Vec<_>>(),
            read((2..).zip(PHONES).map(|(row, _)| good(row)).collect()),
        ),
        file(
            "numbers that are no telephone numbers",
            &[
                [headings(), line(&["联系电话"])].concat(),
                [record(1), line(&["1380013800"])].concat(),
                [record(2), line(&["见附件"])].concat(),
                [record(3), line(&["1.38E+10"])].concat(),
                [record(4), line(&[""])].concat(),
            ],
            read(vec![
                bad(2, "phone_invalid"),
                bad(3, "phone_invalid"),
                bad(4, "identifier_mangled"),
                good(5),
            ]),
        ),
        file("English among the headings", &[english, record(1)], read(vec![good(2)])),
        file("other names of the columns", &[named, record(1)], read(vec![good(2)])),
        file("an unknown column", &[more, record(1)], Answer::Read(vec![good(2)], vec!["unknown_column"])),
        file(
            "more cells than headings",
            &[headings(), [record(1), line(&["x"])].concat(), record(2)],
            read(vec![bad(2, "too_many_cells"), good(3)]),
        ),
        file(
            "a column is missing",
            &[lacking, record(1)],
            Answer::Refused("import_missing_columns", "第 1 行"),
        ),
        file(
            "a list that was sorted with its headings",
            &[record(1), record(2), headings(), record(3)],
            Answer::Refused("import_record_above_header", "第 1 行"),
        ),
        file(
            "a title above records above the headings",
            &[title_again, record(2), headings()],
            Answer::Refused("import_record_above_header", "第 2 行"),
        ),
        file("a column twice", &[doubled, record(1)], Answer::Refused("import_doubled_column", "第 1 行")),
        Case { name: "nothing".into(), bytes: Vec::new(), answer: Answer::Refused("import_empty", "") },
        Case {
            name: "headings of a separator that Excel names".into(),
            bytes: format!("sep=;\r\n{}", text(&[headings(), record(1)], b';', csv::Terminator::CRLF))
                .into_bytes(),
            answer: read(vec![good(3)]),
        },
        Case {
            name: "no line end at the end".into(),
            bytes: text(&[headings(), record(1)], b',', csv::Terminator::CRLF).trim_end().into(),
            answer: read(vec![good(2)]),
        },
    ]
}

/// Rows as lines, of which one has a quote where none belongs.
fn quotes() -> Vec<Case> {
    let lines: Vec<String> =
        [headings(), record(1), record(2), record(3), record(4)].iter().map(|row| row.join(",")).collect();
    let with = |changes: &[(usize, &str, &str)]| {
        let mut lines = lines.clone();
        for (line, from, to) in changes {
            assert!(lines[line - 1].contains(from));
            lines[line - 1] = lines[line - 1].replacen(from, to, 1);
        }
        (lines.join("\n") + "\n").into_bytes()
    };
    let refused = |line| Answer::Refused("import_unclosed_quote", line);
    let all = || Answer::Read(vec![good(2), good(3), good(4), good(5)], vec![]);
    let case = |name: &str, changes: &[(usize, &str, &str)], answer| Case {
        name: format!("quotes: {name}"),
        bytes: with(changes),
        answer,
    };
    vec![
        case(
            "unclosed in the last cell of the second record",
            &[(3, "2021-09-01", "\"2021-09-01")],
            refused("第 3 行"),
        ),
        case("unclosed in the last line", &[(5, "2021-09-01", "\"2021-09-01")], refused("第 5 行")),
        case("unclosed in the first cell", &[(2, "91440101", "\"91440101")], refused("第 2 行")),
        case("unclosed in the headings", &[(1, "不合格项目", "\"不合格项目")], refused("第 1 行")),
        case(
            "closed at the end of the next line",
            &[(3, "2021-09-01", "\"2021-09-01"), (4, "2021-09-01", "2021-09-01\"")],
            refused("第 3 行"),
        ),
        case(
            "closed two lines below",
            &[(2, "2021-09-01", "\"2021-09-01"), (4, "2021-09-01", "2021-09-01\"")],
            refused("第 2 行"),
        ),
        case(
            "closed in the middle of the next line",
            &[(3, "抗拉强度", "\"抗拉强度"), (4, "在营", "在营\"")],
            refused("第 3 行"),
        ),
        case(
            "closed before a text",
            &[(3, "2021-09-01", "\"2021-09-01"), (4, "在营", "\"在营")],
            refused("第 3 行"),
        ),
        case(
            "closed by the first cell of the next line",
            &[(3, "2021-09-01", "\"2021-09-01"), (4, ",测试", "\",测试")],
            refused("第 3 行"),
        ),
        case(
            "text behind a closing quote",
            &[(2, "测试1有限公司", "\"金辉\"牌建材公司")],
            refused("第 2 行"),
        ),
        case("quotes within a cell", &[(2, "测试1有限公司", "佛山\"金辉\"建材公司")], all()),
        case("doubled quotes", &[(2, "测试1有限公司", "\"佛山\"\"金辉\"\"建材,公司\"")], all()),
        case("a line break in quotes", &[(2, "抗拉强度；屈服强度", "\"抗拉强度\n屈服强度\"")], all()),
        case("blanks behind a closing quote", &[(2, "测试1有限公司,", "\"测试1有限公司\" ,")], all()),
        case(
            "commas and line breaks in a list of items",
            &[(2, "抗拉强度；屈服强度", "\"抗拉强度,\n屈服强度\"")],
            all(),
        ),
        case(
            "a code in a cell of several lines",
            &[(2, "测试1有限公司", "\"测试1有限公司\n9144030071526726XG,更名前的代码\"")],
            all(),
        ),
        case("an empty cell in quotes", &[(2, "2021-09-01", "\"\"")], all()),
        case(
            "closed in the same column of the next line",
            &[(3, "抗拉强度", "\"抗拉强度"), (4, "抗拉强度", "抗拉强度\"")],
            refused("第 3 行"),
        ),
    ]
}
