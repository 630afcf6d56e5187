//! What waits for an officer: the first page, the list that it leads to, and the steps that a case offers say the same.

use serde_json::{Value, json};

use super::support::Course103;
use crate::support::Http;

const LIST: &str = "/api/v1/remediation/cases";

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().unwrap()
}

/// Whether the case offers a step that leads on.
fn offers(case: &Value) -> bool {
    let steps = case["allowed_steps"].as_array().unwrap();
    steps.iter().any(|step| !["stop_order", "transfer", "close"].contains(&step.as_str().unwrap()))
}

/// The case waits for these officers and for no others.
#[track_caller]
fn waits_for(c: &Course103, expected: &[&str]) {
    let officers: [(&str, &Http); 5] = [
        ("district", &c.district),
        ("second", &c.second),
        ("city", &c.city),
        ("province", &c.province),
        ("elsewhere", &c.elsewhere),
    ];
    let mut found = Vec::new();
    for (name, who) in officers {
        let all = who.get(LIST).expect(200);
        let offered: Vec<&Value> =
            items(&all).iter().filter(|case| offers(case)).map(|case| &case["id"]).collect();
        let mine = who.get(&format!("{LIST}?mine=true")).expect(200);
        let listed: Vec<&Value> = items(&mine).iter().map(|case| &case["id"]).collect();
        assert_eq!(listed, offered, "{name}");
        let (desk, page) = (who.get("/").text, who.get("/cases?mine=true").text);
        assert_eq!(desk.contains("mine=true"), !listed.is_empty(), "{name}");
        assert_eq!(page.contains(&format!("/cases/{}", c.id)), !listed.is_empty(), "{name}");
        if !listed.is_empty() {
            found.push(name);
        }
    }
    assert_eq!(found, expected);
}

#[test]
fn what_waits_for_an_officer_is_what_the_officer_may_do_today() {
    let everyone = ["district", "second", "city", "province"];
    let reinspect = |passed: bool| json!({ "event": "reinspect", "passed": passed });
    let mut c = Course103::new();
    waits_for(&c, &[]);
    c.correct();
    waits_for(&c, &everyone);
    // The clearance is for another officer than the one who entered the result, and than who corrected it.
    c.step(&c.district, reinspect(false));
    waits_for(&c, &["district", "second"]);
    let last = c.get(&c.district)["version"].clone();
    c.step(&c.city, json!({ "event": "correct", "corrects": last, "reason": "看错", "passed": true }));
    waits_for(&c, &["second", "province"]);
    let last = c.get(&c.district)["version"].clone();
    c.step(&c.city, json!({ "event": "correct", "corrects": last, "reason": "又看错", "passed": false }));
    // A failure goes up from level to level.
    c.step(&c.second, json!({ "event": "report_up" }));
    waits_for(&c, &["city"]);
    c.step(&c.city, json!({ "event": "report_up" }));
    waits_for(&c, &["province"]);
    c.step(&c.province, json!({ "event": "announce" }));
    waits_for(&c, &[]);
    // The second re-inspection has a window, the check waits for the end of the suspension.
    c.at("2021-11-30");
    waits_for(&c, &everyone);
    c.step(&c.city, json!({ "event": "second_reinspect", "passed": false }));
    waits_for(&c, &everyone);
    c.step(&c.city, json!({ "event": "suspend", "until": "2022-01-31" }));
    waits_for(&c, &[]);
    c.at("2022-02-01");
    waits_for(&c, &everyone);
    c.step(&c.city, json!({ "event": "check", "passed": true }));
    waits_for(&c, &["district", "second", "province"]);
}

#[test]
fn a_case_without_evidence_waits_for_its_authority_once_the_term_is_over() {
    let mut c = Course103::new();
    c.at("2021-12-31");
    waits_for(&c, &["district", "second", "city", "province"]);
}

#[test]
fn a_stop_order_can_be_entered_first_from_the_page_of_the_record() {
    let c = Course103::new();
    c.fresh("R-2", "");
    let page = |who: &Http| who.get(&format!("/enterprises/{}", c.enterprise.id)).text;
    let forms = |text: &str| text.matches("name=\"stopped_on\"").count();
    assert!(page(&c.district).contains("登记责令停止生产、销售并立案…"));
    assert_eq!(forms(&page(&c.district)), 2, "alone, and beside an order");
    assert_eq!(page(&c.elsewhere).matches("stopped_on").count(), 0);
}
