//! Imports are withdrawn as a whole, while nothing stands on their rows; figures of past days stay.

mod long;
mod pages;
mod refused;

use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::remediation::deadlines::SweepDeadlines;
use zerodesk::reports::kept_figures::{count_from_scratch, of};
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, Reply, TestApp};

const IMPORTS: &str = "/api/v1/zero-out/imports";
const REPORTS: [&str; 6] = [
    "zero-out-rate?",
    "zero-out-rate?by=class&",
    "zero-out-rate?count=nonconformity&by=class&",
    "funnel?",
    "deadlines?",
    "zero-out-rate?count=nonconformity&region=440100&",
];

/// A row that says nothing of how to reach the enterprise.
const NO_CONTACT: [(Column, &str); 4] = [
    (Column::Address, ""),
    (Column::ContactName, ""),
    (Column::ContactPhone, ""),
    (Column::ContactEmail, ""),
];

/// Monday morning in Shanghai, with sessions that last for days.
pub fn start() -> (TestApp, Http) {
    let app = TestApp::builder()
        .at("2021-08-09T01:00:00Z")
        .settings(|s| s.edit::<AuthSettings>().access_token_seconds = 86_400)
        .start();
    let officer = app.admin("officer-gd", "440000");
    (app, officer)
}

/// A row of enterprise `n` with a report, and an order or none.
pub fn record(n: u32, report: &str, order: &str, changes: &[(Column, &str)]) -> Vec<String> {
    let (code, name, email) = (uscc(n), format!("公司{n}"), format!("factory-{n}@enterprise.example"));
    let mut all = vec![
        (Column::Uscc, code.as_str()),
        (Column::Name, &name),
        (Column::ContactEmail, &email),
        (Column::ReportNo, report),
        (Column::OrderIssuedOn, order),
    ];
    all.extend_from_slice(changes);
    row(&all)
}

pub fn withdraw(who: &Http, import: &Value) -> Reply {
    let path = format!("{IMPORTS}/{}/withdraw", text(&import["id"]));
    who.post(&path, &json!({ "reason": "误传了上一版名单" }))
}

/// The officer on the morning of a later day.
fn morning(app: &TestApp, day: &str) -> Http {
    app.clock.set(format!("{day}T01:00:00Z").parse().unwrap());
    app.http().log_in("officer-gd", PASSWORD)
}

/// Proves again who is in the session, once some time has passed.
fn prove(who: &Http) {
    who.post("/api/v1/auth/step-up", &json!({ "password": PASSWORD })).expect(200);
}

pub fn list(who: &Http) -> Vec<(String, String)> {
    let page = who.get("/api/v1/zero-out?limit=200").expect(200);
    let line = |item: &Value| (text(&item["enterprise_name"]), text(&item["nonconformity"]["report_no"]));
    let mut all: Vec<_> = page["items"].as_array().unwrap().iter().map(line).collect();
    all.sort();
    all
}

fn names(who: &Http) -> Vec<String> {
    let page = who.get("/api/v1/enterprises?limit=200").expect(200);
    let mut all: Vec<_> = page["items"].as_array().unwrap().iter().map(|e| text(&e["name"])).collect();
    all.sort();
    all
}

/// What the sums say is what a count from scratch says.
pub fn verify(app: &TestApp) {
    let conn = &mut app.app.conn().unwrap();
    for scope in [None, Some("440103")] {
        assert_eq!(of(conn, scope).unwrap(), count_from_scratch(conn, scope).unwrap(), "{scope:?}");
    }
}

fn figures(who: &Http, day: &str) -> Vec<Value> {
    REPORTS.map(|report| who.get(&format!("/api/v1/reports/{report}as_of={day}")).expect(200)).to_vec()
}

/// How many clocks run, by a report of deadlines.
fn running(report: &Value) -> i64 {
    report["total"].as_array().unwrap().iter().map(|row| row["ahead"].as_i64().unwrap()).sum()
}

pub fn counts(import: &Value) -> [i64; 4] {
    ["inserted", "updated", "unchanged", "rejected"].map(|key| import[key].as_i64().unwrap())
}

