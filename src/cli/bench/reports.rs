//! How long reports and lists take at scale: the overview, and any page of the list of cases.

use crate::app::App;
use crate::core::actor::{Actor, Person, Scope};
use crate::core::ids::{AccountId, CaseId, EnterpriseId, SessionId};
use crate::core::page::Slice;
use crate::core::{Caller, Language, Problem};
use crate::db::schema::remediation_case;
use crate::remediation::CaseState;
use crate::remediation::queries::{CaseFilter, list};
use crate::reports::counted::RebuildFigures;
use crate::reports::overview::overview;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::io::Write;
use std::time::Instant;

/// What a database is filled with. The full one; a tenth of it is what growth is measured against.
const CONSULTATIONS: u32 = 1_000_000;
const MESSAGES_EACH: u32 = 10;
const CASES: u32 = 200_000;
/// How often each is timed.
const ROUNDS: usize = 200;

/// Times both and prints `report_overview_p99_ms`, `report_overview_growth` (the median at full size by that at a tenth)
/// and `case_list_p99_ms`.
///
/// `app` stands on a database of its own, migrated and with the reference data, which is emptied.
///
/// # Errors
/// When the database refuses.
pub fn bench_reports(app: &App) -> Result<(), Problem> {
    fill(app, CONSULTATIONS / 10, CASES / 10)?;
    let small = overviews(app)?;
    fill(app, CONSULTATIONS, CASES)?;
    let full = overviews(app)?;
    let cases = case_lists(app)?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "report_overview_p99_ms {:.2} ms\nreport_overview_growth {:.2} ratio\ncase_list_p99_ms {:.2} ms",
        at(&full, 99),
        at(&full, 50) / at(&small, 50),
        at(&cases, 99),
    )
    .map_err(Problem::internal)
}

/// The value below which so many percent of the sorted ones lie.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

fn person(scope: Scope) -> Actor {
    let (account, session) = (AccountId::new(), SessionId::new());
    Actor::Person(Person { account, session, name: String::new(), language: Language::Zh, scope })
}

/// An officer of the province, of a city and of a district.
fn officers() -> [Actor; 3] {
    ["440000", "440100", "440103"].map(|region| person(Scope::Admin(region.to_owned())))
}

fn timed(all: &mut Vec<f64>, work: impl FnOnce() -> Result<(), Problem>) -> Result<(), Problem> {
    let started = Instant::now();
    work()?;
    all.push(started.elapsed().as_secs_f64() * 1000.0);
    Ok(())
}

