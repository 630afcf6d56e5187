//! How the reader of list files does with the columns of the zero-out list.

use crate::zero_out::import::Column;

mod headings {
    use super::Column;
    use crate::list_files::header::Header;
    use crate::list_files::refusal::{ColumnName, Refusal};

    fn cells(headings: &[&str]) -> Vec<String> {
        headings.iter().map(|h| (*h).to_owned()).collect()
    }

    fn all() -> Vec<String> {
        Column::ALL.iter().map(|c| c.name_zh().to_owned()).collect()
    }

    #[test]
    fn headings_are_known_in_both_languages() {
        for column in Column::ALL {
            assert_eq!(Column::of(column.as_str()), Some(*column));
            assert_eq!(Column::of(column.name_zh()), Some(*column));
        }
        for heading in [
            "\u{feff}统一社会信用代码",
            " 统一社会 信用代码\u{3000}",
            "＊统一社会信用代码",
            "USCC",
            "ｕｓｃｃ",
        ] {
            assert_eq!(Column::of(heading), Some(Column::Uscc), "{heading}");
        }
        assert_eq!(Column::of("Operating Status"), Some(Column::OperatingStatus));
        assert_eq!(Column::of("Report-No"), Some(Column::ReportNo));
        assert_eq!(Column::of("备注"), None);
    }

    #[test]
    fn order_does_not_matter_and_unknown_columns_warn() {
        let mut headings = all();
        headings.reverse();
        headings.insert(3, "备注".to_owned());
        headings.extend(cells(&["拒绝原因", "rejection_reason", " "]));
        let header = Header::<Column>::read(&headings).unwrap();
        assert_eq!(header.warnings.len(), 1);
        assert_eq!(header.warnings[0].column, "备注");
        let row: Vec<_> = headings.iter().map(|h| format!("<{h}>")).collect();
        for column in Column::ALL {
            assert_eq!(header.cell(&row, *column), format!("<{}>", column.name_zh()));
        }
        assert_eq!(header.cell(&row[..1], Column::Uscc), "");
        let mut long = row.clone();
        long.pop();
        long.extend(cells(&["", "x"]));
        assert_eq!(header.surplus(&long), Some("x"));
    }

    #[test]
    fn all_missing_columns_are_named() {
        let refusal = Header::<Column>::read(&cells(&["uscc", "企业名称", "备注"])).unwrap_err();
        assert_eq!(refusal.code(), crate::core::Code::ImportMissingColumns);
        let text = refusal.text();
        for column in Column::ALL.iter().filter(|c| c.is_required()) {
            let named = !matches!(column, Column::Uscc | Column::Name);
            assert_eq!(text.zh.contains(column.name_zh()), named, "{column}");
            assert_eq!(text.en.contains(column.as_str()), named, "{column}");
        }
    }

    #[test]
    fn a_duplicate_column_is_refused() {
        let mut headings = all();
        headings.push("USCC".to_owned());
        let refusal = Header::<Column>::read(&headings).unwrap_err();
        assert_eq!(refusal, Refusal::DuplicateColumn(ColumnName::of(Column::Uscc)));
    }
}

mod quotes {
    use super::Column;
    use crate::list_files::reader::quotes::{Spanning, looks_like_rows};

    #[test]
    fn rows_in_a_cell_are_seen() {
        assert!(looks_like_rows::<Column>("一所\n9144030071526726XG,某公司,在营,440103", ','));
        assert!(looks_like_rows::<Column>("一所\n,某公司,在营,440103", ','));
        assert!(looks_like_rows::<Column>("甲\t440103\t2021-08-03\n91", '\t'));
        assert!(!looks_like_rows::<Column>("绝缘厚度,导体电阻\n标志,耐热", ','));
        assert!(!looks_like_rows::<Column>("一所\n二所", ','));
        assert!(!looks_like_rows::<Column>("某路 1 号\n2021-08-03 起搬至某街 2 号", ','));
    }

    #[test]
    fn a_cell_that_is_closed_in_its_own_row_holds_none() {
        // Of ten columns the ninth is the last required one.
        let of = |text: &str, place, cells| Spanning::of(text, ',', place).swallows(cells, 8);
        assert!(!of("见\n9144030071526726XG,某公司", 9, 10));
        assert!(!of("原为\n9144030071526726XG,某公司\n现已更名", 1, 10));
        // The quote was forgotten in the last column and closed by one of the next row.
        assert!(of("一所\n9144030071526726XG,b,c,d,e,f,g,h,i,j", 9, 10));
        assert!(of("b\n9144030071526726XG,某公司", 8, 17));
        assert!(of("b\na,b,c,d,e,f,g,h,i,j\n9144030071526726XG,", 1, 10));
        assert!(of("b\n9144030071526726XG,某公司", 1, 5), "what is left of the row is too short");
    }
}

