use serde_json::{Value, json};
use zerodesk::core::{Caller, Problem};
use zerodesk::jobs::resumable::ProgressSink;
use zerodesk::plans::compute::ComputePlan;
use zerodesk::plans::ids::PlanId;
use zerodesk::plans::progress::Phase;

use super::{
    PLANS, by_name, computed, entry, finished, items, listed, plan_path, send_due_mails, sql, world,
};
use crate::support::people::text;
use crate::support::{Http, TestApp};

#[test]
fn a_plan_is_computed_viewed_compared_applied_and_mailed() {
    let (app, admin) = world();
    let plan = computed(&admin, &json!({ "name": "第一轮" }));
    let figures = &plan["figures"];
    for (what, wanted) in [("enterprises", 5), ("experts", 2), ("places", 3), ("pairs", 8), ("assigned", 3)] {
        assert_eq!(figures[what], wanted, "{what}: {plan}");
    }
    for (what, wanted) in [("unserved", 2), ("without_pair", 1), ("added", 3), ("changed", 0), ("removed", 0)]
    {
        assert_eq!(figures[what], wanted, "{what}: {plan}");
    }
    assert_eq!(figures["total_micros"], figures["bound_micros"]);
    assert_eq!(admin.get(PLANS).expect(200)["items"][0]["name"], "第一轮");

    let lines = items(&admin, &plan_path(&plan, "/assignments"));
    assert_eq!(lines.len(), 5);
    let total: i64 = lines.iter().filter_map(|l| l["score"].as_f64()).map(|s| (s * 1e6).round() as i64).sum();
    assert_eq!(json!(total), figures["total_micros"]);
    assert!(lines.iter().all(|l| l["present"].is_null()));
    let added = items(&admin, &plan_path(&plan, "/assignments?change=added"));
    assert_eq!(added.len(), 3);
    let unserved = items(&admin, &plan_path(&plan, "/unserved"));
    let mut reasons: Vec<_> = unserved.iter().map(|l| text(&l["reason"])).collect();
    reasons.sort();
    assert_eq!(reasons, ["no_place", "no_specialty"]);
    assert_eq!(by_name(&unserved, "第5公司")["reason"], "no_specialty");
    let loads = items(&admin, &plan_path(&plan, "/experts"));
    let loads: Vec<_> =
        loads.iter().map(|l| [&l["capacity"], &l["places"], &l["before"], &l["after"]]).collect();
    assert_eq!(json!(loads), json!([[1, 1, 0, 1], [2, 2, 0, 2]]));
    assert_eq!(
        admin.get(&plan_path(&plan, "/changes")).expect(200),
        json!({ "stale": false, "count": 0, "changes": [] })
    );

    let applied = admin.act(&plan_path(&plan, "/apply")).expect(200);
    assert_eq!([&applied["assigned"], &applied["invited"], &applied["without_address"]], [3, 3, 0]);
    send_due_mails(&app);
    for line in &added {
        let number = text(&line["enterprise"]["name"]).replace(['第', '公', '司'], "");
        let mail = app.mail(&format!("factory-{number}@enterprise.example"), "巡回问诊");
        assert!(mail.body_text.contains(&text(&line["expert"]["name"])), "{}", mail.body_text);
        assert!(mail.body_text.contains("/register"));
    }
    assert!(!app.smtp.received().iter().any(|m| m.to == ["factory-5@enterprise.example"]));
    assert_eq!(admin.get("/api/v1/consultations").expect(200)["items"], json!([]), "nothing is opened");
    assert_eq!(admin.get(&plan_path(&plan, "")).expect(200)["state"], "applied");
    assert_eq!(admin.act(&plan_path(&plan, "/apply")).refusal(), (409, "plan_state".to_owned()));
    assert_eq!(admin.act(&plan_path(&plan, "/discard")).refusal(), (409, "plan_state".to_owned()));

    // The next one begins from there. Who is left out loses its expert, and is not written to.
    let again = computed(&admin, &json!({}));
    assert_eq!([&again["figures"]["unchanged"], &again["figures"]["added"]], [3, 0]);
    let first = text(&added[0]["expert"]["id"]);
    sql(
        &app,
        &format!(
            "UPDATE expert SET capacity = 1 WHERE id <> '{first}'; UPDATE expert SET available = false WHERE id = '{first}'"
        ),
    );
    let fewer = computed(&admin, &json!({}));
    assert_eq!(fewer["figures"]["assigned"], 1);
    let known = |what: &str| fewer["figures"][what].as_i64().unwrap();
    assert_eq!(known("removed") + known("changed") + known("unchanged"), 3);
    let applied = admin.act(&plan_path(&fewer, "/apply")).expect(200);
    assert_eq!(applied["ended"], fewer["figures"]["removed"]);
    // Whoever had enterprises that went to others, or to nobody, is informed which.
    send_due_mails(&app);
    let told = app.mail(&expert_of(&app, &first), "不再由您帮扶");
    assert!(
        told.body_text.contains(&format!("- {}\n", text(&added[0]["enterprise"]["name"]))),
        "{}",
        told.body_text
    );
}

