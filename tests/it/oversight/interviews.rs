//! The life of an interview: the notice, the words of the interviewed, the signatures, the rectification.

use chrono::Duration;
use serde_json::json;

use super::{OVERSIGHT, interview, step, upload, written};
use crate::support::TestApp;
use crate::support::people::PASSWORD;

#[test]
fn the_interviewed_correct_their_words_before_anybody_signs() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    app.admin("second", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = written(&officer, &interview(&firm.id));
    assert_eq!(firm.http.get(&path).status, 404);
    let notice = |day: &str| json!({ "meets_on": day, "place": "市局三楼会议室" });
    for day in ["2026-03-04", "2026-03-07"] {
        let early = step(&officer, &path, "notify", &notice(day));
        assert_eq!(early.problem()["errors"][0]["pointer"], "/meets_on", "{day}");
    }
    let told = step(&officer, &path, "notify", &notice("2026-03-05")).expect(200);
    assert_eq!((&told["state"], &told["meets_on"]), (&json!("notified"), &json!("2026-03-05")));
    assert_eq!(firm.http.get(&path).expect(200)["invitee_post"], "质量负责人");
    assert_eq!(step(&officer, &path, "hold", &json!({})).refusal().1, "oversight_too_early");
    app.clock.advance(Duration::days(3));
    let officer = app.http().log_in("officer", PASSWORD);
    let firm_http = app.http().log_in("enterprise-1", PASSWORD);
    step(&officer, &path, "hold", &json!({})).expect(200);
    let minuted = step(&officer, &path, "minute", &json!({ "text": "企业承认检验疏漏。" })).expect(200);
    assert_eq!(minuted["due_on"], "2026-03-12", "five working days");
    assert_eq!(step(&officer, &path, "sign", &json!({})).refusal().1, "oversight_minutes", "not before them");
    assert_eq!(
        step(&officer, &path, "note_refusal", &json!({ "reason": "未签" })).refusal().1,
        "oversight_minutes"
    );
    let words = json!({ "text": "我方表示：已更换供应商，检验记录完整。" });
    step(&firm_http, &path, "correct_minutes", &words).expect(200);
    assert_eq!(step(&officer, &path, "sign", &json!({})).refusal().1, "oversight_minutes");
    let side = |who: &crate::support::Http, side: &str| {
        let found = who.get(&format!("{OVERSIGHT}?side={side}")).expect(200);
        found["items"].as_array().unwrap().len()
    };
    assert_eq!((side(&firm_http, "to_answer"), side(&officer, "to_decide")), (1, 0));
    let earlier = json!({ "occurred_on": "2026-03-04" });
    let backdated = step(&firm_http, &path, "sign_interviewed", &earlier);
    assert_eq!(backdated.problem()["errors"][0]["pointer"], "/occurred_on");
    let signed = step(&firm_http, &path, "sign_interviewed", &json!({})).expect(200);
    assert_eq!(signed["allowed"], json!([]), "nothing is left to the interviewed");
    assert_eq!((side(&firm_http, "to_answer"), side(&officer, "to_decide")), (0, 1));
    assert_eq!(step(&firm_http, &path, "correct_minutes", &words).refusal().1, "oversight_minutes");
    assert_eq!(step(&firm_http, &path, "sign", &json!({})).status, 403);
    let signed = step(&officer, &path, "sign", &json!({})).expect(200);
    assert_eq!((&signed["state"], &signed["minutes"]), (&json!("signed"), &json!("企业承认检验疏漏。")));
    assert_eq!(signed["corrected_words"], words["text"], "both versions are kept");
    // The rectification is verified by another officer than who held it.
    let begun = step(&officer, &path, "rectify", &json!({})).expect(200);
    assert_eq!((&begun["state"], &begun["due_on"]), (&json!("rectifying"), &json!("2026-04-07")));
    let verdict = json!({ "text": "现场核验，措施到位。" });
    let second = app.http().log_in("second", PASSWORD);
    assert_eq!(step(&second, &path, "verify", &verdict).refusal().1, "oversight_unanswered");
    assert_eq!(
        step(&second, &path, "return", &json!({ "reason": "尚未报告" })).refusal().1,
        "oversight_unanswered"
    );
    step(&firm_http, &path, "report", &json!({ "text": "整改完成。" })).expect(200);
    assert_eq!((side(&firm_http, "to_answer"), side(&officer, "to_decide")), (0, 1));
    assert_eq!(step(&officer, &path, "verify", &verdict).refusal().1, "second_officer_needed");
    let again = step(&second, &path, "return", &json!({ "reason": "缺少记录" })).expect(200);
    assert_eq!((&again["state"], &again["returns"]), (&json!("rectifying"), &json!(1)));
    step(&firm_http, &path, "report", &json!({ "text": "补充记录。" })).expect(200);
    step(&second, &path, "verify", &verdict).expect(200);
    assert_eq!(step(&firm_http, &path, "close", &json!({})).status, 403);
    assert_eq!(step(&officer, &path, "close", &json!({})).expect(200)["state"], "closed");
}

