//! The chat's figures: servers are processes of their own, the load and they share the processor, and every figure
//! is beside what PostgreSQL does alone in the same run.

use crate::chat_data::{self, Pair};
use crate::client::{BODY, Client};
use crate::figure::{Figure, ROUNDS, WINDOW};
use crate::load;
use crate::load_clients::LoadClients;
use crate::output::{median, print, progress};
use crate::pgbench::Pgbench;
use crate::server_process::{Nats, ServerProcess};
use crate::socket::{Socket, failed};
use diesel::prelude::*;
use diesel::sql_types;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use zerodesk::app::App;
use zerodesk::chat::settings::ChatSettings;
use zerodesk::chat::writer::WRITERS;
use zerodesk::cli::{CliError, limits};
use zerodesk::core::Problem;

/// Consultations that are talked in at once.
const CONSULTATIONS: usize = 500;
/// Sockets that only listen.
const IDLE: usize = 15_000;
/// Messages missed by one who comes back.
const MISSED: i64 = 1000;

/// Measures the chat on a database of its own, migrated and with the reference data: these figures, or all where none is
/// named.
///
/// # Errors
/// When something can't be run, or a message was lost, duplicated or out of order.
pub(crate) fn bench_chat(app: &App, figures: &[Figure]) -> Result<(), CliError> {
    let wants = |figure| figures.is_empty() || figures.contains(&figure);
    limits::raise_open_file_limit().map_err(failed)?;
    conditions(app)?;
    let url = app.pool().url().to_owned();
    // One of them keeps silent until its turn.
    let pairs = chat_data::people(app, CONSULTATIONS + 1)?;
    let Some((silent, talkers)) = pairs.split_first() else { return Ok(()) };
    let pgbench = Pgbench::new(app, CONSULTATIONS, BODY)?;
    let server = ServerProcess::start(&url, &[])?;
    if [Figure::Full, Figure::Ack, Figure::Single].into_iter().any(wants) {
        load::measure(app, &pgbench, &server, talkers, wants)?;
    }
    if wants(Figure::Resume) {
        resume(app, &server, talkers)?;
    }
    if wants(Figure::Length) {
        length(app, &server, silent)?;
    }
    server.stop()?;
    if wants(Figure::TwoServers) {
        two_servers(app, &url, talkers)?;
    }
    if wants(Figure::Idle) {
        idle(&url, &pairs)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = sql_types::Text)]
    word: String,
}

