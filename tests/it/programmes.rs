//! Programmes of sampling: written, approved by a second officer, drawn so that anybody can repeat it, closed.

mod draws;
mod kinds;
mod laboratories;
mod licences;
mod regimes;

use serde_json::{Value, json};

use crate::support::people::text;
use crate::support::{Http, TestApp};

pub const PROGRAMMES: &str = "/api/v1/programmes";

/// What a programme is written with.
pub fn written(name: &str) -> Value {
    json!({
        "name": name, "level": "provincial", "period_from": "2026-01-01", "period_until": "2026-12-31", "document_no": "粤市监〔2026〕1号",
    })
}

/// A target of a class in a region.
pub fn target(class: &str, region: &str, samples: i32) -> Value {
    json!({ "product_class": class, "region": region, "samples": samples })
}

/// The province's two officers.
pub fn officers(app: &TestApp) -> (Http, Http) {
    (app.admin("planner", "440000"), app.admin("approver", "440000"))
}

/// An approved programme with one target; gives its path and the id of the target.
pub fn approved(planner: &Http, approver: &Http, target: &Value) -> (String, String) {
    let mut body = written("省级监督抽查计划");
    body["targets"] = json!([target]);
    let path = format!("{PROGRAMMES}/{}", text(&planner.post(PROGRAMMES, &body).expect(201)["id"]));
    planner.act(&format!("{path}/submit")).expect(200);
    approver.act(&format!("{path}/approve")).expect(200);
    let targets = planner.get(&format!("{path}/targets")).expect(200);
    (path, text(&targets["items"][0]["id"]))
}

#[test]
fn a_plan_goes_from_its_draft_to_its_end_and_a_second_officer_approves_it() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let made = planner.post(PROGRAMMES, &written("省级计划")).expect(201);
    let path = format!("{PROGRAMMES}/{}", text(&made["id"]));
    assert_eq!(
        (&made["state"], &made["kind"], &made["organiser_region"]),
        (&json!("draft"), &json!("sampling"), &json!("440000"))
    );
    assert_eq!(made["rules_version"], "sampling-2020");
    let act = |who: &Http, step: &str| who.act(&format!("{path}/{step}"));
    let reason =
        |who: &Http, step: &str| who.post(&format!("{path}/{step}"), &json!({ "reason": "数量有误" }));
    assert_eq!(act(&planner, "submit").refusal(), (409, "programme_without_targets".to_owned()));
    let added = planner.post(&format!("{path}/targets"), &target("C03", "440100", 20)).expect(201);
    assert_eq!(
        (&added["due_on"], &added["role"], &added["taken"], &added["late"]),
        (&json!("2026-12-31"), &json!("producer"), &json!(0), &json!(false))
    );
    for step in ["approve", "start", "close"] {
        assert_eq!(act(&planner, step).refusal(), (409, "programme_state".to_owned()), "{step}");
    }
    let told = act(&planner, "approve").text;
    assert!(told.contains("当前状态（草稿）不允许此操作（批准）"), "in words, not in codes: {told}");
    assert_eq!(act(&planner, "submit").expect(200)["state"], "submitted");
    let later = planner.json("PATCH", &path, &json!({ "name": "x" }));
    assert_eq!(later.refusal(), (409, "programme_state".to_owned()));
    assert_eq!(act(&planner, "approve").refusal(), (409, "second_officer_needed".to_owned()));
    assert_eq!(reason(&approver, "return").expect(200)["state"], "returned");
    let changed =
        planner.json("PATCH", &path, &json!({ "name": "省级年度计划", "document_no": "" })).expect(200);
    assert_eq!((&changed["name"], &changed["document_no"]), (&json!("省级年度计划"), &Value::Null));
    // Who hands it in approves it as little as who wrote it.
    act(&approver, "submit").expect(200);
    for who in [&planner, &approver] {
        assert_eq!(act(who, "approve").refusal(), (409, "second_officer_needed".to_owned()));
    }
    // It is offered to a third alone, for whom it waits on the first page.
    let third = app.admin("third", "440000");
    let offered =
        |who: &Http| who.get(&path).expect(200)["allowed"].as_array().unwrap().contains(&json!("approve"));
    let waits = |who: &Http| who.get("/").text.contains("监督抽查计划待审批");
    assert_eq!([offered(&planner), offered(&approver), offered(&third)], [false, false, true]);
    assert_eq!([waits(&planner), waits(&approver), waits(&third)], [false, false, true]);
    let done = act(&third, "approve").expect(200);
    assert_eq!((&done["state"], &done["approved_by"]), (&json!("approved"), &json!("name of third")));
    assert_eq!(reason(&planner, "withdraw").refusal(), (409, "programme_state".to_owned()));
    assert_eq!(
        planner.post(&format!("{path}/targets"), &target("C06", "440100", 1)).refusal(),
        (409, "programme_state".to_owned())
    );
    assert_eq!(act(&planner, "start").expect(200)["state"], "running");
    let closed = act(&planner, "close").expect(200);
    assert_eq!(closed["allowed"], json!([]));
    let steps: Vec<String> = closed["history"].as_array().unwrap().iter().map(|e| text(&e["step"])).collect();
    assert_eq!(steps, ["create", "submit", "return", "submit", "approve", "start", "close"]);
    assert_eq!(closed["history"][2]["reason"], "数量有误");
    // All of it is in the audit, in the words of the room.
    let audit = app.operator("operator").get("/api/v1/audit?subject_type=programme").expect(200);
    let actions: Vec<String> =
        audit["items"].as_array().unwrap().iter().map(|row| text(&row["action"])).collect();
    for word in [
        "create_programme",
        "add_programme_target",
        "return_programme",
        "approve_programme",
        "close_programme",
    ] {
        assert!(actions.iter().any(|known| known == word), "no {word} in {actions:?}");
    }
}

