//! Decisions on each specialty of an application, and changes after it, which are vetted.

use serde_json::{Value, json};
use std::thread;

use crate::support::people::{Expert, PASSWORD, text};
use crate::support::{Http, TestApp};

const CHANGES: &str = "/api/v1/expert-specialty-changes";
const OWN: &str = "/api/v1/experts/me/specialties";

fn kinds(view: &Value) -> Vec<String> {
    let all = view["specialties"].as_array().unwrap();
    all.iter()
        .map(|s| text(s.get("product_kind").filter(|k| k.is_string()).unwrap_or(&s["product_class"])))
        .collect()
}

fn expert(app: &TestApp, officer: &Http, username: &str, regions: &[&str]) -> Expert {
    let id = app.applied_expert(username, "K0101", regions);
    officer.act(&format!("/api/v1/expert-applications/{id}/approve")).expect(200);
    Expert { http: app.http().log_in(username, PASSWORD), id, name: format!("专家 {username}") }
}

fn changes(who: &Http, query: &str) -> Vec<Value> {
    who.get(&format!("{CHANGES}{query}")).expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn an_application_is_decided_specialty_by_specialty() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let id = app.apply("chen", &json!({
        "name": "陈工", "title": "工程师", "email": "chen@expert.example",
        "specialties": [{ "product_kind": "K0101", "level": 3 }, { "product_class": "C40" }, { "product_kind": "K1001" }],
    }));
    let path = format!("/api/v1/expert-applications/{id}/approve");
    let decide = |all: Value| officer.post(&path, &json!({ "specialties": all }));
    for (all, pointer) in [
        (json!([{ "number": 1, "approve": true }]), "/specialties"),
        (json!([{ "number": 4, "approve": true }]), "/specialties/0/number"),
        (
            json!([{ "number": 1, "approve": true }, { "number": 2, "approve": false }, { "number": 3, "approve": true }]),
            "/specialties/1/reason",
        ),
        (
            json!([{ "number": 1, "approve": false, "reason": "x" }, { "number": 2, "approve": false, "reason": "x" },
                   { "number": 3, "approve": false, "reason": "x" }]),
            "/specialties",
        ),
    ] {
        let refused = decide(all);
        assert_eq!(refused.status, 422);
        let errors = refused.problem()["errors"].clone();
        assert!(errors.as_array().unwrap().iter().any(|e| e["pointer"] == pointer), "{pointer}: {errors}");
    }
    let reason = "未提供相应检测经历";
    decide(json!([{ "number": 1, "approve": true }, { "number": 2, "approve": false, "reason": reason },
                  { "number": 3, "approve": true }]))
    .expect(200);
    assert_eq!(
        decide(json!([{ "number": 1, "approve": true }])).refusal(),
        (409, "already_vetted".to_owned())
    );
    let seen = officer.get(&format!("/api/v1/experts/{id}")).expect(200);
    assert_eq!(kinds(&seen), ["K0101", "K1001"]);
    assert_eq!(seen["private"]["vetted_by"], "name of officer");
    let mail = app.mail("chen@expert.example", "已通过审核");
    assert!(mail.body_text.contains(reason), "{}", mail.body_text);
    let own = app.http().log_in("chen", PASSWORD);
    let decided = changes(&own, "");
    let refused = decided.iter().find(|c| c["product_class"] == "C40").unwrap();
    assert_eq!(
        [&refused["state"], &refused["reason"], &refused["decided_by"]],
        ["rejected", reason, "name of officer"]
    );
    assert!(refused["decided_at"].is_string());
    assert!(own.get("/profile").text.contains(reason), "the expert reads who decided and why");
    let page = officer.get(&format!("/vetting/{id}")).text;
    assert!(page.contains(reason) && page.contains("name of officer"), "{page}");
}

