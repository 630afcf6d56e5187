//! An application on a database of its own, and lists to import into it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::sync::Arc;
use zerodesk::app::App;
use zerodesk::core::actor::{Person, Proof, Scope};
use zerodesk::core::clock::ManualClock;
use zerodesk::core::ids::{AccountId, SessionId};
use zerodesk::core::page::Slice;
use zerodesk::core::{Actor, Caller, Language};
use zerodesk::zero_out::import::sample::Sample;
use zerodesk::zero_out::import::{ImportReport, import_file, rejections};

use crate::support::Database;
use crate::support::app::{app_on, settings};
pub use crate::support::csv::{B, file as csv, row};

/// An application and the database that goes with it.
pub struct AppWithDatabase {
    app: App,
    _database: Database,
}

impl std::ops::Deref for AppWithDatabase {
    type Target = App;
    fn deref(&self) -> &App {
        &self.app
    }
}

/// An application on a database of its own, at noon of 2021-11-01 in Shanghai.
pub fn app() -> AppWithDatabase {
    let database = Database::new();
    let clock = Arc::new(ManualClock::at("2021-11-01T04:00:00Z".parse().unwrap()));
    AppWithDatabase { app: app_on(&database, settings(), &clock), _database: database }
}

pub fn person(app: &App, scope: Scope) -> Caller {
    let account = AccountId::new();
    if let Scope::Admin(region) = &scope {
        let insert = format!(
            "INSERT INTO account (id, username, password_hash, role, name, language, region, active, created_at)
             VALUES ('{account}', '{account}', 'x', 'admin', 'x', 'zh-CN', '{region}', true, now())"
        );
        app.conn().unwrap().batch_execute(&insert).unwrap();
    }
    let (session, name, language) = (SessionId::new(), "x".to_owned(), Language::Zh);
    let actor = Actor::Person(Person { account, session, name, language, scope, proof: Proof::default() });
    Caller { actor, request: None, idempotency_key: None }
}

pub fn admin(app: &App, region: &str) -> Caller {
    person(app, Scope::Admin(region.to_owned()))
}

pub fn import_as(app: &App, caller: &Caller, file: Vec<u8>) -> ImportReport {
    let report = import_file(app, caller, "list.csv", file, false, &|_, _| ()).unwrap();
    assert_eq!(report.rows, report.inserted + report.updated + report.unchanged + report.rejected);
    report
}

pub fn import(app: &App, rows: &[Vec<String>]) -> ImportReport {
    import_as(app, &Caller::system(), csv(rows))
}

pub fn counts(report: &ImportReport) -> [i32; 4] {
    [report.inserted, report.updated, report.unchanged, report.rejected]
}

/// The codes of the reasons, with the row and column of each.
pub fn reasons(app: &App, report: &ImportReport) -> Vec<(i32, String, String)> {
    let slice = Slice { limit: 200, ..Slice::default() };
    let page = rejections(&mut app.conn().unwrap(), &Actor::System, report.id, slice).unwrap();
    page.items.into_iter().map(|r| (r.row, r.column, r.code.to_string())).collect()
}

/// All of the domain as one text, ids and times aside.
pub fn domain(app: &App) -> String {
    #[derive(QueryableByName)]
    struct Dump {
        #[diesel(sql_type = Text)]
        dump: String,
    }
    diesel::sql_query(
        "SELECT coalesce(string_agg(line, E'\n' ORDER BY line COLLATE \"C\"), '') AS dump FROM (
            SELECT concat_ws('|', e.uscc, e.name, e.operating_status, e.region, e.address, e.contact_name,
                e.contact_phone, e.contact_email, n.product_kind, n.report_no, n.inspected_on,
                n.inspection_level, n.failed_items, n.order_issued_on, c.state, c.rule_version, c.ordered_on,
                c.rectify_by, c.reinspect_by, v.event, v.seq, v.to_state, v.occurred_on) AS line
            FROM enterprise e FULL JOIN nonconformity n ON n.enterprise_id = e.id
            FULL JOIN remediation_case c ON c.nonconformity_id = n.id FULL JOIN case_event v ON v.case_id = c.id) all_lines",
    )
    .get_result::<Dump>(&mut *app.conn().unwrap())
    .unwrap()
    .dump
}

pub fn some_list(app: &App) -> Vec<u8> {
    Sample { enterprises: 300, operating: 200, rows: 700, seed: 7 }.csv(app.catalogue()).unwrap()
}
