//! How long a decision takes in the database, and how evenly the load falls.

use crate::simulation::{Month, simulate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::Serialize;
use std::time::Instant;
use zerodesk::app::App;
use zerodesk::consultations::needs::need_on;
use zerodesk::core::ids::ConsultationId;
use zerodesk::core::{Caller, Problem};
use zerodesk::db::schema::consultation;
use zerodesk::db::{Command, Tx};
use zerodesk::matching::model::Model;
use zerodesk::matching::search::SearchStep;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::matching::{Search, choose, roster};

/// Open consultations beside which a decision is made.
const OPEN: u32 = 5_000;
/// Of these, how many wait; each is decided in turn.
const WAITING: u32 = 500;
/// Decisions that are timed.
const DECISIONS: usize = 2_000;
/// The experts of the province, of a country, and of a country where all of them know the same kinds: how
/// many, over how many kinds, the figure.
const SIZES: [(u32, u32, &str); 3] = [
    (687, 1_000, "match_online_p99_ms"),
    (50_000, 1_000, "match_online_50000_experts_p99_ms"),
    (50_000, 4, "match_online_50000_experts_4_kinds_p99_ms"),
];

/// One decision: reading the need, the search, the lock of the expert who is found, and the note that they were given
/// something. Gives how long that took, in microseconds.
#[derive(Serialize)]
struct Decide(ConsultationId);

impl Command for Decide {
    type Output = (u64, bool);
    const NAME: &'static str = "bench_decide";

    fn run(&self, tx: &mut Tx) -> Result<(u64, bool), Problem> {
        let (today, since) = (tx.today(), tx.now);
        let started = Instant::now();
        let need = need_on(&mut tx.conn, self.0, today)?;
        let outcome = choose(tx, &Search { need, reached: SearchStep::Exact, since })?;
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ok((micros, outcome.choice.is_some()))
    }
}

/// Prints `match_online_p99_ms` for each size, with the time in which a server reads all experts into
/// memory at its start; `fairness_gini` and `fairness_gini_round_robin`.
///
/// `app` uses a database of its own, migrated and with the reference data; what the bench puts
/// into it is deleted first.
///
/// # Errors
/// When the database fails, or hardly anyone is found.
pub(crate) fn bench_matching(app: &App) -> Result<(), Problem> {
    for (experts, kinds, name) in SIZES {
        fill(app, experts, kinds)?;
        let started = Instant::now();
        roster::refresh_roster(app)?;
        println!("{} {:.3} s", name.replace("p99_ms", "load_seconds"), started.elapsed().as_secs_f64());
        let waiting: Vec<ConsultationId> = consultation::table
            .filter(consultation::status.eq("waiting"))
            .order(consultation::id)
            .select(consultation::id)
            .load(&mut *app.conn()?)?;
        let mut found = 0;
        let mut micros = Vec::with_capacity(DECISIONS);
        for id in waiting.iter().cycle().take(DECISIONS) {
            let (took, chosen) = app.execute(&Caller::system(), &Decide(*id))?;
            micros.push(took);
            found += usize::from(chosen);
        }
        if found * 10 < DECISIONS * 9 {
            return Err(Problem::internal(format!(
                "the bench found experts for {found} of {DECISIONS} only"
            )));
        }
        micros.sort_unstable();
        let at = |share: usize| micros.get(micros.len() * share / 100).copied().unwrap_or(u64::MAX);
        println!("{name} {:.3} ms", milliseconds(at(99)));
        println!("{} {:.3} ms", name.replace("p99", "p50"), milliseconds(at(50)));
    }
    let month = Month { experts: 687, consultations: 6_876, seed: 1 };
    let fairness = simulate(month, &Model::new(app.settings().section::<MatchingSettings>()));
    println!("fairness_gini {:.4} ratio", fairness.matched);
    println!("fairness_gini_round_robin {:.4} ratio", fairness.round_robin);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of one decision")]
fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

/// Experts over all classes and districts, nearly full, with some on leave, off duty or in conflict,
/// and the open consultations of as many enterprises.
fn fill(app: &App, experts: u32, kinds: u32) -> Result<(), Problem> {
    let places = OPEN.saturating_sub(WAITING);
    // Emptied without the triggers that keep what was written; all that follows is written with them. All have 8 places but
    // where the open consultations would not fill most of them.
    let sql = format!(
        "SET LOCAL statement_timeout = 0;
         SET LOCAL session_replication_role = replica;
         TRUNCATE consultation, expert, account, enterprise, nonconformity, remediation_case CASCADE;
         SET LOCAL session_replication_role = origin;
         CREATE TEMP TABLE kinds ON COMMIT DROP AS
            SELECT code, class, row_number() OVER (ORDER BY code) - 1 AS n FROM product_kind
            ORDER BY code LIMIT {kinds};
         CREATE TEMP TABLE places ON COMMIT DROP AS
            SELECT code, row_number() OVER (ORDER BY code) - 1 AS n FROM region WHERE level = 'district';
         INSERT INTO expert (id, name, title, email, languages, capacity, vetting, applied_at, updated_at)
            SELECT gen_random_uuid(), 'expert ' || n, 'x', 'x@expert.example', '{{zh-CN}}', 8, 'approved',
                   '2026-01-01', '2026-01-01'
            FROM generate_series(0, {experts} - 1) n;
         CREATE TEMP TABLE made_up_expert ON COMMIT DROP AS
            SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM expert;
         INSERT INTO account (id, username, password_hash, role, name, language, expert_id, active, created_at)
            SELECT gen_random_uuid(), 'expert-' || n, 'x', 'expert', 'x', 'zh-CN', id, true, '2026-01-01' FROM made_up_expert;
         INSERT INTO expert_region
            SELECT c.id, p.code FROM made_up_expert c JOIN places p ON p.n = c.n * 31 % (SELECT count(*) FROM places);
         INSERT INTO expert_region SELECT id, '440000' FROM made_up_expert WHERE n % 3 > 0;
         INSERT INTO expert_specialty (expert_id, ordinal, product_kind, level)
            SELECT c.id, s, k.code, 1 + (c.n + s) % 3 FROM made_up_expert c, generate_series(1, 3) s
            JOIN LATERAL (SELECT code FROM kinds WHERE n = (c.n * 7 + s) % (SELECT count(*) FROM kinds)) k ON true;
         INSERT INTO expert_specialty (expert_id, ordinal, product_class, level)
            SELECT c.id, 4, k.class, 2 FROM made_up_expert c JOIN kinds k ON k.n = c.n * 7 % (SELECT count(*) FROM kinds);
         INSERT INTO expert_shift (expert_id, ordinal, weekday, starts, ends, holidays)
            SELECT id, d, d, 480, 1080, false FROM made_up_expert, generate_series(1, 5) d WHERE n % 5 = 0;
         UPDATE expert SET leave_from = '2000-01-01', leave_to = '2100-01-01'
            WHERE id IN (SELECT id FROM made_up_expert WHERE n % 20 = 0);
         INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
            SELECT gen_random_uuid(), lpad(g::text, 18, '0'), 'enterprise ' || g, 'operating', p.code,
                   '2026-01-01', '2026-01-01'
            FROM generate_series(0, {OPEN} - 1) g JOIN places p ON p.n = g % (SELECT count(*) FROM places);
         INSERT INTO expert_conflict (expert_id, uscc, relation)
            SELECT id, lpad((n % {OPEN})::text, 18, '0'), 'owner' FROM made_up_expert WHERE n % 10 = 0;
         INSERT INTO account (id, username, password_hash, role, name, language, enterprise_id, active, created_at)
            SELECT gen_random_uuid(), 'enterprise-' || uscc, 'x', 'enterprise', 'x', 'zh-CN', id, true, '2026-01-01'
            FROM enterprise;
         INSERT INTO consultation (id, enterprise_id, product_kind, subject, question, status, expert_id, accepted_at,
                opened_by, opened_at, updated_at, search_since)
            SELECT gen_random_uuid(), e.id, k.code, 'x', 'x', CASE WHEN e.uscc::bigint < {places} THEN 'active' ELSE 'waiting' END,
                   CASE WHEN e.uscc::bigint < {places} THEN c.id END, CASE WHEN e.uscc::bigint < {places} THEN now() END,
                   a.id, now(), now(), now()
            FROM enterprise e
            JOIN account a ON a.enterprise_id = e.id
            JOIN kinds k ON k.n = e.uscc::bigint * 13 % (SELECT count(*) FROM kinds)
            JOIN made_up_expert c ON c.n = e.uscc::bigint % {experts}"
    );
    let conn = &mut *app.conn()?;
    conn.transaction(|conn| conn.batch_execute(&sql))?;
    conn.batch_execute("SET statement_timeout = 0")?;
    conn.batch_execute("VACUUM ANALYZE")?;
    Ok(())
}
