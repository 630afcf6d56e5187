//! Credit at scale: all grades worked out anew, statements and scans of codes over HTTP, each beside what PostgreSQL does alone.

use crate::desk_reader::log_in;
use crate::kept_connection::KeptConnection;
use crate::latencies::quantile_ms;
use crate::output::{median, print, progress};
use crate::pgbench::Pgbench;
use crate::read_load::{Schedule, read_by_schedule};
use crate::reports::timing::person;
use crate::server_process::ServerProcess;
use crate::socket::failed;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::time::{Duration, Instant};
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::conduct::settings::ConductSettings;
use zerodesk::core::actor::{Role, Scope};
use zerodesk::core::clock::shanghai_date;
use zerodesk::core::ids::AccountId;
use zerodesk::core::{Caller, Problem};
use zerodesk::credit::grading::all::run_regrading;
use zerodesk::credit::grading::ask::RegradeAll;
use zerodesk::credit_codes::settings::CreditCodeSettings;
use zerodesk::db::schema::{account, credit_subject};

const FILL: &str = include_str!("credit.sql");
/// Enterprises with conduct, and entries of it.
const SUBJECTS: u32 = 200_000;
const ENTRIES: u32 = 1_000_000;
/// All are graded so often; the median counts.
const ROUNDS: usize = 3;
/// Statements that are asked for.
const STATEMENTS: Schedule = Schedule { per_second: 100, lasts: Duration::from_secs(20), connections: 8 };
/// Codes that are scanned.
const SCANS: Schedule = Schedule { per_second: 2_000, lasts: Duration::from_secs(10), connections: 32 };
/// All scans of the bench come from one network: the setting's greatest value.
const CALLS_PER_MINUTE: (&str, &str) = ("ZERODESK_CREDIT_CODE_PAGES__CALLS_PER_MINUTE", "10000000");
/// Different enterprises whose statements are asked for, and different codes.
const DIFFERENT: u32 = 2_000;

/// What a score is without any rule: the greatest of each fact, and of these the sum.
const PLAIN_SUM: &str = "
    CREATE TEMP TABLE plain_sum AS
    SELECT f.enterprise_id, f.role, sum(f.points) AS points
    FROM (SELECT enterprise_id, role, fact_id, max(length(behaviour)) AS points
          FROM conduct WHERE state <> 'annulled' AND counts_until >= now()
          GROUP BY enterprise_id, role, fact_id) f
    GROUP BY f.enterprise_id, f.role";

/// The same reads by PostgreSQL alone.
const READ_STATEMENT: &str = "\
\\set n random(1, $SUBJECTS)
SELECT c.*, f.happened_on FROM conduct c JOIN conduct_fact f ON f.id = c.fact_id \
WHERE c.enterprise_id = ('00000003-0000-7000-8000-' || lpad(to_hex((:n)::bigint), 12, '0'))::uuid;
";

const READ_CODE: &str = "\
\\set n random(1, $CODES)
SELECT c.*, v.number, v.batch FROM credit_code_version v JOIN credit_code c ON c.id = v.code_id WHERE v.token = lpad((:n)::text, 26, '0');
";

/// Prints how long it takes to work out all grades beside a plain sum of the same rows, and how long statements and scans of codes take
/// beside the same reads by pgbench.
///
/// `app` uses a database of its own, migrated and with the reference data, which is emptied.
///
/// # Errors
/// When the database or the server refuses.
pub(crate) fn bench_credit(app: &App) -> Result<(), CliError> {
    fill(app)?;
    regrade(app)?;
    let server = ServerProcess::start(app.pool().url(), &[CALLS_PER_MINUTE])?;
    progress("waits until the jobs of the server have done what they find");
    println!("# credit: the jobs of the server were done after {:.0} s", server.settle().as_secs_f64());
    statements(app, &server)?;
    scans(app, &server)?;
    server.stop()
}

