//! The life of a letter, its number, its terms, and its facts.

use chrono::Duration;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::thread;

use super::{OVERSIGHT, case_of, letter, step, sweep, upload, written};
use crate::support::people::{PASSWORD, text};
use crate::support::{PATIENCE, TestApp};

#[test]
fn a_letter_goes_its_way_and_who_was_to_answer_does_not_close() {
    let app = TestApp::start();
    let (province, city) = (app.admin("officer", "440000"), app.admin("city", "440100"));
    let path = written(&province, &letter("440100"));
    assert_eq!(city.get(&path).status, 404, "a draft is the issuing side's own");
    let issued = step(&province, &path, "issue", &json!({})).expect(200);
    assert_eq!(
        (&issued["state"], &issued["document_no"]),
        (&json!("issued"), &json!("粤市监质函〔2026〕1号"))
    );
    // 15 working days behind Monday, 2 March 2026.
    assert_eq!((&issued["issued_on"], &issued["due_on"]), (&json!("2026-03-02"), &json!("2026-03-23")));
    // Who opens it has received it; who issued it does not receive it by opening.
    assert_eq!(province.get(&path).expect(200)["state"], "issued");
    let opened = city.get(&path).expect(200);
    assert_eq!((&opened["state"], &opened["standing"]), (&json!("received"), &json!("recipient")));
    assert_eq!(opened["received_on"], "2026-03-02");
    for own in ["accept", "return", "close", "withdraw"] {
        assert_eq!(step(&city, &path, own, &json!({ "reason": "已办" })).status, 403, "{own}");
    }
    assert_eq!(step(&city, &path, "reply", &json!({})).problem()["errors"][0]["pointer"], "/text");
    assert_eq!(
        step(&province, &path, "close", &json!({ "reason": "x" })).refusal().1,
        "oversight_unanswered"
    );
    step(&city, &path, "reply", &json!({ "text": "已开展排查。", "attachments": [upload(&city)] }))
        .expect(200);
    let returned = step(&province, &path, "return", &json!({ "reason": "缺少企业名单" })).expect(200);
    assert_eq!((&returned["state"], &returned["returns"]), (&json!("returned"), &json!(1)));
    assert_eq!(returned["due_on"], "2026-03-23", "a new term of 15 working days");
    step(&city, &path, "reply", &json!({ "text": "补充企业名单。" })).expect(200);
    step(&province, &path, "accept", &json!({})).expect(200);
    assert_eq!(step(&city, &path, "close", &json!({})).status, 403);
    let closed = step(&province, &path, "close", &json!({})).expect(200);
    assert_eq!((&closed["state"], &closed["answered_in_time"]), (&json!("closed"), &json!(true)));
    assert_eq!(closed["allowed"], json!([]));
    assert_eq!(step(&province, &path, "return", &json!({ "reason": "x" })).refusal().1, "oversight_state");
    let steps: Vec<&str> =
        closed["events"].as_array().unwrap().iter().map(|e| e["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["create", "issue", "receive", "reply", "return", "reply", "accept", "close"]);
    for page in [path.replace("/api/v1", ""), format!("{}/letter", path.replace("/api/v1", ""))] {
        assert!(city.get(&page).text.contains("关于电线电缆质量风险的提醒"), "{page}");
    }
    assert!(
        city.get(&format!("{}/letter", path.replace("/api/v1", ""))).text.contains("粤市监质函〔2026〕1号")
    );
}

#[test]
fn nothing_goes_upwards_or_sideways() {
    let app = TestApp::start();
    let city = app.admin("city", "440100");
    for region in ["440000", "440100", "440300", "440305"] {
        let refused = city.post(OVERSIGHT, &letter(region));
        assert_eq!(refused.refusal(), (422, "oversight_direction".to_owned()), "{region}");
    }
    written(&city, &letter("440103"));
    let other = app.claimed_enterprise(1, "440305", "K0101");
    let mut to_firm = letter("440103");
    to_firm["to"] = json!({ "kind": "enterprise", "enterprise_id": other.id });
    assert_eq!(city.post(OVERSIGHT, &to_firm).problem()["errors"][0]["pointer"], "/to/enterprise_id");
    let mut for_above = letter("440103");
    for_above["from_region"] = json!("440000");
    assert_eq!(city.post(OVERSIGHT, &for_above).problem()["errors"][0]["pointer"], "/from_region");
}

#[test]
fn numbers_have_no_gaps_by_year_and_authority() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let city = app.admin("city", "440300");
    let paths: Vec<String> = (0..12).map(|_| written(&province, &letter("440100"))).collect();
    thread::scope(|scope| {
        for (n, path) in paths.iter().enumerate() {
            let province = province.clone();
            scope.spawn(move || {
                // A refused issue takes no number.
                let rest_day = json!({ "due_on": "2026-03-07" });
                assert_eq!(step(&province, path, "issue", &rest_day).status, 422);
                if n % 2 == 0 {
                    step(&province, path, "issue", &json!({})).expect(200);
                }
            });
        }
    });
    let other = written(&city, &letter("440305"));
    let other = step(&city, &other, "issue", &json!({})).expect(200);
    assert_eq!(other["document_no"], "深市监质函〔2026〕1号");
    let list = province.get(&format!("{OVERSIGHT}?limit=200")).expect(200);
    let numbers: BTreeSet<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["from_region"] == "440000")
        .filter_map(|one| one["document_no"].as_str().map(str::to_owned))
        .collect();
    let wanted: BTreeSet<String> = (1..=6).map(|n| format!("粤市监质函〔2026〕{n}号")).collect();
    assert_eq!(numbers, wanted);
    // Issuing again is refused and takes none; a letter that is withdrawn keeps its number.
    assert_eq!(step(&province, &paths[0], "issue", &json!({})).refusal().1, "oversight_state");
    step(&province, &paths[0], "withdraw", &json!({ "reason": "发文有误" })).expect(200);
    let next = step(&province, &paths[1], "issue", &json!({})).expect(200);
    assert_eq!(next["document_no"], "粤市监质函〔2026〕7号");
    // Another year begins at 1.
    app.clock.advance(Duration::days(310));
    let province = app.http().log_in("officer", PASSWORD);
    let next = step(&province, &paths[3], "issue", &json!({})).expect(200);
    assert_eq!(next["document_no"], "粤市监质函〔2027〕1号");
}