#[test]
fn what_an_expert_adds_waits_and_what_is_removed_goes_at_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let elsewhere = app.admin("elsewhere", "440300");
    let one = expert(&app, &officer, "expert-1", &["440100"]);
    let other = expert(&app, &officer, "expert-2", &["440100"]);
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let wanted = json!({ "specialties": [{ "product_kind": "K0101", "level": 3, "items": ["绝缘电阻"] },
                                         { "product_kind": "K1001", "level": 2 }], "reason": "新取得资质" });
    let seen = one.http.json("PUT", OWN, &wanted).expect(200);
    assert_eq!(kinds(&seen), ["K0101"], "nothing new before the officer has decided");
    let proposed = &seen["private"]["proposed_specialties"];
    assert_eq!((&proposed[0]["product_kind"], &proposed[0]["note"]), (&json!("K1001"), &json!("新取得资质")));
    let id = text(&proposed[0]["id"]);
    // The same again proposes nothing twice.
    let again = one.http.json("PUT", OWN, &wanted).expect(200);
    assert_eq!(again["private"]["proposed_specialties"].as_array().unwrap().len(), 1);
    let twice =
        json!({ "specialties": [{ "product_kind": "K0101" }, { "product_kind": "K0101", "level": 3 }] });
    assert_eq!(one.http.json("PUT", OWN, &twice).problem()["errors"][0]["pointer"], "/specialties/1");

    // Who decides, and who may know.
    let waiting = changes(&officer, "?state=proposed");
    assert_eq!((waiting.len(), &waiting[0]["expert_name"]), (1, &json!(one.name)));
    assert!(officer.get("/vetting").text.contains("新取得资质"));
    assert!(changes(&elsewhere, "").is_empty() && changes(&other.http, "?state=proposed").is_empty());
    let act = |who: &Http, what: &str| {
        who.post(&format!("{CHANGES}/{id}/{what}"), &json!({ "reason": "x" })).status
    };
    assert_eq!(act(&elsewhere, "approve"), 404);
    assert_eq!((act(&one.http, "approve"), act(&other.http, "reject")), (403, 404));
    assert_eq!((act(&enterprise.http, "approve"), enterprise.http.get(CHANGES).status), (404, 403));
    assert_eq!(other.http.act(&format!("{CHANGES}/{id}/withdraw")).status, 404);

    // Two officers at once: one decides.
    let second = app.admin("second", "440000");
    let statuses: Vec<u16> = thread::scope(|all| {
        let each =
            [&officer, &second].map(|who| all.spawn(|| who.act(&format!("{CHANGES}/{id}/approve")).status));
        each.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut sorted = statuses.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [200, 409], "{statuses:?}");
    assert_eq!(
        officer.post(&format!("{CHANGES}/{id}/reject"), &json!({ "reason": "x" })).refusal().1,
        "specialty_change_decided"
    );
    app.mail("expert-1@expert.example", "专长变更已通过");
    assert_eq!(kinds(&one.http.get(&format!("/api/v1/experts/{}", one.id)).expect(200)), ["K0101", "K1001"]);

    // One that is removed goes at once; what is open for it goes on, and is counted.
    let talk = app.talk(&enterprise, &one);
    let seen = one
        .http
        .json("PUT", OWN, &json!({ "specialties": [{ "product_kind": "K1001", "level": 2 }] }))
        .expect(200);
    assert_eq!(kinds(&seen), ["K1001"]);
    let removed = changes(&one.http, "?state=done");
    assert_eq!((&removed[0]["change"], &removed[0]["open_consultations"]), (&json!("remove"), &json!(1)));
    assert!(officer.get(&format!("/experts/{}", one.id)).text.contains("移除时尚有在诊问诊"));
    let held = one.http.get(&format!("/api/v1/consultations/{}", talk.id)).expect(200);
    assert_eq!(held["status"], "active");

    // Rejected with a reason, and one taken back.
    let more =
        json!({ "specialties": [{ "product_kind": "K1001", "level": 3 }, { "product_class": "C40" }] });
    let seen = one.http.json("PUT", OWN, &more).expect(200);
    let ids: Vec<String> =
        seen["private"]["proposed_specialties"].as_array().unwrap().iter().map(|c| text(&c["id"])).collect();
    assert_eq!(ids.len(), 2);
    let reject =
        |reason: &str| officer.post(&format!("{CHANGES}/{}/reject", ids[0]), &json!({ "reason": reason }));
    assert_eq!(reject(" ").problem()["errors"][0]["pointer"], "/reason");
    reject("证书已过期").expect(200);
    assert!(app.mail("expert-1@expert.example", "专长变更未通过").body_text.contains("证书已过期"));
    one.http.act(&format!("{CHANGES}/{}/withdraw", ids[1])).expect(200);
    let states: Vec<String> = changes(&one.http, "").iter().map(|c| text(&c["state"])).collect();
    assert_eq!(states[..2], ["withdrawn", "rejected"]);
    assert_eq!(
        kinds(&one.http.get(&format!("/api/v1/experts/{}", one.id)).expect(200)),
        ["K1001"],
        "as it was"
    );
}

#[test]
fn regions_and_capacity_are_changed_with_a_reason_and_the_expert_is_told() {
    let app = TestApp::start();
    let province = app.admin("province", "440000");
    let city = app.admin("city", "440100");
    let elsewhere = app.admin("elsewhere", "440300");
    let one = expert(&app, &province, "expert-1", &["440103", "440300"]);
    let path = format!("/api/v1/experts/{}/regions", one.id);
    let set = |who: &Http, regions: &[&str], reason: &str| {
        who.json("PUT", &path, &json!({ "regions": regions, "reason": reason }))
    };
    assert_eq!(set(&one.http, &["440100"], "x").status, 403);
    assert_eq!(set(&city, &["440100"], " ").problem()["errors"][0]["pointer"], "/reason");
    assert_eq!(set(&city, &["440500"], "x").problem()["errors"][0]["pointer"], "/regions/0");
    assert_eq!(set(&city, &["000000"], "x").problem()["errors"][0]["pointer"], "/regions/0");
    assert_eq!(set(&city, &[], "x").problem()["errors"][0]["pointer"], "/regions");
    let seen = set(&city, &["440100"], "全市需要").expect(200);
    assert_eq!(seen["regions"], json!(["440100", "440300"]), "what lies beyond the city stays");
    assert!(app.mail("expert-1@expert.example", "承接数量或服务地区").body_text.contains("全市需要"));
    let seen = set(&elsewhere, &["440303"], "x").expect(200);
    assert_eq!(seen["regions"], json!(["440100", "440303"]));
    let capacity = json!({ "capacity": 7, "reason": "人手增加" });
    province.json("PUT", &format!("/api/v1/experts/{}/capacity", one.id), &capacity).expect(200);
    let told = app.smtp.wait_for(|mail| mail.body_text.contains("人手增加"), crate::support::PATIENCE);
    assert!(told.body_text.contains('7'), "{}", told.body_text);
    let audit = province.get("/api/v1/audit?action=set_regions").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 2, "{audit}");
    let page = city.get(&format!("/experts/{}", one.id)).text;
    assert!(page.contains(&format!("data-api=\"{path}\"")) && page.contains("/capacity\""), "{page}");
}
