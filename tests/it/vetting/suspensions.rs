//! A suspended expert is given nothing, knows why, and what is under way is handed on.

use chrono::Duration;
use serde_json::{Value, json};
use std::thread;
use zerodesk::consultations::matcher;
use zerodesk::experts::suspension::end_due;

use crate::support::people::{Expert, PASSWORD, text};
use crate::support::{Http, TestApp};

fn suspend(who: &Http, expert: &Expert, more: &Value) -> crate::support::Reply {
    let mut body = json!({ "reason": "投诉核查" });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    who.post(&format!("/api/v1/experts/{}/suspend", expert.id), &body)
}

fn lift(who: &Http, expert: &Expert) -> crate::support::Reply {
    who.post(&format!("/api/v1/experts/{}/lift-suspension", expert.id), &json!({ "reason": "核查完毕" }))
}

fn names(who: &Http, query: &str) -> Vec<String> {
    let found = who.get(&format!("/api/v1/experts?{query}")).expect(200);
    found["items"].as_array().unwrap().iter().map(|e| text(&e["name"])).collect()
}

#[test]
fn a_suspended_expert_gets_no_offers_pairs_or_invitations() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let city = app.admin("city", "440300");
    let lead = app.approved_expert(&officer, "lead", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let talk = app.talk(&enterprise, &lead);
    let member = app.approved_expert(&officer, "member", "K0101");
    let step = |what: &str| format!("/api/v1/consultations/{}/{what}", talk.id);
    lead.http.post(&step("invite"), &json!({ "expert": member.id })).expect(200);

    assert_eq!(suspend(&city, &member, &json!({})).status, 403, "serves no region of theirs alone");
    assert_eq!(suspend(&lead.http, &member, &json!({})).status, 403);
    for (more, pointer) in [
        (json!({ "reason": " " }), "/reason"),
        (json!({ "until": "2026-01-01" }), "/until"),
        (json!({ "hand_over_to": lead.id }), "/hand_over_to"),
        (json!({ "hand_over": true, "hand_over_to": member.id }), "/hand_over_to"),
    ] {
        let refused = suspend(&officer, &member, &more);
        assert_eq!((refused.status, &refused.problem()["errors"][0]["pointer"]), (422, &json!(pointer)));
    }
    suspend(&officer, &member, &json!({})).expect(200);
    assert_eq!(suspend(&officer, &member, &json!({})).refusal(), (409, "expert_suspended".to_owned()));
    // The invitation is taken back, and no other comes.
    assert_eq!(member.http.get("/api/v1/panel-invitations").expect(200), json!([]));
    assert_eq!(member.http.act(&step("invitation/accept")).status, 409);
    assert_eq!(lead.http.post(&step("invite"), &json!({ "expert": member.id })).status, 422);
    let order = json!({ "expert": member.id, "reason": "x" });
    assert_eq!(officer.post(&step("assign"), &order).status, 422, "not by an order, either");
    assert_eq!(lead.http.post(&step("transfer"), &order).status, 422);

    // The lead, too: then nobody is left for another enterprise.
    suspend(&officer, &lead, &json!({})).expect(200);
    let second = app.claimed_enterprise(2, "440103", "K0101");
    let waiting = app.open(&second);
    assert_eq!(waiting["status"], "waiting");
    let candidates =
        officer.get(&format!("/api/v1/consultations/{}/match", text(&waiting["id"]))).expect(200);
    let all = candidates["candidates"].as_array().unwrap();
    assert!(!all.is_empty() && all.iter().all(|c| c["excluded_by"] == "suspended"), "{candidates}");

    // No plan pairs them.
    let plan = officer.post("/api/v1/matching/plans", &json!({})).expect(202);
    let path = format!("/api/v1/matching/plans/{}", text(&plan["id"]));
    let end = std::time::Instant::now() + crate::support::PATIENCE;
    let done = loop {
        let seen = officer.get(&path).expect(200);
        if !["queued", "running"].contains(&seen["state"].as_str().unwrap()) {
            break seen;
        }
        assert!(std::time::Instant::now() < end, "{seen}");
        thread::sleep(std::time::Duration::from_millis(10));
    };
    assert!(!done.to_string().contains(&member.id) && !done.to_string().contains(&lead.id), "{done}");

    // The expert knows why and whom to call; others are not offered the expert to choose.
    let own = lead.http.get(&format!("/api/v1/experts/{}", lead.id)).expect(200);
    assert_eq!(own["suspended"], true);
    let why = &own["private"]["suspension"];
    assert_eq!(
        [&why["reason"], &why["by"], &why["email"]],
        ["投诉核查", "name of officer", "officer@regulator.example"]
    );
    for page in ["/", "/profile"] {
        let shown = lead.http.get(page).text;
        assert!(shown.contains("投诉核查") && shown.contains("officer@regulator.example"), "{page}: {shown}");
    }
    let mail = app.mail("lead@expert.example", "接诊资格已暂停");
    assert!(
        mail.body_text.contains("投诉核查") && mail.body_text.contains("name of officer"),
        "{}",
        mail.body_text
    );
    assert!(names(&enterprise.http, "").is_empty(), "nobody to choose");
    assert_eq!(names(&officer, "state=approved"), Vec::<String>::new());
    assert_eq!(names(&officer, "state=suspended").len(), 2);
    let list = officer.get("/experts?state=suspended").text;
    assert!(list.contains(&lead.name) && list.contains("name of officer"), "who vetted whom: {list}");
    assert!(!officer.get("/experts").text.contains(&lead.name));

    // What is under way goes on, is listed, and is handed on in one step once somebody is there.
    lead.http
        .post(&step("messages"), &json!({ "client_id": uuid::Uuid::new_v4(), "body": "继续" }))
        .expect(201);
    let open = format!("/api/v1/experts/{}/open-consultations", lead.id);
    for who in [&officer, &lead.http] {
        let listed = who.get(&open).expect(200);
        assert_eq!((&listed[0]["id"], &listed[0]["part"]), (&json!(talk.id), &json!("lead")));
    }
    assert_eq!((city.get(&open).status, enterprise.http.get(&open).status), (403, 403));
    assert!(officer.get(&format!("/experts/{}", lead.id)).text.contains(&format!("/queue/{}", talk.id)));
    let heir = app.approved_expert(&officer, "heir", "K0101");
    let hand_on = format!("/api/v1/experts/{}/hand-on", lead.id);
    let body = json!({ "expert": heir.id, "reason": "暂停移交" });
    assert_eq!(city.post(&hand_on, &body).status, 403);
    assert_eq!(
        officer.post(&hand_on, &json!({ "expert": member.id, "reason": "x" })).problem()["errors"][0]["pointer"],
        "/expert"
    );
    let done = officer.post(&hand_on, &body).expect(200);
    assert_eq!((&done["handed_over"][0]["expert"], &done["consultations"]), (&json!(heir.id), &json!([])));
    assert_eq!(
        lead.http.get(&format!("/api/v1/consultations/{}", talk.id)).status,
        404,
        "who left sees nothing"
    );
    // Lifted: offers come again.
    lift(&officer, &member).expect(200);
    assert_eq!(lift(&officer, &member).refusal(), (409, "expert_not_suspended".to_owned()));
    app.mail("member@expert.example", "接诊资格已恢复");
    matcher::worker(&app.app).unwrap();
    assert_eq!(names(&officer, "state=suspended"), std::slice::from_ref(&lead.name));
    assert_eq!(
        officer.post(&format!("/api/v1/experts/{}/hand-on", member.id), &body).refusal().1,
        "expert_not_suspended"
    );
}