#[test]
fn a_term_never_ends_on_a_rest_day() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    for (day, status) in [("2026-03-07", 422), ("2026-04-06", 422), ("2026-03-02", 422), ("2026-03-09", 201)]
    {
        let mut body = letter("440100");
        body["due_on"] = json!(day);
        let reply = province.post(OVERSIGHT, &body);
        assert_eq!(reply.status, status, "{day}");
        if status == 201 {
            let path = format!("{OVERSIGHT}/{}", text(&reply.json()["id"]));
            assert_eq!(step(&province, &path, "issue", &json!({})).expect(200)["due_on"], day);
        } else {
            assert_eq!(reply.problem()["errors"][0]["pointer"], "/due_on", "{day}");
        }
    }
}

#[test]
fn facts_are_counted_from_the_basis_and_stay_as_they_were_issued() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let (_, mut basis) = case_of(&app, 1, "440103");
    let (_, second) = case_of(&app, 2, "440106");
    basis.as_array_mut().unwrap().extend(second.as_array().unwrap().clone());
    let mut body = letter("440100");
    (body["basis"], body["facts_note"]) = (basis.clone(), Value::Null);
    let path = written(&province, &body);
    let draft = province.get(&path).expect(200);
    let facts = &draft["facts"];
    assert_eq!((&facts["results"], &facts["enterprises"]), (&json!(2), &json!(2)), "{facts}");
    assert_eq!((&facts["basis"]["case"], &facts["counts"][0]["count"]), (&json!(2), &json!(2)), "{facts}");
    assert_eq!(
        (&draft["product_kinds"], &facts["counts"][0]["product_kind"]),
        (&json!(["K0301"]), &json!("K0301"))
    );
    let issued = step(&province, &path, "issue", &json!({})).expect(200)["facts"].clone();
    app.clock.advance(Duration::hours(1));
    let province = app.http().log_in("officer", PASSWORD);
    let challenge = json!({ "event": "request_retest", "occurred_on": "2026-03-02" });
    province.post(&format!("/api/v1/remediation/cases/{}/events", text(&basis[0]["id"])), &challenge);
    assert_eq!(province.get(&path).expect(200)["facts"], issued, "what was issued does not change");
    // The enterprise knows nothing of the letter to its authority.
    assert_eq!(app.http().log_in("enterprise-1", PASSWORD).get(&path).status, 404);
    // A basis of another region, or none at all, is refused.
    let city = app.admin("city", "440300");
    let mut foreign = letter("440305");
    foreign["basis"] = basis;
    assert_eq!(city.post(OVERSIGHT, &foreign).problem()["errors"][0]["pointer"], "/basis/0");
    let mut bare = letter("440305");
    bare["facts_note"] = Value::Null;
    assert_eq!(city.post(OVERSIGHT, &bare).problem()["errors"][0]["pointer"], "/basis");
}

#[test]
fn who_enters_an_answer_for_another_shows_it_and_does_not_accept_it() {
    let app = TestApp::start();
    let (province, second) = (app.admin("officer", "440000"), app.admin("second", "440000"));
    let mut body = letter("440100");
    body["to"] = json!({ "kind": "government", "region": "440300" });
    let path = written(&province, &body);
    step(&province, &path, "issue", &json!({})).expect(200);
    step(&province, &path, "receive", &json!({})).expect(200);
    let bare = step(&province, &path, "reply", &json!({ "text": "市政府复函" }));
    assert_eq!(bare.problem()["errors"][0]["pointer"], "/attachments");
    let shown = json!({ "text": "市政府复函", "attachments": [upload(&province)] });
    let seen = step(&province, &path, "reply", &shown).expect(200);
    assert_eq!(seen["events"][3]["details"]["on_behalf"], true, "{seen}");
    let own = step(&province, &path, "accept", &json!({}));
    assert_eq!(own.refusal(), (409, "second_officer_needed".to_owned()));
    step(&second, &path, "accept", &json!({})).expect(200);
}

