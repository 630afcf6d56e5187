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

#[test]
fn the_formal_sample_that_is_registered_settles_the_quick_test() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let (tested, other) =
        (app.claimed_enterprise(1, "440106", "K0301"), app.claimed_enterprise(2, "440106", "K0301"));
    let form_at = |number: &str, method: &str, operator: &str| {
        let mut form = form(number);
        (form["method"], form["operator"], form["model"]) = (json!(method), json!(operator), json!(number));
        form
    };
    let suspect = |number: &str| {
        let path = registered(&officer, &form_at(number, "quick", &tested.id));
        step(&officer, &path, "quick_test", "2026-03-01", &quick("suspect")).expect(200);
        path
    };
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let first = suspect("S-1");
    let mut formal = form_at("S-2", "label", &tested.id);
    formal["follows"] = json!({ "inspection": id(&first), "kind": "formal" });
    formal["drawn_on"] = json!("2026-03-02");
    let refused = officer.post(super::INSPECTIONS, &formal).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/follows/kind", "a label is no sample");
    formal["method"] = json!("sampling");
    let made = registered(&officer, &formal);
    let seen = officer.get(&first).expect(200);
    assert_eq!((&seen["state"], &seen["links"][0]["number"]), (&json!("closed"), &json!("S-2")));
    let last = seen["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["step"], &last["occurred_on"], &last["late"]),
        (&json!("link_formal"), &json!("2026-03-02"), &json!(false))
    );
    assert_eq!(registered_again(&officer, &formal), made, "the same form again");
    assert_eq!(officer.get(&first).expect(200)["version"], seen["version"]);
    // A sample of another operator is not its formal sample.
    let second = suspect("S-3");
    let elsewhere = registered(&officer, &form_at("S-4", "sampling", &other.id));
    let named = json!({ "inspection": id(&elsewhere) });
    let refused = step(&officer, &second, "link_formal", "2026-03-02", &named).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/inspection");
}

/// Registers the same form again; gives its path.
fn registered_again(who: &crate::support::Http, form: &Value) -> String {
    format!("{}/{}", super::INSPECTIONS, text(&who.post(super::INSPECTIONS, form).expect(200)["id"]))
}
