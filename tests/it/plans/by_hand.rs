//! Pairs of a computed plan changed by hand, and the least score of a plan.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::agree::{conflict, experts};
use super::{PLANS, by_name, computed, items, plan_path, send_due_mails, sql, world};
use crate::support::people::text;
use crate::support::{Http, TestApp};

fn pair(plan: &Value, line: &Value) -> String {
    plan_path(plan, &format!("/assignments/{}", text(&line["enterprise"]["id"])))
}

fn micros(score: &Value) -> i64 {
    (score.as_f64().unwrap() * 1e6).round() as i64
}

/// The option of an expert, or of nobody.
fn option(admin: &Http, path: &str, expert: Option<&str>) -> Value {
    let options = admin.get(path).expect(200)["options"].as_array().unwrap().clone();
    let wanted = |o: &Value| o["expert"]["id"].as_str() == expert;
    options.into_iter().find(wanted).unwrap_or(Value::Null)
}

fn figures(admin: &Http, plan: &Value) -> Value {
    admin.get(&plan_path(plan, "")).expect(200)["figures"].clone()
}

/// A refusal of a change: where, and what is said.
fn refusal(admin: &Http, path: &str, body: &Value) -> (String, String) {
    let problem = admin.json("PUT", path, body).problem();
    assert_eq!(problem["status"], 422, "{problem}");
    (text(&problem["errors"][0]["pointer"]), text(&problem["errors"][0]["detail"]))
}

/// The sums of the chosen and of the computed pairs of the file of all pairs.
fn sums(csv: &str) -> [i64; 2] {
    let mut read = csv::Reader::from_reader(csv.as_bytes());
    let mut sums = [0, 0];
    for row in read.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        for (sum, column) in sums.iter_mut().zip(["chosen", "computed"]) {
            if row[column] == "1" {
                *sum += (row["score"].parse::<f64>().unwrap() * 1e6).round() as i64;
            }
        }
    }
    sums
}

/// The other expert of two scores more where it is near.
fn near(app: &TestApp, expert: &str) {
    sql(app, &format!("UPDATE expert_region SET region = '440103' WHERE expert_id = '{expert}'"));
}

