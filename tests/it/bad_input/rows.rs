//! Bad rows of a list: each is rejected with its column and reason.

use zerodesk::zero_out::import::Column;
use zerodesk::zero_out::import::Column::{
    Address, ContactEmail, ContactName, ContactPhone, FailedItems, InspectedOn, InspectionLevel, Name,
    OperatingStatus, OrderIssuedOn, ProductKind, RegionCode, ReportNo, Uscc,
};

use super::{assert_none, contents};
use crate::support::TestApp;
use crate::support::csv::{file, row};
use crate::support::people::text;

/// What is in the cell of an otherwise good row, and the reason for which it is rejected. Today
/// is 2021-11-01.
pub const CASES: &[(Column, &str, &str)] = &[
    (Uscc, "", "value_missing"),
    (Uscc, " \t", "value_missing"),
    (Uscc, "　", "value_missing"),
    (Uscc, "9144", "uscc_length"),
    (Uscc, "9144030071526726X", "uscc_length"),
    (Uscc, "9144030071526726XGG", "uscc_length"),
    (Uscc, "9144030071526726IG", "uscc_character"),
    (Uscc, "9144030071526726OG", "uscc_character"),
    (Uscc, "9144030071526726SG", "uscc_character"),
    (Uscc, "9144030071526726VG", "uscc_character"),
    (Uscc, "9144030071526726ZG", "uscc_character"),
    (Uscc, "9144030071526726-G", "uscc_character"),
    (Uscc, "914403007152672甲XG", "uscc_character"),
    (Uscc, "9144030071526726XH", "uscc_checksum"),
    (Uscc, "9144030071526726GX", "uscc_checksum"),
    (Uscc, "000000000000000001", "uscc_authority"),
    (Uscc, "440103199109263101", "uscc_identity_card"),
    (Uscc, "9144030071526726X\u{7}G", "control_character"),
    (Uscc, "#N/A", "cell_error"),
    (Name, "", "value_missing"),
    (Name, "甲\u{1}", "control_character"),
    (Name, "甲\u{fffd}公司", "control_character"),
    (Name, "#REF!", "cell_error"),
    (OperatingStatus, "", "value_missing"),
    (OperatingStatus, "不详", "operating_status_unknown"),
    (OperatingStatus, "active", "operating_status_unknown"),
    (OperatingStatus, "在营、停业", "operating_status_unknown"),
    (OperatingStatus, "1", "operating_status_unknown"),
    (OperatingStatus, "#VALUE!", "cell_error"),
    (RegionCode, "", "value_missing"),
    (RegionCode, "999999", "region_unknown"),
    (RegionCode, "44010", "region_unknown"),
    (RegionCode, "4401030", "region_unknown"),
    (RegionCode, "越秀区", "region_unknown"),
    (RegionCode, "110000", "region_unknown"),
    (RegionCode, "440103.5", "region_unknown"),
    (Address, "某路\u{1b}1 号", "control_character"),
    (Address, "#NAME?", "cell_error"),
    (ContactName, "张\u{0}三", "control_character"),
    (ContactPhone, "123", "phone_invalid"),
    (ContactPhone, "138001380000", "phone_invalid"),
    (ContactPhone, "12345678901", "phone_invalid"),
    (ContactPhone, "见附件", "phone_invalid"),
    (ContactPhone, "020-", "phone_invalid"),
    (ContactPhone, "13800138000,", "phone_invalid"),
    (ContactPhone, "1380013800x", "phone_invalid"),
    (ContactEmail, "a@", "email_invalid"),
    (ContactEmail, "@example.com", "email_invalid"),
    (ContactEmail, "a.example.com", "email_invalid"),
    (ContactEmail, "a@b@example.com", "email_invalid"),
    (ContactEmail, "a@example", "email_invalid"),
    (ContactEmail, "见附件", "email_invalid"),
    (ContactEmail, "a@example.com;b@example.com", "email_invalid"),
    (ProductKind, "", "value_missing"),
    (ProductKind, "飞船", "product_kind_unknown"),
    (ProductKind, "K9999", "product_kind_unknown"),
    (ProductKind, "C01", "product_kind_unknown"),
    (ProductKind, "#SPILL!", "cell_error"),
    (ReportNo, "", "value_missing"),
    (ReportNo, "R\u{2}1", "control_character"),
    (ReportNo, "#NULL!", "cell_error"),
    (InspectedOn, "", "value_missing"),
    (InspectedOn, "2021-02-29", "date_invalid"),
    (InspectedOn, "2021-13-01", "date_invalid"),
    (InspectedOn, "2021-00-10", "date_invalid"),
    (InspectedOn, "2021-06-31", "date_invalid"),
    (InspectedOn, "2021-8", "date_invalid"),
    (InspectedOn, "21-08-03", "date_invalid"),
    (InspectedOn, "3/8/2021", "date_invalid"),
    (InspectedOn, "20210832", "date_invalid"),
    (InspectedOn, "2021年8月", "date_invalid"),
    (InspectedOn, "昨天", "date_invalid"),
    (InspectedOn, "-1", "date_invalid"),
    (InspectedOn, "2021-11-02", "date_in_future"),
    (InspectedOn, "2999-01-01", "date_in_future"),
    (InspectedOn, "1989-12-31", "date_too_early"),
    (InspectedOn, "#NUM!", "cell_error"),
    (InspectionLevel, "世界", "inspection_level_unknown"),
    (InspectionLevel, "省", "inspection_level_unknown"),
    (InspectionLevel, "3", "inspection_level_unknown"),
    (FailedItems, "", "value_missing"),
    (FailedItems, "；", "failed_items_empty"),
    (FailedItems, ";;、 ；", "failed_items_empty"),
    (FailedItems, "#DIV/0!", "cell_error"),
    (OrderIssuedOn, "2021-07-31", "order_before_inspection"),
    (OrderIssuedOn, "2021-02-30", "date_invalid"),
    (OrderIssuedOn, "即日", "date_invalid"),
    (OrderIssuedOn, "2021-12-01", "date_in_future"),
];

