//! The benchmark program of `script/bench`: figures, each beside what it is measured against in the same run. It is no part of
//! the server: the library holds no code of it.

mod chat;
mod chat_data;
mod experts;
mod hungarian;
mod import;
mod load;
mod load_clients;
mod matching;
mod pgbench;
mod plan;
mod reports;
mod server_process;
mod socket;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Parser;
use zerodesk::cli::CliError;
use zerodesk::db::embedded::{ClusterOptions, PrivateCluster};
use zerodesk::db::settings::DatabaseSettings;
use zerodesk::server::load_settings;
use zerodesk::settings::LogSettings;
use zerodesk::settings::{LoadOptions, Secret};
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
    figures: Vec<chat::Figure>,
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
    /// Reports and lists of cases at scale.
    Reports,
}

/// Connections that pgbench may want.
const CONNECTIONS: &str = "320";

fn main() -> ExitCode {
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
    if wants(Part::Reports) {
        reports::bench_reports(&opened.app)?;
    }
    drop(opened);
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    Ok(())
}

/// A command whose process gets a signal to end when this thread ends, killed ones included: nothing that was measured with stays
/// behind.
fn bound(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print(name: &str, value: f64, unit: &str) {
    let digits = if value >= 1000.0 { 0 } else { 3 };
    println!("{name} {value:.digits$} {unit}");
}

/// Tells whoever waits where the bench is.
fn progress(what: impl std::fmt::Display) {
    eprintln!("bench: {what}");
}