#[test]
fn a_late_letter_is_told_of_and_can_be_closed() {
    let app = TestApp::start();
    let province = app.admin_at("officer", "440000", "officer@regulator.example");
    app.admin_at("city", "440100", "city@regulator.example");
    let path = written(&province, &letter("440100"));
    step(&province, &path, "issue", &json!({})).expect(200);
    let to_city = |subject: &'static str| {
        app.smtp.wait_for(
            |mail| mail.to == ["city@regulator.example"] && mail.header("Subject").contains(subject),
            PATIENCE,
        )
    };
    assert!(to_city("提醒函").body_text.contains("粤市监质函〔2026〕1号"));
    app.clock.advance(Duration::days(18));
    sweep(&app);
    to_city("即将到期");
    app.clock.advance(Duration::days(5));
    sweep(&app);
    sweep(&app);
    to_city("逾期");
    let province = app.http().log_in("officer", PASSWORD);
    let late = province.get(&format!("{OVERSIGHT}?overdue=true")).expect(200);
    assert_eq!(late["items"].as_array().unwrap().len(), 1);
    assert_eq!((&late["items"][0]["state"], &late["items"][0]["overdue"]), (&json!("issued"), &json!(true)));
    let marks = province.get(&path).expect(200)["events"].as_array().unwrap().clone();
    assert_eq!(marks.iter().filter(|e| e["step"] == "mark_overdue").count(), 1, "noted once");
    assert_eq!(step(&province, &path, "close", &json!({})).problem()["errors"][0]["pointer"], "/reason");
    step(&province, &path, "close", &json!({ "reason": "改为约谈" })).expect(200);
}

#[test]
fn a_draft_is_changed_and_a_call_on_an_older_version_is_refused() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let path = written(&province, &letter("440100"));
    let mut body = letter("440300");
    body["title"] = json!("关于插座质量风险的提醒");
    let changed = province.json("PUT", &path, &body).expect(200);
    assert_eq!((&changed["title"], &changed["to_region"]), (&body["title"], &json!("440300")));
    let old = step(&province, &path, "issue", &json!({ "version": 1 }));
    assert_eq!(old.refusal(), (409, "oversight_changed".to_owned()));
    step(&province, &path, "issue", &json!({ "version": changed["version"] })).expect(200);
    assert_eq!(province.json("PUT", &path, &body).refusal().1, "oversight_state");
    body["kind"] = json!("interview");
    assert_eq!(province.json("PUT", &path, &body).status, 422);
}

#[test]
fn facts_of_an_alert_by_the_index_are_its_failed_samplings() {
    use crate::risk::{ALERTS, Results, follow, listed};
    let app = crate::risk::start();
    let province = app.admin("officer", "440000");
    Results { kind: "K0102", region: "440305", day: "2026-02-01", tested: 1_000, failed: 100 }.insert(&app);
    Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 20, failed: 6 }.insert(&app);
    follow(&app);
    let alerts = listed(&province, &format!("{ALERTS}?cause=index&product_kind=K0101"));
    let alert = alerts.iter().find(|alert| alert["region"] == "440100").unwrap();
    assert_eq!(alert["nonconformities"], 6);
    let mut body = letter("440100");
    (body["basis"], body["facts_note"]) = (json!([{ "kind": "alert", "id": alert["id"] }]), Value::Null);
    let path = written(&province, &body);
    let draft = province.get(&path).expect(200);
    let facts = &draft["facts"];
    assert_eq!((&facts["results"], &facts["first_on"]), (&json!(6), &json!("2026-02-01")), "{facts}");
    // What failed without naming an item has a line of its own.
    assert_eq!(
        facts["counts"],
        json!([{ "product_kind": "K0101", "item": "未列明项目", "count": 6, "enterprises": 0 }])
    );
    assert_eq!(draft["product_kinds"], json!(["K0101"]));
    step(&province, &path, "issue", &json!({})).expect(200);
    let seen = province.get(&format!("{ALERTS}/{}", text(&alert["id"]))).expect(200);
    assert_eq!(seen["state"], "measure");
}

#[test]
fn a_draft_is_changed_with_the_version_that_was_read() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let mut body = letter("440100");
    body["version"] = json!(1);
    let refused = province.post(OVERSIGHT, &body);
    assert_eq!(refused.problem()["errors"][0]["pointer"], "/version", "something new has none");
    let path = written(&province, &letter("440100"));
    body["title"] = json!("改后的标题");
    let changed = province.json("PUT", &path, &body).expect(200);
    assert_eq!(changed["title"], "改后的标题");
    assert_eq!(province.json("PUT", &path, &body).refusal(), (409, "oversight_changed".to_owned()));
    body["version"] = changed["version"].clone();
    province.json("PUT", &path, &body).expect(200);
}
