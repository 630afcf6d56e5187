//! Rounds of cross-inspection: joined, declared, assigned blind, tested, checked, closed; what is found stays in the group.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

use crate::support::csv::uscc;
use crate::support::people::{Enterprise, text};
use crate::support::{Http, TestApp};

const ROUNDS: &str = "/api/v1/cross-inspections";

/// A round that this one leads; gives its path and the word by which one joins.
fn round(leader: &Http, percent: i32) -> (String, String) {
    let body = json!({ "name": "插座互检", "product_kind": "K2301", "check_percent": percent });
    let made = leader.post(ROUNDS, &body).expect(201);
    (format!("{ROUNDS}/{}", text(&made["id"])), text(&made["join_code"]))
}

/// So many enterprises, from number 1 on.
fn enterprises(app: &TestApp, count: u32) -> Vec<Enterprise> {
    (1..=count).map(|n| app.claimed_enterprise(n, "440103", "K0101")).collect()
}

/// Joins, declares these relations and hands in a product.
fn ready(one: &Enterprise, path: &str, word: &str, kin: &[String], rivals: &[String]) {
    let joined =
        one.http.post(&format!("{ROUNDS}/join"), &json!({ "join_code": word.to_lowercase() })).expect(200);
    assert_eq!((&joined["standing"], &joined["participants"]), (&json!("participant"), &json!([])));
    let declared = json!({ "kin": kin, "rivals": rivals });
    one.http.json("PUT", &format!("{path}/declaration"), &declared).expect(200);
    one.http.post(&format!("{path}/products"), &json!({ "name": "五孔插座", "brand": "某牌" })).expect(201);
}

/// The codes that an enterprise tests.
fn tasks(one: &Enterprise, path: &str) -> Vec<String> {
    let detail = one.http.get(path).expect(200);
    detail["tasks"].as_array().unwrap().iter().map(|task| text(&task["code"])).collect()
}

fn finding(app: &TestApp, code: &str, faults: &[&str]) -> Value {
    let result = if faults.is_empty() { "conforming" } else { "nonconforming" };
    json!({ "code": code, "result": result, "faults": faults, "tested_on": app.now().date_naive() })
}

/// A round of four with an officer, assigned; gives everybody and its path.
fn assigned(app: &TestApp, percent: i32) -> (Http, Vec<Enterprise>, String) {
    let leader = app.admin("leader", "440100");
    let all = enterprises(app, 4);
    let (path, word) = round(&leader, percent);
    for one in &all {
        ready(one, &path, &word, &[], &[]);
    }
    leader.act(&format!("{path}/assign")).expect(200);
    (leader, all, path)
}

