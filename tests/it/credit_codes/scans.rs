//! Scans are counted by day and city, and nothing is kept of who scans.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::json;
use zerodesk::credit_codes::scans;
use zerodesk::settings::ServerSettings;

use super::{CODES, granted, maker, public, sampled};
use crate::support::TestApp;

#[derive(QueryableByName, Debug, PartialEq)]
struct Counted {
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Text)]
    answer: String,
    #[diesel(sql_type = BigInt)]
    scans: i64,
}

fn counted(app: &TestApp) -> Vec<Counted> {
    let rows = "SELECT region, answer, scans FROM credit_code_scan ORDER BY region, answer";
    diesel::sql_query(rows).load(&mut app.database().connect()).unwrap()
}

fn row(region: &str, answer: &str, scans: i64) -> Counted {
    Counted { region: region.to_owned(), answer: answer.to_owned(), scans }
}

#[test]
fn scans_are_counted_by_what_the_page_said_and_by_city() {
    let app = TestApp::builder()
        .settings(|settings| {
            settings.edit::<ServerSettings>().trusted_proxies = "127.0.0.1".parse().unwrap();
            settings.edit::<zerodesk::credit_codes::settings::CodePageSettings>().region_header =
                "x-client-region".to_owned();
        })
        .start();
    let officer = app.admin("officer", "440000");
    let maker = maker(&app, 1, "440106");
    sampled(&officer, &maker, "FORM-1", "conforming");
    let (path, token) = granted(&officer, &maker);
    let address = format!("/q/{token}");
    for region in ["440106", "440103", "440300", "nowhere"] {
        let headers = [("x-client-region", region), ("x-forwarded-for", "203.0.113.7")];
        assert_eq!(app.http().send("GET", &address, &headers, None).status, 200);
    }
    app.http().send("HEAD", &address, &[], None);
    public(&app, "x");
    scans::flush(&app.app).unwrap();
    let before = vec![row("", "in_force", 1), row("440100", "in_force", 2), row("440300", "in_force", 1)];
    assert_eq!(counted(&app), before, "a request for the head alone and an unknown token are no scans");
    officer.post(&format!("{path}/revoke"), &json!({ "reason": "x" })).expect(200);
    for _ in 0..2 {
        public(&app, &token).expect(200);
    }
    scans::flush(&app.app).unwrap();
    scans::flush(&app.app).unwrap();
    assert!(counted(&app).contains(&row("", "ended", 2)), "{:?}", counted(&app));
    let seen = officer.get(&path).expect(200);
    assert_eq!(
        seen["scans"],
        json!([{ "day": "2026-03-02", "scans": 6, "not_in_force": 2, "unusual": false }])
    );
    assert_eq!(maker.http.get(&path).expect(200)["scans"][0]["unusual"], json!(null));
    let figures = officer.get(&format!("{CODES}/figures")).expect(200);
    assert_eq!((figures["scans"].clone(), figures["scans_ended"].clone()), (json!(6), json!(2)));
}

#[test]
fn no_table_has_a_column_for_who_scans() {
    let app = TestApp::start();
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let columns: Vec<Column> = diesel::sql_query(
        "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'credit_code_scan'::regclass AND attnum > 0 ORDER BY attnum",
    )
    .load(&mut app.database().connect())
    .unwrap();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["code_id", "number", "day", "region", "answer", "scans"]);
}