/// Under what all of it is measured.
fn conditions(app: &App) -> Result<(), CliError> {
    let mut conn = app.conn()?;
    let mut setting = |name: &str| {
        diesel::sql_query(format!("SELECT current_setting('{name}') AS word"))
            .get_result::<Word>(&mut conn)
            .map(|row| format!("{name}={}", row.word))
            .map_err(Problem::from)
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut words = vec![format!("cores={cores}"), format!("rounds={ROUNDS}")];
    for name in [
        "server_version",
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "wal_compression",
        "shared_buffers",
    ] {
        words.push(setting(name)?.replace(' ', "_"));
    }
    let chat = app.settings().section::<ChatSettings>();
    words.push(format!("writers={WRITERS} batch_messages={}", chat.batch_messages));
    println!("# conditions: {}", words.join(" "));
    println!(
        "# chat load: {CONSULTATIONS} consultations, 2 sockets each (its enterprise, its expert), both read and both send, \
         {WINDOW} messages on their way for each socket, bodies of {} bytes, frames masked; load, server and PostgreSQL \
         share the cores; of the server's limits only chat.frames_per_second and what an account may send on a day are raised; a vacuum and a checkpoint before each measurement",
        BODY.len()
    );
    Ok(())
}

/// How long one who has missed messages waits for them, on a socket that is open.
fn resume(app: &App, server: &ServerProcess, pairs: &[Pair]) -> Result<(), CliError> {
    let mut times = Vec::new();
    for pair in pairs.iter().take(40) {
        let last = chat_data::stored(app, pair.consultation)?.max(MISSED);
        chat_data::fill(app, pair, last, BODY)?;
        times.push(resumed(server.address, pair, last, MISSED)?);
    }
    print("resume_ms", median(times), "ms");
    println!(
        "# resume: {MISSED} missed messages, from `subscribe` on an open socket to the last of them; median of 40"
    );
    Ok(())
}

fn resumed(at: SocketAddr, pair: &Pair, last: i64, missed: i64) -> Result<f64, CliError> {
    let mut socket = Socket::open(at, &pair.expert.token)?;
    socket.opened()?;
    let mut client = Client::of(socket, pair.consultation, last - missed);
    let start = Instant::now();
    client.ask(pair.consultation, last - missed)?;
    client.wait_for_number(last)?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

/// What a message costs in a consultation that holds many already.
fn length(app: &App, server: &ServerProcess, pair: &Pair) -> Result<(), CliError> {
    const LENGTHS: [i64; 3] = [100, 10_000, 1_000_000];
    const REPEATS: usize = 9;
    let mut costs = Vec::new();
    for length in LENGTHS {
        progress(format!("a consultation of {length} messages"));
        chat_data::fill(app, pair, length, BODY)?;
        let (mut appends, mut resumes) = (Vec::new(), Vec::new());
        for _ in 0..REPEATS {
            let last = chat_data::stored(app, pair.consultation)?;
            let mut client = Client::join(server.address, &pair.enterprise, pair.consultation, last)?;
            let mut whole = Duration::ZERO;
            for _ in 0..100 {
                whole += client.send_and_wait()?;
            }
            appends.push(whole.as_secs_f64() * 1e3 / 100.0);
            resumes.push(resumed(server.address, pair, last + 100, 100)?);
        }
        let (append, resume) = (median(appends), median(resumes));
        print(&format!("chat_cost_at_{length}"), append, "ms");
        print(&format!("chat_resume_100_at_{length}"), resume, "ms");
        costs.push((append, resume));
    }
    if let (Some(short), Some(long)) = (costs.first(), costs.last()) {
        print("chat_cost_ratio", long.0 / short.0, "ratio");
        print("chat_resume_100_ratio", long.1 / short.1, "ratio");
    }
    Ok(())
}

/// The same load with the enterprises at one server and the experts at another, beside one server.
fn two_servers(app: &App, url: &str, pairs: &[Pair]) -> Result<(), CliError> {
    let (warm, measured) = (Duration::from_secs(1), Duration::from_secs(3));
    let last =
        || pairs.iter().map(|pair| chat_data::stored(app, pair.consultation)).collect::<Result<Vec<_>, _>>();
    let (mut twos, mut ratios) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let server = ServerProcess::start(url, &[])?;
        let mut clients = LoadClients::gather(server.address, server.address, pairs, &last()?)?;
        let one = clients.run_at_full_load(WINDOW, warm, measured)?.per_second;
        drop(clients);
        server.stop()?;
        let nats = Nats::start()?;
        let settings = [("ZERODESK_FANOUT", "nats"), ("ZERODESK_NATS_URL", nats.url.as_str())];
        let (first, second) = (ServerProcess::start(url, &settings)?, ServerProcess::start(url, &settings)?);
        let mut clients = LoadClients::gather(first.address, second.address, pairs, &last()?)?;
        let two = clients.run_at_full_load(WINDOW, warm, measured)?.per_second;
        drop(clients);
        first.stop()?;
        second.stop()?;
        progress(format!("round {round} of {ROUNDS}: two servers {two:.0}/s beside one's {one:.0}/s"));
        twos.push(two);
        ratios.push(two / one);
    }
    print("two_servers_messages_per_second", median(twos), "1/s");
    print("two_servers_ratio", median(ratios), "ratio");
    println!(
        "# two servers: enterprises at one, experts at the other, NATS between them, all on the same cores"
    );
    Ok(())
}

/// What an open socket that follows a consultation costs the server in memory, once it has been pinged, too.
fn idle(url: &str, pairs: &[Pair]) -> Result<(), CliError> {
    progress(format!("{IDLE} idle sockets"));
    let server = ServerProcess::start(url, &[])?;
    let before = server.resident_kib()?;
    let members = pairs.iter().flat_map(|pair| [(pair, &pair.enterprise), (pair, &pair.expert)]);
    let all: Vec<_> = members.cycle().take(IDLE).collect();
    let mut clients = Vec::new();
    for some in all.chunks(32) {
        let mut opening = Vec::new();
        for (pair, member) in some {
            opening.push((*pair, Socket::open(server.address, &member.token)?));
        }
        for (pair, mut socket) in opening {
            socket.opened()?;
            let mut client = Client::of(socket, pair.consultation, i64::MAX - 1);
            client.subscribe(pair.consultation, i64::MAX - 1)?;
            clients.push(client);
        }
    }
    let opened = server.resident_kib()?;
    let mut clients = LoadClients::of(clients)?;
    clients.idle_until(LoadClients::all_pinged)?;
    let after = server.resident_kib()?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let each = |kib: u64| kib.saturating_sub(before) as f64 / IDLE as f64;
    print("idle_session_kib_opened", each(opened), "KiB");
    print("idle_session_kib", each(after), "KiB");
    println!(
        "# idle: growth of the server's VmRSS for each of {IDLE} subscribed sockets, after one ping and pong each"
    );
    drop(clients);
    server.stop()
}