/// The same for what is too long.
pub fn long() -> Vec<(Column, String, &'static str)> {
    let many = (0..101).map(|n| format!("项目{n}")).collect::<Vec<_>>().join(";");
    vec![
        (Name, "长".repeat(201), "too_long"),
        (Address, "长".repeat(201), "too_long"),
        (ContactName, "长".repeat(101), "too_long"),
        (ReportNo, "R".repeat(101), "too_long"),
        (FailedItems, "长".repeat(101), "too_long"),
        (FailedItems, many, "too_long"),
    ]
}

#[test]
fn every_bad_row_is_rejected_with_its_reason() {
    let app = TestApp::builder().at("2021-11-01T04:00:00Z").start();
    let officer = app.admin("officer", "440000");
    let long = long();
    let cases: Vec<_> = CASES
        .iter()
        .map(|(column, value, code)| (*column, *value, *code))
        .chain(long.iter().map(|(column, value, code)| (*column, value.as_str(), *code)))
        .collect();
    let list = file(&cases.iter().map(|(column, value, _)| row(&[(*column, value)])).collect::<Vec<_>>());
    // An import leaves itself, its rejections and two rows of the audit, and nothing else.
    let except = ["zero_out_import", "zero_out_rejection", "audit_entry", "audit_head"];
    let before = contents(&app, &except);
    let report = app.import(&officer, &list, false);
    assert_eq!(report["rows"], cases.len(), "{report}");
    assert_eq!(report["rejected"], cases.len(), "{report}");
    assert_eq!(contents(&app, &except), before);

    let path = format!("/api/v1/zero-out/imports/{}/rejections?limit=200", text(&report["id"]));
    let found = officer.get(&path).expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(found.len(), cases.len(), "one reason each: {found:#?}");
    let mut differences = Vec::new();
    for ((place, (column, value, code)), found) in (2..).zip(&cases).zip(&found) {
        let answer = (found["row"].as_i64(), found["column"].as_str(), found["code"].as_str());
        if answer != (Some(place), Some(column.as_str()), Some(code)) {
            differences.push(format!("{column} {value:?}: {code} wanted, {found}"));
        }
        assert!(found["reason_zh"].as_str().unwrap().chars().any(|c| c > '一'), "{found}");
        assert!(found["reason_en"].as_str().unwrap().chars().any(|c| c.is_ascii_lowercase()), "{found}");
    }
    assert_none(differences);
}

#[test]
fn a_row_with_many_errors_reports_all_of_them() {
    let app = TestApp::builder().at("2021-11-01T04:00:00Z").start();
    let officer = app.admin("officer", "440100");
    let bad = row(&[(Uscc, "x"), (RegionCode, "440305"), (ContactPhone, "1"), (InspectedOn, "gestern")]);
    let report = app.import(&officer, &file(&[bad]), false);
    assert_eq!((report["rows"].as_i64(), report["rejected"].as_i64()), (Some(1), Some(1)));
    let path = format!("/api/v1/zero-out/imports/{}/rejections", text(&report["id"]));
    let found = officer.get(&path).expect(200);
    let codes: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| text(&item["code"])).collect();
    assert_eq!(codes, ["uscc_length", "region_outside_scope", "phone_invalid", "date_invalid"]);
}
