//! Objections: the entry is marked at once, and another officer decides in time.

use chrono::Duration;
use serde_json::{Value, json};

use super::{decision, entered, entry, entry_of, people, step};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

#[test]
fn an_objection_marks_at_once_and_another_officer_decides() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    assert_eq!(
        step(&enterprise.http, &path, "object", &json!({})).problem()["errors"][0]["pointer"],
        "/reason"
    );
    let objected =
        step(&enterprise.http, &path, "object", &json!({ "reason": "样品不是本企业的" })).expect(200);
    assert_eq!((&objected["state"], &objected["due_on"]), (&json!("contested"), &json!("2026-03-05")));
    assert_eq!(objected["counts_from"], Value::Null, "it waits for the decision");
    for officer in ["officer", "second"] {
        app.mail(&format!("{officer}@regulator.example"), "该记录在处理完毕前不计分");
    }
    assert_eq!(objected["allowed"], json!([]), "the enterprise decides nothing");
    assert_eq!(step(&enterprise.http, &path, "uphold", &decision()).status, 403);
    let refused = step(&officer, &path, "uphold", &decision()).refusal();
    assert_eq!(refused, (409, "second_officer_needed".to_owned()));
    assert_eq!(
        step(&second, &path, "uphold", &json!({ "reason": "有效" })).status,
        422,
        "without an article"
    );
    let upheld = step(&second, &path, "uphold", &decision()).expect(200);
    assert_eq!((&upheld["state"], &upheld["due_on"]), (&json!("notified"), &Value::Null));
    assert_eq!(upheld["counts_from"], "2026-03-16");
    app.mail("factory-1@enterprise.example", "信用异议处理结果");
    let again = step(&enterprise.http, &path, "object", &json!({ "reason": "再次异议" })).refusal();
    assert_eq!(again, (409, "objection_decided".to_owned()));
}

#[test]
fn an_objection_that_is_right_corrects_or_annuls() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let path = entered(&officer, &entry_of(&enterprise.id, "sampling_failed_safety"));
    step(&enterprise.http, &path, "object", &json!({ "reason": "不涉及安全项目" })).expect(200);
    let mut correction = decision();
    correction["correction"] = json!({ "behaviour": "sampling_failed" });
    let corrected = step(&second, &path, "correct", &correction).expect(200);
    assert_eq!(
        (&corrected["state"], &corrected["behaviour"]),
        (&json!("notified"), &json!("sampling_failed"))
    );
    assert_eq!(corrected["counts_from"], "2026-03-16", "what weighs less is not told anew");
    step(&enterprise.http, &path, "object", &json!({ "reason": "不是本企业产品" })).expect(200);
    let mut annulment = decision();
    assert_eq!(step(&second, &path, "annul", &annulment).status, 422, "without a ground");
    annulment["ground"] = json!("objection");
    let annulled = step(&second, &path, "annul", &annulment).expect(200);
    assert_eq!((&annulled["state"], &annulled["annulled_on"]), (&json!("annulled"), &json!("2026-03-02")));
    assert_eq!((&annulled["ends"], &annulled["allowed"]), (&json!([]), &json!([])));
    assert_eq!(step(&officer, &path, "correct", &correction).refusal(), (409, "conduct_state".to_owned()));
}

#[test]
fn who_made_the_entry_corrects_and_annuls_its_own_mistakes() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    let mut correction = decision();
    correction["correction"] = json!({});
    let empty = step(&officer, &path, "correct", &correction).problem();
    assert_eq!(empty["errors"][0]["pointer"], "/correction");
    correction["correction"] = json!({ "decided_on": "2026-02-01" });
    let wrong = step(&officer, &path, "correct", &correction).problem();
    assert_eq!(wrong["errors"][0]["pointer"], "/correction/decided_on");
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    correction["correction"] = json!({ "behaviour": "adulteration" });
    let heavier = step(&officer, &path, "correct", &correction).expect(200);
    assert_eq!(heavier["counts_from"], "2026-03-17", "what weighs more is told anew");
    let mut annulment = decision();
    annulment["ground"] = json!("objection");
    let none = step(&officer, &path, "annul", &annulment).problem();
    assert_eq!(none["errors"][0]["pointer"], "/ground", "nobody objected");
    annulment["ground"] = json!("court");
    let none = step(&officer, &path, "annul", &annulment).problem();
    assert_eq!(none["errors"][0]["pointer"], "/document");
    annulment["ground"] = json!("mistake");
    step(&officer, &path, "annul", &annulment).expect(200);
    app.mail("factory-1@enterprise.example", "信用行为记录变更");
}