/// The address of an expert's account.
fn expert_of(app: &TestApp, id: &str) -> String {
    use diesel::prelude::*;
    use zerodesk::db::schema::account;
    let address = account::table.filter(account::expert_id.eq(id.parse::<uuid::Uuid>().unwrap()));
    let address = address.select(account::email).first::<Option<String>>(&mut *app.app.conn().unwrap());
    address.unwrap().unwrap()
}

#[test]
fn the_present_expert_is_that_of_the_open_consultation() {
    let app = TestApp::start();
    let (admin, talk) = {
        let admin = app.admin("officer", "440000");
        let expert = app.approved_expert(&admin, "expert-1", "K0101");
        let enterprise = app.claimed_enterprise(1, "440103", "K0101");
        let talk = app.talk(&enterprise, &expert);
        (admin, talk)
    };
    let plan = computed(&admin, &json!({ "capacity_basis": "full" }));
    let line = items(&admin, &plan_path(&plan, "/assignments")).remove(0);
    assert_eq!(
        (&line["present"]["id"], &line["present_by"]),
        (&json!(talk.expert.id), &json!("consultation"))
    );
    assert_eq!(line["change"], "unchanged");
    // Who keeps the expert of the consultation is not written to, and nor is the expert.
    app.mails_sent();
    let received = app.smtp.received().len();
    let applied = admin.act(&plan_path(&plan, "/apply")).expect(200);
    assert_eq!([&applied["assigned"], &applied["unchanged"], &applied["invited"]], [1, 1, 0]);
    send_due_mails(&app);
    assert_eq!(app.smtp.received().len(), received);
}