#[test]
fn offers_pass_on_at_once_and_a_suspension_ends_after_its_last_day() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let first = app.approved_expert(&officer, "first", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let opened = app.open(&enterprise);
    let id = text(&opened["id"]);
    assert_eq!(opened["status"], "offered");
    let second = app.approved_expert(&officer, "second", "K0101");
    let today = app.now().date_naive().to_string();
    let done = suspend(&officer, &first, &json!({ "until": today })).expect(200);
    assert_eq!(done["handed_over"][0]["expert"], json!(second.id), "{done}");
    assert_eq!(first.http.act(&format!("/api/v1/consultations/{id}/accept")).status, 404);
    second.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    end_due(&app.app).unwrap();
    assert_eq!(
        names(&officer, "state=suspended"),
        std::slice::from_ref(&first.name),
        "its last day is part of it"
    );
    app.clock.advance(Duration::days(1));
    end_due(&app.app).unwrap();
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(names(&officer, "state=suspended"), Vec::<String>::new());
    app.mail("first@expert.example", "接诊资格已恢复");
    let history = officer.get("/api/v1/audit?action=end_suspensions").expect(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 1, "{history}");
}

#[test]
fn offers_and_suspension_at_once_leave_the_suspended_nothing() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprises: Vec<_> = (1..5).map(|n| app.claimed_enterprise(n, "440103", "K0101")).collect();
    thread::scope(|all| {
        for enterprise in &enterprises {
            all.spawn(|| app.open(enterprise));
        }
        all.spawn(|| suspend(&officer, &expert, &json!({})).expect(200));
    });
    let seen = officer.get(&format!("/api/v1/experts/{}", expert.id)).expect(200);
    assert_eq!(seen["private"]["open_consultations"], 0, "{seen}");
    let waiting = officer.get("/api/v1/consultations?status=waiting").expect(200);
    assert_eq!(waiting["items"].as_array().unwrap().len(), 4, "{waiting}");
}
