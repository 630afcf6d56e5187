//! Risk at scale: the index of all kinds and regions counted from all signals, the inbox of signals over HTTP, and the search for near-doubles as a
//! signal comes in. Beside them what PostgreSQL does alone: a plain count of the same rows, and a plain page of them.

use crate::desk_reader::log_in;
use crate::kept_connection::KeptConnection;
use crate::latencies::quantile_ms;
use crate::output::{median, print, progress};
use crate::pgbench::Pgbench;
use crate::read_load::{Schedule, read_by_schedule};
use crate::server_process::ServerProcess;
use crate::socket::failed;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;
use std::time::{Duration, Instant};
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::actor::Role;
use zerodesk::core::clock::shanghai_date;
use zerodesk::core::{Caller, Problem};
use zerodesk::db::schema::{risk_cell, risk_day};
use zerodesk::risk::index::keep::KeepIndex;

const FILL: &str = include_str!("risk.sql");
/// Signals and samplings.
const SIGNALS: u32 = 1_000_000;
const INSPECTIONS: u32 = 500_000;
/// The index is counted so often; the median counts.
const ROUNDS: usize = 3;
/// Pages of the inbox that are asked for.
const INBOX: Schedule = Schedule { per_second: 100, lasts: Duration::from_secs(20), connections: 8 };
/// The same page of the index.
const INDEX: Schedule = Schedule { per_second: 50, lasts: Duration::from_secs(10), connections: 8 };
/// Signals that come in one after the other, each compared with all.
const ENTERED: u32 = 300;

/// What the index is without any part of it: how many signals there are of each kind, region, source and reliability.
const PLAIN_COUNT: &str = "
    CREATE TEMP TABLE plain_count AS
    SELECT product_kind, region, source, reliability, count(*) AS count FROM signal GROUP BY 1, 2, 3, 4";

/// A page of the inbox by PostgreSQL alone.
const READ_INBOX: &str = "SELECT * FROM signal WHERE state = 'matched' ORDER BY id DESC LIMIT 51;\n";

/// Prints how long it takes to count the index, to read the inbox, and to enter a signal with its search for near-doubles.
///
/// `app` uses a database of its own, migrated and with the reference data, which is emptied.
///
/// # Errors
/// When the database or the server refuses.
pub(crate) fn bench_risk(app: &App) -> Result<(), CliError> {
    fill(app)?;
    index(app)?;
    let server = ServerProcess::start(app.pool().url(), &[])?;
    progress("waits until the jobs of the server have done what they find");
    println!("# risk: the jobs of the server were done after {:.0} s", server.settle().as_secs_f64());
    let officer = log_in(app, "province", "officer-440000", Role::Admin)?;
    let pages =
        ["?state=matched", "?state=new", "?state=triaged", "?source=opinion", "?reliability=official", ""];
    let paths: Vec<String> = pages.iter().map(|query| format!("/api/v1/signals{query}")).collect();
    measure(&server, "risk_inbox", &officer.token, &paths, INBOX)?;
    beside(app, "risk_inbox", READ_INBOX, INBOX)?;
    measure(&server, "risk_index_page", &officer.token, &["/api/v1/risk?level=city".to_owned()], INDEX)?;
    enter(&server, &officer.token, shanghai_date(app.clock().now()).to_string().as_str())?;
    server.stop()
}

