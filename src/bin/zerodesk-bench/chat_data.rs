//! Enterprises, experts and consultations to talk in, written straight into the tables: what is measured is the chat.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types;
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::accounts::token;
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::Problem;
use zerodesk::core::actor::Role;
use zerodesk::core::ids::{AccountId, SessionId};

/// One who can open sockets.
pub(crate) struct Member {
    pub(crate) account: Uuid,
    pub(crate) token: String,
}

/// A consultation under way between an enterprise and an expert, each with an account of its own.
pub(crate) struct Pair {
    pub(crate) consultation: Uuid,
    pub(crate) enterprise: Member,
    pub(crate) expert: Member,
}

/// What the application would have written by the time that an expert has accepted.
const PEOPLE: &str = "
CREATE TEMPORARY TABLE made AS
SELECT n, gen_random_uuid() AS consultation, gen_random_uuid() AS enterprise, gen_random_uuid() AS expert,
       gen_random_uuid() AS asks, gen_random_uuid() AS answers, gen_random_uuid() AS asks_by, gen_random_uuid() AS answers_by,
       (SELECT code FROM region WHERE level = 'district' ORDER BY code LIMIT 1) AS region,
       (SELECT code FROM product_kind ORDER BY code LIMIT 1) AS kind
FROM generate_series(1, $COUNT) AS n;
INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
SELECT enterprise, lpad(n::text, 18, '0'), '测试企业' || n, 'operating', region, now(), now() FROM made;
INSERT INTO expert (id, name, title, email, languages, capacity, vetting, applied_at, updated_at)
SELECT expert, '测试专家' || n, '高级工程师', 'expert@bench.example', '{zh-CN}', 10, 'approved', now(), now() FROM made;
INSERT INTO account (id, username, password_hash, role, name, language, enterprise_id, expert_id, active, created_at)
SELECT asks, 'bench-enterprise-' || n, '-', 'enterprise', '测试企业' || n, 'zh-CN', enterprise, NULL, true, now() FROM made
UNION ALL
SELECT answers, 'bench-expert-' || n, '-', 'expert', '测试专家' || n, 'zh-CN', NULL, expert, true, now() FROM made;
INSERT INTO login_session (id, account_id, created_at)
SELECT asks_by, asks, now() FROM made UNION ALL SELECT answers_by, answers, now() FROM made;
INSERT INTO consultation (id, enterprise_id, product_kind, subject, question, status, expert_id, accepted_at, opened_by,
                          opened_at, updated_at)
SELECT consultation, enterprise, kind, '绝缘电阻不合格', '如何整改?', 'active', expert, now(), asks, now(), now() FROM made;
INSERT INTO consultation_participant (consultation_id, account_id, role, lead, joined_at)
SELECT consultation, answers, 'expert', true, now() FROM made;
INSERT INTO chat_stream (consultation_id, stream)
SELECT consultation, stream FROM made, (VALUES ('talk'), ('notes')) AS both_streams (stream);
";

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = sql_types::Uuid)]
    consultation: Uuid,
    #[diesel(sql_type = sql_types::Uuid)]
    asks: Uuid,
    #[diesel(sql_type = sql_types::Uuid)]
    asks_by: Uuid,
    #[diesel(sql_type = sql_types::Uuid)]
    answers: Uuid,
    #[diesel(sql_type = sql_types::Uuid)]
    answers_by: Uuid,
}

/// Makes so many pairs, logged in.
pub(crate) fn people(app: &App, count: usize) -> Result<Vec<Pair>, CliError> {
    let mut conn = app.conn()?;
    let made: Vec<Made> = conn
        .transaction(|conn| {
            conn.batch_execute(&PEOPLE.replace("$COUNT", &count.to_string()))?;
            let made = diesel::sql_query(
                "SELECT consultation, asks, asks_by, answers, answers_by FROM made ORDER BY n",
            )
            .load(conn)?;
            conn.batch_execute("DROP TABLE made").map(|()| made)
        })
        .map_err(Problem::from)?;
    let now = app.clock().now();
    let member = |account: Uuid, session: Uuid, role| {
        let token = token::issue(app.settings(), AccountId(account), SessionId(session), role, now)?;
        Ok::<_, Problem>(Member { account, token })
    };
    let pairs: Result<Vec<_>, _> = made
        .into_iter()
        .map(|made| {
            Ok::<_, Problem>(Pair {
                consultation: made.consultation,
                enterprise: member(made.asks, made.asks_by, Role::Enterprise)?,
                expert: member(made.answers, made.answers_by, Role::Expert)?,
            })
        })
        .collect();
    Ok(pairs?)
}

