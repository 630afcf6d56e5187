//! What PostgreSQL does alone: single-row inserts into a table like the log's, or single reads.

use crate::output::progress;
use crate::process::bound;
use crate::socket::failed;
use diesel::connection::SimpleConnection;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::Problem;
use zerodesk::db::embedded::find_program;
use zerodesk::db::settings::PostgresSettings;

/// Numbers of clients that are tried; the best counts.
const CLIENTS: [u32; 4] = [8, 16, 32, 64];

/// Prepared inserts of one row, over as many consultations as the chat's load has. A client counts for itself, so the
/// numbers of a consultation rise as they do in the log.
const SCRIPT: &str = "\
\\set n random(1, $CONSULTATIONS)
\\set seq :seq + 1000
INSERT INTO bench_message (consultation_id, stream, seq, sender_id, client_id, kind, body, attachments, sent_at) \
VALUES (lpad((:n)::text, 32, '0')::uuid, 'talk', (:seq)::bigint + (:client_id)::bigint + 1, lpad((:n)::text, 32, 'a')::uuid, \
gen_random_uuid(), 'text', '$BODY', '{}', now());
";

/// pgbench with its script.
pub(crate) struct Pgbench {
    program: PathBuf,
    script: PathBuf,
    url: String,
    app: App,
    /// Whether it inserts: then each run has an empty table.
    inserts: bool,
}

/// One run's result.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) clients: u32,
    pub(crate) per_second: f64,
    pub(crate) latency_ms: f64,
}

impl Pgbench {
    /// Finds the program and writes the script of inserts.
    pub(crate) fn new(app: &App, consultations: usize, body: &str) -> Result<Self, CliError> {
        let text = SCRIPT.replace("$CONSULTATIONS", &consultations.to_string()).replace("$BODY", body);
        Self::of_script(app, &text, true)
    }

    /// Finds the program and writes a script that only reads.
    pub(crate) fn that_reads(app: &App, script: &str) -> Result<Self, CliError> {
        Self::of_script(app, script, false)
    }

    fn of_script(app: &App, text: &str, inserts: bool) -> Result<Self, CliError> {
        let program =
            find_program(app.settings().section::<PostgresSettings>().bin_dir().as_deref(), "pgbench")
                .ok_or_else(|| {
                    failed("pgbench is missing: script/bootstrap installs PostgreSQL, which has it")
                })?;
        let script = std::env::temp_dir().join(format!("zerodesk-bench-{}.sql", uuid::Uuid::new_v4()));
        std::fs::File::create_new(&script)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(CliError::io(script.display().to_string()))?;
        Ok(Self { program, script, url: app.pool().url().to_owned(), app: app.clone(), inserts })
    }

    /// The best of all numbers of clients, each run for so many seconds.
    pub(crate) fn best(&self, seconds: u32) -> Result<Run, CliError> {
        let mut best: Option<Run> = None;
        for clients in CLIENTS {
            let run = self.run(clients, seconds)?;
            progress(format!("pgbench with {clients} clients: {:.0}/s", run.per_second));
            if best.is_none_or(|best| run.per_second > best.per_second) {
                best = Some(run);
            }
        }
        best.ok_or_else(|| failed("nothing was run"))
    }

    /// One run on an empty table.
    pub(crate) fn run(&self, clients: u32, seconds: u32) -> Result<Run, CliError> {
        let text = self.output(clients, seconds, &[])?;
        let figure = |name: &str| -> Option<f64> {
            let (_, rest) = text.split_once(name)?;
            rest.trim_start_matches([' ', '=']).split_whitespace().next()?.parse().ok()
        };
        match (figure("\ntps"), figure("\nlatency average")) {
            (Some(per_second), Some(latency_ms)) => Ok(Run { clients, per_second, latency_ms }),
            _ => Err(failed(format!("pgbench: {text}"))),
        }
    }

    /// So many transactions a second by a schedule that waits for nobody, by as many clients as may be needed; how long each took
    /// from when it was due, the shortest first.
    pub(crate) fn by_schedule(&self, per_second: f64, seconds: u32) -> Result<Vec<Duration>, CliError> {
        let most = CLIENTS.into_iter().max().unwrap_or(1);
        let folder = tempfile::tempdir().map_err(CliError::io("a folder for pgbench's log"))?;
        let rate = format!("--rate={per_second:.0}");
        let logs = format!("--log-prefix={}", folder.path().join("log").display());
        self.output(most, seconds, &[&rate, "--log", &logs])?;
        let named = || CliError::io(folder.path().display().to_string());
        let mut times = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(named())? {
            let text = std::fs::read_to_string(entry.map_err(named())?.path()).map_err(named())?;
            // The third word of a line, microseconds.
            let words = text.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok());
            times.extend(words.map(Duration::from_micros));
        }
        times.sort_unstable();
        Ok(times)
    }

    /// What pgbench says; of inserts, on an empty table.
    fn output(&self, clients: u32, seconds: u32, further: &[&str]) -> Result<String, CliError> {
        if self.inserts {
            self.app
                .conn()?
                .batch_execute(
                    "DROP TABLE IF EXISTS bench_message; CREATE TABLE bench_message (LIKE chat_message INCLUDING ALL)",
                )
                .map_err(Problem::from)?;
        }
        let output = bound(&self.program)
            .args(["-n", "-M", "prepared", "-D", "seq=0", "-c", &clients.to_string()])
            .args(["-j", &clients.min(2).to_string(), "-T", &seconds.to_string()])
            .args(further)
            .arg("-f")
            .arg(&self.script)
            .arg(&self.url)
            .output()
            .map_err(CliError::io("can't run pgbench"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(text);
        }
        Err(failed(format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr))))
    }
}

impl Drop for Pgbench {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.script);
    }
}
