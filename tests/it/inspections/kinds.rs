//! A product without a kind makes no record: that is told, and the record arises once the kind is named. A level is not above its organiser.

use serde_json::{Value, json};

use super::{INSPECTIONS, confirmed, form, form_of, registered};
use crate::support::people::text;
use crate::support::{Http, TestApp};

fn missing(who: &Http) -> Vec<String> {
    let found = who.get(&format!("{INSPECTIONS}?kind_missing=true")).expect(200);
    found["items"].as_array().unwrap().iter().map(|one| text(&one["number"])).collect()
}

#[test]
fn a_failure_without_a_kind_waits_for_it() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let city = app.admin("officer-gz", "440100");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let mut form = form_of("PK-1", &producer);
    form["product_kind"] = Value::Null;
    let path = registered(&officer, &form);
    registered(&officer, &super::form("PK-2"));
    let seen = confirmed(&officer, &path, "R-1");
    assert_eq!((&seen["findings"], &seen["waits_for_kind"]), (&json!([]), &json!(true)));
    assert_eq!(missing(&officer), ["PK-1"]);
    let list = officer.get("/inspections?kind_missing=true").text;
    assert!(list.contains("缺产品种类") && list.contains("PK-1") && !list.contains("PK-2"), "{list}");
    let page = path.replace("/api/v1", "");
    let named = format!("{path}/product-kind");
    assert!(officer.get(&page).text.contains(&named), "the form stands on the page");
    assert!(!city.get(&page).text.contains(&named) && !producer.http.get(&page).text.contains(&named));
    let kind = |code: &str| json!({ "product_kind": code });
    let pointer =
        |code: &str| text(&officer.json("PUT", &named, &kind(code)).problem()["errors"][0]["pointer"]);
    assert_eq!(pointer("none"), "/product_kind");
    assert_eq!(city.json("PUT", &named, &kind("K0301")).status, 403, "the organiser names it");
    let done = officer.json("PUT", &named, &kind("K0301")).expect(200);
    assert_eq!((done["findings"].as_array().unwrap().len(), &done["waits_for_kind"]), (1, &json!(false)));
    assert_ne!(done["nonconformity_id"], Value::Null);
    assert!(missing(&officer).is_empty());
    // Said twice it changes nothing; another one is a correction that does not go this way.
    let again = officer.json("PUT", &named, &kind("K0301")).expect(200);
    assert_eq!(again["findings"].as_array().unwrap().len(), 1);
    assert_eq!(pointer("K0101"), "/product_kind");
}

#[test]
fn a_level_is_not_above_its_organiser() {
    let app = TestApp::start();
    let (province, city) = (app.admin("officer", "440000"), app.admin("officer-gz", "440100"));
    let of = |number: &str, level: &str| {
        let mut form = form(number);
        form["level"] = json!(level);
        form
    };
    for level in ["national", "provincial"] {
        let refused = city.post(INSPECTIONS, &of("LV-1", level)).problem();
        assert_eq!(refused["errors"][0]["pointer"], "/level", "{level}");
        assert!(text(&refused["errors"][0]["detail"]).contains("组织部门"), "{refused}");
    }
    for (number, level) in [("LV-2", "municipal"), ("LV-3", "county")] {
        city.post(INSPECTIONS, &of(number, level)).expect(201);
    }
    for (number, level) in [("LV-4", "national"), ("LV-5", "provincial"), ("LV-6", "municipal")] {
        province.post(INSPECTIONS, &of(number, level)).expect(201);
    }
}
