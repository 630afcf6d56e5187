//! Circuit consultation at scale: the pages of a cohort of a province over HTTP, and the routes of all experts beside always going to the nearest place.

use crate::desk_reader::log_in;
use crate::kept_connection::KeptConnection;
use crate::output::{print, progress};
use crate::read_load::{Schedule, read_by_schedule};
use crate::reports::timing::person;
use crate::server_process::ServerProcess;
use crate::socket::failed;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::time::{Duration, Instant};
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::actor::{Role, Scope};
use zerodesk::core::clock::shanghai_date;
use zerodesk::core::ids::AccountId;
use zerodesk::core::{Caller, Problem};
use zerodesk::db::schema::{account, circuit_round};
use zerodesk::rounds::ids::CircuitRoundId;
use zerodesk::rounds::routes::geo::Point;
use zerodesk::rounds::routes::plan::RouteRound;
use zerodesk::rounds::routes::solver::{Capacity, Visit, solve};

const FILL: &str = include_str!("rounds.sql");
/// Enterprises of the cohort, its rounds, and the experts.
const MEMBERS: u32 = 14_471;
const ROUNDS: u32 = 30;
const EXPERTS: u32 = 687;
/// How the pages are asked for.
const PAGES: Schedule = Schedule { per_second: 20, lasts: Duration::from_secs(20), connections: 8 };
/// Days and visits a day of the one round in which all experts visit the whole cohort.
const DAYS: usize = 10;
const PER_DAY: usize = 4;

/// Prints `rounds_page_p50_ms` and `rounds_page_p99_ms` of all pages of a cohort, `rounds_route_seconds` of the routes of one round by its command, and
/// of the routes of all experts to the whole cohort `rounds_solver_seconds`, `rounds_solver_km`, `rounds_nearest_km` and their quotient.
///
/// `app` uses a database of its own, migrated and with the reference data, which is emptied.
///
/// # Errors
/// When the database or the server refuses.
pub(crate) fn bench_rounds(app: &App) -> Result<(), CliError> {
    solver()?;
    fill(app)?;
    route(app)?;
    let server = ServerProcess::start(app.pool().url(), &[])?;
    progress("waits until the jobs of the server have done what they find");
    println!("# rounds: the jobs of the server were done after {:.0} s", server.settle().as_secs_f64());
    pages(app, &server)?;
    server.stop()
}