#[test]
fn a_round_goes_from_joining_to_its_end_and_both_sides_are_blind() {
    let app = TestApp::start();
    let (leader, all, path) = assigned(&app, 50);
    let seen = leader.get(&path).expect(200);
    let products = seen["products"].as_array().unwrap();
    assert_eq!((products.len(), &seen["state"], &seen["join_code"]), (4, &json!("assigned"), &Value::Null));
    let to_check: Vec<&Value> = products.iter().filter(|p| p["to_check"] == true).collect();
    assert_eq!(to_check.len(), 2, "half of them");
    // Nobody tests its own, everybody tests one.
    let testers: BTreeSet<String> = products.iter().map(|p| text(&p["tester"])).collect();
    assert_eq!(testers.len(), 4);
    assert!(products.iter().all(|p| p["tester"] != p["owner"]), "{products:#?}");
    // An owner does not learn the code of its product nor who tests it; a tester not whose it is.
    for one in &all {
        let own = one.http.get(&path).expect(200);
        let product = &own["products"][0];
        for hidden in ["code", "tester", "owner", "to_check"] {
            assert_eq!(product[hidden], Value::Null, "{hidden}");
        }
        let task = own["tasks"][0].as_object().unwrap();
        assert!(!task.contains_key("name") && !task.contains_key("id"), "{task:?}");
        assert_eq!(
            (&own["participants"], &own["results"], &own["seed"]),
            (&json!([]), &json!([]), &Value::Null)
        );
    }
    // Results come in under the codes alone.
    for (n, one) in all.iter().enumerate() {
        let code = tasks(one, &path).remove(0);
        let faults: &[&str] = if n == 0 { &["插拔力"] } else { &[] };
        one.http.post(&format!("{path}/results"), &finding(&app, &code, faults)).expect(200);
        let other = tasks(&all[(n + 1) % 4], &path).remove(0);
        let refused = one.http.post(&format!("{path}/results"), &finding(&app, &other, &[])).problem();
        assert_eq!(refused["errors"][0]["pointer"], "/code", "{refused}");
    }
    // The laboratory's result is entered for its share alone, and fixes the participant's.
    let code = text(&to_check[0]["code"]);
    let mut check = finding(&app, &code, &["插拔力"]);
    check["report_no"] = json!("J-1");
    leader.post(&format!("{path}/checks"), &check).expect(200);
    let other = products.iter().find(|p| p["to_check"] == false).unwrap();
    check["code"] = other["code"].clone();
    assert_eq!(leader.post(&format!("{path}/checks"), &check).problem()["errors"][0]["pointer"], "/code");
    let tester = all.iter().find(|one| tasks(one, &path).contains(&code)).unwrap();
    let again = tester.http.post(&format!("{path}/results"), &finding(&app, &code, &[]));
    assert_eq!(again.refusal(), (409, "cross_result_fixed".to_owned()));
    // The owner learns of it and corrects; who has no fault has nothing to correct.
    let mut corrected = 0;
    for one in &all {
        let product = one.http.get(&path).expect(200)["products"][0].clone();
        let correction = json!({ "corrected_on": app.now().date_naive(), "correction": "更换弹片材料" });
        let reply =
            one.http.post(&format!("{path}/products/{}/correction", text(&product["id"])), &correction);
        let faulty = [&product["result"], &product["check_result"]].contains(&&json!("nonconforming"));
        assert_eq!(reply.status, if faulty { 200 } else { 422 }, "{product}");
        corrected += u32::from(faulty);
    }
    assert!((1..=2).contains(&corrected));
    leader.act(&format!("{path}/close")).expect(200);
    let own = all[1].http.get(&path).expect(200);
    assert_eq!(own["results"].as_array().unwrap().len(), 4, "all of them, by their codes");
    assert!(!own["results"].to_string().contains("公司"), "{}", own["results"]);
    let late = finding(&app, &tasks(&all[1], &path)[0], &[]);
    assert_eq!(
        all[1].http.post(&format!("{path}/results"), &late).refusal(),
        (409, "cross_round_state".to_owned())
    );
    let figures = leader.get("/api/v1/cross-inspection-figures").expect(200);
    assert_eq!((&figures["rounds"], &figures["enterprises"]), (&json!(1), &json!(4)));
    let sums = &figures["results"];
    assert_eq!(
        (&sums["products"], &sums["tested"], &sums["nonconforming"], &sums["compared"]),
        (&json!(4), &json!(4), &json!(1), &json!(1))
    );
    assert_eq!((&sums["faulty"], &sums["corrected"]), (&json!(corrected), &json!(corrected)));
}

#[test]
fn kin_and_rivals_are_kept_apart_and_an_impossible_round_names_whom() {
    let app = TestApp::start();
    let leader = app.admin("leader", "440100");
    let all = enterprises(&app, 5);
    let (path, word) = round(&leader, 20);
    let parent = uscc(99);
    // 1 and 2 are of one parent that takes no part; 3 and 4 are rivals by the word of 3 alone.
    ready(&all[0], &path, &word, std::slice::from_ref(&parent), &[]);
    ready(&all[1], &path, &word, std::slice::from_ref(&parent), &[]);
    ready(&all[2], &path, &word, &[], &[uscc(4)]);
    ready(&all[3], &path, &word, &[], &[]);
    // Who has not declared, or handed nothing in, is named.
    all[4].http.post(&format!("{ROUNDS}/join"), &json!({ "join_code": word })).expect(200);
    let refused = leader.act(&format!("{path}/assign"));
    assert_eq!(refused.refusal(), (409, "cross_assignment_impossible".to_owned()));
    assert!(refused.problem()["detail"].as_str().unwrap().contains("广州第5公司"), "{}", refused.text);
    // A rival of everybody can't be served, and nothing is assigned.
    let everybody: Vec<String> = (1..=4).map(uscc).collect();
    all[4].http.json("PUT", &format!("{path}/declaration"), &json!({ "rivals": everybody })).expect(200);
    all[4].http.post(&format!("{path}/products"), &json!({ "name": "插座" })).expect(201);
    let refused = leader.act(&format!("{path}/assign"));
    assert_eq!(refused.refusal(), (409, "cross_assignment_impossible".to_owned()));
    let detail = text(&refused.problem()["detail"]);
    assert!(detail.contains("广州第5公司") && !detail.contains("广州第1公司"), "{detail}");
    let before = leader.get(&path).expect(200);
    assert_eq!(before["state"], "gathering");
    assert!(before["products"].as_array().unwrap().iter().all(|p| p["code"].is_null()));
    // Without it the round can be assigned, and the pairs are apart in both directions.
    let fifth =
        before["participants"].as_array().unwrap().iter().find(|p| p["uscc"] == json!(uscc(5))).unwrap();
    let one = format!("{path}/participants/{}", text(&fifth["id"]));
    leader.send("DELETE", &one, &[], None).expect(204);
    let done = leader.act(&format!("{path}/assign")).expect(200);
    let pairs: BTreeMap<String, String> = done["products"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (text(&p["owner"]), text(&p["tester"])))
        .collect();
    let name = |n: u32| format!("广州第{n}公司");
    for (one, other) in [(1, 2), (2, 1), (3, 4), (4, 3)] {
        assert_ne!(pairs[&name(one)], name(other), "{pairs:?}");
    }
    for step in ["leave", "assign"] {
        let who = if step == "leave" { &all[0].http } else { &leader };
        assert_eq!(who.act(&format!("{path}/{step}")).refusal(), (409, "cross_round_state".to_owned()));
    }
}