/// Fills the talk of a consultation up to so many messages, as if its enterprise had said them long ago.
pub(crate) fn fill(app: &App, pair: &Pair, messages: i64, body: &str) -> Result<(), CliError> {
    let mut conn = app.conn()?;
    conn.batch_execute("SET statement_timeout = 0").map_err(Problem::from)?;
    diesel::sql_query(
        "WITH last AS (SELECT last_seq FROM chat_stream WHERE consultation_id = $1 AND stream = 'talk'),
              said AS (INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, sent_at)
                       SELECT $1, 'talk', n, $2, gen_random_uuid(), 'text', $4, now()
                       FROM last, generate_series(last_seq + 1, $3) AS n)
         UPDATE chat_stream SET last_seq = greatest(last_seq, $3) WHERE consultation_id = $1 AND stream = 'talk'",
    )
    .bind::<sql_types::Uuid, _>(pair.consultation)
    .bind::<sql_types::Uuid, _>(pair.enterprise.account)
    .bind::<sql_types::BigInt, _>(messages)
    .bind::<sql_types::Text, _>(body)
    .execute(&mut conn)
    .map_err(Problem::from)?;
    drop(conn);
    vacuum_and_checkpoint(app)
}

/// Runs a vacuum and a checkpoint, so that work caused by earlier measurements falls into none.
pub(crate) fn vacuum_and_checkpoint(app: &App) -> Result<(), CliError> {
    let mut conn = app.conn()?;
    conn.batch_execute("SET statement_timeout = 0").map_err(Problem::from)?;
    conn.batch_execute("VACUUM ANALYZE chat_message, chat_stream").map_err(Problem::from)?;
    conn.batch_execute("CHECKPOINT").map_err(Problem::from)?;
    Ok(())
}

/// How far the index of messages goes.
#[derive(QueryableByName)]
struct Indexed {
    #[diesel(sql_type = sql_types::BigInt)]
    next_n: i64,
}

/// Waits until the server has indexed what was written: it does so when the chat is quieter, which would be while pgbench is measured.
pub(crate) fn wait_until_indexed(app: &App) -> Result<(), CliError> {
    /// No progress for so long is the end of it.
    const QUIET: Duration = Duration::from_secs(3);
    let mut conn = app.conn()?;
    let (mut last, mut since) = (None, Instant::now());
    while since.elapsed() < QUIET {
        let rows: Vec<Indexed> =
            diesel::sql_query("SELECT next_n FROM search_progress").load(&mut conn).map_err(Problem::from)?;
        let next = rows.first().map(|row| row.next_n);
        if next != last {
            (last, since) = (next, Instant::now());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// What PostgreSQL has written to its log since its start.
#[derive(QueryableByName)]
pub(crate) struct Wal {
    #[diesel(sql_type = sql_types::Double)]
    pub(crate) bytes: f64,
    /// Whole pages, which the first change after a checkpoint writes.
    #[diesel(sql_type = sql_types::BigInt)]
    pub(crate) pages: i64,
}

/// What PostgreSQL has written to its log so far, as far as its processes have told.
pub(crate) fn wal(app: &App) -> Result<Wal, CliError> {
    let query = "SELECT wal_bytes::double precision AS bytes, wal_fpi AS pages FROM pg_stat_wal";
    Ok(diesel::sql_query(query).get_result(&mut *app.conn()?).map_err(Problem::from)?)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = sql_types::BigInt)]
    number: i64,
}

/// How many messages a consultation's talk holds, and its last number: both must be the same.
pub(crate) fn stored(app: &App, consultation: Uuid) -> Result<i64, CliError> {
    let mut conn = app.conn()?;
    let mut ask = |query: &str| {
        diesel::sql_query(query)
            .bind::<sql_types::Uuid, _>(consultation)
            .get_result::<Number>(&mut conn)
            .map(|row| row.number)
            .map_err(Problem::from)
    };
    let count =
        ask("SELECT count(*) AS number FROM chat_message WHERE consultation_id = $1 AND stream = 'talk'")?;
    let last =
        ask("SELECT last_seq AS number FROM chat_stream WHERE consultation_id = $1 AND stream = 'talk'")?;
    if count != last {
        return Err(super::socket::failed(format!("{count} messages are stored under the number {last}")));
    }
    Ok(last)
}
