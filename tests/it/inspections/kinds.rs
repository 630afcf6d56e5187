//! A product without a kind makes no record: that is told, and the record arises once the kind is named. A level is not above its organiser.

use serde_json::{Value, json};

use super::corrections::{assert_folds, correct};
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

#[test]
fn a_wrong_kind_is_corrected_by_an_event_and_all_that_counts_follows() {
    let app = TestApp::start();
    let (officer, approver) = crate::programmes::officers(&app);
    let city = app.admin("officer-gz", "440100");
    let of_wires = json!({ "product_class": "C03", "region": "440100", "samples": 20, "role": "seller" });
    let of_bars = json!({ "product_class": "C01", "region": "440100", "samples": 20, "role": "seller" });
    let mut body = crate::programmes::written("省级监督抽查计划");
    body["targets"] = json!([of_wires, of_bars]);
    let programmes = crate::programmes::PROGRAMMES;
    let programme = format!("{programmes}/{}", text(&officer.post(programmes, &body).expect(201)["id"]));
    officer.act(&format!("{programme}/submit")).expect(200);
    approver.act(&format!("{programme}/approve")).expect(200);
    let taken = |class: &str| {
        let targets = officer.get(&format!("{programme}/targets")).expect(200);
        let all = targets["items"].as_array().unwrap();
        all.iter().find(|target| target["product_class"] == class).unwrap()["taken"].clone()
    };
    let tested = |kind: &str| {
        let report = officer.get("/api/v1/reports/sampling?by=kind&year=2026").expect(200);
        let rows = report["rows"].as_array().unwrap();
        rows.iter().find(|row| row["key"] == kind).map_or(json!(0), |row| row["tested"].clone())
    };
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let mut form = form_of("WK-1", &producer);
    form["programme"] = json!(programme.rsplit('/').next().unwrap());
    let path = registered(&officer, &form);
    let before = confirmed(&officer, &path, "R-1");
    assert_eq!((taken("C03"), taken("C01")), (json!(1), json!(0)));
    assert_eq!((tested("K0301"), tested("K0101")), (json!(1), json!(0)));
    let first = before["findings"][0]["nonconformity_id"].clone();
    let wrong = |code: Value| json!({ "corrects": 1, "product_kind": code });
    let refused = correct(&officer, &path, &wrong(json!("none"))).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/product_kind");
    let of_another = json!({ "corrects": 2, "product_kind": "K0101" });
    let refused = correct(&officer, &path, &of_another).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/product_kind", "a sample says nothing of it");
    assert_eq!(correct(&city, &path, &wrong(json!("K0101"))).status, 403, "the organiser corrects it");
    let page = path.replace("/api/v1", "");
    let form = officer.get(&format!("{page}/events/1/correct")).text;
    assert!(form.contains("name=\"product_kind\"") && !form.contains("该步骤未发生，作废"), "{form}");
    let after = correct(&officer, &path, &wrong(json!("K0101"))).expect(200);
    assert_eq!(after["product_kind"], "K0101");
    assert_folds(&app);
    // The record under the wrong kind is taken back, and arises under the right one.
    let findings = after["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2, "{after}");
    let taken_back = findings.iter().find(|finding| finding["nonconformity_id"] == first).unwrap();
    assert_eq!(taken_back["reason"], "corrected");
    assert!(after["nonconformity_id"] != first && after["nonconformity_id"] != Value::Null, "{after}");
    assert_eq!((taken("C03"), taken("C01")), (json!(0), json!(1)));
    assert_eq!((tested("K0301"), tested("K0101")), (json!(0), json!(1)));
    let told = officer.get(&page).text;
    assert!(told.contains("产品种类：") && told.contains("登记有误"), "the history says both: {told}");
    // Corrected once more, by the correction.
    let again = json!({ "corrects": after["version"], "product_kind": "K0301" });
    assert_eq!(correct(&officer, &path, &again).expect(200)["product_kind"], "K0301");
    assert_eq!((taken("C03"), taken("C01")), (json!(1), json!(0)));
    assert_folds(&app);
}

#[test]
fn a_credit_code_of_who_is_not_in_the_register_must_hold() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    for (field, code) in [
        // The number of an identity card; what is none at all.
        ("operator_uscc", "11010519491231002X"),
        ("operator_uscc", "NaN"),
        ("producer_uscc", "914403007152672600"),
    ] {
        let mut asked = form("UC-1");
        asked["producer_name"] = json!("某厂");
        asked[field] = json!(code);
        let refused = officer.post(INSPECTIONS, &asked).problem();
        assert_eq!(refused["errors"][0]["pointer"], json!(format!("/{field}")), "{code}: {refused}");
    }
    let mut asked = form("UC-2");
    asked["operator_uscc"] = json!("９１４４０３００７１５２６７２６ｘｇ");
    let path = registered(&officer, &asked);
    assert_eq!(officer.get(&path).expect(200)["subject"]["operator_uscc"], "9144030071526726XG");
}

#[test]
fn what_a_product_is_called_is_corrected_by_an_event_as_well() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let path = registered(&officer, &form_of("PN-1", &producer));
    let before = confirmed(&officer, &path, "R-1");
    let product = |said: Value| json!({ "corrects": 1, "product": said });
    for (said, pointer) in [
        (json!({ "name": " " }), "/product/name"),
        (json!({ "model": "x".repeat(201) }), "/product/model"),
        (json!({ "colour": "red" }), "/product/colour"),
        (json!({}), "/annulled"),
    ] {
        let refused = correct(&officer, &path, &product(said)).problem();
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let of_another = json!({ "corrects": 2, "product": { "name": "x" } });
    assert_eq!(correct(&officer, &path, &of_another).problem()["errors"][0]["pointer"], "/product");
    let said = json!({ "name": " 铜芯聚氯乙烯绝缘电线 ", "model": "BV 4", "trademark": "" });
    let after = correct(&officer, &path, &product(said)).expect(200);
    let subject = &after["subject"];
    assert_eq!((&after["product_name"], &subject["model"]), (&json!("铜芯聚氯乙烯绝缘电线"), &json!("BV 4")));
    assert_eq!((&subject["trademark"], &subject["standard"]), (&Value::Null, &json!("GB/T 5023.3")));
    assert_eq!(after["findings"], before["findings"], "its record stands");
    assert_folds(&app);
    let found = officer.get(&format!("{INSPECTIONS}?q=铜芯聚氯乙烯")).expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "it is found by its right name");
    let told = officer.get(&path.replace("/api/v1", "")).text;
    assert!(told.contains("产品名称：铜芯聚氯乙烯绝缘电线"), "{told}");
    // One more correction keeps what it does not name.
    let again = json!({ "corrects": after["version"], "product": { "model": "BV 6" } });
    let last = correct(&officer, &path, &again).expect(200);
    assert_eq!(
        (&last["product_name"], &last["subject"]["model"]),
        (&json!("铜芯聚氯乙烯绝缘电线"), &json!("BV 6"))
    );
    assert_folds(&app);
}