#[test]
fn results_stay_in_the_group_and_a_round_given_up_leaves_a_trace() {
    let app = TestApp::start();
    let (leader, all, path) = assigned(&app, 100);
    let code = tasks(&all[0], &path).remove(0);
    all[0].http.post(&format!("{path}/results"), &finding(&app, &code, &["机密的缺陷"])).expect(200);
    // An officer of the region knows that it is held, and no more; others do not know of it.
    let province = app.admin("province", "440000");
    let elsewhere = app.admin("elsewhere", "440300");
    let stranger = app.claimed_enterprise(9, "440103", "K0101");
    let expert = app.approved_expert(&province, "expert-1", "K2301");
    let known = province.get(&path).expect(200);
    assert_eq!(
        (&known["standing"], &known["products"], &known["reported"]),
        (&json!("officer"), &json!([]), &json!(1))
    );
    assert_eq!(known["participants"], json!([]));
    for who in [&elsewhere, &stranger.http, &expert.http] {
        assert_eq!(who.get(&path).status, 404);
        assert_eq!(who.get(ROUNDS).expect(200)["items"], json!([]));
    }
    assert_eq!(app.operator("operator").get(ROUNDS).status, 403);
    for step in ["assign", "close"] {
        assert_eq!(province.act(&format!("{path}/{step}")).status, 403, "{step}");
        assert_eq!(elsewhere.act(&format!("{path}/{step}")).status, 404, "{step}");
    }
    // Nothing of what was found is in a list, a case or the audit.
    let audit = province.get("/api/v1/audit?subject_type=cross_round&limit=200").expect(200).to_string();
    assert!(
        audit.contains("report_cross_result") && !audit.contains("机密的缺陷") && !audit.contains(&code),
        "{audit}"
    );
    for list in ["/api/v1/zero-out", "/api/v1/remediation/cases", "/api/v1/enterprises"] {
        assert!(!province.get(list).expect(200).to_string().contains("机密的缺陷"), "{list}");
    }
    for page in [path.replace("/api/v1", ""), "/cross-inspections".to_owned()] {
        assert!(!province.get(&page).text.contains("机密的缺陷"), "{page}");
        assert!(leader.get(&page).status == 200 && all[0].http.get(&page).status == 200, "{page}");
    }
    assert!(leader.get(&path.replace("/api/v1", "")).text.contains("机密的缺陷"));
    // Who takes it over sees everything, and everybody sees that.
    let reason = json!({ "reason": "原组织人调离" });
    let taken = province.post(&format!("{path}/take-over"), &reason).expect(200);
    assert_eq!((&taken["standing"], taken["products"].as_array().unwrap().len()), (&json!("leader"), 4));
    let history = all[1].http.get(&path).expect(200)["history"].to_string();
    assert!(history.contains("take_over") && history.contains("原组织人调离"), "{history}");
    // Given up, it stays with its reason and counts nowhere.
    let reason = json!({ "reason": "样品编码泄露" });
    province.post(&format!("{path}/withdraw"), &reason).expect(200);
    let gone = all[1].http.get(&path).expect(200);
    assert_eq!((&gone["state"], &gone["withdrawn_reason"]), (&json!("withdrawn"), &json!("样品编码泄露")));
    assert_eq!(province.get("/api/v1/cross-inspection-figures").expect(200)["rounds"], json!(0));
    assert_eq!(province.act(&format!("{path}/close")).refusal(), (409, "cross_round_state".to_owned()));
}

