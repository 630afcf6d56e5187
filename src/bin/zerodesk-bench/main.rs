//! The benchmark program of `script/bench`: figures, each beside what it is measured against in the same run. It is no part of
//! the server. The library holds two things of it, because its tests use them as well: lists of made-up enterprises (`sample`), and
//! the simple plan that the optimum is compared with (`greedy`).

mod chat;
mod chat_data;
mod client;
mod credit;
mod desk;
mod desk_queue;
mod desk_reader;
mod door;
mod door_load;
mod ejabberd;
mod experts;
mod export;
mod figure;
mod hungarian;
mod import;
mod inspections;
mod inspections_draw;
mod inspections_import;
mod kept_connection;
mod latencies;
mod load;
mod load_clients;
mod matching;
mod output;
mod peers;
mod pgbench;
mod plan;
mod process;
mod read_load;
mod reports;
mod risk;
mod rounds;
mod search;
mod server_process;
mod simulation;
mod socket;
mod xmpp;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use zerodesk::cli::CliError;
use zerodesk::db::embedded::{ClusterOptions, PrivateCluster};
use zerodesk::db::settings::DatabaseSettings;
use zerodesk::server::load_settings;
use zerodesk::settings::{LoadOptions, LogSettings, Secret};
use zerodesk::telemetry;

/// Measures ZeroDesk.
#[derive(Debug, Parser)]
#[command(name = "zerodesk-bench", version)]
struct Bench {
    /// The settings file; else ZERODESK_CONFIG, else ./zerodesk.toml where there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One part only.
    part: Option<Part>,
    /// Of the chat only these figures.
    figures: Vec<figure::Figure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The zero-out list.
    Import,
    /// The chat.
    Chat,
    /// The online match.
    Matching,
    /// The batch plan.
    Plan,
    /// Strangers at the door: memory, and how long others wait.
    Door,
    /// Reports and lists of cases at scale.
    Reports,
    /// A long list as a file.
    Export,
    /// The search over messages.
    Search,
    /// Every page, and the queue that many officers look at, over ten million messages.
    Desk,
    /// A draw from 200,000 operators; lists and figures of a million inspections; a list of 30,000.
    Inspections,
    /// A million entries of conduct: all grades, statements, scans of codes.
    Credit,
    /// A million signals: the index of all kinds and regions, the inbox, the search for near-doubles.
    Risk,
    /// A cohort of 14,471 enterprises in 30 rounds: pages and routes.
    Rounds,
    /// The chat beside ejabberd. Not among all parts: it needs Debian's package.
    Peers,
}

/// Connections that pgbench may want.
const CONNECTIONS: &str = "320";

fn main() -> ExitCode {
    // As the server does.
    zerodesk::cli::allocator::give_back_large_blocks();
    match run(Bench::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zerodesk-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures on the configured database, which must be one that may be emptied, or on a private one.
fn run(Bench { config, part, figures }: Bench) -> Result<(), CliError> {
    let mut settings = load_settings(LoadOptions::from_process(config))?;
    telemetry::init(settings.section::<LogSettings>()).map_err(CliError::Other)?;
    // Declared first: it stops once the pool is gone.
    let mut cluster = None;
    if settings.section::<DatabaseSettings>().url.is_empty() {
        let mut options = ClusterOptions { bound: true, ..ClusterOptions::from_settings(&settings) };
        options.extra.push(("max_connections".to_owned(), CONNECTIONS.to_owned()));
        if part == Some(Part::Peers) {
            // ejabberd reaches PostgreSQL by TCP alone.
            options.port = peers::POSTGRES.port();
            options.extra.push(("listen_addresses".to_owned(), peers::POSTGRES.ip().to_string()));
        }
        let started = PrivateCluster::start(options)?;
        settings.edit::<DatabaseSettings>().url = Secret::new(started.url());
        cluster = Some(started);
    }
    let opened = zerodesk::cli::open::database(settings)?;
    let url = opened.app.pool().url().to_owned();
    let wants = |wanted| part.is_none_or(|part| part == wanted);
    if wants(Part::Import) {
        import::bench_import(&opened.app, &url)?;
    }
    if wants(Part::Chat) {
        chat::bench_chat(&opened.app, &figures)?;
    }
    if wants(Part::Matching) {
        matching::bench_matching(&opened.app)?;
    }
    if wants(Part::Plan) {
        plan::bench_plan(&opened.app)?;
    }
    if wants(Part::Door) {
        door::bench_door(&opened.app)?;
    }
    if wants(Part::Reports) {
        reports::bench_reports(&opened.app)?;
    }
    if wants(Part::Export) {
        export::bench_export(&opened.app)?;
    }
    if wants(Part::Search) {
        search::bench_search(&opened.app)?;
    }
    if wants(Part::Desk) {
        desk::bench_desk(&opened.app)?;
    }
    if wants(Part::Inspections) {
        inspections_draw::bench_draw(&opened.app)?;
        inspections::bench_inspections(&opened.app)?;
        inspections_import::bench_import(&opened.app, &url)?;
    }
    if wants(Part::Credit) {
        credit::bench_credit(&opened.app)?;
    }
    if wants(Part::Risk) {
        risk::bench_risk(&opened.app)?;
    }
    if wants(Part::Rounds) {
        rounds::bench_rounds(&opened.app)?;
    }
    if part == Some(Part::Peers) {
        peers::bench_peers(&opened.app)?;
    }
    drop(opened);
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    Ok(())
}