#[test]
fn who_does_not_come_is_noted_and_told_anew() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = written(&officer, &interview(&firm.id));
    let notice = |day: &str| json!({ "meets_on": day, "place": "市局" });
    let first = step(&officer, &path, "notify", &notice("2026-03-05")).expect(200);
    app.clock.advance(Duration::days(3));
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(step(&officer, &path, "not_attend", &json!({})).problem()["errors"][0]["pointer"], "/reason");
    step(&officer, &path, "not_attend", &json!({ "reason": "无故未到" })).expect(200);
    let told = step(&officer, &path, "notify", &notice("2026-03-12")).expect(200);
    assert_eq!(told["document_no"], first["document_no"], "it keeps its number");
    app.clock.advance(Duration::days(7));
    let officer = app.http().log_in("officer", PASSWORD);
    step(&officer, &path, "hold", &json!({})).expect(200);
    step(&officer, &path, "minute", &json!({ "text": "纪要" })).expect(200);
    // The paper that they signed is entered with a file.
    assert_eq!(
        step(&officer, &path, "sign_interviewed", &json!({})).problem()["errors"][0]["pointer"],
        "/attachments"
    );
    step(&officer, &path, "sign_interviewed", &json!({ "attachments": [upload(&officer)] })).expect(200);
    step(&officer, &path, "sign", &json!({})).expect(200);
    assert_eq!(step(&officer, &path, "close", &json!({})).problem()["errors"][0]["pointer"], "/reason");
    step(&officer, &path, "close", &json!({ "reason": "无须整改" })).expect(200);
}

#[test]
fn an_interview_names_a_person_with_a_post() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let mut body = interview("00000000-0000-7000-8000-000000000000");
    body["to"] = json!({ "kind": "government", "region": "440100" });
    body["invitee"]["post"] = json!(" ");
    assert_eq!(officer.post(OVERSIGHT, &body).problem()["errors"][0]["pointer"], "/invitee/post");
    body["invitee"] = json!(null);
    assert_eq!(officer.post(OVERSIGHT, &body).problem()["errors"][0]["pointer"], "/invitee");
    body["invitee"] = json!({ "name": "陈某", "post": "分管副市长" });
    officer.post(OVERSIGHT, &body).expect(201);
}

#[test]
fn who_was_interviewed_counts_as_reached_at_once_and_not_before_it_was_entered() {
    use crate::rounds::{circuit, cohort, keep, members};
    let app = TestApp::start();
    let (province, approver) = (app.admin("planner", "440000"), app.admin("approver", "440000"));
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let programme = circuit(&province, &approver);
    cohort(&province, &programme, &json!({ "enterprises": [firm.id] }));
    keep(&app);
    let path = written(&officer, &interview(&firm.id));
    step(&officer, &path, "notify", &json!({ "meets_on": "2026-03-05", "place": "市局三楼会议室" }))
        .expect(200);
    app.clock.advance(Duration::days(4));
    let (officer, province) =
        (app.http().log_in("officer", PASSWORD), app.http().log_in("planner", PASSWORD));
    // Those who were not looked at for a day are looked at here; the interview is noted for itself.
    keep(&app);
    step(&officer, &path, "hold", &json!({ "occurred_on": "2026-03-05" })).expect(200);
    keep(&app);
    let member = members(&province, &format!("programme={programme}"))[0].clone();
    assert!(member["reached_at"].is_string(), "{member}");
    let interviewed = |more: &str| {
        province.get(&format!("/api/v1/reports/circuit?programme={programme}{more}")).expect(200)["interviewed"]
            .clone()
    };
    assert_eq!(
        (interviewed(""), interviewed("&as_of=2026-03-05")),
        (json!(1), json!(0)),
        "it was entered later"
    );
}
