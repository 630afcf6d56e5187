//! The audit's chain: every way to tamper with it by SQL is found, and the row is named.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::path::Path;
use std::process::Command;
use zerodesk::audit::verify::{Fault, heads, verify};
use zerodesk::db::chain;
use zerodesk::db::schema::{audit_entry, audit_head};

use super::support::Course103;
use crate::support::{Database, TestApp};

type Place = (i64, i32, i64);

fn places(conn: &mut PgConnection) -> Vec<Place> {
    audit_entry::table
        .order((audit_entry::lane, audit_entry::seq))
        .select((audit_entry::id, audit_entry::lane.assume_not_null(), audit_entry::seq.assume_not_null()))
        .load(conn)
        .unwrap()
}

/// The longest lane, in order: one with at least four rows. Lanes are chosen at random, so commands are run until one has them.
fn long_lane(c: &Course103) -> Vec<Place> {
    loop {
        let all = places(&mut c.app.app.conn().unwrap());
        let lane = |n: i32| all.iter().copied().filter(|(_, lane, _)| *lane == n).collect::<Vec<_>>();
        let longest = (0..16).map(lane).max_by_key(Vec::len).unwrap();
        if longest.len() >= 4 {
            return longest;
        }
        let action = serde_json::json!({ "description": "x" });
        c.enterprise.http.post(&format!("{}/actions", c.path), &action).expect(201);
    }
}

/// Changes rows as an owner of the database could, and restores everything.
fn tampered(app: &TestApp, sql: &str) -> Vec<Fault> {
    let conn = &mut app.database().connect();
    let keys = chain::keys(app.app.settings());
    conn.batch_execute(&format!(
        "CREATE TABLE kept AS TABLE audit_entry; CREATE TABLE kept_head AS TABLE audit_head; \
         SET session_replication_role = replica; {sql}; SET session_replication_role = origin"
    ))
    .unwrap();
    let faults = verify(conn, keys, &[]).unwrap().faults;
    conn.batch_execute(
        "SET session_replication_role = replica; DELETE FROM audit_entry; DELETE FROM audit_head; \
         INSERT INTO audit_entry OVERRIDING SYSTEM VALUE SELECT * FROM kept; INSERT INTO audit_head SELECT * FROM kept_head; \
         DROP TABLE kept; DROP TABLE kept_head; SET session_replication_role = origin",
    )
    .unwrap();
    assert_eq!(verify(conn, keys, &[]).unwrap().faults, [], "put back");
    faults
}

#[test]
fn every_kind_of_tampering_is_found_and_named() {
    let c = Course103::new();
    c.correct();
    let app = &c.app;
    let lane = long_lane(&c);
    let ((first, n, _), (second, _, seq), (last, _, end)) = (lane[0], lane[1], lane[lane.len() - 1]);
    let changed = |id, seq| Fault::Changed { id, lane: n, seq };
    for set in [
        "action = action || 'x'",
        "data = data || '{\"forged\": 1}'",
        "at = at + interval '1 microsecond'",
        "actor_id = gen_random_uuid()",
        "actor_role = actor_role || 'x'",
        "subject_type = subject_type || 'x'",
        "region = coalesce(region, '') || '9'",
        "request_id = gen_random_uuid()",
    ] {
        let faults = tampered(app, &format!("UPDATE audit_entry SET {set} WHERE id = {second}"));
        assert_eq!(faults, [changed(second, seq)], "{set}");
    }
    let faults = tampered(app, &format!("DELETE FROM audit_entry WHERE id = {second}"));
    assert_eq!(faults, [Fault::Removed { lane: n, from: seq, to: seq }]);
    let faults = tampered(app, &format!("DELETE FROM audit_entry WHERE id = {first}"));
    assert_eq!(faults, [Fault::Removed { lane: n, from: 1, to: 1 }]);
    let faults = tampered(app, &format!("DELETE FROM audit_entry WHERE id = {last}"));
    assert_eq!(faults, [Fault::Removed { lane: n, from: end, to: end }], "the last row, too");
    let faults = tampered(app, &format!("DELETE FROM audit_entry WHERE lane = {n}"));
    assert_eq!(faults, [Fault::Removed { lane: n, from: 1, to: end }]);
    // With the head put back to the row before, whose seal is not a head's.
    let faults = tampered(
        app,
        &format!(
            "DELETE FROM audit_entry WHERE id = {last}; UPDATE audit_head h SET seq = e.seq, hash = e.hash, seal = e.seal \
             FROM audit_entry e WHERE h.lane = {n} AND e.lane = {n} AND e.seq = {end} - 1"
        ),
    );
    assert_eq!(faults, [Fault::Head { lane: n }]);
    let columns = "at, actor_role, action, subject_type, data";
    let values = "now(), 'admin', 'clear', 'remediation_case', '{}'";
    let faults = tampered(
        app,
        &format!("INSERT INTO audit_entry (id, {columns}) OVERRIDING SYSTEM VALUE VALUES (900001, {values})"),
    );
    assert_eq!(faults, [Fault::Inserted { id: 900_001 }]);
    // Put at the end of the lane, with a hash that anyone can count, and the head moved on to it.
    let faults = tampered(
        app,
        &format!(
            "INSERT INTO audit_entry (id, {columns}, lane, seq, hash, seal) OVERRIDING SYSTEM VALUE \
             SELECT 900002, {values}, lane, seq + 1, sha256(hash), hash FROM audit_head WHERE lane = {n}"
        ),
    );
    assert_eq!(faults, [Fault::Inserted { id: 900_002 }]);
    // Two rows change places.
    let faults = tampered(
        app,
        &format!(
            "UPDATE audit_entry SET seq = 1000 WHERE id = {first}; UPDATE audit_entry SET seq = 1 WHERE id = {second}; \
             UPDATE audit_entry SET seq = {seq} WHERE id = {first}"
        ),
    );
    assert_eq!(faults, [changed(second, 1), changed(first, seq)]);
    let faults = tampered(app, &format!("DELETE FROM audit_head WHERE lane = {n}"));
    assert_eq!(faults, [Fault::Head { lane: n }]);
}

