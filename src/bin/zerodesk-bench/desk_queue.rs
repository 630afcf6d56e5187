//! What it costs that many officers look at the queue: each has the page open, is told when something changes, and asks for the list again.

use crate::desk_reader::log_in;
use crate::kept_connection::KeptConnection;
use crate::output::{print, progress};
use crate::server_process::{ServerProcess, cpu_seconds_of_postgres};
use crate::socket::{Socket, failed};
use diesel::prelude::*;
use diesel::sql_types;
use std::thread;
use std::time::{Duration, Instant};
use zerodesk::app::App;
use zerodesk::cli::{CliError, limits};
use zerodesk::core::Problem;
use zerodesk::core::actor::Role;

/// Officers of the province who look at its queue.
const OFFICERS: i32 = 200;
/// Consultations that are opened meanwhile.
const CHANGES: u32 = 4;
/// Between two of them.
const PAUSE: Duration = Duration::from_secs(10);
/// The pages gather what changes, each for its own while of half a second to one and a half (`queue.js`).
const GATHER: Duration = Duration::from_millis(500);
const SPREAD: Duration = Duration::from_millis(1_000);

/// Those officers. Each has an account, since a server limits the sockets of one.
const ACCOUNTS: &str = "
    INSERT INTO account (id, username, password_hash, role, name, language, region, active, created_at)
    SELECT gen_random_uuid(), 'queue-officer-' || n, 'x', 'admin', '监管员' || n, 'zh-CN', '440000', true, now()
    FROM generate_series(1, $1) AS n";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

/// Prints the share of a core that server and database need, and how long a list took.
///
/// # Errors
/// When the database or the server refuses, or an officer is not told of a change.
pub(crate) fn measure(app: &App, server: &ServerProcess) -> Result<(), CliError> {
    let waiting: Count =
        diesel::sql_query("SELECT count(*) AS count FROM consultation WHERE status = 'waiting'")
            .get_result(&mut *app.conn()?)
            .map_err(Problem::from)?;
    limits::raise_open_file_limit().map_err(failed)?;
    diesel::sql_query(ACCOUNTS)
        .bind::<sql_types::Integer, _>(OFFICERS)
        .execute(&mut *app.conn()?)
        .map_err(Problem::from)?;
    let mut watching = Vec::new();
    for n in 1..=OFFICERS {
        let officer = log_in(app, "province", &format!("queue-officer-{n}"), Role::Admin)?;
        let mut socket = Socket::open(server.address, &officer.token)?;
        socket.opened()?;
        watching.push((socket, KeptConnection::open(server.address)?, officer.token));
    }
    // Each of another enterprise, none of which is deregistered.
    let enterprises: Result<Vec<_>, _> = (0..CHANGES)
        .map(|n| log_in(app, "enterprise", &format!("enterprise-{}", n * 12 + 11), Role::Enterprise))
        .collect();
    progress(format!("{OFFICERS} officers look at a queue of {} consultations", waiting.count));
    let (began, server_before, postgres_before) =
        (Instant::now(), server.cpu_seconds(), cpu_seconds_of_postgres());
    let mut slowest = Duration::ZERO;
    for enterprise in enterprises? {
        let next = Instant::now() + PAUSE;
        let body =
            r#"{"product_kind":"K0101","subject":"横肋间距不合格","question":"横肋间距偏大，如何整改？"}"#;
        let status =
            KeptConnection::open(server.address)?.post("/api/v1/consultations", &enterprise.token, body)?;
        if status != 201 {
            return Err(failed(format!("a consultation was refused by {status}")));
        }
        let told = Instant::now();
        for (n, (socket, connection, token)) in (0..).zip(&mut watching) {
            socket.wait_for("queue")?;
            let due = GATHER + SPREAD * n / OFFICERS.unsigned_abs();
            thread::sleep(due.saturating_sub(told.elapsed()));
            let asked = Instant::now();
            let status = connection.get("/parts/queue", token)?;
            if status != 200 {
                return Err(failed(format!("the queue was answered by {status}")));
            }
            slowest = slowest.max(asked.elapsed());
        }
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let seconds = began.elapsed().as_secs_f64();
    let server = (server.cpu_seconds() - server_before) / seconds;
    let postgres = (cpu_seconds_of_postgres() - postgres_before) / seconds;
    print("desk_queue_cores", server + postgres, "cores");
    print("desk_queue_slowest_list_ms", slowest.as_secs_f64() * 1e3, "ms");
    println!(
        "# desk: {OFFICERS} officers with the page of the queue open, {} consultations waiting, one more every {} s; server {server:.3} and \
         PostgreSQL {postgres:.3} of a core",
        waiting.count,
        PAUSE.as_secs()
    );
    Ok(())
}