#[test]
fn overdue_decisions_are_brought_to_mind_once() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    step(&enterprise.http, &path, "object", &json!({ "reason": "样品不是本企业的" })).expect(200);
    let sweep = || zerodesk::conduct::sweep::sweep(&app.app, &|| false).unwrap();
    let reminders = || {
        app.mails_sent();
        let received = app.smtp.received();
        received.iter().filter(|mail| mail.header("Subject").contains("逾期未办理")).count()
    };
    sweep();
    assert_eq!(reminders(), 0, "there are three working days");
    app.clock.advance(Duration::days(4));
    sweep();
    app.mail("second@regulator.example", "逾期未办理");
    let once = reminders();
    sweep();
    assert_eq!(reminders(), once);
    let officer = app.http().log_in("officer", PASSWORD);
    let late = officer.get("/api/v1/conduct?overdue=true").expect(200);
    assert_eq!(late["items"].as_array().unwrap().len(), 1);
    assert_eq!(officer.get("/api/v1/conduct?overdue=false").expect(200)["items"], json!([]));
}

#[test]
fn who_corrected_an_entry_does_not_decide_the_objection_to_it() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    let mut correction = decision();
    correction["correction"] = json!({ "behaviour": "sampling_failed_safety" });
    step(&second, &path, "correct", &correction).expect(200);
    step(&enterprise.http, &path, "object", &json!({ "reason": "不涉及安全项目" })).expect(200);
    for author in [&officer, &second] {
        let refused = step(author, &path, "uphold", &decision()).refusal();
        assert_eq!(refused, (409, "second_officer_needed".to_owned()));
        assert_eq!(author.get(&path).expect(200)["allowed"], json!([]));
    }
    let third = app.admin("third", "440000");
    step(&third, &path, "uphold", &decision()).expect(200);
}

#[test]
fn an_enterprise_does_not_date_its_objection_back() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    app.clock.advance(Duration::days(30));
    let enterprise = app.http().log_in("enterprise-1", PASSWORD);
    assert_eq!(enterprise.get(&path).expect(200)["counts_from"], "2026-03-16", "it counts already");
    let back = json!({ "reason": "样品不是本企业的", "occurred_on": "2026-03-03" });
    let refused = step(&enterprise, &path, "object", &back).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/occurred_on");
    let objected = step(&enterprise, &path, "object", &json!({ "reason": "样品不是本企业的" })).expect(200);
    assert_eq!((&objected["state"], &objected["counts_from"]), (&json!("contested"), &json!("2026-03-16")));
}

#[test]
fn a_correction_by_which_a_grade_can_become_worse_is_told_anew() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let made = |behaviour: &str| entered(&officer, &entry_of(&enterprise.id, behaviour));
    let (of_role, longer, shorter) = (made("sampling_failed"), made("label_failed"), made("correction_late"));
    let (code, _) = app.listed(7, "440106", "K0101");
    let found = officer.get(&format!("/api/v1/enterprises?q={code}")).expect(200);
    let untold = entered(&officer, &entry(&text(&found["items"][0]["id"])));
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    for (path, change, counts_from) in [
        (&of_role, json!({ "role": "seller" }), "2026-03-17"),
        (&longer, json!({ "decided_on": "2026-02-20" }), "2026-03-17"),
        (&shorter, json!({ "decided_on": "2026-02-05" }), "2026-03-16"),
        (&untold, json!({ "behaviour": "sampling_failed_safety" }), "2026-04-02"),
    ] {
        let mut correction = decision();
        correction["correction"] = change.clone();
        let corrected = step(&officer, path, "correct", &correction).expect(200);
        assert_eq!(corrected["counts_from"], counts_from, "{change}");
    }
}

#[test]
fn an_objection_to_what_counts_already_is_not_said_to_stop_it() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let path = entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    step(&enterprise.http, &path, "object", &json!({ "reason": "停售通知送达前已出库" })).expect(200);
    app.mail("second@regulator.example", "该记录已在计分，处理期间继续计分");
    step(&second, &path, "uphold", &decision()).expect(200);
    app.mail("factory-1@enterprise.example", "计分期间：2026年3月2日至2029年2月9日（含当日）");
}