#[test]
fn a_restored_old_database_is_detected_by_external_heads() {
    let c = Course103::new();
    let conn = &mut c.app.database().connect();
    let keys = chain::keys(c.app.app.settings());
    conn.batch_execute("CREATE TABLE kept AS TABLE audit_entry; CREATE TABLE kept_head AS TABLE audit_head")
        .unwrap();
    c.correct();
    let later = heads(conn).unwrap();
    conn.batch_execute(
        "SET session_replication_role = replica; DELETE FROM audit_entry; DELETE FROM audit_head; \
         INSERT INTO audit_entry OVERRIDING SYSTEM VALUE SELECT * FROM kept; INSERT INTO audit_head SELECT * FROM kept_head; \
         SET session_replication_role = origin",
    )
    .unwrap();
    assert_eq!(verify(conn, keys, &[]).unwrap().faults, [], "in itself it is whole");
    let faults = verify(conn, keys, &later).unwrap().faults;
    assert!(matches!(faults.as_slice(), [Fault::Removed { .. }, ..]), "{faults:?}");
}

#[test]
fn the_database_refuses_to_change_recorded_history() {
    let c = Course103::new();
    // As the owner: the service may not even try.
    let conn = &mut c.app.database().connect();
    for sql in [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DELETE FROM audit_head",
        "UPDATE case_event SET note = 'x'",
        "DELETE FROM case_event",
        "TRUNCATE case_event",
    ] {
        let refused = conn.batch_execute(sql).unwrap_err().to_string();
        assert!(refused.contains("neither changed nor removed"), "{sql}: {refused}");
    }
}

fn zerodesk(database: &Database, args: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_zerodesk"))
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"))
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_names_tampered_rows_and_adopts_rows_from_before_the_chain() {
    let database = Database::new();
    let conn = &mut database.connect();
    // As an older program left them.
    conn.batch_execute(
        "INSERT INTO audit_entry (at, actor_role, action, subject_type, data) \
         SELECT now(), 'system', 'old', 'account', jsonb_build_object('n', n, 'x', 1.50) FROM generate_series(1, 3) n",
    )
    .unwrap();
    let (well, out, err) = zerodesk(&database, &["audit", "verify"]);
    assert!(well && out.contains("3 rows, all as they were written"), "{out}{err}");
    let (_, heads, _) = zerodesk(&database, &["audit", "heads"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&heads).unwrap().as_array().unwrap().len(), 16);
    let ids: Vec<i64> = audit_entry::table.order(audit_entry::id).select(audit_entry::id).load(conn).unwrap();
    let second = ids[1];
    conn.batch_execute(&format!(
        "SET session_replication_role = replica; UPDATE audit_entry SET data = '{{}}' WHERE id = {second}; \
         INSERT INTO audit_entry (at, actor_role, action, subject_type, data) VALUES (now(), 'system', 'x', 'x', '{{}}')"
    ))
    .unwrap();
    let (well, out, err) = zerodesk(&database, &["audit", "verify"]);
    assert!(!well, "{out}");
    assert!(out.contains(&format!("row {second} (lane 0, number 2) was changed")), "{out}");
    assert!(out.contains("was inserted"), "a late row is not taken into the chain: {out}");
    assert!(err.contains("the audit is not as it was written: 2 faults in 4 rows"), "{err}");
    let (well, out, _) = zerodesk(&database, &["audit", "verify", "--json"]);
    assert!(!well);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["faults"][0]["fault"], "changed");
    let unused: i64 = audit_head::table.filter(audit_head::seal.is_null()).count().get_result(conn).unwrap();
    assert_eq!(unused, 0);
}