fn fill(app: &App) -> Result<(), CliError> {
    let began = Instant::now();
    progress(format!("fills a database with a cohort of {MEMBERS} enterprises in {ROUNDS} rounds"));
    let text = FILL
        .replace("$MEMBERS", &MEMBERS.to_string())
        .replace("$ROUNDS", &ROUNDS.to_string())
        .replace("$EXPERTS", &EXPERTS.to_string())
        .replace("$TODAY", &shanghai_date(app.clock().now()).to_string());
    let mut conn = PgConnection::establish(app.pool().url()).map_err(Problem::unavailable)?;
    for statement in [text.as_str(), "VACUUM ANALYZE", "CHECKPOINT"] {
        conn.batch_execute(statement).map_err(Problem::from)?;
    }
    progress(format!("ready after {:.0} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// The routes of the first round, by the command that officers use.
fn route(app: &App) -> Result<(), CliError> {
    let (officer, id): (AccountId, CircuitRoundId) = {
        let conn = &mut *app.conn()?;
        let officer = account::table
            .filter(account::username.eq("officer-440000"))
            .select(account::id)
            .first(conn)
            .map_err(Problem::from)?;
        let id = circuit_round::table.filter(circuit_round::no.eq(1)).select(circuit_round::id);
        (officer, id.first(conn).map_err(Problem::from)?)
    };
    let caller = Caller { actor: person(officer, Scope::Admin("440000".to_owned())), ..Caller::system() };
    let began = Instant::now();
    let routed = app.execute(&caller, &RouteRound { id })?;
    print("rounds_route_seconds", began.elapsed().as_secs_f64(), "s");
    println!("# rounds: {} visits of one round on routes, {} without room", routed.visits, routed.unplaced);
    Ok(())
}

/// All experts visit the whole cohort within one round.
fn solver() -> Result<(), CliError> {
    let visits: Vec<Visit> = (0..MEMBERS).map(visit).collect();
    let seat = Point { latitude: 23.13, longitude: 113.28 };
    let capacity = Capacity { experts: usize::try_from(EXPERTS).unwrap_or(1), days: DAYS, per_day: PER_DAY };
    let began = Instant::now();
    let routes = solve(seat, &visits, capacity);
    print("rounds_solver_seconds", began.elapsed().as_secs_f64(), "s");
    let kilometres = |metres: u64| f64::from(u32::try_from(metres / 1_000).unwrap_or(u32::MAX));
    let (km, nearest) = (kilometres(routes.metres), kilometres(routes.nearest_metres));
    print("rounds_solver_km", km, "km");
    print("rounds_nearest_km", nearest, "km");
    print("rounds_solver_vs_nearest", km / nearest.max(1.0), "ratio");
    if km > nearest {
        return Err(failed("the routes are longer than by always going to the nearest place"));
    }
    println!("# rounds: {} of {MEMBERS} visits had no room", routes.unplaced.len());
    Ok(())
}

/// A visit somewhere in the province, always the same one for the same n; four of five have an expert.
fn visit(n: u32) -> Visit {
    let some =
        |salt: u32, below: u32| n.wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(40_503)) % below;
    let expert = usize::try_from(some(3, EXPERTS)).ok();
    Visit {
        key: u128::from(n),
        point: Point {
            latitude: 22.0 + f64::from(some(1, 2_500)) / 1_000.0,
            longitude: 111.5 + f64::from(some(2, 4_000)) / 1_000.0,
        },
        expert: expert.filter(|_| !n.is_multiple_of(5)),
    }
}

/// The pages of the cohort, as an officer of the province and an expert read them.
fn pages(app: &App, server: &ServerProcess) -> Result<(), CliError> {
    let officer = log_in(app, "province", "officer-440000", Role::Admin)?;
    let expert = log_in(app, "expert", "expert-1", Role::Expert)?;
    let mut paths: Vec<String> =
        ["/rounds", "/rounds?sort=starts", "/circuit-members", "/circuit-members?reached=false"]
            .map(str::to_owned)
            .to_vec();
    paths.extend((1..=ROUNDS).map(|n| format!("/rounds/{}", made(7, n))));
    paths.extend((1..=ROUNDS).map(|n| format!("/circuit-members?round={}", made(7, n))));
    paths.extend(
        ["found", "assessed", "verified"]
            .map(|stage| format!("/circuit-members?stage={stage}&region=440100")),
    );
    measure(server, "rounds_page", &officer.token, &paths)?;
    measure(server, "rounds_expert_page", &expert.token, &["/my/rounds".to_owned()])
}

/// The id of a row that `rounds.sql` makes.
fn made(kind: u32, n: u32) -> String {
    format!("0000{kind:04x}-0000-7000-8000-{n:012x}")
}

/// Reads the paths by a schedule and prints the median and the 99th percentile; before that each once, so that all is in memory.
fn measure(server: &ServerProcess, name: &str, token: &str, paths: &[String]) -> Result<(), CliError> {
    let mut connection = KeptConnection::open(server.address)?;
    for path in paths {
        let status = connection.read(path, Some(token))?;
        if status != 200 {
            return Err(failed(format!("{path} was answered by {status}")));
        }
    }
    let times = read_by_schedule(server.address, Some(token), paths, PAGES)?;
    print(&format!("{name}_p50_ms"), times.quantile_ms(0.5), "ms");
    print(&format!("{name}_p99_ms"), times.quantile_ms(0.99), "ms");
    Ok(())
}
