//! What keeps an import from being withdrawn, who may not withdraw it, and two at once.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Barrier;
use zerodesk::zero_out::import::Column;

use super::{IMPORTS, list, record, start, withdraw};
use crate::support::csv::{file, uscc};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

fn standing(who: &Http, import: &Value) -> Vec<Value> {
    crate::plans::items(who, &format!("{IMPORTS}/{}/standing", text(&import["id"])))
}

/// The kinds of what stands on each row.
fn kinds(who: &Http, import: &Value) -> Vec<(i64, BTreeSet<String>)> {
    let of = |row: &Value| row["standing"].as_array().unwrap().iter().map(|s| text(&s["kind"])).collect();
    standing(who, import).iter().map(|row| (row["row"].as_i64().unwrap(), of(row))).collect()
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The person of an enterprise that has claimed its account.
fn claimed(app: &TestApp, n: u32) -> Http {
    let token = app.claim(&uscc(n), &format!("factory-{n}@enterprise.example"), &format!("enterprise-{n}"));
    app.confirm_claim(&token, &format!("enterprise-{n}"));
    app.http().log_in(&format!("enterprise-{n}"), PASSWORD)
}

#[test]
fn the_refusal_says_row_by_row_what_stands_on_them() {
    let (app, officer) = start();
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let rows = [
        record(1, "R1", "2021-08-03", &[]),
        record(2, "R2", "", &[]),
        record(3, "R3", "", &[(Column::ProductKind, "K0102")]),
        record(4, "R4", "", &[(Column::ProductKind, "K0102")]),
        record(5, "R5", "2021-08-03", &[(Column::ProductKind, "K0102")]),
        record(6, "R6", "", &[(Column::ProductKind, "K0102"), (Column::FailedItems, "标志")]),
        record(7, "R7", "", &[(Column::ProductKind, "K0102"), (Column::FailedItems, "标志")]),
        record(8, "R8", "", &[(Column::ProductKind, "K0102")]),
    ];
    let import = app.import(&officer, &file(&rows), false);
    assert_eq!(standing(&officer, &import), Vec::<Value>::new());

    // 1: the enterprise claims, asks, begins, agrees on an action and hands in evidence.
    let one = claimed(&app, 1);
    let mine = one.get("/api/v1/zero-out").expect(200)["items"][0]["nonconformity"].clone();
    let ask = json!({ "nonconformity": mine["id"], "subject": "x", "question": "x" });
    one.post("/api/v1/consultations", &ask).expect(201);
    let case = format!("/api/v1/remediation/cases/{}", text(&mine["case"]));
    one.post(&format!("{case}/events"), &json!({ "event": "start_correction" })).expect(200);
    officer.post(&format!("{case}/actions"), &json!({ "description": "更换绝缘材料" })).expect(201);
    one.post(&format!("{case}/evidence"), &json!({ "description": "检验报告" })).expect(201);
    officer
        .json("PUT", &format!("{case}/criteria/corrected"), &json!({ "met": false, "note": "x" }))
        .expect(200);
    // 2: a plan assigns an expert, the one for K0101.
    let plan = crate::plans::computed(&officer, &json!({}));
    officer.act(&crate::plans::plan_path(&plan, "/apply")).expect(200);
    drop(expert);
    // 3: an officer opens a case. 4: a later list names it. 6 and 7: a meeting deals with them. 8: someone changes the enterprise.
    let open = |report: &str| {
        let found = officer.get("/api/v1/zero-out?limit=200").expect(200);
        let all = found["items"].as_array().unwrap().clone();
        all.into_iter().find(|item| item["nonconformity"]["report_no"] == report).unwrap()
    };
    let order = json!({ "nonconformity": open("R3")["nonconformity"]["id"], "ordered_on": "2021-08-05" });
    officer.post("/api/v1/remediation/cases", &order).expect(201);
    app.import(&officer, &file(&[rows[3].clone()]), false);
    app.raise_alert();
    let alerts = officer.get("/api/v1/remediation/alerts?limit=200").expect(200);
    let of_region = |a: &&Value| a["item"] == "标志" && a["region"] == "440100";
    let alert = text(&alerts["items"].as_array().unwrap().iter().find(of_region).unwrap()["id"]);
    let meeting = json!({ "held_on": "2021-08-09", "participants": ["x"], "findings": "x", "measures": "x" });
    officer.post(&format!("/api/v1/remediation/alerts/{alert}/meeting"), &meeting).expect(200);

    let seen = kinds(&officer, &import);
    let assigned: Vec<_> =
        seen.iter().filter(|(_, of)| of.contains("assignment")).map(|(row, _)| *row).collect();
    assert!(!assigned.is_empty(), "the plan assigns the expert: {seen:?}");
    let without: Vec<_> = seen
        .into_iter()
        .map(|(row, mut of)| {
            of.remove("assignment");
            (row, of)
        })
        .filter(|(_, of)| !of.is_empty())
        .collect();
    assert_eq!(
        without,
        [
            (2, set(&["account", "action", "case_event", "consultation", "criterion", "evidence"])),
            (4, set(&["case"])),
            (5, set(&["later_import"])),
            (7, set(&["meeting"])),
            (8, set(&["meeting"])),
        ]
    );
    let of_case = &standing(&officer, &import)[0];
    assert_eq!((&of_case["enterprise_name"], &of_case["report_no"]), (&json!("公司1"), &json!("R1")));
    let link = of_case["standing"].as_array().unwrap().iter().find(|s| s["kind"] == "case_event").unwrap();
    assert_eq!(link["href"], format!("/cases/{}", text(&mine["case"])));
    let page = officer.get(&format!("/imports/{}/withdraw", text(&import["id"])));
    assert_eq!(page.status, 200);
    let shown = ["不能撤回的行", "案件已有后续步骤", "公司1", &format!("/cases/{}", text(&mine["case"]))];
    assert!(shown.iter().all(|part| page.text.contains(part)), "{}", page.text);
    assert!(!page.text.contains("确认整批撤回"));
    let before = list(&officer);
    let problem = withdraw(&officer, &import).problem();
    assert_eq!(problem["code"], "import_in_use");
    let named = problem["errors"].as_array().unwrap();
    assert!(named[0]["detail"].as_str().unwrap().contains("第 2 行（公司1，R1）："), "{problem}");
    assert_eq!(list(&officer), before, "nothing is half done");
    let page = officer.get(&format!("{IMPORTS}/{}", text(&import["id"]))).expect(200);
    assert_eq!(page["state"], "done");
}

#[test]
fn a_later_change_of_the_enterprise_stands_on_the_rows() {
    let (app, officer) = start();
    app.import(&officer, &file(&[record(1, "R1", "", &[])]), false);
    let renamed =
        app.import(&officer, &file(&[record(1, "R1", "", &[(Column::ContactName, "李四")])]), false);
    crate::plans::sql(&app, "UPDATE enterprise SET contact_name = '王五'");
    assert_eq!(kinds(&officer, &renamed), [(2, set(&["enterprise_changed"]))]);
    assert_eq!(withdraw(&officer, &renamed).refusal(), (409, "import_in_use".to_owned()));
    // What the import did not change may change.
    crate::plans::sql(&app, "UPDATE enterprise SET contact_name = '李四', address = '新址'");
    withdraw(&officer, &renamed).expect(200);
    let now = officer.get("/api/v1/enterprises").expect(200)["items"][0].clone();
    assert_eq!((&now["contact_name"], &now["address"]), (&json!("张三"), &json!("新址")));
}

#[test]
fn only_who_may_know_of_it_withdraws_an_import_and_only_one_that_wrote() {
    let (app, officer) = start();
    let guangzhou = app.admin("officer-gz", "440100");
    let district = app.admin("officer-103", "440103");
    let shenzhen = app.admin("officer-sz", "440300");
    let operator = app.operator("operator");
    let rows = file(&[record(1, "R1", "", &[])]);
    let dry = app.import(&guangzhou, &rows, true);
    let import = app.import(&guangzhou, &rows, false);
    for other in [&shenzhen, &district] {
        assert_eq!(withdraw(other, &import).refusal().0, 404);
        let path = format!("{IMPORTS}/{}/standing", text(&import["id"]));
        assert_eq!(other.get(&path).refusal().0, 404);
    }
    assert_eq!(withdraw(&operator, &import).refusal().0, 403);
    let one = claimed(&app, 1);
    assert_eq!(withdraw(&one, &import).refusal().0, 403);
    assert_eq!(withdraw(&app.http(), &import).refusal().0, 401);
    assert_eq!(withdraw(&guangzhou, &dry).refusal(), (409, "import_not_withdrawable".to_owned()));
    let path = format!("{IMPORTS}/{}/withdraw", text(&import["id"]));
    let problem = guangzhou.post(&path, &json!({ "reason": " " })).problem();
    assert_eq!((&problem["status"], &problem["errors"][0]["pointer"]), (&json!(422), &json!("/reason")));
    // Not while it runs, and not where nobody kept what it did.
    for state in ["state = 'running'", "state = 'done', merge_no = NULL"] {
        crate::plans::sql(
            &app,
            &format!("UPDATE zero_out_import SET {state} WHERE id = '{}'", text(&import["id"])),
        );
        assert_eq!(
            withdraw(&guangzhou, &import).refusal(),
            (409, "import_not_withdrawable".to_owned()),
            "{state}"
        );
    }
    // An operator withdraws what an operator imported; the officer of the province what a city imported.
    let own = app.import(&operator, &file(&[record(2, "R2", "", &[])]), false);
    assert_eq!(withdraw(&officer, &own).refusal().0, 404);
    withdraw(&operator, &own).expect(200);
    let of_city = app.import(&guangzhou, &file(&[record(3, "R3", "", &[])]), false);
    withdraw(&officer, &of_city).expect(200);
}

#[test]
fn a_consultation_and_a_withdrawal_at_once_leave_one_of_them() {
    let (app, officer) = start();
    app.import(&officer, &file(&[record(1, "R0", "", &[])]), false);
    let one = claimed(&app, 1);
    for round in 1..=6 {
        let report = format!("R{round}");
        let import = app.import(&officer, &file(&[record(1, &report, "", &[])]), false);
        let all = one.get("/api/v1/zero-out?limit=200").expect(200);
        let items = all["items"].as_array().unwrap();
        let record = items.iter().find(|item| item["nonconformity"]["report_no"] == report.as_str()).unwrap();
        let ask = json!({ "nonconformity": record["nonconformity"]["id"], "subject": "x", "question": "x" });
        let barrier = Barrier::new(2);
        let (withdrawn, opened) = std::thread::scope(|scope| {
            let withdrawn = scope.spawn(|| {
                barrier.wait();
                withdraw(&officer, &import).status
            });
            let opened = scope.spawn(|| {
                barrier.wait();
                one.post("/api/v1/consultations", &ask).status
            });
            (withdrawn.join().unwrap(), opened.join().unwrap())
        });
        assert!(matches!((withdrawn, opened), (200, 422) | (409, 201)), "{round}: {withdrawn} {opened}");
        let still = list(&officer).iter().any(|(_, listed)| *listed == report);
        assert_eq!(still, opened == 201);
    }
}

#[test]
fn a_claim_and_a_withdrawal_at_once_leave_one_of_them() {
    let (app, officer) = start();
    for n in 1..=4 {
        let import = app.import(&officer, &file(&[record(n, "R1", "", &[])]), false);
        let token = app.claim(&uscc(n), &format!("factory-{n}@enterprise.example"), "x");
        let username = format!("enterprise-{n}");
        let body = json!({ "token": token, "username": username, "password": PASSWORD, "name": "x" });
        let barrier = Barrier::new(2);
        let (withdrawn, claimed) = std::thread::scope(|scope| {
            let withdrawn = scope.spawn(|| {
                barrier.wait();
                withdraw(&officer, &import).status
            });
            let claimed = scope.spawn(|| {
                barrier.wait();
                app.http().post("/api/v1/enterprise-registrations/confirm", &body).status
            });
            (withdrawn.join().unwrap(), claimed.join().unwrap())
        });
        assert!(matches!((withdrawn, claimed), (200, 422) | (409, 201)), "{n}: {withdrawn} {claimed}");
    }
}
