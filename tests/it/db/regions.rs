//! The region of a consultation and of a case is at any moment that of its enterprise, also where one is opened while the
//! enterprise moves.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::support::Database;

/// An enterprise in Guangzhou with an account and a failed report.
const WORLD: &str = "
    INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
    VALUES ('00000000-0000-4000-8000-000000000001', '91440101000000001X', '公司', 'operating', '440103', now(), now());
    INSERT INTO account (id, username, password_hash, role, name, language, enterprise_id, active, created_at)
    VALUES ('00000000-0000-4000-8000-000000000002', 'gongsi', '-', 'enterprise', '公司', 'zh-CN',
            '00000000-0000-4000-8000-000000000001', true, now());
    INSERT INTO nonconformity (id, enterprise_id, product_kind, report_no, inspected_on, failed_items, created_at, updated_at)
    VALUES ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'K0101', 'R1', '2021-08-01',
            '{标志}', now(), now())";

const CONSULTATION: &str = "
    INSERT INTO consultation (id, enterprise_id, product_kind, subject, question, status, opened_by, opened_at, updated_at)
    VALUES ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000000001', 'K0101', '标志', '如何更正？',
            'waiting', '00000000-0000-4000-8000-000000000002', now(), now())";

const CASE: &str = "
    INSERT INTO remediation_case (id, nonconformity_id, enterprise_id, state, rule_version, ordered_on, rectify_by,
                                  reinspect_by, created_at, updated_at)
    VALUES ('00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-000000000003',
            '00000000-0000-4000-8000-000000000001', 'ordered', 'SAMR-18-2020', '2021-08-03', '2021-10-08', '2021-10-18',
            now(), now())";

const MOVE: &str = "UPDATE enterprise SET region = '440305', updated_at = now()";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn count(conn: &mut PgConnection, query: &str) -> i64 {
    diesel::sql_query(format!("SELECT count(*) AS n FROM {query}")).get_result::<Count>(conn).unwrap().n
}

/// Runs the first statement and leaves its transaction open, runs the second beside it, which must wait, and then commits.
fn one_waits_for_the_other(first: &str, second: &'static str) {
    let database = Database::new();
    let (mut one, mut other, mut watch) = (database.connect(), database.connect(), database.connect());
    one.batch_execute(WORLD).unwrap();
    one.batch_execute("BEGIN").unwrap();
    one.batch_execute(first).unwrap();
    let waiting = std::thread::spawn(move || other.batch_execute(second));
    let waits = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while count(&mut watch, waits) == 0 {
        assert!(!waiting.is_finished(), "it did not wait: {second}");
        std::thread::yield_now();
    }
    one.batch_execute("COMMIT").unwrap();
    waiting.join().unwrap().unwrap();
    assert_eq!(count(&mut watch, "enterprise WHERE region = '440305'"), 1);
    let all = "(SELECT region FROM consultation UNION ALL SELECT region FROM remediation_case) AS opened";
    assert_eq!(count(&mut watch, all), 1);
    assert_eq!(count(&mut watch, &format!("{all} WHERE region = '440305'")), 1, "{first}; {second}");
}

#[test]
fn a_consultation_opened_while_its_enterprise_moves_is_found_in_the_new_region() {
    one_waits_for_the_other(MOVE, CONSULTATION);
}

#[test]
fn moving_an_enterprise_moves_a_consultation_that_is_being_opened() {
    one_waits_for_the_other(CONSULTATION, MOVE);
}

#[test]
fn a_case_opened_while_its_enterprise_moves_is_found_in_the_new_region() {
    one_waits_for_the_other(MOVE, CASE);
}

#[test]
fn moving_an_enterprise_moves_a_case_that_is_being_opened() {
    one_waits_for_the_other(CASE, MOVE);
}

#[test]
fn lists_do_not_depend_on_jobs_of_the_reports() {
    let database = Database::new();
    let conn = &mut database.connect();
    for statement in [WORLD, CONSULTATION, CASE, MOVE] {
        conn.batch_execute(statement).unwrap();
    }
    for table in ["consultation", "remediation_case"] {
        assert_eq!(count(conn, &format!("{table} WHERE region = '440305'")), 1, "{table}");
    }
    assert!(count(conn, "figure_stale") > 0, "nothing was folded");
}

#[test]
fn a_case_is_held_and_handled_by_regions_that_exist() {
    let database = Database::new();
    let conn = &mut database.connect();
    for statement in [WORLD, CASE] {
        conn.batch_execute(statement).unwrap();
    }
    for column in ["held_by", "handled_in"] {
        let set = |region: &str| format!("UPDATE remediation_case SET {column} = '{region}'");
        let refused = conn.batch_execute(&set("999999")).unwrap_err().to_string();
        assert!(refused.contains("region"), "{column}: {refused}");
        conn.batch_execute(&set("440000")).unwrap();
    }
}
