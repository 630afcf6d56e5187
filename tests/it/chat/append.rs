//! The statement that stores a batch: its outcomes, and that its cost does not depend on the statistics of PostgreSQL.

use chrono::DateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use uuid::Uuid;
use zerodesk::chat::Stream;
use zerodesk::chat::append::{Entry, Outcome, Refusal, append};
use zerodesk::core::database::is_for_another;
use zerodesk::core::ids::{AccountId, ConsultationId};

use super::{assert_gapless, fast, log};
use crate::support::people::text;
use crate::support::{Http, TestApp};

fn account(who: &Http) -> AccountId {
    text(&who.get("/api/v1/me").expect(200)["id"]).parse().unwrap()
}

fn entry(id: ConsultationId, stream: Stream, sender: AccountId, client_id: u128, body: &str) -> Entry<'_> {
    Entry {
        consultation: id,
        stream,
        sender,
        client_id: Uuid::from_u128(client_id),
        kind: "text",
        body,
        attachments: &[],
        reply_to: None,
    }
}

fn store(app: &TestApp, batch: &[Entry<'_>]) -> Vec<Outcome> {
    append(&mut app.app.conn().unwrap(), batch, DateTime::UNIX_EPOCH).unwrap()
}

#[test]
fn each_message_of_a_batch_is_checked_separately() {
    use Outcome::{Duplicate, Refused, Stored};
    use Stream::{Notes, Talk};
    let app = fast().start();
    let (officer, talk) = app.small_world();
    let id: ConsultationId = talk.id.parse().unwrap();
    let (asks, answers, looks) =
        (account(&talk.enterprise.http), account(&talk.expert.http), account(&officer));
    let nowhere = ConsultationId::new();
    let said = |client_id, sender, stream| entry(id, stream, sender, client_id, "x");
    let first = store(&app, &[said(1, asks, Talk), said(2, answers, Notes), said(3, answers, Talk)]);
    let Stored { audience, .. } = first[0] else { panic!("{first:?}") };
    let stored = |seq| Stored { seq, audience };
    assert_eq!(first, [stored(1), stored(1), stored(2)]);
    let batch = [
        said(4, asks, Talk),
        said(1, asks, Talk),
        said(5, asks, Notes),
        said(4, asks, Talk),
        said(6, looks, Talk),
        said(7, looks, Notes),
        said(2, answers, Talk),
        entry(nowhere, Talk, answers, 8, "x"),
        said(9, answers, Talk),
        said(9, answers, Notes),
        said(10, AccountId::new(), Talk),
        said(5, asks, Notes),
        said(11, answers, Talk),
    ];
    assert_eq!(
        store(&app, &batch),
        [
            stored(3),
            Duplicate(1),
            Refused(Refusal::Hidden),
            Duplicate(3),
            Refused(Refusal::Forbidden),
            stored(2),
            Refused(Refusal::Reused),
            Refused(Refusal::Hidden),
            stored(4),
            Refused(Refusal::Reused),
            Refused(Refusal::Hidden),
            Refused(Refusal::Hidden),
            stored(5),
        ]
    );
    for (stream, count) in [("talk", 5), ("notes", 2)] {
        let stored = log(&app, &talk.id, stream);
        assert_eq!(stored.len(), count);
        assert_gapless(&stored);
    }
}

#[derive(QueryableByName)]
struct Reads {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    reads: i64,
}

#[test]
fn a_query_plan_made_on_empty_tables_does_not_scan_the_log() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let id: ConsultationId = talk.id.parse().unwrap();
    let asks = account(&talk.enterprise.http);
    let mut conn = app.app.conn().unwrap();
    let reads = |conn: &mut PgConnection| {
        // Rows and entries of indexes, as counted by this connection itself, which is not delayed.
        diesel::sql_query(
            "SELECT sum(pg_stat_get_xact_tuples_returned(c.oid))::bigint AS reads
             FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
             WHERE coalesce(i.indrelid, c.oid)::regclass::text
                 IN ('chat_message', 'chat_stream', 'account', 'consultation', 'consultation_participant')",
        )
        .get_result::<Reads>(conn)
        .unwrap()
        .reads
    };
    conn.batch_execute("BEGIN").unwrap();
    let mut cost = |from: u128| {
        let before = reads(&mut conn);
        for n in from..from + 100 {
            append(&mut conn, &[entry(id, Stream::Talk, asks, n, "x")], DateTime::UNIX_EPOCH).unwrap();
        }
        reads(&mut conn) - before
    };
    let (first, second, third) = (cost(0), cost(100), cost(200));
    conn.batch_execute("COMMIT").unwrap();
    assert_eq!(log(&app, &talk.id, "talk").len(), 300);
    // A few for each message and for the versions of the counter that the transaction leaves; the log itself would be 15,000.
    let most = 2_500;
    assert!(
        [first, second, third].iter().all(|reads| *reads < most),
        "{first} {second} {third} reads for 100 messages"
    );
}

