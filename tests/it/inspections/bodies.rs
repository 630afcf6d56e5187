//! What bodies do by their own accounts: the laboratory of a re-test enters it, and a body corrects what it entered until another one has acted.

use serde_json::{Value, json};

use super::corrections::{assert_folds, correct};
use super::{INSPECTIONS, body, form, person, registered, reported, result, sample, step};
use crate::support::TestApp;
use crate::support::people::text;

#[test]
fn the_laboratory_of_a_re_test_sees_it_and_enters_what_it_found() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (tests, again) = (body(&officer, "省质检院", false), body(&officer, "市质检所", false));
    let first = person(&app, &officer, "laboratory", "tester-1", &tests);
    let second = person(&app, &officer, "laboratory", "tester-2", &again);
    let mut form = form("RT-1");
    form["laboratory"] = json!(tests);
    let path = registered(&officer, &form);
    reported(&officer, &path, "R-1", "nonconforming");
    step(&officer, &path, "deliver", "2026-02-25", &json!({ "party": "operator" })).expect(200);
    let grounds = json!({ "party": "operator", "reason": "对导体电阻结果有异议" });
    step(&officer, &path, "contest", "2026-03-01", &grounds).expect(200);
    assert_eq!(second.get(&path).status, 404, "nothing is assigned to it yet");
    let ordered =
        step(&officer, &path, "order_retest", "2026-03-02", &json!({ "laboratory": again })).expect(200);
    assert_eq!(ordered["retest_laboratory"], "市质检所");
    assert_folds(&app);
    app.mail("tester-2@body.example", "由贵机构复检");
    let listed = second.get(INSPECTIONS).expect(200);
    assert_eq!(listed["items"][0]["number"], "RT-1");
    let narrowed = officer.get(&format!("{INSPECTIONS}?laboratory={again}")).expect(200);
    assert_eq!(narrowed["items"].as_array().unwrap().len(), 1, "the filter finds those that it tests again");
    let seen = second.get(&path).expect(200);
    assert_eq!(seen["allowed"], json!(["uphold", "overturn"]));
    assert_eq!(seen["subject"]["witness"], Value::Null);
    assert!(second.get("/lab?state=retesting").text.contains("由本机构复检"));
    let page = second.get(&path.replace("/api/v1", "")).text;
    assert!(page.contains("value=\"overturn\"") && page.contains("name=\"result.report_no\""), "{page}");
    // The first one sees it and does not end it.
    assert!(!first.get("/lab?state=retesting").text.contains("由本机构复检"));
    assert_eq!(step(&first, &path, "uphold", "2026-03-02", &result("F-1", "nonconforming")).status, 403);
    let pointer = |body: &Value| {
        text(&step(&second, &path, "overturn", "2026-03-02", body).problem()["errors"][0]["pointer"])
    };
    assert_eq!(pointer(&json!({})), "/result/report_no");
    let mut judged = result("F-1", "conforming");
    judged["recording_decided"] = json!(true);
    assert_eq!(pointer(&judged), "/recording_decided");
    assert_eq!(pointer(&result("F-1", "nonconforming")), "/result/outcome");
    let ended = step(&second, &path, "overturn", "2026-03-02", &result("F-1", "conforming")).expect(200);
    assert_eq!((&ended["state"], &ended["outcome"]), (&json!("overturned"), &json!("conforming")));
    assert!(ended["items"].as_array().unwrap().iter().any(|item| item["round"] == "retest"), "{ended}");
    assert_folds(&app);
    // Where the order was wrong, it sees nothing any more.
    let events = officer.get(&path).expect(200)["events"].clone();
    let ordinal = |name: &str| {
        events.as_array().unwrap().iter().find(|event| event["step"] == name).unwrap()["ordinal"].clone()
    };
    for name in ["overturn", "order_retest"] {
        correct(&officer, &path, &json!({ "corrects": ordinal(name), "annulled": true })).expect(200);
    }
    assert_eq!(second.get(&path).status, 404);
    assert_folds(&app);
}

#[test]
fn a_body_corrects_what_it_entered_until_another_one_has_acted() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (tests, takes) = (body(&officer, "省质检院", false), body(&officer, "抽样服务中心", true));
    let sampler = person(&app, &officer, "sampler", "sampler-1", &takes);
    let tester = person(&app, &officer, "laboratory", "tester-1", &tests);
    let mut form = form("KB-1");
    (form["laboratory"], form["sampler"]) = (json!(tests), json!(takes));
    let path = registered(&officer, &form);
    let page = |event: i32| format!("{}/events/{event}/correct", path.replace("/api/v1", ""));
    let sampled = step(&sampler, &path, "sample", "2026-01-06", &sample()).expect(200);
    assert_eq!(sampled["events"][1]["correctable"], true);
    assert!(sampled["allowed"].as_array().unwrap().contains(&json!("correct")));
    let mut put_right = json!({ "corrects": 2, "occurred_on": "2026-01-05" });
    put_right["sample"] = sample()["sample"].clone();
    put_right["sample"]["batch"] = json!("B-77");
    let moved = correct(&sampler, &path, &put_right).expect(200);
    assert_eq!((&moved["sampled_on"], &moved["subject"]["batch"]), (&json!("2026-01-05"), &json!("B-77")));
    assert_eq!(moved["events"][1]["correctable"], false, "the correction is corrected next");
    // The form of the correction shows what stands: its day and its content.
    let shown = sampler.get(&page(3));
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("B-77") && shown.text.contains("value=\"2026-01-05\""), "{}", shown.text);
    assert!(sampler.get(&path.replace("/api/v1", "")).text.contains(&page(3)));
    step(&sampler, &path, "seal", "2026-01-06", &json!({ "seals": ["F-1"] })).expect(200);
    assert_eq!(tester.get(&page(4)).status, 404, "what another body entered");
    assert_eq!(
        correct(&sampler, &path, &json!({ "corrects": 1, "sample": {} })).status,
        403,
        "the registration"
    );
    step(&tester, &path, "receive", "2026-01-08", &json!({})).expect(200);
    // The laboratory has acted on it.
    let late = correct(&sampler, &path, &json!({ "corrects": 4, "seals": ["F-2"] }));
    assert_eq!(late.refusal(), (403, "forbidden".to_owned()));
    assert!(late.text.contains("尚无其他各方办理"), "{}", late.text);
    assert_eq!(sampler.get(&page(4)).status, 404);
    assert!(!sampler.get(&path.replace("/api/v1", "")).text.contains("/correct"));
    assert_eq!(correct(&tester, &path, &json!({ "corrects": 4, "seals": ["F-2"] })).status, 403);
    let received =
        correct(&tester, &path, &json!({ "corrects": 5, "occurred_on": "2026-01-07" })).expect(200);
    assert_eq!(received["received_on"], "2026-01-07");
    let sealed = correct(&officer, &path, &json!({ "corrects": 4, "seals": ["F-2"] })).expect(200);
    assert_eq!(sealed["subject"]["seals"], json!(["F-2"]), "the officer corrects all of it");
    assert_eq!(correct(&tester, &path, &json!({ "corrects": 6, "occurred_on": "2026-01-08" })).status, 403);
    assert_folds(&app);
}