#[test]
fn the_regions_charged_are_told_and_see_it_once_it_is_approved() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let city = app.admin_at("city", "440100", "city@office.example");
    let district = app.admin("district", "440103");
    let elsewhere = app.admin("elsewhere", "440300");
    let mut body = written("省级计划");
    body["targets"] = json!([target("C03", "440100", 20), target("C06", "440100", 5)]);
    let path = format!("{PROGRAMMES}/{}", text(&planner.post(PROGRAMMES, &body).expect(201)["id"]));
    let listed = |who: &Http| who.get(PROGRAMMES).expect(200)["items"].as_array().unwrap().len();
    for who in [&city, &district, &elsewhere] {
        assert_eq!((who.get(&path).status, listed(who)), (404, 0));
        assert_eq!(who.act(&format!("{path}/submit")).status, 404);
    }
    planner.act(&format!("{path}/submit")).expect(200);
    approver.act(&format!("{path}/approve")).expect(200);
    let mail = app.mail("city@office.example", "省级计划");
    assert!(
        mail.body_text.contains("任务数：2")
            && mail.body_text.contains("样品数：25")
            && mail.body_text.contains("广州市"),
        "{}",
        mail.body_text
    );
    for who in [&city, &district] {
        assert_eq!((who.get(&path).status, listed(who)), (200, 1));
        // They see it, and others keep it.
        assert_eq!(who.act(&format!("{path}/close")).status, 403);
        assert!(
            who.get(&format!("/programmes/{}", path.rsplit('/').next().unwrap())).text.contains("省级计划")
        );
    }
    assert_eq!((elsewhere.get(&path).status, listed(&elsewhere)), (404, 0));
    // Tasks are late once their day has gone by with samples that were not taken.
    let late = |who: &Http| {
        who.get(&format!("{PROGRAMMES}?late=true")).expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!(late(&planner), 0);
    app.clock.set("2027-01-02T01:00:00Z".parse().unwrap());
    let planner = app.admin("planner-2", "440000");
    assert_eq!(late(&planner), 1);
    let view = planner.get(&path).expect(200);
    assert_eq!(
        view["progress"],
        json!({ "targets": 2, "samples": 25, "taken": 0, "finished": 0, "late": 2 })
    );
    let count = |taken: i32, finished: i32| {
        let id = path.rsplit('/').next().unwrap();
        let query = format!(
            "SELECT programme_count_samples('{id}', '440103', 'K0301', 'producer', {taken}, {finished})"
        );
        diesel::RunQueryDsl::execute(diesel::sql_query(query), &mut app.database().connect()).unwrap();
    };
    count(20, 3);
    let view = planner.get(&path).expect(200);
    assert_eq!(
        view["progress"],
        json!({ "targets": 2, "samples": 25, "taken": 20, "finished": 3, "late": 1 })
    );
    let tasks = planner.get(&format!("{path}/targets?late=true")).expect(200);
    assert_eq!(tasks["items"][0]["product_class"], "C06");
}

