//! Laboratories, and how the samples of a draw are shared out among them.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{approved, officers};
use crate::inspections::{form, registered, sample, step};
use crate::support::people::text;
use crate::support::{Http, TestApp};

const LABORATORIES: &str = "/api/v1/laboratories";

fn laboratory(who: &Http, name: &str, change: &Value) -> Value {
    let mut body = json!({ "name": name, "products": ["C03"], "serves": ["440000"], "capacity": 100 });
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    who.post(LABORATORIES, &body).expect(201)
}

fn operators(codes: &[String]) -> Value {
    codes
        .iter()
        .map(|code| json!({ "name": format!("厂{code}"), "uscc": code, "product_kind": "K0301" }))
        .collect()
}

#[test]
fn records_of_laboratories_are_kept_by_their_region() {
    let app = TestApp::start();
    let (province, city, other) = (
        app.admin("officer-gd", "440000"),
        app.admin("officer-gz", "440100"),
        app.admin("officer-sz", "440300"),
    );
    let own = laboratory(&city, "广州质检院", &json!({ "serves": [] }));
    assert_eq!(
        (&own["region"], &own["serves"], &own["active"]),
        (&json!("440100"), &json!(["440100"]), &json!(true))
    );
    let above = laboratory(&province, "省质检院", &json!({ "takes_samples": true }));
    let names = |who: &Http, query: &str| -> Vec<String> {
        let found = who.get(&format!("{LABORATORIES}{query}")).expect(200);
        found["items"].as_array().unwrap().iter().map(|one| text(&one["name"])).collect()
    };
    assert_eq!(names(&province, ""), ["省质检院", "广州质检院"]);
    assert_eq!(
        names(&city, ""),
        ["省质检院", "广州质检院"],
        "those of the regions around can be charged as well"
    );
    assert_eq!(names(&other, ""), ["省质检院"]);
    assert_eq!(names(&province, "?q=gzzjy"), ["广州质检院"]);
    laboratory(&province, "省电线站", &json!({ "hospital": "H01" }));
    let file = province.get(&format!("{LABORATORIES}?active=true&format=csv")).text;
    assert!(file.contains("所属产品医院") && file.contains("H01,粤省产品质量检验中心"), "{file}");
    let change = |who: &Http, one: &Value| {
        who.json("PATCH", &format!("{LABORATORIES}/{}", text(&one["id"])), &json!({ "active": false }))
    };
    assert_eq!(change(&other, &own).status, 404);
    assert_eq!(change(&city, &above).status, 403);
    assert_eq!(change(&province, &own).expect(200)["active"], false);
    assert_eq!(names(&province, "?active=true"), ["省电线站", "省质检院"]);
    for (change, wanted) in [
        (json!({ "name": "省质检院" }), "/name"),
        (json!({ "products": ["X1"] }), "/products"),
        (json!({ "serves": ["1"] }), "/serves"),
        (json!({ "capacity": -1 }), "/capacity"),
        (json!({ "excluded_usccs": ["x"] }), "/excluded_usccs"),
        (json!({ "region": "999999" }), "/region"),
    ] {
        let mut body = json!({ "name": "新机构" });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let problem = province.post(LABORATORIES, &body).problem();
        assert_eq!(problem["errors"][0]["pointer"], wanted, "{problem}");
    }
}

#[test]
fn who_samples_does_not_test_and_a_target_names_who_can() {
    let app = TestApp::start();
    let (planner, _) = officers(&app);
    let both = laboratory(&planner, "抽检中心", &json!({ "takes_samples": true }));
    let toys = laboratory(&planner, "玩具检验所", &json!({ "products": ["C06"] }));
    let made = planner.post(super::PROGRAMMES, &super::written("计划")).expect(201);
    let targets = format!("{}/{}/targets", super::PROGRAMMES, text(&made["id"]));
    let refused = |body: Value| -> (String, String) {
        let problem = planner.post(&targets, &body).problem();
        (text(&problem["errors"][0]["pointer"]), text(&problem["errors"][0]["detail"]))
    };
    let both = text(&both["id"]);
    let same = json!({ "product_class": "C03", "samples": 1, "laboratory_id": both, "sampler_id": both });
    let (pointer, detail) = refused(same);
    assert_eq!(pointer, "/sampler_id");
    assert!(detail.contains("抽检分离"), "the article is named: {detail}");
    let toys = text(&toys["id"]);
    assert_eq!(
        refused(json!({ "product_class": "C03", "samples": 1, "laboratory_id": toys })).0,
        "/laboratory_id"
    );
    assert_eq!(refused(json!({ "product_class": "C03", "samples": 1, "sampler_id": toys })).0, "/sampler_id");
}