fn fill(app: &App) -> Result<(), CliError> {
    let began = Instant::now();
    progress(format!("fills a database with {SIGNALS} signals and {INSPECTIONS} samplings"));
    let today = shanghai_date(app.clock().now());
    let text = FILL
        .replace("$SIGNALS", &SIGNALS.to_string())
        .replace("$INSPECTIONS", &INSPECTIONS.to_string())
        .replace("$TODAY", &today.to_string());
    let mut conn = PgConnection::establish(app.pool().url()).map_err(Problem::unavailable)?;
    for statement in [text.as_str(), "VACUUM ANALYZE", "CHECKPOINT"] {
        conn.batch_execute(statement).map_err(Problem::from)?;
    }
    progress(format!("ready after {:.0} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// The index of today is counted for all windows of the rules, each time with none kept.
fn index(app: &App) -> Result<(), CliError> {
    let conn = &mut *app.conn()?;
    let day = shanghai_date(app.clock().now());
    let (mut all, mut counts) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        conn.batch_execute("TRUNCATE risk_cell, risk_day; DROP TABLE IF EXISTS plain_count; CHECKPOINT")
            .map_err(Problem::from)?;
        let began = Instant::now();
        conn.batch_execute(PLAIN_COUNT).map_err(Problem::from)?;
        counts.push(began.elapsed().as_secs_f64());
        let began = Instant::now();
        app.execute(&Caller::system(), &KeepIndex { day })?;
        all.push(began.elapsed().as_secs_f64());
    }
    let windows: i64 = risk_day::table.count().get_result(conn).map_err(Problem::from)?;
    let cells: i64 = risk_cell::table.count().get_result(conn).map_err(Problem::from)?;
    let (all, counts) = (median(all), median(counts));
    print("risk_index_seconds", all, "s");
    print("risk_index_one_window_seconds", all / f64::from(u32::try_from(windows.max(1)).unwrap_or(1)), "s");
    print("risk_plain_count_seconds", counts, "s");
    print("risk_index_vs_plain_count", all / counts, "ratio");
    println!("# risk: {cells} cells of {windows} windows");
    Ok(())
}

/// Reads the paths by a schedule and prints the median and the 99th percentile; before that each once, so that all is in memory.
fn measure(
    server: &ServerProcess,
    name: &str,
    token: &str,
    paths: &[String],
    schedule: Schedule,
) -> Result<(), CliError> {
    let mut connection = KeptConnection::open(server.address)?;
    for path in paths {
        let status = connection.get(path, token)?;
        if status != 200 {
            return Err(failed(format!("{path} was answered by {status}")));
        }
    }
    let times = read_by_schedule(server.address, Some(token), paths, schedule)?;
    print(&format!("{name}_p50_ms"), times.quantile_ms(0.5), "ms");
    print(&format!("{name}_p99_ms"), times.quantile_ms(0.99), "ms");
    println!(
        "# {name}: {} reads at {} a second over {} connections; the load itself was late by at most {:.1} ms in 99 of 100; by second: {}",
        times.count(),
        schedule.per_second,
        schedule.connections,
        times.late_ms(0.99),
        times.p99_by_slice(Duration::from_secs(1))
    );
    Ok(())
}

/// The same reads by pgbench, by the same schedule.
fn beside(app: &App, name: &str, script: &str, schedule: Schedule) -> Result<(), CliError> {
    let seconds = u32::try_from(schedule.lasts.as_secs()).unwrap_or(u32::MAX);
    let times = Pgbench::that_reads(app, script)?.by_schedule(f64::from(schedule.per_second), seconds)?;
    print(&format!("{name}_pgbench_p99_ms"), quantile_ms(&times, 0.99), "ms");
    Ok(())
}

/// Signals come in one after the other; every one is compared with all that are there. A third of them say nearly what another one said.
fn enter(server: &ServerProcess, token: &str, today: &str) -> Result<(), CliError> {
    let mut connection = KeptConnection::open(server.address)?;
    let mut times = Vec::new();
    for n in 0..ENTERED {
        let body = json!({
            "source": "opinion", "external_id": format!("bench-{n}"), "published_on": today, "product_kind": "K0101", "region": "440106",
            "title": format!("网传某小区电线起火第{}起", n / 3),
            "text": format!("据网友称，天河区某小区{}号楼因电线质量问题起火，无人员伤亡，有关部门已介入调查。转载{}", n / 3, n % 3),
            "reliability": "rumour",
        });
        let began = Instant::now();
        let status = connection.post("/api/v1/signals", token, &body.to_string())?;
        times.push(began.elapsed());
        if status != 201 {
            return Err(failed(format!("a signal was answered by {status}")));
        }
    }
    times.sort_unstable();
    let at = |share: usize| {
        times.get(times.len() * share / 100).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    };
    print("risk_near_double_p50_ms", at(50), "ms");
    print("risk_near_double_p99_ms", at(99), "ms");
    Ok(())
}