#[test]
fn an_untouched_import_is_withdrawn_and_figures_of_past_days_stay() {
    let (app, officer) = start();
    let first = file(&[
        record(1, "R1", "2021-08-03", &[]),
        record(1, "R2", "2021-08-03", &[]),
        record(2, "R3", "", &[&NO_CONTACT[..], &[(Column::RegionCode, "440106")]].concat()),
    ]);
    let wrong = app.import(&officer, &first, false);
    assert_eq!(counts(&wrong), [3, 0, 0, 0]);
    assert_eq!((&wrong["withdrawable"], &wrong["withdrawal"]), (&json!(true), &Value::Null));
    let case = officer.get("/api/v1/remediation/cases").expect(200)["items"][0].clone();
    let officer = morning(&app, "2021-08-10");
    let monday = figures(&officer, "2021-08-09");
    assert_eq!(monday[0]["total"]["operating"], 2);
    assert_eq!(running(&monday[4]), 4, "both clocks of both cases run: {}", monday[4]);
    app.import(&officer, &file(&[record(2, "R4", "", &[(Column::RegionCode, "440106")])]), false);

    app.clock.set("2021-08-10T09:00:00Z".parse().unwrap());
    assert_eq!(withdraw(&officer, &wrong).refusal(), (403, "step_up_required".to_owned()));
    prove(&officer);
    let done = withdraw(&officer, &wrong).expect(200);
    assert_eq!((&done["state"], &done["withdrawable"]), (&json!("withdrawn"), &json!(false)));
    assert_eq!(done["withdrawal"]["reason"], "误传了上一版名单");
    assert_eq!(counts(&done), [3, 0, 0, 0], "the record of the import stays");
    assert_eq!(list(&officer), [("公司2".to_owned(), "R4".to_owned())]);
    assert_eq!(names(&officer), ["公司2"]);
    let gone = format!("/api/v1/enterprises/{}", text(&case["enterprise_id"]));
    assert_eq!(officer.get(&gone).refusal().0, 404);
    let case = officer.get(&format!("/api/v1/remediation/cases/{}", text(&case["id"]))).expect(200);
    assert_eq!(case["state"], "withdrawn");
    let last = case["history"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["event"], &last["note"]), (&json!("withdraw"), &json!("误传了上一版名单")));
    let events = format!("/api/v1/remediation/cases/{}/events", text(&case["id"]));
    let annul = json!({ "event": "correct", "corrects": 2, "annulled": true, "reason": "x" });
    assert_eq!(officer.post(&events, &annul).refusal(), (409, "case_ended".to_owned()));
    verify(&app);

    let officer = morning(&app, "2021-08-11");
    for cached in [true, false] {
        if !cached {
            crate::plans::sql(&app, "DELETE FROM past_day");
        }
        assert_eq!(figures(&officer, "2021-08-09"), monday, "cached: {cached}");
        let tuesday = figures(&officer, "2021-08-10");
        assert_eq!(tuesday[0]["total"]["operating"], 1);
        assert_eq!(running(&tuesday[4]), 0, "no clock runs any more: {}", tuesday[4]);
    }
    prove(&officer);
    assert_eq!(withdraw(&officer, &wrong).refusal(), (409, "import_not_withdrawable".to_owned()));

    // The same file again: everything is new, and counts again from now on.
    let again = app.import(&officer, &first, false);
    assert_eq!(counts(&again), [3, 0, 0, 0]);
    assert_eq!(counts(&app.import(&officer, &first, false)), [0, 0, 3, 0]);
    assert_eq!((list(&officer).len(), names(&officer).len()), (4, 2));
    verify(&app);
    let officer = morning(&app, "2021-08-12");
    assert_eq!(figures(&officer, "2021-08-09"), monday);
    assert_eq!(figures(&officer, "2021-08-11")[0]["total"]["operating"], 2);
}