#[test]
fn permission_to_write_is_checked_for_each_batch() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let id: ConsultationId = talk.id.parse().unwrap();
    let (asks, answers) = (account(&talk.enterprise.http), account(&talk.expert.http));
    let said = |n, sender| entry(id, Stream::Talk, sender, n, "x");
    let change = |sql: &str| app.app.conn().unwrap().batch_execute(sql).unwrap();
    let refusal = |outcome: &Outcome| match outcome {
        Outcome::Refused(refusal) => Some(*refusal),
        _ => None,
    };
    let both = |n: u128| -> Vec<_> {
        store(&app, &[said(n, asks), said(n + 1, answers)]).iter().map(refusal).collect()
    };
    assert_eq!(both(1), [None, None]);
    change(&format!("UPDATE account SET active = false WHERE id = '{answers}'"));
    assert_eq!(both(3), [None, Some(Refusal::Hidden)]);
    change("UPDATE account SET active = true");
    assert_eq!(both(5), [None, None]);
    change("UPDATE consultation_participant SET removed_at = now() WHERE role = 'expert'");
    assert_eq!(both(7), [None, Some(Refusal::Hidden)]);
    change("UPDATE consultation_participant SET removed_at = NULL");
    assert_eq!(both(9), [None, None]);
    change("UPDATE consultation SET status = 'concluded', concluded_at = now()");
    assert_eq!(both(11), [Some(Refusal::Concluded), Some(Refusal::Concluded)]);
    // Messages that were sent before are still recognised.
    assert_eq!(
        store(&app, &[said(1, asks), said(2, answers)]),
        [Outcome::Duplicate(1), Outcome::Duplicate(2)]
    );
    let stored = log(&app, &talk.id, "talk");
    assert_eq!(stored.len(), 8);
    assert_gapless(&stored);
}

#[test]
fn a_batch_that_waits_too_long_is_told_to_be_tried_again() {
    let app = fast().start();
    let (officer, talk) = app.small_world();
    let id: ConsultationId = talk.id.parse().unwrap();
    let (asks, looks) = (account(&talk.enterprise.http), account(&officer));
    let mut conn = app.app.conn().unwrap();
    conn.batch_execute("SET statement_timeout = '200ms'").unwrap();
    let mut refused = |batch: &[Entry<'_>]| {
        let error = append(&mut conn, batch, DateTime::UNIX_EPOCH).unwrap_err();
        assert!(is_for_another(&error), "{error}");
    };
    let first = entry(id, Stream::Talk, asks, 1, "x");
    let mut other = app.app.conn().unwrap();
    // It waits for the stream that another locks.
    let held = other.transaction(|conn| {
        conn.batch_execute("SELECT 1 FROM chat_stream FOR UPDATE")?;
        refused(&[first]);
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    assert_eq!(held, Err(diesel::result::Error::RollbackTransaction));
    // And on the way of the batches that are checked one by one, such as an officer's note.
    let note = entry(id, Stream::Notes, looks, 2, "x");
    let held = other.transaction(|conn| {
        conn.batch_execute("LOCK TABLE consultation_participant IN ACCESS EXCLUSIVE MODE")?;
        refused(&[note]);
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    assert_eq!(held, Err(diesel::result::Error::RollbackTransaction));
    let outcomes = append(&mut conn, &[first, note], DateTime::UNIX_EPOCH).unwrap();
    assert!(outcomes.iter().all(|it| matches!(it, Outcome::Stored { seq: 1, .. })), "{outcomes:?}");
}

#[test]
fn batches_and_changes_of_the_audience_wait_for_each_other_and_never_deadlock() {
    const TIMES: u128 = 300;
    let app = fast().start();
    let (_, talk) = app.small_world();
    let id: ConsultationId = talk.id.parse().unwrap();
    let answers = account(&talk.expert.http);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut conn = app.app.conn().unwrap();
            for n in 0..TIMES {
                let batch =
                    [Stream::Talk, Stream::Notes].map(|stream| entry(id, stream, answers, 2 * n, "x"));
                let batch = [batch[0], Entry { client_id: Uuid::from_u128(2 * n + 1), ..batch[1] }];
                let outcomes = append(&mut conn, &batch, DateTime::UNIX_EPOCH).unwrap();
                assert!(outcomes.iter().all(|it| matches!(it, Outcome::Stored { .. })), "{outcomes:?}");
            }
        });
        scope.spawn(|| {
            let mut conn = app.app.conn().unwrap();
            for _ in 0..TIMES {
                conn.batch_execute("UPDATE consultation_participant SET lead = lead").unwrap();
            }
        });
    });
    for stream in ["talk", "notes"] {
        assert_gapless(&log(&app, &talk.id, stream));
    }
}
