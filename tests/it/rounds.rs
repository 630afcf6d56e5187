//! Circuit consultation: cohorts out of plans and lists, stages by evidence, rounds with their routes.

mod figures;
mod routes;
mod stages;

use serde_json::{Value, json};

use crate::plans::{self, computed, entry, listed, plan_path};
use crate::programmes::{PROGRAMMES, officers, written};
use crate::support::people::text;
use crate::support::{Http, TestApp};

pub const MEMBERS: &str = "/api/v1/circuit-members";
pub const ROUNDS: &str = "/api/v1/circuit-rounds";

/// An approved programme of circuit consultation; gives its id.
pub fn circuit(planner: &Http, approver: &Http) -> String {
    let mut body = written("巡回问诊");
    body["kind"] = json!("circuit");
    let id = text(&planner.post(PROGRAMMES, &body).expect(201)["id"]);
    planner.act(&format!("{PROGRAMMES}/{id}/submit")).expect(200);
    approver.act(&format!("{PROGRAMMES}/{id}/approve")).expect(200);
    id
}

pub fn cohort(who: &Http, programme: &str, body: &Value) -> Value {
    who.post(&format!("{PROGRAMMES}/{programme}/cohort"), body).expect(200)
}

/// Keeps the stages, as the job does.
pub fn keep(app: &TestApp) {
    while zerodesk::rounds::keep::sweep(&app.app, &|| false).unwrap() {}
}

pub fn members(who: &Http, filter: &str) -> Vec<Value> {
    who.get(&format!("{MEMBERS}?limit=200&{filter}")).expect(200)["items"].as_array().unwrap().clone()
}

/// A round of five working days in a region.
pub fn round(who: &Http, programme: &str, region: &str) -> String {
    let body = json!({ "programme_id": programme, "region": region, "starts_on": "2026-03-09", "ends_on": "2026-03-13" });
    text(&who.post(ROUNDS, &body).expect(201)["id"])
}

/// A world with a plan of four enterprises that was applied: the app, the planner, the programme, the plan.
fn planned() -> (TestApp, Http, String, String) {
    let (app, admin) = plans::world();
    let plan = computed(&admin, &json!({ "rounds": 4 }));
    admin.act(&plan_path(&plan, "/apply")).expect(200);
    let approver = app.admin("approver", "440000");
    let programme = circuit(&admin, &approver);
    (app, admin, programme, text(&plan["id"]))
}

#[test]
fn an_applied_plan_makes_a_cohort_and_twice_is_once() {
    let (app, admin, programme, plan) = planned();
    let added = cohort(&admin, &programme, &json!({ "plan": plan }));
    assert_eq!(
        (&added["added"], &added["unchanged"], &added["members"]),
        (&json!(4), &json!(0), &json!(4)),
        "the fifth has no expert: {added}"
    );
    let again = cohort(&admin, &programme, &json!({ "plan": plan }));
    assert_eq!((&again["added"], &again["unchanged"], &again["members"]), (&json!(0), &json!(4), &json!(4)));
    keep(&app);
    let all = members(&admin, &format!("programme={programme}"));
    assert_eq!(all.len(), 4);
    assert!(
        all.iter().all(|m| m["expert_name"].is_string() && m["stage"] == "found" && m["region"] == "440103")
    );
    // The fifth comes by a list, without an expert.
    let fifth = text(&admin.get("/api/v1/enterprises?q=第5公司").expect(200)["items"][0]["id"]);
    let listed = cohort(&admin, &programme, &json!({ "enterprises": [fifth, fifth] }));
    assert_eq!((&listed["added"], &listed["members"]), (&json!(1), &json!(5)));
    let seen = members(&admin, &format!("programme={programme}&q=第5公司"));
    assert_eq!((seen.len(), &seen[0]["expert_id"]), (1, &Value::Null));
    // By region nobody is left to be added.
    let region = cohort(&admin, &programme, &json!({ "region": "440100" }));
    assert_eq!((&region["added"], &region["unchanged"]), (&json!(0), &json!(5)));
}