#[test]
fn what_an_import_changed_is_as_before_it() {
    let (app, officer) = start();
    let first = app.import(&officer, &file(&[record(1, "R1", "", &[])]), false);
    let before = officer.get("/api/v1/zero-out").expect(200);
    let enterprise = text(&before["items"][0]["enterprise"]);
    let changed = [(Column::Name, "新名称"), (Column::RegionCode, "440106"), (Column::FailedItems, "标志")];
    let second = app.import(&officer, &file(&[record(1, "R1", "2021-08-03", &changed)]), false);
    assert_eq!(counts(&second), [0, 1, 0, 0]);
    let case = officer.get("/api/v1/remediation/cases").expect(200)["items"][0].clone();

    let button = |import: &Value| officer.get(&format!("/imports/{}?lang=zh-CN", text(&import["id"]))).text;
    assert!(button(&second).contains(&format!("/imports/{}/withdraw", text(&second["id"]))));
    let page = officer.get(&format!("/imports/{}/withdraw", text(&second["id"]))).text;
    assert!(page.contains("确认整批撤回") && page.contains("过去日期的统计数字不变"), "{page}");
    let english = officer.get(&format!("/imports/{}/withdraw?lang=en", text(&second["id"]))).text;
    assert!(english.contains("Figures of past days stay"), "{english}");
    // What came first can't go before what came later.
    assert_eq!(withdraw(&officer, &first).refusal(), (409, "import_in_use".to_owned()));
    let detail = || officer.get(&format!("/api/v1/enterprises/{enterprise}")).expect(200);
    assert_eq!((&detail()["name"], &detail()["region"]), (&json!("新名称"), &json!("440106")));
    withdraw(&officer, &second).expect(200);
    assert!(button(&second).contains("该导入已撤回"));
    assert_eq!(officer.get("/api/v1/zero-out").expect(200), before);
    assert_eq!(detail()["name"], "公司1");
    let case = officer.get(&format!("/api/v1/remediation/cases/{}", text(&case["id"]))).expect(200);
    assert_eq!(case["state"], "withdrawn");
    verify(&app);

    // A case can be opened again for the record, and then stands on the first import.
    let nonconformity = &before["items"][0]["nonconformity"]["id"];
    let order = json!({ "nonconformity": nonconformity, "ordered_on": "2021-08-05" });
    officer.post("/api/v1/remediation/cases", &order).expect(201);
    assert_eq!(withdraw(&officer, &first).refusal(), (409, "import_in_use".to_owned()));
    verify(&app);
}

#[test]
fn an_order_that_an_import_entered_is_annulled() {
    let (app, officer) = start();
    app.import(&officer, &file(&[record(1, "R1", "", &[])]), false);
    let record_id = officer.get("/api/v1/zero-out").expect(200)["items"][0]["nonconformity"]["id"].clone();
    let stop = json!({ "nonconformity": record_id, "stopped_on": "2021-08-02" });
    let case = text(&officer.post("/api/v1/remediation/cases", &stop).expect(201)["id"]);
    let path = format!("/api/v1/remediation/cases/{case}");
    let ordered = app.import(&officer, &file(&[record(1, "R1", "2021-08-03", &[])]), false);
    assert_eq!(officer.get(&path).expect(200)["state"], "ordered");
    withdraw(&officer, &ordered).expect(200);
    let after = officer.get(&path).expect(200);
    assert_eq!((&after["state"], &after["ordered_on"]), (&json!("stopped"), &Value::Null));
    let listed = officer.get("/api/v1/zero-out").expect(200);
    assert_eq!(listed["items"][0]["nonconformity"]["order_issued_on"], Value::Null);
    // The next list brings the order again.
    let again = app.import(&officer, &file(&[record(1, "R1", "2021-08-04", &[])]), false);
    assert_eq!(counts(&again), [0, 1, 0, 0]);
    assert_eq!(officer.get(&path).expect(200)["ordered_on"], "2021-08-04");
    verify(&app);
}

