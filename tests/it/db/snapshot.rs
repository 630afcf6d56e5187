//! What answers a request reads the database as it was at one moment.

use diesel::connection::SimpleConnection;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;
use zerodesk::db::schema::zero_out_import as imports;

use crate::support::TestApp;

const IMPORT: &str = "
    INSERT INTO zero_out_import (id, file_name, sha256, dry_run, state, created_at)
    VALUES (gen_random_uuid(), 'list.csv', '', false, 'failed', now())";

#[test]
fn a_snapshot_is_of_one_moment_writes_nothing_and_leaves_its_connection_usable() {
    let app = TestApp::start();
    {
        let mut snapshot = app.app.snapshot().unwrap();
        let count =
            |conn: &mut PgConnection| -> i64 { imports::table.select(count_star()).first(conn).unwrap() };
        assert_eq!(count(&mut snapshot), 0);
        app.app.conn().unwrap().batch_execute(IMPORT).unwrap();
        assert_eq!(count(&mut snapshot), 0, "written after its first statement");
        assert_eq!(count(&mut app.app.snapshot().unwrap()), 1);
        let refused = snapshot.batch_execute(IMPORT).unwrap_err();
        assert!(refused.to_string().contains("read-only transaction"), "{refused}");
    }
    // The connections come back without their reading transaction.
    for _ in 0..20 {
        let read_only: String = sql::<Text>("SELECT current_setting('transaction_read_only')")
            .get_result(&mut app.app.conn().unwrap())
            .unwrap();
        assert_eq!(read_only, "off");
    }
}