#[test]
fn an_expert_who_must_not_visit_an_enterprise_is_not_given_it() {
    let (_app, admin, programme, plan) = planned();
    cohort(&admin, &programme, &json!({ "plan": plan }));
    let all = members(&admin, &format!("programme={programme}"));
    let one = &all[0];
    let experts = admin.get("/api/v1/accounts?role=expert&state=active").expect(200)["items"].clone();
    let mut ids = experts.as_array().unwrap().iter().map(|account| &account["expert"]["id"]);
    let other = ids.find(|id| *id != &one["expert_id"]).unwrap();
    let path = format!("{MEMBERS}/{}/decisions", text(&one["id"]));
    let give = json!({ "step": "give_expert", "expert_id": other });
    let expert = format!("/api/v1/experts/{}", text(other));
    admin.post(&format!("{expert}/suspend"), &json!({ "reason": "投诉核查" })).expect(200);
    assert_eq!(admin.post(&path, &give).refusal(), (409, "visit_expert_excluded".to_owned()));
    admin.post(&format!("{expert}/lift-suspension"), &json!({ "reason": "核查完毕" })).expect(200);
    assert_eq!(&admin.post(&path, &give).expect(200)["expert_id"], other);
}

#[test]
fn enterprises_of_an_expert_whose_account_ends_pass_to_the_named_one() {
    let (_app, admin, programme, plan) = planned();
    cohort(&admin, &programme, &json!({ "plan": plan }));
    let given = |expert: &str| members(&admin, &format!("programme={programme}&expert={expert}")).len();
    let all = members(&admin, &format!("programme={programme}"));
    let leaver = text(&all[0]["expert_id"]);
    let experts = admin.get("/api/v1/accounts?role=expert&state=active").expect(200)["items"].clone();
    let experts = experts.as_array().unwrap();
    let of = |one: &Value| text(&one["expert"]["id"]);
    let account = text(&experts.iter().find(|one| of(one) == leaver).unwrap()["id"]);
    let heir = of(experts.iter().find(|one| of(one) != leaver).unwrap());
    let (before, own) = (given(&leaver), given(&heir));
    let listed = admin.get(&format!("/api/v1/accounts/{account}")).expect(200);
    let further = &listed["open_matters"]["further"];
    assert_eq!((&further[0]["kind"], &further[0]["count"]), (&json!("circuit_members"), &json!(before)));
    let done = crate::people::deactivate(&admin, &account, Some(&heir));
    assert_eq!(done["handed_over"]["further"][0]["count"], before, "{done}");
    assert_eq!((given(&leaver), given(&heir)), (0, own + before));
    // Whose account has ended is given none any more.
    let body = json!({ "step": "give_expert", "expert_id": leaver });
    let refused = admin.post(&format!("{MEMBERS}/{}/decisions", text(&all[0]["id"])), &body).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/expert_id");
}

#[test]
fn what_does_not_belong_into_a_cohort_is_refused_with_its_reason() {
    let (app, admin, programme, plan) = planned();
    let path = format!("{PROGRAMMES}/{programme}/cohort");
    let stranger = "01890000-0000-7000-8000-000000000001";
    let report = cohort(&admin, &programme, &json!({ "enterprises": [stranger] }));
    assert_eq!(report["refused"], json!([{ "enterprise_id": stranger, "reason": "unknown" }]));
    for body in [json!({}), json!({ "plan": plan, "region": "440100" })] {
        assert_eq!(admin.post(&path, &body).expect(422)["errors"][0]["pointer"], "/plan");
    }
    assert_eq!(admin.post(&path, &json!({ "plan": stranger })).expect(422)["errors"][0]["pointer"], "/plan");
    assert_eq!(
        admin.post(&path, &json!({ "region": "999999" })).expect(422)["errors"][0]["pointer"],
        "/region"
    );
    assert_eq!(
        admin.post(&path, &json!({ "enterprises": [] })).expect(422)["errors"][0]["pointer"],
        "/enterprises"
    );
    // Officers elsewhere add none of another city, and one of a programme that they may not know of is not found.
    let elsewhere = app.admin("elsewhere", "440300");
    let own = text(&admin.get("/api/v1/enterprises?q=第1公司").expect(200)["items"][0]["id"]);
    assert_eq!(cohort(&elsewhere, &programme, &json!({ "enterprises": [own] }))["added"], 0);
    let city = app.admin("city", "440100");
    let mut body = written("市级巡回");
    (body["kind"], body["level"]) = (json!("circuit"), json!("municipal"));
    let of_city = text(&city.post(PROGRAMMES, &body).expect(201)["id"]);
    let refused = elsewhere.post(&format!("{PROGRAMMES}/{of_city}/cohort"), &json!({ "region": "440300" }));
    assert_eq!(refused.refusal().0, 404);
    let early = city.post(&format!("{PROGRAMMES}/{of_city}/cohort"), &json!({ "region": "440100" }));
    assert_eq!(early.refusal(), (409, "programme_state".to_owned()), "it was not approved yet");
    let sampling = text(&admin.post(PROGRAMMES, &written("抽查")).expect(201)["id"]);
    let other = admin.post(&format!("{PROGRAMMES}/{sampling}/cohort"), &json!({ "region": "440100" }));
    assert_eq!(other.refusal(), (409, "programme_kind".to_owned()));
}