#[test]
fn people_are_written_to_in_their_language_and_with_their_way_in() {
    let app = TestApp::start();
    let admin = app.admin("officer", "440000");
    app.approved_expert(&admin, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let plan = computed(&admin, &json!({}));
    let line = items(&admin, &plan_path(&plan, "/assignments")).remove(0);
    assert_eq!(line["change"], "added");
    // The expert is informed who it is, in the expert's language.
    sql(&app, "UPDATE account SET language = 'en' WHERE username = 'expert-1'");
    // An enterprise with an account is written to in its own words, where it can open a consultation.
    admin.act(&plan_path(&plan, "/apply")).expect(200);
    // It sees on its pages as well whom the round gave it.
    let seen = enterprise.http.get(&format!("/api/v1/enterprises/{}", enterprise.id)).expect(200);
    assert_eq!(seen["round_expert"]["name"], "专家 expert-1");
    for page in ["/", "/ask"] {
        let text = enterprise.http.get(page).text;
        assert!(text.contains("巡回问诊已为贵企业安排专家：<bdi>专家 expert-1</bdi>"), "{page}");
    }
    send_due_mails(&app);
    let mail = app.mail("factory-1@enterprise.example", "巡回问诊");
    assert!(!mail.body_text.contains("/register"), "{}", mail.body_text);
    let mail =
        app.mail("expert-1@expert.example", "Circuit consultation: enterprises newly assigned to you (1)");
    let name = text(&line["enterprise"]["name"]);
    assert!(mail.body_text.contains(&format!("- {name} (")), "{}", mail.body_text);
}

#[test]
fn the_expert_assigned_by_the_plan_is_asked_first() {
    let app = TestApp::start();
    let admin = app.admin("officer", "440000");
    let experts = ["expert-1", "expert-2"].map(|name| app.approved_expert(&admin, name, "K0101"));
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    // The one who sits farther away is the only one whom the plan can give.
    sql(&app, &format!("UPDATE expert_region SET region = '440103' WHERE expert_id = '{}'", experts[0].id));
    sql(&app, &format!("UPDATE expert SET available = false WHERE id = '{}'", experts[0].id));
    let plan = computed(&admin, &json!({}));
    admin.act(&plan_path(&plan, "/apply")).expect(200);
    sql(&app, "UPDATE expert SET available = true");
    let opened = app.open(&enterprise);
    assert_eq!(opened["status"], "offered");
    let id = text(&opened["id"]);
    experts[1].http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
}

#[test]
fn requests_are_idempotent_and_bad_ones_name_the_field() {
    let (app, admin) = world();
    let body = json!({ "rounds": 2 }).to_string();
    let headers = [("Idempotency-Key", "plan-1"), ("Content-Type", "application/json")];
    let ask = || admin.send("POST", PLANS, &headers, Some(body.as_bytes())).expect(202);
    assert_eq!(ask(), ask());
    for (body, pointer) in [
        (json!({ "rounds": 0 }), "/rounds"),
        (json!({ "rounds": 101 }), "/rounds"),
        (json!({ "region": "110000" }), "/region"),
        (json!({ "region": "x" }), "/region"),
        (json!({ "class": "C99" }), "/class"),
        (json!({ "import": "019c0000-0000-7000-8000-000000000000" }), "/import"),
        (json!({ "name": "x".repeat(101) }), "/name"),
    ] {
        let problem = admin.post(PLANS, &body).problem();
        assert_eq!((&problem["status"], &problem["errors"][0]["pointer"]), (&json!(422), &json!(pointer)));
    }
    let operator = app.operator("an-operator");
    assert_eq!(operator.post(PLANS, &json!({})).status, 403);
}

#[test]
fn an_admin_plans_for_its_region_and_experts_of_all_the_province_serve() {
    let (app, province) = world();
    let (guangzhou, shenzhen) = (app.admin("guangzhou", "440100"), app.admin("shenzhen", "440300"));
    let import = listed(&app, &shenzhen, &[entry(9, "440305", "K0101")]);
    assert_eq!(shenzhen.post(PLANS, &json!({ "region": "440103" })).status, 422);
    let own = computed(&shenzhen, &json!({}));
    assert_eq!((&own["region"], &own["figures"]["enterprises"]), (&json!("440300"), &json!(1)));
    assert_eq!(own["figures"]["assigned"], 1);
    for path in ["", "/assignments", "/unserved", "/experts", "/changes", "/pairs"] {
        assert_eq!(guangzhou.get(&plan_path(&own, path)).status, 404, "{path}");
        assert_eq!(province.get(&plan_path(&own, path)).status, 200, "{path}");
    }
    assert_eq!(guangzhou.act(&plan_path(&own, "/apply")).status, 404);
    assert_eq!(guangzhou.act(&plan_path(&own, "/discard")).status, 404);
    assert_eq!(guangzhou.get(PLANS).expect(200)["items"], json!([]));

    // By list and by class.
    let list = computed(&province, &json!({ "import": import["id"] }));
    assert_eq!(list["figures"]["enterprises"], 1);
    assert_eq!(computed(&province, &json!({ "class": "C51" }))["figures"]["enterprises"], 1);
    assert_eq!(computed(&province, &json!({ "class": "C01" }))["figures"]["enterprises"], 5);
    assert_eq!(computed(&province, &json!({ "region": "440103" }))["figures"]["enterprises"], 5);
    assert_eq!(guangzhou.post(PLANS, &json!({ "import": import["id"] })).status, 422);
}

#[test]
fn capacities_follow_from_rounds_and_basis() {
    let app = TestApp::start();
    let admin = app.admin("officer", "440000");
    let expert = app.approved_expert(&admin, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    app.talk(&enterprise, &expert);
    sql(&app, "UPDATE expert SET capacity = 2");
    listed(&app, &admin, &(2..=6).map(|n| entry(n, "440103", "K0101")).collect::<Vec<_>>());
    for (body, places, assigned) in [
        (json!({}), 1, 1),
        (json!({ "capacity_basis": "full" }), 2, 2),
        (json!({ "rounds": 2 }), 3, 3),
        (json!({ "rounds": 9 }), 17, 6),
    ] {
        let plan = computed(&admin, &body);
        assert_eq!([&plan["figures"]["places"], &plan["figures"]["assigned"]], [places, assigned], "{body}");
    }
    // Someone at capacity has no places; the rule is named.
    sql(&app, "UPDATE expert SET capacity = 1");
    let full = computed(&admin, &json!({}));
    let unserved = items(&admin, &plan_path(&full, "/unserved"));
    assert_eq!(unserved.len(), 6);
    assert_eq!(unserved[0]["reason"], "excluded");
    assert_eq!(unserved[0]["excluded"], json!({ "at_capacity": 1 }));
    assert!(text(&unserved[0]["reason_zh"]).contains("承接数量已满"));
}

#[test]
fn only_one_of_two_concurrent_applications_succeeds() {
    let (app, admin) = world();
    let plan = computed(&admin, &json!({}));
    let other = app.admin("other", "440000");
    let (path, rival) = (plan_path(&plan, "/apply"), plan_path(&computed(&other, &json!({})), "/apply"));
    let apply = |who: &Http, path: &str| who.act(path).status;
    let statuses = std::thread::scope(|scope| {
        let calls = [(&admin, &path), (&other, &path), (&other, &rival), (&admin, &rival)];
        let calls = calls.map(|(who, path)| scope.spawn(move || apply(who, path)));
        calls.map(|call| call.join().unwrap())
    });
    let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(200), count(409)), (1, 3), "{statuses:?}");
    send_due_mails(&app);
    let invited = app.smtp.received().iter().filter(|m| m.header("Subject").contains("巡回问诊邀请")).count();
    assert_eq!(invited, 3, "each is invited once");
}

