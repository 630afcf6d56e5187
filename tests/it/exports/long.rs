//! Lists of many pieces.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::collections::BTreeSet;
use zerodesk::exports::settings::ExportSettings;

use super::{lines, rows, sheet};
use crate::support::TestApp;
use crate::support::csv::uscc;

/// Lists so many enterprises, by turns in districts of Guangzhou and of Shenzhen.
pub fn enterprises(app: &TestApp, many: u32) {
    let now = app.now().to_rfc3339();
    let codes: Vec<_> = (1..=many).map(uscc).collect();
    let statements = format!(
        "INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
         SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, code, '公司' || n, 'operating',
                (ARRAY['440103', '440305'])[n % 2 + 1], '{now}', '{now}'
         FROM unnest('{{{}}}'::text[]) WITH ORDINALITY AS listed (code, n)",
        codes.join(",")
    );
    app.app.conn().unwrap().batch_execute(&statements).unwrap();
}

#[test]
fn a_list_of_many_pieces_has_each_row_once() {
    let app = TestApp::builder().settings(|s| s.edit::<ExportSettings>().max_rows = 1_500).start();
    let (province, guangzhou) = (app.admin("officer", "440000"), app.admin("officer-gz", "440100"));
    enterprises(&app, 2_402);
    let all = lines(&guangzhou.get("/api/v1/enterprises?format=csv"));
    let different: BTreeSet<_> = all.iter().map(|row| row[0].clone()).collect();
    assert_eq!((all.len(), different.len()), (1_201, 1_201));
    assert!(all.iter().all(|row| row[3] == "440103"), "none of another region");
    let book = rows(&sheet(&guangzhou.get("/api/v1/enterprises?format=xlsx")));
    assert_eq!(book.iter().map(|row| row[0].clone()).collect::<BTreeSet<_>>(), different);
    // A longer one ends where the setting says, and says so.
    let cut = rows(&sheet(&province.get("/api/v1/enterprises?format=xlsx")));
    assert_eq!(cut.iter().filter(|row| !row[1].is_empty()).count(), 1_500);
    assert!(cut.last().unwrap()[0].starts_with("仅导出前 1500 行"), "{:?}", cut.last());
    let ended = province.get("/api/v1/audit?action=finish_export&limit=1").expect(200);
    assert_eq!(ended["items"][0]["data"]["complete"], false);
}

#[test]
fn a_file_is_of_one_moment() {
    let app = TestApp::start();
    enterprises(&app, 2);
    let mut snapshot = app.app.pool().long_snapshot().unwrap();
    let conn = &mut *app.app.conn().unwrap();
    conn.batch_execute("UPDATE enterprise SET name = name || 'x'").unwrap();
    let names = |conn: &mut diesel::PgConnection| -> Vec<String> {
        use zerodesk::db::published::enterprise;
        enterprise::table.select(enterprise::name).load(conn).unwrap()
    };
    assert!(names(conn).iter().all(|name| name.ends_with('x')));
    assert!(!names(&mut snapshot).iter().any(|name| name.ends_with('x')));
    assert!(snapshot.batch_execute("UPDATE enterprise SET name = 'y'").is_err(), "it only reads");
}