#[test]
fn members_end_with_a_reason_and_come_back() {
    let (app, admin, programme, plan) = planned();
    cohort(&admin, &programme, &json!({ "plan": plan }));
    let member = members(&admin, &format!("programme={programme}"))[0].clone();
    let path = format!("{MEMBERS}/{}", text(&member["id"]));
    let decide = |body: Value| admin.post(&format!("{path}/decisions"), &body);
    assert_eq!(decide(json!({ "step": "unreachable" })).expect(422)["errors"][0]["pointer"], "/reason");
    assert_eq!(decide(json!({ "step": "add" })).expect(422)["errors"][0]["pointer"], "/step");
    let ended = decide(json!({ "step": "unreachable", "reason": "多次电话无人接听" })).expect(200);
    assert_eq!(
        (&ended["state"], &ended["stage"], &ended["end_reason"]),
        (&json!("unreachable"), &json!("unreachable"), &json!("多次电话无人接听"))
    );
    assert_eq!(
        decide(json!({ "step": "unreachable", "reason": "再次" })).refusal(),
        (409, "circuit_member_state".to_owned())
    );
    keep(&app);
    assert_eq!(admin.get(&path).expect(200)["stage"], "unreachable", "what was decided goes before evidence");
    let back = decide(json!({ "step": "come_back" })).expect(200);
    assert_eq!(
        (&back["state"], &back["stage"], &back["end_reason"]),
        (&json!("member"), &json!("found"), &Value::Null)
    );
    decide(json!({ "step": "decline", "reason": "自行整改" })).expect(200);
    let removed = decide(json!({ "step": "remove", "reason": "重复列入" })).expect(200);
    assert_eq!(removed["state"], "removed");
    let steps: Vec<String> =
        removed["history"].as_array().unwrap().iter().map(|e| text(&e["step"])).collect();
    assert_eq!(steps, ["add", "unreachable", "come_back", "decline", "remove"]);
    assert_eq!(members(&admin, &format!("programme={programme}")).len(), 3, "who was removed is not listed");
    assert_eq!(members(&admin, &format!("programme={programme}&state=removed")).len(), 1);
    // A plan does not bring it back, a list does.
    assert_eq!(cohort(&admin, &programme, &json!({ "plan": plan }))["members"], 3);
    let list = cohort(&admin, &programme, &json!({ "enterprises": [member["enterprise_id"]] }));
    assert_eq!((&list["back"], &list["members"]), (&json!(1), &json!(4)));
    keep(&app);
    assert_eq!(admin.get(&path).expect(200)["stage"], "found");
}