#[test]
fn what_does_not_fit_is_refused_by_its_field() {
    let app = TestApp::start();
    let (leader, all, path) = assigned(&app, 25);
    let pointers = |reply: crate::support::http::Reply| -> Vec<String> {
        let problem = reply.problem();
        assert_eq!(problem["status"], 422, "{problem}");
        problem["errors"].as_array().unwrap().iter().map(|error| text(&error["pointer"])).collect()
    };
    for (body, wanted) in [
        (json!({ "name": " ", "product_kind": "K2301" }), "/name"),
        (json!({ "name": "x", "product_kind": "K9999" }), "/product_kind"),
        (json!({ "name": "x", "product_kind": "K2301", "check_percent": 0 }), "/check_percent"),
        (json!({ "name": "x", "product_kind": "K2301", "region": "440300" }), "/region"),
        (
            json!({ "name": "x", "product_kind": "K2301", "laboratory_id": uuid::Uuid::new_v4() }),
            "/laboratory_id",
        ),
    ] {
        assert_eq!(pointers(leader.post(ROUNDS, &body)), [wanted], "{body}");
    }
    let join = format!("{ROUNDS}/join");
    assert_eq!(pointers(all[0].http.post(&join, &json!({ "join_code": "AAAAAA-BBBBBB" }))), ["/join_code"]);
    let code = tasks(&all[0], &path).remove(0);
    let results = format!("{path}/results");
    let good = finding(&app, &code, &[]);
    for (change, wanted) in [
        (json!({ "faults": ["x"] }), "/faults"),
        (json!({ "result": "nonconforming" }), "/faults"),
        (json!({ "result": "nonconforming", "faults": [" "] }), "/faults/0"),
        (json!({ "tested_on": "2000-01-01" }), "/tested_on"),
        (json!({ "tested_on": "2100-01-01" }), "/tested_on"),
        (json!({ "report_no": "J-1" }), "/report_no"),
    ] {
        let mut body = good.clone();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        assert_eq!(pointers(all[0].http.post(&results, &body)), [wanted], "{change}");
    }
    let (other, word) = round(&leader, 20);
    all[0].http.post(&join, &json!({ "join_code": word })).expect(200);
    all[0].http.post(&join, &json!({ "join_code": word })).expect(200);
    assert_eq!(leader.get(&other).expect(200)["participants"].as_array().unwrap().len(), 1, "twice is once");
    let declared = all[0].http.json("PUT", &format!("{other}/declaration"), &json!({ "kin": ["x"] }));
    assert_eq!(pointers(declared), ["/kin/0"]);
    let few = leader.act(&format!("{other}/assign"));
    assert_eq!(few.refusal(), (409, "cross_assignment_impossible".to_owned()));
    all[0].http.act(&format!("{other}/leave")).expect(204);
    assert_eq!(all[0].http.get(&other).status, 404);
    // Who leads no product hospital leads no round.
    let expert = app.approved_expert(&app.admin("province", "440000"), "expert-1", "K2301");
    let refused = expert.http.post(ROUNDS, &json!({ "name": "x", "product_kind": "K2301" }));
    assert_eq!(pointers(refused), ["/region"]);
}

