//! A long import is withdrawn by a job, as is a short one while a list goes in: with progress, all or nothing, again after a crash.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::db::pool::Connection;
use zerodesk::zero_out::import::sample::Sample;

use super::{IMPORTS, counts, list, record, start, verify, withdraw};
use crate::plans::sql;
use crate::support::csv::file;
use crate::support::people::text;
use crate::support::{Http, PATIENCE, TestApp};

fn path(import: &Value, rest: &str) -> String {
    format!("{IMPORTS}/{}{rest}", text(&import["id"]))
}

/// The import once its withdrawal is not under way any more.
fn ended(who: &Http, import: &Value) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let view = who.get(&path(import, "")).expect(200);
        if !["queued", "running"].iter().any(|state| view["withdrawing"]["state"] == *state) {
            return view;
        }
        assert!(Instant::now() < end, "{view}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Keeps lists from going in, as one that goes in does.
fn hold_merges(app: &TestApp) -> Connection {
    let mut conn = app.app.conn().unwrap();
    conn.batch_execute("SELECT pg_advisory_lock(x'7a646d6572676500'::bigint)").unwrap();
    conn
}

fn let_merges(mut conn: Connection) {
    conn.batch_execute("SELECT pg_advisory_unlock_all()").unwrap();
}

fn actions(who: &Http, import: &Value) -> Vec<(String, Value)> {
    let page = who.get(&format!("/api/v1/audit?limit=200&subject={}", text(&import["id"]))).expect(200);
    let row = |row: &Value| (text(&row["action"]), row["data"].clone());
    page["items"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn an_import_of_thousands_of_rows_is_withdrawn_by_a_job() {
    let app = TestApp::builder()
        .at("2021-12-01T01:00:00Z")
        .settings(|s| s.edit::<AuthSettings>().access_token_seconds = 86_400)
        .start();
    let officer = app.admin("officer-gd", "440000");
    let sample = Sample { enterprises: 2_200, operating: 1_500, rows: 3_000, seed: 7 };
    let wrong = app.import(&officer, &sample.csv(app.app.catalogue()).unwrap(), false);
    assert_eq!(counts(&wrong), [3_000, 0, 0, 0]);
    let page = officer.get(&format!("/imports/{}/withdraw?lang=zh-CN", text(&wrong["id"]))).text;
    for told in ["<b>3000</b> 条不合格记录退出名单", "<b>2200</b> 家企业退出名单"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let asked = withdraw(&officer, &wrong);
    assert_eq!((asked.status, asked.header("location")), (202, path(&wrong, "").as_str()));
    let asked = asked.json();
    assert_eq!(
        (&asked["state"], &asked["withdrawing"]["reason"]),
        (&json!("done"), &json!("误传了上一版名单"))
    );
    let done = ended(&officer, &wrong);
    assert_eq!((&done["state"], &done["withdrawing"]), (&json!("withdrawn"), &Value::Null), "{done}");
    assert_eq!(done["withdrawal"]["reason"], "误传了上一版名单");
    assert_eq!(list(&officer), []);
    verify(&app);
    let open = officer.get("/api/v1/remediation/cases?limit=200").expect(200);
    assert!(open["items"].as_array().unwrap().iter().all(|case| case["state"] == "withdrawn"), "{open}");
    let said = actions(&officer, &wrong);
    let whole = said.iter().find(|(action, _)| action == "withdraw_import").unwrap();
    assert_eq!((&whole.1["records"], &whole.1["enterprises"]), (&json!(3_000), &json!(2_200)));
    assert!(said.iter().any(|(action, _)| action == "request_withdrawal"), "{said:?}");
}

#[test]
fn while_a_list_goes_in_a_withdrawal_waits_and_looks_again_before_it_begins() {
    let (app, officer) = start();
    let import = app.import(&officer, &file(&[record(1, "R1", "", &[]), record(2, "R2", "", &[])]), false);
    let listed = list(&officer);
    let held = hold_merges(&app);
    assert_eq!(withdraw(&officer, &import).status, 202);
    let view = officer.get(&path(&import, "")).expect(200);
    assert_eq!((&view["state"], &view["withdrawable"]), (&json!("done"), &json!(false)));
    assert_eq!(list(&officer), listed, "nothing is withdrawn before all of it is");
    assert_eq!(withdraw(&officer, &import).refusal(), (409, "import_not_withdrawable".to_owned()));
    for page in ["", "/withdraw"] {
        let page = officer.get(&format!("/imports/{}{page}?lang=zh-CN", text(&import["id"]))).text;
        assert!(page.contains("正在整批撤回") && page.contains("data-watch"), "{page}");
        assert!(!page.contains("确认整批撤回"), "{page}");
    }
    // Someone builds on a row meanwhile.
    let of_list = officer.get("/api/v1/zero-out").expect(200)["items"][0]["nonconformity"]["id"].clone();
    let order = json!({ "nonconformity": of_list, "ordered_on": "2021-08-05" });
    officer.post("/api/v1/remediation/cases", &order).expect(201);
    let_merges(held);
    let refused = ended(&officer, &import);
    assert_eq!((&refused["state"], &refused["withdrawable"]), (&json!("done"), &json!(true)));
    let run = &refused["withdrawing"];
    assert_eq!((&run["state"], &run["problem"]["code"]), (&json!("refused"), &json!("import_in_use")));
    assert!(text(&run["problem"]["detail_zh"]).contains("1 行"), "{run}");
    assert_eq!(list(&officer), listed);
    let page = officer.get(&format!("/imports/{}?lang=zh-CN", text(&import["id"]))).text;
    assert!(page.contains("撤回未能进行"), "{page}");
    // Asked for again it is refused at once, with the rows.
    let problem = withdraw(&officer, &import).problem();
    assert_eq!((&problem["code"], problem["errors"].as_array().unwrap().len()), (&json!("import_in_use"), 1));
    verify(&app);
}

#[test]
fn a_withdrawal_that_a_killed_process_left_is_done_and_one_that_kills_is_given_up() {
    let (app, officer) = start();
    for (report, attempts, state) in [("R1", 1, "withdrawn"), ("R2", 5, "done")] {
        let import = app.import(&officer, &file(&[record(1, report, "", &[])]), false);
        let left = format!(
            "INSERT INTO zero_out_withdrawal (import_id, reason, state, attempts, phase, created_at, started_at)
             VALUES ('{}', 'x', 'running', {attempts}, 'checking', now(), now())",
            text(&import["id"])
        );
        sql(&app, &left);
        let end = ended(&officer, &import);
        assert_eq!(end["state"], state, "{end}");
        if state == "done" {
            assert_eq!(end["withdrawing"]["problem"]["code"], "import_gave_up");
            assert!(list(&officer).iter().any(|(_, listed)| listed == report));
            // It can be asked for again.
            let held = hold_merges(&app);
            assert_eq!(withdraw(&officer, &import).status, 202);
            let_merges(held);
            assert_eq!(ended(&officer, &import)["state"], "withdrawn");
        }
    }
    verify(&app);
}