#[test]
fn who_may_know_of_a_member_and_of_its_round() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let one = app.claimed_enterprise(1, "440103", "K0101");
    let two = app.claimed_enterprise(2, "440305", "K0101");
    let expert = app.approved_expert(&planner, "expert-1", "K0101");
    let other = app.approved_expert(&planner, "expert-2", "K0101");
    let programme = circuit(&planner, &approver);
    cohort(&planner, &programme, &json!({ "enterprises": [one.id, two.id] }));
    let all = members(&planner, &format!("programme={programme}"));
    let of = |id: &str| text(&all.iter().find(|m| m["enterprise_id"] == id).unwrap()["id"]);
    let path = format!("{MEMBERS}/{}", of(&one.id));
    planner
        .post(&format!("{path}/decisions"), &json!({ "step": "give_expert", "expert_id": expert.id }))
        .expect(200);
    let city = app.admin("city", "440100");
    let elsewhere = app.admin("elsewhere", "440300");
    for who in [&planner, &city, &one.http, &expert.http] {
        assert_eq!(members(who, "").iter().filter(|m| m["enterprise_id"] == json!(one.id)).count(), 1);
        who.get(&path).expect(200);
    }
    for who in [&elsewhere, &two.http, &other.http] {
        assert!(members(who, "").iter().all(|m| m["enterprise_id"] != json!(one.id)));
        assert_eq!(who.get(&path).status, 404);
    }
    let seen = expert.http.get(&path).expect(200);
    assert_eq!((&seen["history"], &seen["allowed"]), (&json!([]), &json!([])), "for officers alone");
    let id = round(&planner, &programme, "440000");
    let path = format!("{ROUNDS}/{id}");
    let stranger = json!({ "enterprises": [one.id, "00000000-0000-7000-8000-000000000000"] });
    let refused = planner.post(&format!("{path}/members"), &stranger).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/enterprises/1", "it is not in the cohort");
    planner.post(&format!("{path}/members"), &json!({ "regions": ["440100"] })).expect(200);
    assert_eq!(city.get(&path).expect(200)["allowed"], json!([]), "a city does not plan it");
    for who in [&planner, &city, &elsewhere, &one.http, &expert.http] {
        who.get(&path).expect(200);
    }
    for who in [&two.http, &other.http] {
        assert_eq!(who.get(&path).status, 404);
    }
    // A city sees a round of the province, and does not plan it.
    assert_eq!(city.act(&format!("{path}/close")).refusal().0, 403);
    for (who, page) in [
        (&planner, "/rounds".to_owned()),
        (&planner, format!("/rounds/{id}")),
        (&planner, "/circuit-members".to_owned()),
        (&planner, "/reports/circuit".to_owned()),
        (&expert.http, "/my/rounds".to_owned()),
        (&expert.http, format!("/rounds/{id}")),
        (&one.http, "/my/rounds".to_owned()),
    ] {
        let reply = who.get(&page);
        assert_eq!(reply.status, 200, "{page}: {}", reply.text);
    }
    let own = one.http.get("/my/rounds").text;
    assert!(own.contains("专家 expert-1") && own.contains("第1轮"), "who comes, when: {own}");
}

#[test]
fn an_engagement_asks_who_is_in_the_cohort() {
    use diesel::prelude::*;
    use diesel::sql_types::{Bool, Uuid};
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = Bool)]
        answer: bool,
    }
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let one = app.claimed_enterprise(1, "440103", "K0101");
    let two = app.claimed_enterprise(2, "440103", "K0101");
    let (programme, empty) = (circuit(&planner, &approver), circuit(&planner, &approver));
    cohort(&planner, &programme, &json!({ "enterprises": [one.id] }));
    let ask = |programme: &str, enterprise: &str| {
        let id = |text: &str| text.parse::<uuid::Uuid>().unwrap();
        let answer: Answer = diesel::sql_query("SELECT engagement_in_cohort($1, $2) AS answer")
            .bind::<Uuid, _>(id(programme))
            .bind::<Uuid, _>(id(enterprise))
            .get_result(&mut *app.app.conn().unwrap())
            .unwrap();
        answer.answer
    };
    assert!(ask(&programme, &one.id) && !ask(&programme, &two.id));
    assert!(ask(&empty, &two.id), "a programme without a cohort is open to all");
}

#[test]
fn a_province_is_added_in_one_command() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let rows: Vec<_> = (1..=300).map(|n| entry(n, "440103", "K0101")).collect();
    listed(&app, &planner, &rows);
    let programme = circuit(&planner, &approver);
    let added = cohort(&planner, &programme, &json!({ "region": "440000" }));
    assert_eq!((&added["added"], &added["members"]), (&json!(300), &json!(300)));
    assert_eq!(cohort(&planner, &programme, &json!({ "region": "440000" }))["unchanged"], 300);
    keep(&app);
    let page = planner.get(&format!("/rounds?programme={programme}")).text;
    assert!(page.contains("300") && page.contains("荔湾区"), "the towns with those not reached");
    let file = planner.get(&format!("{MEMBERS}?programme={programme}&format=csv"));
    assert_eq!(file.status, 200);
    assert!(file.text.lines().count() > 300, "the whole list, not a page");
}