#[test]
fn the_laboratory_enters_its_share_by_its_own_account_and_those_who_take_part_are_told() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let laboratory = crate::inspections::body(&province, "电器检验所", false);
    let other = crate::inspections::body(&province, "线缆检验所", false);
    let tester = crate::inspections::person(&app, &province, "laboratory", "tester-1", &laboratory);
    let stranger = crate::inspections::person(&app, &province, "laboratory", "tester-2", &other);
    let leader = app.admin("leader", "440100");
    let all = enterprises(&app, 4);
    let asked = json!({
        "name": "插座互检", "product_kind": "K2301", "check_percent": 50, "laboratory_id": laboratory,
    });
    let made = leader.post(ROUNDS, &asked).expect(201);
    let (path, word) = (format!("{ROUNDS}/{}", text(&made["id"])), text(&made["join_code"]));
    for one in &all {
        ready(one, &path, &word, &[], &[]);
    }
    assert_eq!(tester.get(&path).status, 404, "nothing is given out yet");
    let assigned = leader.act(&format!("{path}/assign")).expect(200);
    assert_eq!(assigned["results_due_on"], "2026-04-01", "30 days");
    app.mail("factory-1@enterprise.example", "已分配盲样");
    app.mail("tester-1@body.example", "已分配盲样");
    assert_eq!(stranger.get(&path).status, 404);
    assert_eq!(stranger.get(ROUNDS).expect(200)["items"], json!([]));
    // It knows its share by the codes, and nothing of what the participants found.
    let code = tasks(&all[0], &path).remove(0);
    all[0].http.post(&format!("{path}/results"), &finding(&app, &code, &["机密的缺陷"])).expect(200);
    let seen = tester.get(&path).expect(200);
    assert_eq!(
        (
            &seen["standing"],
            seen["checks"].as_array().unwrap().len(),
            &seen["products"],
            &seen["participants"]
        ),
        (&json!("laboratory"), 2, &json!([]), &json!([]))
    );
    assert!(!seen.to_string().contains("机密的缺陷") && !seen.to_string().contains("广州第"), "{seen}");
    let products = leader.get(&path).expect(200)["products"].clone();
    let of = |to_check: bool| {
        let of = products.as_array().unwrap().iter().find(|product| product["to_check"] == to_check).unwrap();
        text(&of["code"])
    };
    let mut check = finding(&app, &of(true), &[]);
    check["report_no"] = json!("J-1");
    let entered = tester.post(&format!("{path}/checks"), &check).expect(200);
    assert!(entered["checks"].to_string().contains("J-1"), "{entered}");
    check["report_no"] = json!("J-2");
    tester.post(&format!("{path}/checks"), &check).expect(200);
    check["code"] = json!(of(false));
    assert_eq!(tester.post(&format!("{path}/checks"), &check).problem()["errors"][0]["pointer"], "/code");
    for step in ["close", "assign"] {
        assert_eq!(tester.act(&format!("{path}/{step}")).status, 403, "{step}");
    }
    let page = path.replace("/api/v1", "");
    assert!(tester.get(&page).text.contains("本机构复核的样品"));
    let list = tester.get("/cross-inspections").text;
    assert!(list.contains("插座互检") && !list.contains("join_code"), "{list}");
    // Who has results to report is reminded, once.
    let remind = || zerodesk::cross_inspections::notices::remind(&app.app, &|| false).unwrap();
    remind();
    app.clock.advance(chrono::Duration::days(27));
    remind();
    remind();
    app.mail("factory-2@enterprise.example", "尚有结果未提交");
    app.mails_sent();
    let reminded = |to: &str| {
        let of = |mail: &&crate::support::smtp::ReceivedMail| {
            mail.to.iter().any(|one| one == to) && mail.body_text.contains("尚有结果未提交")
        };
        app.smtp.received().iter().filter(of).count()
    };
    assert_eq!(
        ["factory-1@enterprise.example", "factory-2@enterprise.example", "tester-1@body.example"]
            .map(reminded),
        [0, 1, 1]
    );
    let leader = app.http().log_in("leader", crate::support::people::PASSWORD);
    leader.act(&format!("{path}/close")).expect(200);
    app.mail("factory-3@enterprise.example", "可按编码查看本轮全部结果");
    app.mails_sent();
    assert!(app.smtp.received().iter().all(|mail| !mail.body_text.contains("机密的缺陷")));
}

#[test]
fn a_round_is_changed_by_its_leader_until_products_are_given_out() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let laboratory = crate::inspections::body(&province, "电器检验所", false);
    let leader = app.admin("leader", "440100");
    let (path, word) = round(&leader, 20);
    let change = |who: &Http, percent: i32, laboratory: &str| {
        let body =
            json!({ "name": "插座互检（更名）", "check_percent": percent, "laboratory_id": laboratory });
        who.json("PUT", &path, &body)
    };
    let pointer = |reply: crate::support::http::Reply| text(&reply.problem()["errors"][0]["pointer"]);
    assert_eq!(pointer(change(&leader, 0, &laboratory)), "/check_percent");
    assert_eq!(pointer(change(&leader, 50, "00000000-0000-7000-8000-000000000000")), "/laboratory_id");
    assert_eq!(change(&province, 50, &laboratory).status, 403, "who leads it");
    let changed = change(&leader, 50, &laboratory).expect(200);
    assert_eq!(
        (&changed["name"], &changed["check_percent"], &changed["laboratory"]),
        (&json!("插座互检（更名）"), &json!(50), &json!("电器检验所"))
    );
    assert!(changed["history"].to_string().contains("\"change\""), "{changed}");
    let all = enterprises(&app, 4);
    for one in &all {
        ready(one, &path, &word, &[], &[]);
    }
    leader.act(&format!("{path}/assign")).expect(200);
    assert_eq!(change(&leader, 20, &laboratory).refusal(), (409, "cross_round_state".to_owned()));
}