fn overviews(app: &App) -> Result<Vec<f64>, Problem> {
    let (mut all, mut conn) = (Vec::new(), app.conn()?);
    for actor in officers().iter().cycle().take(ROUNDS * 3) {
        timed(&mut all, || overview(&mut conn, actor).map(drop))?;
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

/// Every filter, alone and with a state, on the first page and on pages anywhere in the list, by everyone.
fn case_lists(app: &App) -> Result<Vec<f64>, Problem> {
    let (mut all, mut conn) = (Vec::new(), app.conn()?);
    let pages: Vec<CaseId> = remediation_case::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("random() < 0.0001"))
        .select(remediation_case::id)
        .load(&mut conn)?;
    let some: (EnterpriseId, crate::core::ids::NonconformityId) = remediation_case::table
        .select((remediation_case::enterprise_id, remediation_case::nonconformity_id))
        .first(&mut conn)?;
    let day = |text: &str| text.parse().ok();
    let narrow = |of: Option<&str>, due: Option<&str>| CaseFilter {
        region: of.map(str::to_owned),
        due_before: due.and_then(day),
        ..CaseFilter::default()
    };
    let mut filters = vec![
        narrow(None, None),
        narrow(Some("440000"), None),
        narrow(Some("440300"), None),
        narrow(Some("440103"), None),
        narrow(None, Some("2021-01-01")),
        narrow(None, Some("2030-01-01")),
        narrow(Some("440103"), Some("2021-10-20")),
        CaseFilter { enterprise: Some(some.0), ..CaseFilter::default() },
        CaseFilter { nonconformity: Some(some.1), ..CaseFilter::default() },
    ];
    let with_state: Vec<CaseFilter> = CaseState::ALL
        .iter()
        .flat_map(|state| {
            [narrow(None, None), narrow(Some("440103"), None)]
                .map(|filter| CaseFilter { state: Some(*state), ..filter })
        })
        .collect();
    filters.extend(with_state);
    let mut everyone = officers().to_vec();
    everyone.push(person(Scope::Enterprise(some.0)));
    for actor in &everyone {
        for filter in &filters {
            for after in std::iter::once(None).chain(pages.iter().take(5).map(|id| Some(id.0))) {
                let slice = Slice { after, limit: 50 };
                timed(&mut all, || list(app, &mut conn, actor, filter, slice).map(drop))?;
            }
        }
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

/// Empties the database and fills it, without the triggers that a row at a time would need; then counts.
fn fill(app: &App, consultations: u32, cases: u32) -> Result<(), Problem> {
    let mut conn = diesel::PgConnection::establish(app.pool().url()).map_err(Problem::unavailable)?;
    let (enterprises, messages) = (cases / 2, MESSAGES_EACH);
    conn.batch_execute(&format!(
        "SET session_replication_role = replica;
         SET synchronous_commit = off;
         TRUNCATE enterprise, nonconformity, remediation_case, case_event, consultation, consultation_event, chat_stream,
                  chat_message, account, figure_stale, enterprise_figure, region_figure CASCADE;
         CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM region r
             WHERE NOT EXISTS (SELECT FROM region c WHERE c.parent = r.code);
         CREATE TEMP TABLE kind AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, code FROM product_kind;
         INSERT INTO account (id, username, password_hash, role, name, language, active, created_at)
         VALUES ('00000000-0000-7000-8000-000000000001', 'bench', 'x', 'operator', 'x', 'en', true, '2021-01-01');
         INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at)
         SELECT ('00000000-0001-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'B' || lpad(n::text, 17, '0'), '公司' || n,
                CASE WHEN n % 4 = 0 THEN 'deregistered' ELSE 'operating' END,
                (SELECT code FROM place WHERE place.n = g.n % (SELECT count(*) FROM place)), '2021-08-01', '2021-08-01'
         FROM generate_series(1, {enterprises}) g (n);
         INSERT INTO nonconformity (id, enterprise_id, product_kind, report_no, inspected_on, failed_items, created_at,
                                    updated_at)
         SELECT ('00000000-0002-7000-8000-' || lpad(to_hex(g.n), 12, '0'))::uuid,
                ('00000000-0001-7000-8000-' || lpad(to_hex(g.n % {enterprises} + 1), 12, '0'))::uuid,
                k.code, 'R' || g.n, DATE '2021-01-01' + g.n % 300, '{{标志}}', '2021-08-01', '2021-08-01'
         FROM generate_series(1, {cases}) g (n) JOIN kind k ON k.n = g.n % (SELECT count(*) FROM kind);
         INSERT INTO remediation_case (id, nonconformity_id, enterprise_id, state, rule_version, ordered_on, rectify_by,
                                       reinspect_by, cleared_at, created_at, updated_at)
         SELECT ('00000000-0003-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                ('00000000-0002-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                ('00000000-0001-7000-8000-' || lpad(to_hex(n % {enterprises} + 1), 12, '0'))::uuid,
                s.state, 'SAMR-18-2020', s.day, s.day + 60, s.day + 75,
                CASE WHEN s.state = 'cleared' THEN TIMESTAMPTZ '2021-12-01' END, '2021-08-01', '2021-08-01'
         FROM generate_series(1, {cases}) g (n)
         CROSS JOIN LATERAL (SELECT DATE '2021-08-01' + n % 900 AS day, CASE WHEN n % 1000 = 0 THEN 'failed'
             WHEN n % 10 < 6 THEN 'cleared' WHEN n % 10 < 8 THEN 'correcting' WHEN n % 10 = 8 THEN 'evidence_submitted'
             ELSE 'ordered' END AS state) s;
         INSERT INTO case_event (case_id, seq, event, to_state, actor_role, occurred_on, recorded_at)
         SELECT id, 1, 'order_issued', 'ordered', 'admin', ordered_on, '2021-08-01' FROM remediation_case;
         INSERT INTO case_event (case_id, seq, event, from_state, to_state, actor_role, occurred_on, recorded_at)
         SELECT id, 2, 'start_correction', 'ordered', 'correcting', 'enterprise', ordered_on, '2021-08-02'
         FROM remediation_case WHERE state <> 'ordered';
         INSERT INTO consultation (id, enterprise_id, product_kind, subject, question, status, concluded_at, expert_id,
                                   opened_by, opened_at, updated_at)
         SELECT ('00000000-0004-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                ('00000000-0001-7000-8000-' || lpad(to_hex(n % {enterprises} + 1), 12, '0'))::uuid, 'K0101', 'x', 'x',
                CASE WHEN n % 10 = 0 THEN 'active' ELSE 'concluded' END,
                CASE WHEN n % 10 <> 0 THEN TIMESTAMPTZ '2021-09-01' END, '00000000-0000-7000-8000-000000000002',
                '00000000-0000-7000-8000-000000000001', '2021-08-05', '2021-08-05'
         FROM generate_series(1, {consultations}) g (n);
         INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, sent_at)
         SELECT ('00000000-0004-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'talk', m,
                '00000000-0000-7000-8000-000000000001',
                ('00000000-0005-7000-8000-' || lpad(to_hex(n::bigint * 100 + m), 12, '0'))::uuid, 'text', 'x', '2021-08-06'
         FROM generate_series(1, {consultations}) g (n), generate_series(1, {messages}) h (m);
         DROP TABLE place, kind;
         SET session_replication_role = origin"
    ))?;
    app.execute(&Caller::system(), &RebuildFigures {})?;
    conn.batch_execute("ANALYZE; CHECKPOINT")?;
    Ok(())
}