mod titles {
    use super::Column;
    use crate::list_files::header::Header;
    use crate::list_files::reader::above::is_record;

    fn is(cells: &[&str]) -> bool {
        let of = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let required = Column::ALL.iter().filter(|column| column.is_required());
        let headings: Vec<&str> = required.map(|column| column.as_str()).collect();
        is_record(&of(cells), &Header::<Column>::read(&of(&headings)).unwrap())
    }

    #[test]
    fn records_are_told_from_titles() {
        for code in ["", "待查", "9144", "#N/A", "91440103TDAU6LA24", "9144010351E5Q48D0F"] {
            assert!(
                is(&[code, "甲公司", "在营", "440103", "电线电缆", "BRK-5", "2026-03-05", "绝缘厚度"]),
                "{code}"
            );
            assert!(
                is(&["2026-03-05", "甲公司", code, "440103", "电线电缆", "绝缘厚度"]),
                "{code}, other order"
            );
        }
        assert!(is(&["", "甲公司", "不详", "荔湾区", "电线电缆", "GD-2026-0001", "近期", "绝缘厚度"]));
        assert!(is(&["9144010351E5Q48D0F"]));
        for title in [
            &["2026 年不合格产品生产企业名单"][..],
            &["填报单位：", "某市市场监督管理局", "填报日期", "2026-03-05"],
            &["填报单位", "某局", "填报日期", "2026-03-05", "联系人", "张三", "联系电话", "020-38835999"],
            &["必填", "必填", "必填", "必填", "必填", "必填", "必填", "必填"],
            &["18 位", "全称", "见选项", "六位代码", "目录", "文本格式", "日期", "分号分隔"],
            &["1", "2", "3", "4", "5", "6", "7", "8"],
            &["统一社会信用代码", "企业情况", "", "", "产品种类", "检验报告编号", "抽样日期", "不合格项目"],
        ] {
            assert!(!is(title), "{title:?}");
        }
    }
}

mod kept_cells {
    use super::Column;
    use crate::list_files::header::Header;
    use crate::list_files::origin::{kept_cells, kept_marks, restore};
    use crate::list_files::reader::line::{Line, Mark};

    fn header(more: &[&str]) -> Header<Column> {
        let mut cells: Vec<String> = Column::ALL.iter().map(|c| c.name_zh().to_owned()).collect();
        cells.extend(more.iter().map(|cell| (*cell).to_owned()));
        Header::read(&cells).unwrap()
    }

    fn line(cells: &[(usize, &str)], marks: &[(usize, Mark)]) -> Line {
        let mut line = Line::default();
        for (place, cell) in cells {
            if line.cells.len() <= *place {
                line.cells.resize(place + 1, String::new());
            }
            line.cells[*place] = (*cell).to_owned();
        }
        line.marks = marks.to_vec();
        line
    }

    #[test]
    fn a_cell_that_nobody_touched_is_what_it_was() {
        let number = Column::ReportNo as usize;
        let came = line(&[(number, "2026030512345670000")], &[(number, Mark::TooManyDigits)]);
        let kept = kept_marks(&header(&[]), &came).unwrap();
        let again = header(&["拒绝原因：检验报告编号", "原单元格类型"]);
        let last = Column::ALL.len();
        let restored = |number_now: &str, reason: &str| {
            let mut line = line(&[(number, number_now), (last, reason), (last + 1, &kept)], &[]);
            restore(&again, &mut line);
            assert!(line.cells[last..].iter().all(String::is_empty));
            line.mark(number)
        };
        assert_eq!(restored("2026030512345670000", "已丢失"), Some(Mark::TooManyDigits));
        assert_eq!(restored("2026030512345678901", "已丢失"), None, "mended");
        assert_eq!(restored("2026030512345670000", ""), None, "said to be right");
        // A list of the office itself has no such columns, whatever it holds.
        let mut own = line(&[(number, "x")], &[(number, Mark::Error)]);
        restore(&header(&[]), &mut own);
        assert_eq!(own.mark(number), Some(Mark::Error));
    }

    #[test]
    fn a_number_of_days_is_kept_as_its_date() {
        let on = Column::InspectedOn as usize;
        let came = line(&[(on, "42949")], &[(on, Mark::Days1904)]);
        assert_eq!(kept_cells(&header(&[]), &came)[on], "2021-08-03");
        assert_eq!(kept_marks(&header(&[]), &came), None);
    }
}