#[test]
fn samples_are_shared_out_within_what_each_can_take_and_never_twice_running() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let codes: Vec<String> = (0..6).map(|n| format!("91440101MA5C{n:06}")).collect();
    // The period has twelve months: two samples and four.
    let small = laboratory(&planner, "甲所", &json!({ "capacity": 0 }));
    let kept = laboratory(&planner, "乙所", &json!({ "capacity": 1, "excluded_usccs": [codes[0]] }));
    let sampler = laboratory(&planner, "丙所", &json!({ "takes_samples": true, "capacity": 50 }));
    laboratory(&planner, "丁所", &json!({ "products": ["C06"], "capacity": 50 }));
    let target = json!({ "product_class": "C03", "samples": 6, "sampler_id": sampler["id"] });
    let (path, id) = approved(&planner, &approver, &target);
    let draw = |path: &str, id: &str, reason: Option<&str>| -> String {
        let body = json!({ "target_id": id, "operators": operators(&codes), "reason": reason });
        text(&planner.post(&format!("{path}/draws"), &body).expect(201)["id"])
    };
    let assigned = |draw: &str| -> (Value, BTreeMap<String, Option<String>>) {
        let done = planner.act(&format!("/api/v1/draws/{draw}/laboratories")).expect(200);
        let rows = planner.get(&format!("/api/v1/draws/{draw}/operators")).expect(200);
        let rows = rows["items"].as_array().unwrap().iter();
        (done, rows.map(|row| (text(&row["uscc"]), row["laboratory"].as_str().map(str::to_owned))).collect())
    };
    let first = draw(&path, &id, None);
    let (done, given) = assigned(&first);
    // Five go to the only one that may and can; the sixth is kept from it.
    assert_eq!((&done["assigned"], done["unassigned"].as_array().unwrap().len()), (&json!(5), 1));
    assert_eq!(done["unassigned"][0]["reason"], "full", "甲所 would test it, and takes none");
    assert_eq!(given[&codes[0]], None);
    assert!(codes[1..].iter().all(|code| given[code].as_deref() == Some("乙所")), "{given:?}");
    // With another one that can, the next programme gives nobody to the laboratory of the last time.
    let more = json!({ "capacity": 50 });
    planner.json("PATCH", &format!("{LABORATORIES}/{}", text(&small["id"])), &more).expect(200);
    planner.json("PATCH", &format!("{LABORATORIES}/{}", text(&kept["id"])), &more).expect(200);
    let (path, id) = approved(&planner, &approver, &target);
    let (done, given) = assigned(&draw(&path, &id, None));
    assert_eq!(done["assigned"], 6);
    assert!(codes[1..].iter().all(|code| given[code].as_deref() == Some("甲所")), "{given:?}");
    // A target that names the one that tested it last leaves these without one.
    let named = json!({ "product_class": "C03", "samples": 6, "laboratory_id": small["id"], "sampler_id": sampler["id"] });
    let (path, id) = approved(&planner, &approver, &named);
    let (done, _) = assigned(&draw(&path, &id, None));
    let reasons: Vec<String> =
        done["unassigned"].as_array().unwrap().iter().map(|one| text(&one["reason"])).collect();
    assert_eq!(reasons, ["forbidden"; 6]);
}

#[test]
fn who_tested_the_last_inspection_of_an_operator_does_not_test_its_next_sample() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let (code, _) = app.listed(1, "440103", "K0301");
    let bodies = ["甲所", "乙所"].map(|name| laboratory(&planner, name, &json!({}))["id"].clone());
    let inspected = |number: &str, laboratory: &Value, day: &str| {
        let mut form = form(number);
        form["role"] = json!("producer");
        form["operator_uscc"] = json!(code);
        form["model"] = json!(number);
        form["laboratory"] = laboratory.clone();
        step(&planner, &registered(&planner, &form), "sample", day, &sample()).expect(200);
    };
    // By no draw: a sampling by itself.
    inspected("DC-1", &bodies[0], "2026-01-06");
    let (path, id) = approved(&planner, &approver, &json!({ "product_class": "C03", "samples": 1 }));
    let draw = planner.post(&format!("{path}/draws"), &json!({ "target_id": id })).expect(201);
    let draw = format!("/api/v1/draws/{}", text(&draw["id"]));
    let assigned = || {
        assert_eq!(planner.act(&format!("{draw}/laboratories")).expect(200)["assigned"], 1);
        planner.get(&format!("{draw}/operators")).expect(200)["items"][0]["laboratory"].clone()
    };
    assert_eq!(assigned(), "乙所");
    inspected("DC-2", &bodies[1], "2026-02-10");
    assert_eq!(assigned(), "甲所", "the last one counts");
}