#[test]
fn whoever_was_reminded_is_told_and_no_reminder_follows() {
    let (app, officer) = start();
    let import = app.import(&officer, &file(&[record(1, "R1", "2021-08-03", &[])]), false);
    let case = officer.get("/api/v1/remediation/cases").expect(200)["items"][0].clone();
    let due: chrono::NaiveDate = text(&case["clocks"]["rectification"]["due_on"]).parse().unwrap();
    let officer = morning(&app, &(due - chrono::Duration::days(7)).to_string());
    app.app.execute(&zerodesk::core::Caller::system(), &SweepDeadlines {}).unwrap();
    app.mail("factory-1@enterprise.example", "R1");
    withdraw(&officer, &import).expect(200);
    let mail = app.mail("factory-1@enterprise.example", "案件随之撤回");
    assert!(
        mail.body_text.contains("R1") && mail.body_text.contains("误传了上一版名单"),
        "{}",
        mail.body_text
    );
    app.mail("officer-gd@regulator.example", "案件随之撤回");
    app.clock.advance(chrono::Duration::days(8));
    let swept = app.app.execute(&zerodesk::core::Caller::system(), &SweepDeadlines {}).unwrap();
    assert_eq!((swept.notices, swept.mails), (0, 0));
}

#[test]
fn a_withdrawn_list_binds_no_other_region() {
    let (app, officer) = start();
    let wrong = app.import(&officer, &file(&[record(1, "R1", "", &[(Column::Address, "错误地址")])]), false);
    withdraw(&officer, &wrong).expect(200);
    let shenzhen = app.admin("officer-sz", "440300");
    let own = record(1, "R1", "", &[(Column::RegionCode, "440305"), (Column::Address, "")]);
    assert_eq!(counts(&app.import(&shenzhen, &file(&[own]), false)), [1, 0, 0, 0]);
    let listed = shenzhen.get("/api/v1/enterprises").expect(200)["items"][0].clone();
    assert_eq!((&listed["region"], &listed["address"]), (&json!("440305"), &Value::Null));
    verify(&app);
}

/// No mail goes to an address of a withdrawn list, whether the enterprise was new by it or not.
#[test]
fn what_a_withdrawn_list_says_of_an_enterprise_is_gone() {
    let (app, officer) = start();
    let address = |mail: &'static str| [&NO_CONTACT[..], &[(Column::ContactEmail, mail)]].concat();
    let of = |who: &Http| {
        let listed = who.get("/api/v1/enterprises").expect(200)["items"][0].clone();
        let one = who.get(&format!("/api/v1/enterprises/{}", text(&listed["id"]))).expect(200);
        (one["contact_email"].clone(), one["address"].clone())
    };
    let wrong = [(Column::ContactEmail, "wrong@enterprise.example"), (Column::Address, "错误地址")];
    let first = app.import(&officer, &file(&[record(1, "R1", "", &wrong)]), false);
    let second = app.import(&officer, &file(&[record(1, "R2", "", &address(""))]), false);
    // The second one names the enterprise, which is new by the first one with its address.
    assert_eq!(withdraw(&officer, &first).refusal(), (409, "import_in_use".to_owned()));
    let standing = officer.get(&format!("{IMPORTS}/{}/standing", text(&first["id"]))).expect(200);
    let stands = &standing["items"][0]["standing"][0];
    assert_eq!((&stands["kind"], &stands["id"]), (&json!("later_import"), &second["id"]));
    withdraw(&officer, &second).expect(200);
    withdraw(&officer, &first).expect(200);
    let third = app.import(&officer, &file(&[record(1, "R3", "", &address(""))]), false);
    assert_eq!(of(&officer), (Value::Null, Value::Null), "the withdrawn address does not come back");
    // It found no address, so the one that a later list brings is not its own.
    let fourth =
        app.import(&officer, &file(&[record(1, "R4", "", &address("right@enterprise.example"))]), false);
    withdraw(&officer, &third).expect(200);
    assert_eq!(of(&officer), (json!("right@enterprise.example"), Value::Null));
    // A list that replaces the address of the one before stands on it.
    app.import(&officer, &file(&[record(1, "R5", "", &address("new@enterprise.example"))]), false);
    assert_eq!(withdraw(&officer, &fourth).refusal(), (409, "import_in_use".to_owned()));
}
