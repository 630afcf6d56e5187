//! Quick tests: they cause nothing by themselves, and a suspect one is followed by a formal sample or a reason.

use serde_json::{Value, json};

use super::{form, registered, step, sweep};
use crate::support::TestApp;
use crate::support::people::text;

fn quick(outcome: &str) -> Value {
    json!({ "quick": { "device": "便携式光谱仪", "calibrated_until": "2026-12-31", "tester": "张三", "outcome": outcome, "minutes": 20 } })
}

#[test]
fn a_suspect_quick_test_is_followed_within_a_day_or_marked() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let form_of = |number: &str| {
        let mut form = form(number);
        form["method"] = json!("quick");
        form
    };
    let clear = registered(&officer, &form_of("Q-1"));
    let seen = step(&officer, &clear, "quick_test", "2026-02-26", &quick("clear")).expect(200);
    assert_eq!(
        (&seen["state"], &seen["outcome"], &seen["terms"]),
        (&json!("closed"), &json!("clear"), &json!([]))
    );
    let suspect = registered(&officer, &form_of("Q-2"));
    let seen = step(&officer, &suspect, "quick_test", "2026-02-26", &quick("suspect")).expect(200);
    assert_eq!((&seen["state"], &seen["findings"]), (&json!("suspect"), &json!([])));
    assert_eq!(
        (&seen["terms"][0]["term"], &seen["terms"][0]["due_on"]),
        (&json!("formal_sample"), &json!("2026-02-27"))
    );
    assert_eq!(step(&officer, &suspect, "publish", "2026-02-27", &json!({})).refusal().1, "inspection_state");
    sweep(&app);
    sweep(&app);
    app.mail("officer@regulator.example", "尚未正式抽样");
    app.mails_sent();
    let told = |mail: &&crate::support::smtp::ReceivedMail| mail.body_text.contains("尚未正式抽样");
    assert_eq!(app.smtp.received().iter().filter(told).count(), 1, "each is told of once");
    let list = officer.get("/inspections?state=suspect&late=true").text;
    assert!(list.contains("Q-2") && list.contains("快检可疑逾期未抽样"), "{list}");
    assert!(
        officer.get("/").text.contains("快检可疑逾期未抽样"),
        "it stands among what waits for the officer"
    );
    let late = officer.get("/api/v1/inspections?late=true").expect(200);
    assert_eq!(late["items"].as_array().unwrap().len(), 1);
    let formal = registered(&officer, &form("Q-3"));
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let wrong =
        step(&officer, &suspect, "link_formal", "2026-03-01", &json!({ "inspection": id(&clear) })).problem();
    assert_eq!(wrong["errors"][0]["pointer"], "/inspection");
    let linked = step(&officer, &suspect, "link_formal", "2026-03-01", &json!({ "inspection": id(&formal) }))
        .expect(200);
    assert_eq!((&linked["state"], &linked["links"][0]["kind"]), (&json!("closed"), &json!("formal")));
    let last = linked["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["step"], &last["late"]), (&json!("link_formal"), &json!(true)), "after its day");
    assert_eq!(text(&officer.get(&formal).expect(200)["links"][0]["number"]), "Q-2");
    // The step never happened: the quick test waits again, and nothing follows it any more.
    let annulled = json!({ "corrects": linked["version"], "annulled": true });
    let waits = super::corrections::correct(&officer, &suspect, &annulled).expect(200);
    assert_eq!((&waits["state"], &waits["links"]), (&json!("suspect"), &json!([])));
    assert_eq!(officer.get(&formal).expect(200)["links"], json!([]));
    app.clock.advance(chrono::Duration::seconds(1));
    let again = step(&officer, &suspect, "link_formal", "2026-03-02", &json!({ "inspection": id(&formal) }))
        .expect(200);
    assert_eq!((&again["state"], again["links"].as_array().unwrap().len()), (&json!("closed"), 1));
    let another = registered(&officer, &form_of("Q-4"));
    step(&officer, &another, "quick_test", "2026-03-02", &quick("suspect")).expect(200);
    let silent = step(&officer, &another, "explain", "2026-03-02", &json!({ "reason": " " })).problem();
    assert_eq!(silent["errors"][0]["pointer"], "/reason");
    let explained =
        step(&officer, &another, "explain", "2026-03-02", &json!({ "reason": "样品已全部耗尽" })).expect(200);
    assert_eq!(explained["state"], "closed");
}
