use super::*;
use crate::list_files::reader::line::Mark;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// No code is let in.
static NONE: BTreeSet<Uscc> = BTreeSet::new();

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());

fn header() -> Header {
    Header::read(&Column::ALL.iter().map(|c| c.as_str().to_owned()).collect::<Vec<_>>()).unwrap()
}

fn good() -> Vec<String> {
    [
        "9144030071526726XG",
        "广州某某公司",
        "在营",
        "440103",
        "某路 1 号",
        "张三",
        "13800138000",
        "a@example.com",
        "K0101",
        "BG2021-001",
        "2021-08-03",
        "省级",
        "抗拉强度；屈服强度",
        "2021-09-01",
        "某检验所",
        "李工",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn rules(scope: Option<&'static str>) -> Rules<'static> {
    Rules {
        catalogue: &CATALOGUE,
        scope,
        today: NaiveDate::from_ymd_opt(2021, 11, 1).unwrap(),
        admitted: &NONE,
    }
}

fn with(column: Column, value: &str) -> Vec<String> {
    let mut cells = good();
    cells[column as usize] = value.to_owned();
    cells
}

#[test]
fn a_good_row_is_read() {
    let row = read(&header(), &Line::from(good()), rules(Some("440100"))).unwrap();
    assert_eq!(row.uscc.as_str(), "9144030071526726XG");
    assert_eq!(row.operating_status, OperatingStatus::Operating);
    assert_eq!(row.inspection_level, Some(InspectionLevel::Provincial));
    assert_eq!(row.failed_items, ["抗拉强度", "屈服强度"]);
    assert_eq!(row.order_issued_on, NaiveDate::from_ymd_opt(2021, 9, 1));
    assert_eq!(row.product_kind, "K0101");
    assert_eq!((row.laboratory.as_deref(), row.signed_by.as_deref()), (Some("某检验所"), Some("李工")));
}

#[test]
fn a_product_hospital_is_known_by_its_code() {
    let hospital = CATALOGUE.products.hospitals().next().unwrap();
    let row = read(&header(), &Line::from(with(Column::Laboratory, &hospital.code)), rules(None)).unwrap();
    assert_eq!(row.laboratory.as_ref(), Some(&hospital.name_zh));
}

#[test]
fn other_spellings_give_the_same_row() {
    let expected = read(&header(), &Line::from(good()), rules(None)).unwrap();
    for (column, value) in [
        (Column::Uscc, " ９１４４０３００７１５２６７２６ｘｇ"),
        (Column::Name, "\u{feff}广州某某公司\u{3000}"),
        (Column::OperatingStatus, "Operating"),
        (Column::OperatingStatus, " 在 营 "),
        (Column::OperatingStatus, "存续（在营、开业、在册）"),
        (Column::RegionCode, "４４０１０３"),
        (Column::ContactEmail, " a@example.com\u{200b}"),
        (Column::ProductKind, "热轧带肋钢筋"),
        (Column::ProductKind, " 螺纹钢 "),
        (Column::ProductKind, "k0101"),
        (Column::ReportNo, "ＢＧ２０２１－００１"),
        (Column::InspectedOn, "44411"),
        (Column::InspectedOn, "2021年8月3日"),
        (Column::InspectionLevel, "PROVINCIAL"),
        (Column::FailedItems, "抗拉强度;;屈服强度、抗拉强度；"),
        (Column::OrderIssuedOn, "20210901"),
        (Column::Uscc, "=\"9144030071526726XG\""),
        (Column::ReportNo, "'BG2021-001"),
        (Column::RegionCode, "440103（广州市荔湾区）"),
    ] {
        assert_eq!(
            read(&header(), &Line::from(with(column, value)), rules(None)).as_ref(),
            Ok(&expected),
            "{value}"
        );
    }
    for column in Column::ALL.iter().filter(|c| !c.is_required()) {
        for nothing in ["\u{3000}", "无", "-", "N/A"] {
            let row = read(&header(), &Line::from(with(*column, nothing)), rules(None)).unwrap();
            let blank = read(&header(), &Line::from(with(*column, "")), rules(None)).unwrap();
            assert_eq!(row, blank, "{column} {nothing}");
        }
    }
}

/// One wrong cell each, with the code it must get.
pub(crate) const BAD_CELLS: &[(Column, &str, &str)] = &[
    (Column::Uscc, "", "value_missing"),
    (Column::Uscc, " \u{3000}", "value_missing"),
    (Column::Uscc, "9144030071526726X", "uscc_length"),
    (Column::Uscc, "9144030071526726XG1", "uscc_length"),
    (Column::Uscc, "440301103097413", "uscc_length"),
    (Column::Uscc, "9144030071526726OG", "uscc_character"),
    (Column::Uscc, "9144030071526726IG", "uscc_character"),
    (Column::Uscc, "9144-30071526726XG", "uscc_character"),
    (Column::Uscc, "中144030071526726XG", "uscc_character"),
    (Column::Uscc, "9144030071526726XH", "uscc_checksum"),
    (Column::Uscc, "9144030071526762XG", "uscc_checksum"),
    (Column::Uscc, "914403007152670000", "identifier_mangled"),
    (Column::Uscc, "9.14403E+17", "identifier_mangled"),
    (Column::Uscc, "440103199109263101", "uscc_identity_card"),
    (Column::Uscc, "9544030071526726XG", "uscc_authority"),
    (Column::Uscc, "9194030071526726XG", "uscc_region"),
    (Column::Uscc, "#N/A", "cell_error"),
    (Column::Uscc, "9144030071526726XG\0", "control_character"),
    (Column::Name, "", "value_missing"),
    (Column::Name, "\u{200b}", "value_missing"),
    (Column::Name, "a\u{1b}[31m", "control_character"),
    (Column::Name, "甲\u{fffd}公司", "control_character"),
    (Column::Name, "#REF!", "cell_error"),
    (Column::OperatingStatus, "", "value_missing"),
    (Column::OperatingStatus, "不详", "operating_status_unknown"),
    (Column::OperatingStatus, "open", "operating_status_unknown"),
    (Column::OperatingStatus, "1", "operating_status_unknown"),
    (Column::OperatingStatus, "在营、停业", "operating_status_unknown"),
    (Column::RegionCode, "", "value_missing"),
    (Column::RegionCode, "999999", "region_unknown"),
    (Column::RegionCode, "44010", "region_unknown"),
    (Column::RegionCode, "440103.0", "region_unknown"),
    (Column::RegionCode, "荔湾区", "region_unknown"),
    (Column::RegionCode, "440103 天河区", "region_unknown"),
    (Column::RegionCode, "440103（深圳市荔湾区）", "region_unknown"),
    (Column::RegionCode, "440305", "region_outside_scope"),
    (Column::RegionCode, "440000", "region_outside_scope"),
    (Column::Address, "\u{7}", "control_character"),
    (Column::Address, "#VALUE!", "cell_error"),
    (Column::ContactName, "\u{0}", "control_character"),
    (Column::ContactPhone, "123", "phone_invalid"),
    (Column::ContactPhone, "1380013800", "phone_invalid"),
    (Column::ContactPhone, "138001380001", "phone_invalid"),
    (Column::ContactPhone, "12800138000", "phone_invalid"),
    (Column::ContactPhone, "见附件", "phone_invalid"),
    (Column::ContactPhone, "1.38E+10", "identifier_mangled"),
    (Column::ContactEmail, "a", "email_invalid"),
    (Column::ContactEmail, "a@", "email_invalid"),
    (Column::ContactEmail, "@example.com", "email_invalid"),
    (Column::ContactEmail, "a@example", "email_invalid"),
    (Column::ContactEmail, "a@b.c;d@e.f", "email_invalid"),
    (Column::ContactEmail, "a@exa\nmple.com>", "email_invalid"),
    (Column::ProductKind, "", "value_missing"),
    (Column::ProductKind, "K9999", "product_kind_unknown"),
    (Column::ProductKind, "C01", "product_kind_unknown"),
    (Column::ProductKind, "飞船", "product_kind_unknown"),
    (Column::ReportNo, "", "value_missing"),
    (Column::ReportNo, "#NAME?", "cell_error"),
    (Column::ReportNo, "#SPILL!", "cell_error"),
    (Column::ReportNo, "#CALC!", "cell_error"),
    (Column::ReportNo, "#FIELD!", "cell_error"),
    (Column::ReportNo, "#BLOCKED!", "cell_error"),
    (Column::ReportNo, "########", "cell_error"),
    (Column::ReportNo, "Err:502", "cell_error"),
    (Column::ReportNo, "2.02603E+17", "identifier_mangled"),
    (Column::ReportNo, "2.02603e17", "identifier_mangled"),
    (Column::ReportNo, "2026030512345670000", "identifier_mangled"),
    (Column::ReportNo, "20260305123456700", "identifier_mangled"),
    (Column::ReportNo, "2,02603E+17", "identifier_mangled"),
    (Column::ReportNo, "3/5/2026", "identifier_mangled"),
    (Column::ReportNo, "/", "value_missing"),
    (Column::ReportNo, "同上", "value_missing"),
    (Column::Name, "NULL", "value_missing"),
    (Column::FailedItems, "无", "failed_items_empty"),
    (Column::ReportNo, "2026/3/5", "identifier_mangled"),
    (Column::ReportNo, "5-Mar", "identifier_mangled"),
    (Column::ReportNo, "BG\u{8}1", "control_character"),
    (Column::InspectedOn, "", "value_missing"),
    (Column::InspectedOn, "2021-13-01", "date_invalid"),
    (Column::InspectedOn, "2021-02-29", "date_invalid"),
    (Column::InspectedOn, "03/08/2021", "date_invalid"),
    (Column::InspectedOn, "21-8-3", "date_invalid"),
    (Column::InspectedOn, "八月三日", "date_invalid"),
    (Column::InspectedOn, "0", "date_invalid"),
    (Column::InspectedOn, "2021-11-02", "date_in_future"),
    (Column::InspectedOn, "99999", "date_in_future"),
    (Column::InspectedOn, "1989-12-31", "date_too_early"),
    (Column::InspectedOn, "10000", "date_too_early"),
    (Column::InspectedOn, "2021-09-02", "order_before_inspection"),
    (Column::InspectionLevel, "世界", "inspection_level_unknown"),
    (Column::InspectionLevel, "county level", "inspection_level_unknown"),
    (Column::FailedItems, "", "value_missing"),
    (Column::FailedItems, ";；、 ;", "failed_items_empty"),
    (Column::FailedItems, "甲;\u{1}", "control_character"),
    (Column::FailedItems, "#N/A", "cell_error"),
    (Column::OrderIssuedOn, "soon", "date_invalid"),
    (Column::OrderIssuedOn, "2021-11-02", "date_in_future"),
    (Column::OrderIssuedOn, "1980-01-01", "date_too_early"),
    (Column::OrderIssuedOn, "2021-08-02", "order_before_inspection"),
];

#[test]
fn bad_cells_get_their_reason() {
    assert!(BAD_CELLS.len() >= 60);
    for (column, value, code) in BAD_CELLS {
        let faults = read(&header(), &Line::from(with(*column, value)), rules(Some("440100"))).unwrap_err();
        assert_eq!(faults.len(), 1, "{column} {value:?} {faults:?}");
        assert_eq!(faults[0].code.as_str(), *code, "{column} {value:?}");
        if *code != "order_before_inspection" {
            assert_eq!(faults[0].column, Some(*column));
            assert_eq!(faults[0].value, *value);
        }
        assert!(
            !faults[0].reason.zh.is_empty() && faults[0].reason.en.is_ascii()
                || *code == "date_invalid"
                || *code == "uscc_character"
        );
    }
}

#[test]
fn lengths_are_kept() {
    let long = "长".repeat(201);
    for column in [Column::Name, Column::Address, Column::ContactName, Column::ReportNo, Column::FailedItems]
    {
        let faults = read(&header(), &Line::from(with(column, &long)), rules(None)).unwrap_err();
        assert_eq!((faults.len(), faults[0].code.as_str()), (1, "too_long"), "{column}");
        assert_eq!(faults[0].value.chars().count(), 201);
    }
    let many = (0..101).map(|n| n.to_string()).collect::<Vec<_>>().join(";");
    let faults = read(&header(), &Line::from(with(Column::FailedItems, &many)), rules(None)).unwrap_err();
    assert_eq!(faults[0].code, RejectionCode::TooLong);
}

#[test]
fn all_errors_of_a_row_are_reported() {
    let cells = vec![String::from("x"); Column::ALL.len() + 1];
    let faults = read(&header(), &Line::from(cells), rules(None)).unwrap_err();
    let codes: Vec<_> = faults.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "too_many_cells",
            "uscc_length",
            "operating_status_unknown",
            "region_unknown",
            "phone_invalid",
            "email_invalid",
            "product_kind_unknown",
            "date_invalid",
            "inspection_level_unknown",
            "date_invalid"
        ]
    );
    let faults = read(&header(), &Line::default(), rules(None)).unwrap_err();
    assert_eq!(faults.len(), Column::ALL.iter().filter(|c| c.is_required()).count());
}

#[test]
fn identifiers_of_many_kinds_are_kept() {
    for number in
        ["2026030512345678901", "20260305", "46086", "#12", "5E12", "GD-2026/3/5-1", "2026-03-05-01", "No.7"]
    {
        let row = read(&header(), &Line::from(with(Column::ReportNo, number)), rules(None)).unwrap();
        assert_eq!(row.report_no, number);
    }
}

#[test]
fn marked_cells_are_named() {
    for (column, mark, code) in [
        (Column::ReportNo, Mark::Date, "identifier_mangled"),
        (Column::ReportNo, Mark::TooManyDigits, "identifier_mangled"),
        (Column::ReportNo, Mark::Fraction, "identifier_mangled"),
        (Column::Address, Mark::Date, "identifier_mangled"),
        (Column::OrderIssuedOn, Mark::Formula, "formula_without_value"),
        (Column::OrderIssuedOn, Mark::Error, "cell_error"),
    ] {
        let mut line = Line::from(good());
        line.marks.push((column as usize, mark));
        let faults = read(&header(), &line, rules(None)).unwrap_err();
        assert_eq!((faults[0].column, faults[0].code.as_str()), (Some(column), code), "{mark:?}");
    }
    let mut line = Line::from(with(Column::OrderIssuedOn, "43000"));
    line.marks.push((Column::OrderIssuedOn as usize, Mark::Days1904));
    line.marks.push((Column::InspectedOn as usize, Mark::Date));
    let row = read(&header(), &line, rules(None)).unwrap();
    assert_eq!(row.order_issued_on, NaiveDate::from_ymd_opt(2021, 9, 23));
}

#[test]
fn rows_that_are_no_records_have_one_reason() {
    let of = |cells: &[&str]| Line::from(cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    let headings: Vec<&str> = Column::ALL.iter().map(|c| c.name_zh()).collect();
    for line in [
        of(&["合计", "3 家"]),
        of(&["", "合 计：", "3"]),
        of(&["一、广州市"]),
        of(&["", "深圳市"]),
        of(&["注：以上数据截至 10 月底"]),
        of(&["填表人：张三", "", "审核人：李四"]),
        of(&headings),
    ] {
        let faults = read(&header(), &line, rules(None)).unwrap_err();
        assert_eq!(faults.len(), 1, "{line:?}");
        assert_eq!(faults[0].code, RejectionCode::NotARecord, "{line:?}");
    }
    // A record with much missing stays one.
    for line in
        [of(&["9144030071526726XG"]), of(&["", "", "", "", "", "", "", "", "", "R1"]), of(&["x", "某公司"])]
    {
        let faults = read(&header(), &line, rules(None)).unwrap_err();
        assert!(faults.len() > 1, "{line:?}");
    }
}
