//! An operator's list opens no case, and changes no mail address of an enterprise that has an account.

use serde_json::{Value, json};
use zerodesk::zero_out::import::Column;

use crate::support::TestApp;
use crate::support::csv::{file, row, uscc};
use crate::support::people::text;

fn warning<'a>(report: &'a Value, code: &str) -> Option<&'a Value> {
    report["warnings"].as_array().unwrap().iter().find(|w| w["code"] == code)
}

#[test]
fn an_operators_list_opens_no_case_and_an_officers_does() {
    let app = TestApp::start();
    let (operator, officer) = (app.operator("operator"), app.admin("officer", "440000"));
    let list = file(&[
        row(&[(Column::Uscc, &uscc(1)), (Column::ReportNo, "R1")]),
        row(&[(Column::Uscc, &uscc(1)), (Column::ReportNo, "R2"), (Column::OrderIssuedOn, "")]),
        row(&[(Column::Uscc, &uscc(2)), (Column::ReportNo, "R3")]),
    ]);
    let cases = || officer.get("/api/v1/remediation/cases").expect(200)["items"].as_array().unwrap().len();
    for dry_run in [true, false] {
        let report = app.import(&operator, &list, dry_run);
        assert_eq!((&report["inserted"], &report["rejected"]), (&json!(3), &json!(0)), "{report}");
        let told = warning(&report, "order_needs_officer").unwrap();
        assert_eq!(told["rows"], 2, "{told}");
        assert!(text(&told["detail_zh"]).contains("第 2、4 行"), "{told}");
        assert_eq!(cases(), 0);
    }
    let again = app.import(&operator, &list, false);
    assert_eq!(again["unchanged"], 3, "{again}");
    let report = app.import(&officer, &list, false);
    assert_eq!(
        (&report["updated"], &report["unchanged"], &report["rejected"]),
        (&json!(2), &json!(1), &json!(0))
    );
    assert!(warning(&report, "order_needs_officer").is_none());
    assert_eq!(cases(), 2);
    // What stands stays, whatever an operator sends.
    let later = file(&[row(&[
        (Column::Uscc, &uscc(1)),
        (Column::ReportNo, "R1"),
        (Column::OrderIssuedOn, "2021-09-09"),
    ])]);
    let report = app.import(&operator, &later, false);
    assert_eq!((&report["rejected"], &report["unchanged"]), (&json!(0), &json!(1)), "{report}");
}

#[test]
fn an_operators_list_changes_no_mail_address_of_a_claimed_enterprise() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let claimed = app.claimed_enterprise(1, "440103", "K0101");
    let (unclaimed, _) = app.listed(2, "440103", "K0101");
    let operator = app.operator("operator");
    let list = file(&[
        row(&[
            (Column::Uscc, &uscc(1)),
            (Column::ContactEmail, "thief@elsewhere.example"),
            (Column::OrderIssuedOn, ""),
        ]),
        row(&[
            (Column::Uscc, &unclaimed),
            (Column::ContactEmail, "new@elsewhere.example"),
            (Column::OrderIssuedOn, ""),
        ]),
    ]);
    let report = app.import(&operator, &list, false);
    let told = warning(&report, "address_of_account_kept").unwrap();
    assert_eq!(told["rows"], 1, "{told}");
    let address =
        |id: &str| officer.get(&format!("/api/v1/enterprises/{id}")).expect(200)["contact_email"].clone();
    assert_eq!(address(&claimed.id), "factory-1@enterprise.example");
    let found = officer.get(&format!("/api/v1/enterprises?q={unclaimed}")).expect(200);
    assert_eq!(found["items"][0]["contact_email"], "new@elsewhere.example");
    // An officer may.
    let report = app.import(&officer, &list, false);
    assert!(warning(&report, "address_of_account_kept").is_none());
    assert_eq!(address(&claimed.id), "thief@elsewhere.example");
}