#[test]
fn a_pair_is_changed_by_hand_at_the_cost_that_was_shown() {
    let (app, admin) = world();
    let [one, two] = experts(&admin, &computed(&admin, &json!({})));
    near(&app, &one);
    let plan = computed(&admin, &json!({ "name": "手动" }));
    let before = figures(&admin, &plan);
    let lines = items(&admin, &plan_path(&plan, "/assignments"));
    let of = |expert: &str| lines.iter().find(|l| l["expert"]["id"] == expert).unwrap().clone();
    let (given, left) = (of(&one), lines.iter().find(|l| l["reason"] == "no_place").unwrap().clone());
    let (given_path, left_path) = (pair(&plan, &given), pair(&plan, &left));

    // All places are taken: nothing can be given to the one who is left out, and the reason is named beforehand.
    for expert in [&one, &two] {
        let shown = option(&admin, &left_path, Some(expert));
        assert_eq!(shown["refusal"], "no_place", "{shown}");
        let (at, said) = refusal(&admin, &left_path, &json!({ "expert": expert, "reason": "就近" }));
        assert!(at == "/expert" && said.contains("名额"), "{said}");
    }
    assert_eq!(option(&admin, &left_path, None)["refusal"], "same");
    assert_eq!(refusal(&admin, &left_path, &json!({ "reason": "x" })).0, "/expert");
    assert_eq!(refusal(&admin, &given_path, &json!({ "reason": " " })).0, "/reason");
    assert_eq!(figures(&admin, &plan), before);

    // Nobody: the cost is the score of the pair.
    let shown = option(&admin, &given_path, None);
    assert_eq!(micros(&shown["difference"]), -micros(&given["score"]));
    assert_eq!(shown["from_computed"], shown["difference"]);
    let line = admin.json("PUT", &given_path, &json!({ "reason": "企业已停产" })).expect(200);
    assert_eq!((&line["reason"], &line["change"]), (&json!("by_hand"), &json!("none")));
    let by_hand = &line["by_hand"];
    assert_eq!((&by_hand["reason"], &by_hand["computed"]["id"]), (&json!("企业已停产"), &json!(one)));
    assert_eq!((&by_hand["by"], &by_hand["computed_score"]), (&json!("name of officer"), &given["score"]));
    let after = figures(&admin, &plan);
    assert_eq!([&after["assigned"], &after["unserved"], &after["added"], &after["by_hand"]], [2, 3, 2, 1]);
    assert_eq!(json!(micros(&shown["total_score"])), after["total_micros"]);
    assert_eq!(
        after["bound_micros"], before["bound_micros"],
        "the proof is one of the plan as it was computed"
    );

    // The place is free now for who was left out.
    let shown = option(&admin, &left_path, Some(&one));
    assert!(shown["refusal"].is_null() && micros(&shown["difference"]) == micros(&shown["score"]), "{shown}");
    let page = format!("/plans/{}/enterprises/{}", text(&plan["id"]), text(&left["enterprise"]["id"]));
    let page = admin.get(&page);
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains(&format!("value=\"{one}\"")) && !page.text.contains(&format!("value=\"{two}\""))
    );
    assert!(page.text.contains(&format!("+{:.4}", shown["difference"].as_f64().unwrap())));
    admin.json("PUT", &left_path, &json!({ "expert": one, "reason": "企业请求" })).expect(200);
    let after = figures(&admin, &plan);
    assert_eq!(json!(micros(&shown["total_score"])), after["total_micros"]);
    assert_eq!(json!(micros(&shown["from_computed"])), after["by_hand_micros"]);
    assert_eq!([&after["assigned"], &after["by_hand"]], [3, 2]);
    let plan_now = admin.get(&plan_path(&plan, "")).expect(200);
    assert_eq!(json!(micros(&plan_now["computed_score"])), before["total_micros"]);
    let overview = admin.get(&format!("/plans/{}", text(&plan["id"]))).text;
    assert!(
        overview.contains("未经调整的方案总分")
            && overview.contains("企业已停产")
            && !overview.contains("（已证明最优）")
    );

    // Lists and files show it.
    assert_eq!(items(&admin, &plan_path(&plan, "/assignments?by_hand=true")).len(), 2);
    assert_eq!(items(&admin, &plan_path(&plan, "/assignments?by_hand=false")).len(), 3);
    let file = admin.get(&plan_path(&plan, "/assignments?by_hand=true&format=csv")).text;
    assert!(
        file.contains("手动调整原因") && file.contains("企业已停产") && file.contains("企业请求"),
        "{file}"
    );
    let pairs = admin.get(&plan_path(&plan, "/pairs")).text;
    assert_eq!(json!(sums(&pairs)), json!([after["total_micros"], before["total_micros"]]));
    // The audit says who did what to which enterprise, and why.
    let noted = admin.get("/api/v1/audit?action=change_plan_pair").expect(200)["items"].clone();
    assert_eq!(noted.as_array().unwrap().len(), 2, "{noted}");
    assert_eq!(
        [&noted[0]["data"]["name"], &noted[0]["data"]["reason"], &noted[0]["data"]["was"]],
        [&left["enterprise"]["name"], &json!("企业请求"), &json!("nobody")]
    );
    let shown = admin.get("/audit?action=change_plan_pair").text;
    assert!(shown.contains("手动调整方案安排") && shown.contains("不安排专家"), "{shown}");

    // Taken back, the one is again left out for want of a place; then the other is as it was computed.
    admin.json("PUT", &left_path, &json!({ "reason": "恢复" })).expect(200);
    assert_eq!(admin.get(&left_path).expect(200)["line"]["reason"], "no_place");
    let line = admin.json("PUT", &given_path, &json!({ "expert": one, "reason": "恢复" })).expect(200);
    assert!(line["by_hand"].is_null(), "{line}");
    let back = figures(&admin, &plan);
    assert_eq!(back, before);
}

#[test]
fn a_changed_plan_is_applied_as_it_was_changed() {
    let (app, admin) = world();
    let plan = computed(&admin, &json!({}));
    let [_, two] = experts(&admin, &plan);
    let lines = items(&admin, &plan_path(&plan, "/assignments"));
    let given = lines.iter().find(|l| l["expert"]["id"] == two).unwrap();
    let left = lines.iter().find(|l| l["reason"] == "no_place").unwrap();
    admin.json("PUT", &pair(&plan, given), &json!({ "reason": "企业已停产" })).expect(200);
    admin.json("PUT", &pair(&plan, left), &json!({ "expert": two, "reason": "企业请求" })).expect(200);
    let shown = figures(&admin, &plan);
    let applied = admin.act(&plan_path(&plan, "/apply")).expect(200);
    for what in ["assigned", "added", "changed", "unchanged", "removed", "unserved"] {
        assert_eq!(applied[what], shown[what], "{what}");
    }
    send_due_mails(&app);
    let address = |line: &Value| {
        let number = text(&line["enterprise"]["name"]).replace(['第', '公', '司'], "");
        format!("factory-{number}@enterprise.example")
    };
    assert!(app.mail(&address(left), "巡回问诊邀请").body_text.contains("专家 expert-2"));
    assert!(!app.smtp.received().iter().any(|mail| mail.to == [address(given)]));
    // What ended can't be changed any more; it is still shown.
    let late = admin.json("PUT", &pair(&plan, given), &json!({ "expert": two, "reason": "x" }));
    assert_eq!(late.refusal(), (409, "plan_state".to_owned()));
    assert_eq!(admin.get(&pair(&plan, given)).refusal(), (409, "plan_state".to_owned()));
    assert_eq!(items(&admin, &plan_path(&plan, "/assignments?by_hand=true")).len(), 2);
}

