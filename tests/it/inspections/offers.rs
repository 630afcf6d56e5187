//! Steps are offered when they can be taken: not before their day, and not twice.

use chrono::Duration;
use serde_json::{Value, json};

use super::{form, registered, reported, step};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

fn offered(who: &Http, path: &str) -> Vec<String> {
    let seen: Value = who.get(path).expect(200);
    seen["allowed"].as_array().unwrap().iter().map(text).collect()
}

#[test]
fn a_result_is_delivered_once_and_final_after_its_term() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let own = app.claimed_enterprise(1, "440106", "K0101");
    let mut form = form("O-1");
    form["operator"] = json!(own.id);
    let path = registered(&officer, &form);
    reported(&officer, &path, "R-1", "nonconforming");
    assert!(offered(&officer, &path).contains(&"deliver".to_owned()));
    step(&officer, &path, "deliver", "2026-02-25", &json!({ "party": "operator" })).expect(200);
    let now = offered(&officer, &path);
    for (name, wanted) in [("deliver", false), ("finalise", false), ("deem", false), ("contest", true)] {
        assert_eq!(now.contains(&name.to_owned()), wanted, "{name}: {now:?}");
    }
    let page = path.replace("/api/v1", "");
    assert!(!officer.get(&page).text.contains("value=\"finalise\""));
    // A challenge that is handed in here is of the day on which it is handed in.
    let early =
        step(&own.http, &path, "contest", "2026-02-26", &json!({ "reason": "对方法有异议" })).problem();
    assert_eq!(early["errors"][0]["pointer"], "/occurred_on");
    app.clock.advance(Duration::days(30));
    let officer = app.http().log_in("officer", PASSWORD);
    let enterprise = app.http().log_in("enterprise-1", PASSWORD);
    assert!(offered(&officer, &path).contains(&"finalise".to_owned()));
    assert!(officer.get(&page).text.contains("value=\"finalise\""));
    assert!(offered(&enterprise, &path).is_empty(), "its days are over");
}
