//! How an enterprise is reached: an officer corrects it, with the reason, and the audit says which enterprise it was.

use serde_json::json;

use crate::support::TestApp;

#[test]
fn an_officer_corrects_how_an_enterprise_is_reached() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let path = format!("/api/v1/enterprises/{}/contact", enterprise.id);
    let correction = json!({
        "contact_phone": "020-83330000", "contact_name": "李工", "address": "新路 2 号", "reason": "企业来函",
    });
    for (who, status) in [
        (&enterprise.http, 403),
        (&app.http().log_in("the-operator", crate::support::people::PASSWORD), 403),
        (&app.admin("elsewhere", "440300"), 404),
        (&app.http(), 401),
    ] {
        assert_eq!(who.json("PATCH", &path, &correction).status, status);
    }
    for (wrong, pointer) in [
        (json!({ "contact_phone": "no number", "reason": "x" }), "/contact_phone"),
        (json!({ "contact_email": "no address", "reason": "x" }), "/contact_email"),
        (json!({ "contact_name": "x".repeat(101), "reason": "x" }), "/contact_name"),
        (json!({ "contact_name": "x", "reason": " " }), "/reason"),
    ] {
        assert_eq!(officer.json("PATCH", &path, &wrong).problem()["errors"][0]["pointer"], pointer);
    }
    let before = officer.get(&format!("/api/v1/enterprises/{}", enterprise.id)).expect(200);
    assert_ne!(before["contact_name"], "李工");
    let after = officer.json("PATCH", &path, &correction).expect(200);
    assert_eq!((&after["contact_name"], &after["contact_phone"]), (&json!("李工"), &json!("020-83330000")));
    // What is not named stays, and an empty text removes.
    assert_eq!(after["contact_email"], before["contact_email"]);
    let removed = json!({ "address": "", "reason": "已搬离" });
    assert!(officer.json("PATCH", &path, &removed).expect(200)["address"].is_null());
    let page = officer.get(&format!("/enterprises/{}", enterprise.id)).text;
    for wanted in ["李工", "tel:020-83330000", "contact of enterprise-1", "更正联系信息"] {
        assert!(page.contains(wanted), "{wanted}");
    }

    // The audit names the enterprise, in the list, on the page and as a file; to whom it may be known.
    let subject = format!("subject={}", enterprise.id);
    let rows = officer.get(&format!("/api/v1/audit?action=correct_contact&{subject}")).expect(200);
    assert_eq!(rows["items"].as_array().map(Vec::len), Some(2), "nothing that changes nothing is noted");
    assert_eq!(rows["items"][0]["subject_name"], "广州第1公司", "{rows}");
    assert_eq!(rows["items"][1]["data"]["reason"], "企业来函");
    let page = officer.get("/audit?action=correct_contact").text;
    assert!(page.contains("更正企业联系信息") && page.contains("广州第1公司"), "{page}");
    let csv = officer.get(&format!("/api/v1/audit?format=csv&{subject}")).text;
    assert!(csv.contains("对象名称") && csv.contains("广州第1公司"), "{csv}");
}

#[test]
fn the_audit_names_consultations_to_officers_and_not_to_the_operator() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let operator = app.http().log_in("the-operator", crate::support::people::PASSWORD);
    let path = format!("/api/v1/audit?subject={}&action=open_consultation", talk.id);
    let row = |who: &crate::support::Http| who.get(&path).expect(200)["items"][0].clone();
    assert_eq!(row(&officer)["subject_name"], "广州第1公司 · 绝缘电阻不合格");
    assert!(row(&operator).get("subject_name").is_none(), "an operator has no part in consultations");
}

#[test]
fn the_list_of_enterprises_and_its_file_say_what_its_page_says() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let list = officer.get("/api/v1/enterprises").expect(200);
    let first = &list["items"][0];
    let opened = talk.enterprise.http.get(&format!("/api/v1/consultations/{}", talk.id)).expect(200);
    assert_eq!(first["last_consultation_at"], opened["opened_at"]);
    assert!(first["records"].as_i64().is_some_and(|n| n >= 1), "{first}");
    assert_eq!(first["records_cleared"], 0);
    let file = officer.get("/api/v1/enterprises?format=csv").text;
    for heading in ["不合格记录", "已清零", "最近期限", "最近问诊"] {
        assert!(file.contains(heading), "{file}");
    }
    let page = officer.get("/enterprises?sort=last_consultation").text;
    assert!(page.contains("最近问诊在前") && page.contains("最近问诊 "), "{page}");
    // An operator sees neither cases nor consultations.
    let seen = app.operator("operator").get("/api/v1/enterprises").expect(200);
    let first = &seen["items"][0];
    assert!(first["records"].is_null() && first["last_consultation_at"].is_null(), "{first}");
}