#[test]
fn what_does_not_fit_is_refused_by_its_field() {
    let app = TestApp::start();
    let (planner, city) = (app.admin("planner", "440000"), app.admin("city", "440100"));
    let pointers = |who: &Http, path: &str, body: &Value| -> Vec<String> {
        let problem = who.post(path, body).problem();
        assert_eq!(problem["status"], 422, "{problem}");
        problem["errors"].as_array().unwrap().iter().map(|error| text(&error["pointer"])).collect()
    };
    for (change, wanted) in [
        (json!({ "name": " " }), "/name"),
        (json!({ "period_until": "2025-12-31" }), "/period_until"),
        (json!({ "period_until": "2029-01-01" }), "/period_until"),
        (json!({ "level": "county" }), "/level"),
        (json!({ "rules_version": "none" }), "/rules_version"),
        (json!({ "organiser_region": "999999" }), "/organiser_region"),
        (json!({ "targets": [target("C03", "440100", 0)] }), "/targets/0/samples"),
        (json!({ "targets": [target("C99", "440100", 1)] }), "/targets/0/product_class"),
        (json!({ "targets": [{ "samples": 1 }] }), "/targets/0/product_kind"),
        (
            json!({ "targets": [{ "product_kind": "K0101", "product_class": "C01", "samples": 1 }] }),
            "/targets/0/product_kind",
        ),
        (
            json!({ "targets": [target("C03", "440100", 1), target("C03", "440100", 2)] }),
            "/targets/1/product_kind",
        ),
        (
            json!({ "targets": [{ "product_class": "C03", "samples": 3, "operators": 4 }] }),
            "/targets/0/operators",
        ),
        (
            json!({ "targets": [{ "product_class": "C03", "samples": 3, "due_on": "2027-01-01" }] }),
            "/targets/0/due_on",
        ),
    ] {
        let mut body = written("计划");
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        assert_eq!(pointers(&planner, PROGRAMMES, &body), [wanted], "{change}");
    }
    let mut body = written("计划");
    body["organiser_region"] = json!("440000");
    assert!(
        pointers(&city, PROGRAMMES, &body).contains(&"/organiser_region".to_owned()),
        "a city plans for no province"
    );
    let own = json!({ "name": "市级计划", "level": "municipal", "period_from": "2026-01-01", "period_until": "2026-06-30" });
    let own = city.post(PROGRAMMES, &own).expect(201);
    let targets = format!("{PROGRAMMES}/{}/targets", text(&own["id"]));
    assert_eq!(pointers(&city, &targets, &target("C03", "440300", 1)), ["/region"]);
    let added = city.post(&targets, &target("C03", "440103", 1)).expect(201);
    let one = format!("{targets}/{}", text(&added["id"]));
    let put = city
        .json("PUT", &one, &json!({ "product_kind": "K0301", "region": "440103", "samples": 7 }))
        .expect(200);
    assert_eq!(
        (&put["product_kind"], &put["product_class"], &put["samples"]),
        (&json!("K0301"), &Value::Null, &json!(7))
    );
    city.send("DELETE", &one, &[], None).expect(204);
    assert_eq!(city.send("DELETE", &one, &[], None).status, 404);
    // Others have no part in it.
    for who in [&app.operator("operator"), &app.http()] {
        assert!([401, 403].contains(&who.get(PROGRAMMES).status));
    }
}