#[test]
fn a_discarded_plan_stays_discarded() {
    let (_app, admin) = world();
    let plan = computed(&admin, &json!({}));
    assert_eq!(admin.act(&plan_path(&plan, "/discard")).expect(200)["state"], "discarded");
    for step in ["/apply", "/discard"] {
        assert_eq!(admin.act(&plan_path(&plan, step)).refusal(), (409, "plan_state".to_owned()));
    }
    assert_eq!(admin.get(&plan_path(&plan, "")).expect(200)["figures"]["assigned"], 3, "it can be looked at");
}

/// Ends the work when the optimum is sought, as a killed process does.
struct Killed;

impl ProgressSink<Phase> for Killed {
    fn step(&self, phase: Phase, _: u64, _: u64) -> Result<(), Problem> {
        if phase == Phase::Solving { Err(Problem::unavailable("killed")) } else { Ok(()) }
    }
}

#[test]
fn a_plan_left_by_a_killed_process_is_computed_by_the_next() {
    let (mut app, admin) = world();
    let another = app.another();
    let requester = admin.get("/api/v1/me").expect(200);
    app.stop();
    // What a server leaves that is killed in the middle: nothing but the row that says so.
    let id = PlanId::new();
    sql(
        &app,
        &format!(
            "INSERT INTO matching_plan (id, name, requested_by, region, rounds, capacity_basis, state, phase,
                                        attempts, created_at, started_at)
             VALUES ('{id}', 'x', '{}', '440000', 1, 'free', 'computing', 'scoring', 1, now(), now())",
            text(&requester["id"])
        ),
    );
    let killed = app.app.execute(&Caller::system(), &ComputePlan { id, progress: &Killed });
    assert_eq!(killed.map_err(|p| p.status), Err(503));
    let next = another.start();
    let admin = next.http().log_in("officer", crate::support::people::PASSWORD);
    let plan: Value = finished(&admin, &id.to_string());
    assert_eq!(plan["figures"]["assigned"], 3);
    assert_eq!(items(&admin, &plan_path(&plan, "/assignments")).len(), 5);
}