fn fill(app: &App) -> Result<(), CliError> {
    let began = Instant::now();
    progress(format!("fills a database with {ENTRIES} entries of conduct of {SUBJECTS} enterprises"));
    let today = shanghai_date(app.clock().now());
    let rules = app.settings().section::<ConductSettings>().rules_on(today);
    let rules = rules.ok_or_else(|| failed("no rules of conduct are in force"))?;
    let behaviours = rules.behaviours.iter().map(|b| format!("('{}', {})", b.code, b.validity_days));
    let codes = app.settings().section::<CreditCodeSettings>().rules_on(today);
    let codes = codes.ok_or_else(|| failed("no rules of codes are in force"))?;
    let text = FILL
        .replace("$SUBJECTS", &SUBJECTS.to_string())
        .replace("$ENTRIES", &ENTRIES.to_string())
        .replace("$TODAY", &today.to_string())
        .replace("$CODE_VERSION", &codes.version)
        .replace("$VERSION", &rules.version)
        .replace("$BEHAVIOURS", &behaviours.collect::<Vec<_>>().join(", "));
    let mut conn = PgConnection::establish(app.pool().url()).map_err(Problem::unavailable)?;
    for statement in [text.as_str(), "VACUUM ANALYZE", "CHECKPOINT"] {
        conn.batch_execute(statement).map_err(Problem::from)?;
    }
    progress(format!("ready after {:.0} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// All grades are worked out, each time with none kept, and once more with all kept, so that nothing is written.
fn regrade(app: &App) -> Result<(), CliError> {
    let conn = &mut *app.conn()?;
    let officer: AccountId = account::table
        .filter(account::region.eq("440000"))
        .select(account::id)
        .first(conn)
        .map_err(Problem::from)?;
    let caller = Caller { actor: person(officer, Scope::Admin("440000".to_owned())), ..Caller::system() };
    let grade = || -> Result<f64, CliError> {
        let began = Instant::now();
        let id = app.execute(&caller, &RegradeAll { reason: "bench".to_owned() })?;
        if !run_regrading(app, id, None)? {
            return Err(failed("another process grades"));
        }
        Ok(began.elapsed().as_secs_f64())
    };
    let (mut all, mut sums) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        conn.batch_execute("TRUNCATE credit_measure, credit_task, credit_subject, credit_change CASCADE; DROP TABLE IF EXISTS plain_sum; CHECKPOINT")
            .map_err(Problem::from)?;
        let began = Instant::now();
        conn.batch_execute(PLAIN_SUM).map_err(Problem::from)?;
        sums.push(began.elapsed().as_secs_f64());
        all.push(grade()?);
    }
    let graded: i64 = credit_subject::table.count().get_result(conn).map_err(Problem::from)?;
    // Who has nothing but entries that were annulled has no grade.
    if graded < i64::from(SUBJECTS) * 9 / 10 {
        return Err(failed(format!("{graded} of {SUBJECTS} were graded")));
    }
    let again = grade()?;
    let (all, sums) = (median(all), median(sums));
    print("credit_regrade_seconds", all, "s");
    print("credit_regrade_again_seconds", again, "s");
    print("credit_plain_sum_seconds", sums, "s");
    print("credit_regrade_vs_plain_sum", all / sums, "ratio");
    Ok(())
}

/// Statements of different enterprises, as an officer of the province reads them.
fn statements(app: &App, server: &ServerProcess) -> Result<(), CliError> {
    let officer = log_in(app, "province", "officer-440000", Role::Admin)?;
    let paths: Vec<String> =
        (1..=DIFFERENT).map(|n| format!("/api/v1/credit/{}", made(3, spread(n, SUBJECTS)))).collect();
    measure(server, "credit_statement", Some(&officer.token), &paths, STATEMENTS)?;
    let script = READ_STATEMENT.replace("$SUBJECTS", &SUBJECTS.to_string());
    beside(app, "credit_statement", &script, STATEMENTS)
}

/// The public pages of different codes, as people open them by their telephones.
fn scans(app: &App, server: &ServerProcess) -> Result<(), CliError> {
    let codes = SUBJECTS / 10;
    let paths: Vec<String> = (1..=DIFFERENT).map(|n| format!("/q/{:0>26}", spread(n, codes))).collect();
    measure(server, "credit_scan", None, &paths, SCANS)?;
    beside(app, "credit_scan", &READ_CODE.replace("$CODES", &codes.to_string()), SCANS)
}

/// A number from 1 to `most` for each n, far from those of its neighbours.
fn spread(n: u32, most: u32) -> u32 {
    1 + n.wrapping_mul(2_654_435_761) % most.max(1)
}

/// The id of a row that `credit.sql` makes.
fn made(kind: u32, n: u32) -> String {
    format!("0000{kind:04x}-0000-7000-8000-{n:012x}")
}

/// Reads the paths by a schedule and prints the median and the 99th percentile; before that each once, so that all is in memory.
fn measure(
    server: &ServerProcess,
    name: &str,
    token: Option<&str>,
    paths: &[String],
    schedule: Schedule,
) -> Result<(), CliError> {
    let mut connection = KeptConnection::open(server.address)?;
    for path in paths {
        let status = connection.read(path, token)?;
        if status != 200 {
            return Err(failed(format!("{path} was answered by {status}")));
        }
    }
    let times = read_by_schedule(server.address, token, paths, schedule)?;
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