#[test]
fn rules_hold_against_a_change_by_hand() {
    let (app, admin) = world();
    let first = computed(&admin, &json!({}));
    let [one, two] = experts(&admin, &first);
    let line = by_name(&items(&admin, &plan_path(&first, "/assignments")), "第1公司");
    conflict(&app, &one, &text(&line["enterprise"]["id"]));
    let plan = computed(&admin, &json!({}));
    let path = pair(&plan, &line);
    let shown = option(&admin, &path, Some(&one));
    assert_eq!(
        (&shown["refusal"], &shown["score"]),
        (&json!("conflict_of_interest"), &Value::Null),
        "{shown}"
    );
    let (at, said) = refusal(&admin, &path, &json!({ "expert": one, "reason": "x" }));
    assert!(at == "/expert" && said.contains("任职于该企业或持有其权益"), "{said}");
    // Who knows nothing of the products is not among the options, and refused with that.
    let stranger = by_name(&items(&admin, &plan_path(&plan, "/assignments")), "第5公司");
    let options = admin.get(&pair(&plan, &stranger)).expect(200)["options"].clone();
    assert_eq!(options.as_array().unwrap().len(), 1, "{options}");
    let (_, said) = refusal(&admin, &pair(&plan, &stranger), &json!({ "expert": two, "reason": "x" }));
    assert!(said.contains("专长不涉及该产品"), "{said}");
    let unknown = json!({ "expert": "019c0000-0000-7000-8000-000000000000", "reason": "x" });
    assert!(refusal(&admin, &path, &unknown).1.contains("未通过审核"));
    // Other enterprises, and officers elsewhere.
    let nobody = plan_path(&plan, "/assignments/019c0000-0000-7000-8000-000000000000");
    assert_eq!(admin.get(&nobody).status, 404);
    assert_eq!(admin.json("PUT", &nobody, &json!({ "reason": "x" })).status, 404);
    let elsewhere = app.admin("shenzhen", "440300");
    assert_eq!(elsewhere.get(&path).status, 404);
    assert_eq!(elsewhere.json("PUT", &path, &json!({ "reason": "x" })).status, 404);
    let page = format!("/plans/{}/enterprises/{}", text(&plan["id"]), text(&line["enterprise"]["id"]));
    assert_eq!(elsewhere.get(&page).status, 404);
}

#[test]
fn pairs_below_the_least_score_are_not_used() {
    let (app, admin) = world();
    let [one, two] = experts(&admin, &computed(&admin, &json!({})));
    near(&app, &one);
    let free = computed(&admin, &json!({}));
    let lines = items(&admin, &plan_path(&free, "/assignments"));
    let score = |expert: &str| micros(&lines.iter().find(|l| l["expert"]["id"] == expert).unwrap()["score"]);
    let (best, worse) = (score(&one), score(&two));
    assert!(best > worse, "{lines:?}");
    let far = by_name(&lines, "第4公司");
    conflict(&app, &one, &text(&far["enterprise"]["id"]));
    let least = (best + worse) / 2;
    let least = least as f64 / 1e6;
    let plan = computed(&admin, &json!({ "least_score": least }));
    assert_eq!(plan["least_score"], least);
    let found = &plan["figures"];
    assert_eq!(
        [&found["pairs"], &found["assigned"], &found["unserved"], &found["below_least"]],
        [3, 1, 4, 1]
    );
    assert_eq!(found["total_micros"], found["bound_micros"], "still the optimum, and proved");
    assert_eq!(found["total_micros"], best);
    let unserved = items(&admin, &plan_path(&plan, "/unserved"));
    let line = by_name(&unserved, "第4公司");
    assert_eq!(line["reason"], "least_score");
    assert!(text(&line["reason_zh"]).contains("最低分"), "{line}");
    let file = admin.get(&plan_path(&plan, "/pairs")).text;
    assert!(file.contains("least_score") && !file.contains(&two), "{file}");
    let page = admin.get(&format!("/plans/{}", text(&plan["id"]))).text;
    assert!(page.contains("不予安排") && page.contains("均低于方案设定的最低分"), "{page}");
    // By hand no more than by itself.
    assert_eq!(option(&admin, &pair(&plan, &far), Some(&two))["refusal"], "below_least_score");
    let (at, said) = refusal(&admin, &pair(&plan, &far), &json!({ "expert": two, "reason": "x" }));
    assert!(at == "/expert" && said.contains("最低分"), "{said}");

    for bad in [json!(0), json!(-0.5), json!(1.5), json!(0.1234567)] {
        let problem = admin.post(PLANS, &json!({ "least_score": bad })).problem();
        assert_eq!(
            (&problem["status"], &problem["errors"][0]["pointer"]),
            (&json!(422), &json!("/least_score")),
            "{bad}"
        );
    }
}
