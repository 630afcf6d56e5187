//! Files as evidence: who may use which, for what, and who sees them.

use serde_json::json;

use super::samples::{PDF, PNG};
use super::{path, rows, status, up, use_in_chat};
use crate::support::TestApp;

#[test]
fn evidence_is_readable_by_those_who_see_the_case() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (enterprise, case) = (&talk.enterprise.http, talk.enterprise.case.clone().unwrap());
    let evidence = format!("/api/v1/remediation/cases/{case}/evidence");
    let report = up(enterprise, "检验报告.pdf", PDF);
    let photo = up(enterprise, "现场.png", PNG);
    // Files of the talk may be evidence as well.
    use_in_chat(&app, &photo, &talk.id, "talk");
    let proof = json!({
        "description": "新批次合格", "criterion": "corrected", "attachments": [report["id"], photo["id"]],
    });
    let made = enterprise.post(&evidence, &proof).expect(201);
    for who in [enterprise, &officer, &talk.expert.http] {
        let detail = who.get(&format!("/api/v1/remediation/cases/{case}")).expect(200);
        let shown = &detail["evidence"][0];
        assert_eq!((&shown["id"], &shown["criterion"]), (&made["id"], &json!("corrected")), "{detail}");
        assert_eq!(shown["attachments"], json!([report, photo]));
        assert_eq!((status(who, &report), status(who, &photo)), (200, 200));
    }
    let elsewhere = app.admin("officer-sz", "440300");
    assert_eq!((status(&elsewhere, &report), status(&elsewhere, &photo)), (404, 404));
    assert_eq!(officer.upload(super::UP, "a.pdf", PDF, &[]).status, 201);
    assert_eq!(officer.post(&evidence, &json!({ "description": "x" })).status, 403);
}

#[test]
fn only_own_complete_and_unused_files_can_be_evidence() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let other = app.claimed_enterprise(2, "440103", "K0101");
    let (enterprise, case) = (&talk.enterprise.http, talk.enterprise.case.clone().unwrap());
    let evidence = format!("/api/v1/remediation/cases/{case}/evidence");
    let own = up(enterprise, "a.pdf", PDF);
    let foreign = up(&other.http, "a.pdf", PDF);
    let expert = up(&talk.expert.http, "a.pdf", PDF);
    use_in_chat(&app, &expert, &talk.id, "notes");
    let nobody = "019c0000-0000-7000-8000-000000000000";
    for (at, ids) in [
        ("/attachments/1", json!([own["id"], foreign["id"]])),
        ("/attachments/0", json!([expert["id"], own["id"]])),
        ("/attachments/0", json!([nobody])),
        ("/attachments/1", json!([own["id"], own["id"]])),
        ("/attachments/0", json!(["x"])),
    ] {
        let refused = enterprise.post(&evidence, &json!({ "description": "x", "attachments": ids }));
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.problem()["errors"][0]["pointer"], at, "{ids}");
    }
    let unknown = enterprise.post(&evidence, &json!({ "description": "x", "criterion": "no_such" }));
    assert_eq!(unknown.problem()["errors"][0]["pointer"], "/criterion");
    let detail = officer.get(&format!("/api/v1/remediation/cases/{case}")).expect(200);
    assert_eq!(detail["evidence"], json!([]), "a refusal leaves nothing");
    assert_eq!(status(&officer, &own), 404, "nor does it use a file");
    // A file of one case can't be used in another.
    let theirs = format!("/api/v1/remediation/cases/{}/evidence", other.case.clone().unwrap());
    let proof = json!({ "description": "x", "attachments": [foreign["id"]] });
    other.http.post(&theirs, &proof).expect(201);
    assert_eq!(other.http.get(&path(&foreign)).status, 200);
    assert_eq!(enterprise.get(&path(&foreign)).status, 404);
    assert_eq!(rows(&app), 3);
}
