use serde_json::{Value, json};
use zerodesk::zero_out::import::Column;

use super::{computed, entry, listed, plan_path, sql, world};
use crate::support::csv::row;
use crate::support::people::text;
use crate::support::{Http, TestApp};

/// Computes a plan, changes something, and tries to apply it: refused, naming who changed.
fn refused(admin: &Http, name: &str, what: &str, change: impl FnOnce()) {
    let plan = computed(admin, &json!({}));
    change();
    let reply = admin.in_english().act(&plan_path(&plan, "/apply"));
    assert_eq!(reply.refusal(), (409, "plan_stale".to_owned()), "{what}");
    let named = reply.problem()["errors"].as_array().unwrap().clone();
    let fits = |e: &Value| text(&e["detail"]).starts_with(&format!("{name}: "));
    assert!(named.iter().any(fits), "{what}: {named:?}");
    let changes = admin.get(&plan_path(&plan, "/changes")).expect(200);
    assert_eq!(changes["stale"], true);
    let found = changes["changes"].as_array().unwrap().iter().any(|c| c["name"] == name && c["what"] == what);
    assert!(found, "{what}: {changes}");
    assert_eq!(admin.get(&plan_path(&plan, "")).expect(200)["state"], "computed");
}

fn changed(n: u32, column: Column, value: &str) -> Vec<String> {
    let mut cells = entry(n, "440103", "K0101");
    cells[column as usize] = value.to_owned();
    cells
}

#[test]
fn changes_of_the_list_are_named() {
    let (app, admin) = world();
    let app = &app;
    let import = |rows: Vec<Vec<String>>| drop(listed(app, &admin, &rows));
    refused(&admin, "第6公司", "joined", || import(vec![entry(6, "440103", "K0101")]));
    refused(&admin, "第6公司", "operating_status", || {
        import(vec![changed(6, Column::OperatingStatus, "注销")]);
    });
    refused(&admin, "第6公司", "joined", || import(vec![changed(6, Column::OperatingStatus, "在营")]));
    refused(&admin, "第1公司", "nonconformities", || import(vec![changed(1, Column::ReportNo, "R1-2")]));
    refused(&admin, "第1公司", "report", || import(vec![changed(1, Column::FailedItems, "耐压")]));
    refused(&admin, "第2公司", "region", || import(vec![changed(2, Column::RegionCode, "440305")]));
    refused(&admin, "第1公司", "cleared", || clear(app, "R1-2"));
    refused(&admin, "第3公司", "cleared", || clear(app, "R3"));
}

fn put(who: &Http, path: &str, body: &Value) {
    who.json("PUT", path, body).expect(200);
}

/// A case that is cleared.
fn clear(app: &TestApp, report: &str) {
    sql(
        app,
        &format!(
            "UPDATE remediation_case SET state = 'cleared', cleared_at = now()
             WHERE nonconformity_id = (SELECT id FROM nonconformity WHERE report_no = '{report}')"
        ),
    );
}

#[test]
fn changes_of_an_expert_are_named() {
    let (app, admin) = world();
    let app = &app;
    let expert = app.http().log_in("expert-1", crate::support::people::PASSWORD);
    let id = text(&expert.get("/api/v1/me").expect(200)["expert_id"]);
    let name = "专家 expert-1";
    let set = |what: &str| sql(app, &format!("UPDATE expert SET {what} WHERE id = '{id}'"));
    refused(&admin, name, "availability", || {
        put(&expert, "/api/v1/experts/me/availability", &json!({ "available": false }));
    });
    refused(&admin, name, "availability", || {
        put(&expert, "/api/v1/experts/me/availability", &json!({ "available": true }));
    });
    refused(&admin, name, "specialties", || {
        let body = json!({ "specialties": [{ "product_kind": "K0101", "level": 1 }] });
        let proposed = expert.json("PUT", "/api/v1/experts/me/specialties", &body).expect(200);
        let change = text(&proposed["private"]["proposed_specialties"][0]["id"]);
        admin.act(&format!("/api/v1/expert-specialty-changes/{change}/approve")).expect(200);
    });
    refused(&admin, name, "capacity", || set("capacity = 3"));
    refused(&admin, name, "leave", || set("leave_from = '2026-03-10', leave_to = '2026-03-12'"));
    refused(&admin, name, "conflicts", || {
        sql(
            app,
            &format!(
                "INSERT INTO expert_conflict (expert_id, uscc, relation) SELECT '{id}', uscc, 'owner' FROM enterprise LIMIT 1"
            ),
        );
    });
    refused(&admin, name, "refusals", || {
        sql(
            app,
            &format!(
                "INSERT INTO expert_refusal (enterprise_id, expert_id, reason, created_by, created_at)
                 SELECT e.id, '{id}', 'x', a.id, now() FROM enterprise e, account a LIMIT 1"
            ),
        );
    });
    refused(&admin, "专家 expert-3", "vetting", || drop(app.approved_expert(&admin, "expert-3", "K0101")));
    refused(&admin, name, "vetting", || set("vetting = 'rejected'"));
}

#[test]
fn places_taken_meanwhile_are_named_and_unrelated_changes_are_ignored() {
    let (app, admin) = world();
    let enterprise = app.claimed_enterprise(7, "440103", "K0101");
    let plan = computed(&admin, &json!({ "rounds": 2, "region": "440103" }));
    // Places enough are left: not stale. A contact is no matter of the plan either.
    let mut contact = row(&[]);
    contact.clone_from(&entry(1, "440103", "K0101"));
    contact[Column::ContactName as usize] = "李四".to_owned();
    listed(&app, &admin, &[contact]);
    assert_eq!(admin.get(&plan_path(&plan, "/changes")).expect(200)["stale"], false);
    let tight = computed(&admin, &json!({}));
    assert_eq!(tight["figures"]["assigned"], 3);
    app.open(&enterprise);
    let reply = admin.act(&plan_path(&tight, "/apply"));
    assert_eq!(reply.refusal(), (409, "plan_stale".to_owned()));
    assert!(text(&reply.problem()["errors"][0]["detail"]).contains("名额"));
}

#[test]
fn a_superseded_plan_is_refused() {
    let (_app, admin) = world();
    let (first, second) = (computed(&admin, &json!({ "name": "甲案" })), computed(&admin, &json!({})));
    admin.act(&plan_path(&first, "/apply")).expect(200);
    let reply = admin.act(&plan_path(&second, "/apply"));
    assert_eq!(reply.refusal(), (409, "plan_stale".to_owned()));
    assert!(text(&reply.problem()["errors"][0]["detail"]).starts_with("甲案"));
}
