//! Full load, a fifth of it by schedule, and one message at a time; each beside pgbench, in turns.

use crate::chat_data::{self, Pair, Wal};
use crate::client::Client;
use crate::figure::{Figure, ROUNDS, WINDOW};
use crate::latencies::{Latencies, quantile_ms};
use crate::load_clients::LoadClients;
use crate::output::{median, print, progress};
use crate::pgbench::Pgbench;
use crate::server_process::{ServerProcess, cpu_seconds};
use crate::socket::failed;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use zerodesk::app::App;
use zerodesk::cli::CliError;

/// Figures of all rounds.
#[derive(Default)]
struct Rounds {
    rates: Vec<f64>,
    bests: Vec<f64>,
    ratios: Vec<f64>,
    halves: Vec<f64>,
    tails: Vec<f64>,
    late: Vec<f64>,
    at_twice: Vec<f64>,
    inserts: Vec<f64>,
    scheduled: usize,
    singles: Vec<f64>,
    commits: Vec<f64>,
    single_ratios: Vec<f64>,
}

/// Takes those of the figures that are wanted.
///
/// # Errors
/// When something can't be run, or a message was lost, duplicated or out of order.
pub(crate) fn measure(
    app: &App,
    pgbench: &Pgbench,
    server: &ServerProcess,
    pairs: &[Pair],
    wants: impl Fn(Figure) -> bool,
) -> Result<(), CliError> {
    let mut last = vec![0; pairs.len()];
    let mut rounds = Rounds::default();
    for round in 1..=ROUNDS {
        progress(format!("round {round} of {ROUNDS}"));
        chat_data::wait_until_indexed(app)?;
        chat_data::vacuum_and_checkpoint(app)?;
        let best = wants(Figure::Full).then(|| pgbench.best(3)).transpose()?;
        let alone = wants(Figure::Single).then(|| pgbench.run(1, 2)).transpose()?;
        if wants(Figure::Full) || wants(Figure::Ack) {
            let mut clients = LoadClients::gather(server.address, server.address, pairs, &last)?;
            chat_data::vacuum_and_checkpoint(app)?;
            let watch = Watch::start(app, server)?;
            let rate =
                clients.run_at_full_load(WINDOW, Duration::from_secs(1), Duration::from_secs(4))?.per_second;
            watch.report(app, server, &format!("round {round}: full load, {rate:.0}/s"))?;
            if let Some(best) = best {
                progress(format!("pgbench: {:.0}/s with {} clients", best.per_second, best.clients));
                rounds.rates.push(rate);
                rounds.bests.push(best.per_second);
                rounds.ratios.push(rate / best.per_second);
            }
            if wants(Figure::Ack) {
                let times = by_schedule(app, server, &mut clients, rate / 5.0)?;
                rounds.scheduled = times.count();
                rounds.halves.push(times.quantile_ms(0.5));
                rounds.tails.push(times.quantile_ms(0.99));
                rounds.late.push(times.late_ms(0.99));
                if let Some(best) = best {
                    let times = by_schedule(app, server, &mut clients, best.per_second * 2.0 / 5.0)?;
                    rounds.at_twice.push(times.quantile_ms(0.99));
                }
                chat_data::wait_until_indexed(app)?;
                chat_data::vacuum_and_checkpoint(app)?;
                let inserts = quantile_ms(&pgbench.by_schedule(rate / 5.0, 4)?, 0.99);
                progress(format!("pgbench by the same schedule: p99 {inserts:.2} ms"));
                rounds.inserts.push(inserts);
            }
            last = clients.seen();
        }
        if let Some(alone) = alone {
            let single = single(server.address, pairs, &mut last)?;
            progress(format!("single {single:.3} ms beside {:.3} ms of pgbench", alone.latency_ms));
            rounds.singles.push(single);
            rounds.commits.push(alone.latency_ms);
            rounds.single_ratios.push(single / alone.latency_ms);
        }
    }
    compare_with_stored(app, pairs, &last)?;
    rounds.print();
    Ok(())
}

/// Fails where the log of a consultation does not end at the last number that its readers received.
fn compare_with_stored(app: &App, pairs: &[Pair], last: &[i64]) -> Result<(), CliError> {
    for (pair, last) in pairs.iter().zip(last) {
        let stored = chat_data::stored(app, pair.consultation)?;
        if stored != *last {
            return Err(failed(format!("the log ends at {stored}, the readers at {last}")));
        }
    }
    Ok(())
}

impl Rounds {
    fn print(self) {
        let all = |name: &str, figures: Vec<f64>, unit: &str| {
            if !figures.is_empty() {
                print(name, median(figures), unit);
            }
        };
        all("chat_messages_per_second", self.rates, "1/s");
        all("pgbench_inserts_per_second", self.bests, "1/s");
        all("chat_vs_pgbench", self.ratios, "ratio");
        if self.scheduled > 0 {
            println!(
                "# by schedule: {} messages at 20 % of the full load in each round, from when each was due; the load itself \
                 sent them late by p99 {:.2} ms, which is counted in",
                self.scheduled,
                median(self.late)
            );
        }
        all("chat_ack_p50_ms", self.halves, "ms");
        all("chat_ack_p99_ms", self.tails, "ms");
        all("chat_ack_p99_at_twice_pgbench_ms", self.at_twice, "ms");
        all("pgbench_ack_p99_ms", self.inserts, "ms");
        all("chat_single_ms", self.singles, "ms");
        all("pgbench_commit_ms", self.commits, "ms");
        all("chat_single_vs_commit", self.single_ratios, "ratio");
    }
}

/// So many messages a second by a schedule.
fn by_schedule(
    app: &App,
    server: &ServerProcess,
    clients: &mut LoadClients,
    per_second: f64,
) -> Result<Latencies, CliError> {
    chat_data::vacuum_and_checkpoint(app)?;
    let watch = Watch::start(app, server)?;
    let times = clients.run_at_rate(per_second, Duration::from_secs(1), Duration::from_secs(4))?;
    let what = format!(
        "{} by schedule: p50 {:.2}, p99 {:.2}, most {:.2} ms; p99 of each half second {}; sent late by p99 {:.2} ms",
        times.count(),
        times.quantile_ms(0.5),
        times.quantile_ms(0.99),
        times.quantile_ms(1.0),
        times.p99_by_slice(Duration::from_millis(500)),
        times.late_ms(0.99),
    );
    watch.report(app, server, &what)?;
    Ok(times)
}

/// What the server and its database did meanwhile, for those who look for the reason of a figure.
struct Watch {
    at: Instant,
    server: f64,
    load: f64,
    batches: f64,
    stored: f64,
    storing: f64,
    wal: Wal,
}

impl Watch {
    fn start(app: &App, server: &ServerProcess) -> Result<Self, CliError> {
        let metrics = server.metrics()?;
        let metric = |name: &str| metrics.get(name).copied().unwrap_or_default();
        Ok(Self {
            server: server.cpu_seconds(),
            load: cpu_seconds("self"),
            batches: metric("zerodesk_chat_batches"),
            stored: metric("zerodesk_chat_stored"),
            storing: metric("zerodesk_chat_storing_seconds"),
            wal: chat_data::wal(app)?,
            at: Instant::now(),
        })
    }

    fn report(self, app: &App, server: &ServerProcess, what: &str) -> Result<(), CliError> {
        let seconds = self.at.elapsed().as_secs_f64();
        let now = Self::start(app, server)?;
        let (batches, stored) = (now.batches - self.batches, now.stored - self.stored);
        let storing = now.storing - self.storing;
        progress(format!(
            "{what}; processor: server {:.0} %, load {:.0} %; {batches:.0} batches of {:.1} messages in {:.2} ms, database \
             busy {:.0} %; log of PostgreSQL: {:.1} MB, {} whole pages",
            (now.server - self.server) / seconds * 100.0,
            (now.load - self.load) / seconds * 100.0,
            stored / batches,
            storing / batches * 1e3,
            storing / seconds * 100.0,
            (now.wal.bytes - self.wal.bytes) / 1e6,
            now.wal.pages - self.wal.pages,
        ));
        Ok(())
    }
}

/// The mean time from one message to its ack, sent one at a time, milliseconds.
fn single(at: SocketAddr, pairs: &[Pair], last: &mut [i64]) -> Result<f64, CliError> {
    let (Some(pair), Some(last)) = (pairs.first(), last.first_mut()) else { return Ok(f64::NAN) };
    let mut asks = Client::join(at, &pair.enterprise, pair.consultation, *last)?;
    let mut answers = Client::join(at, &pair.expert, pair.consultation, *last)?;
    for _ in 0..200 {
        asks.send_and_wait()?;
        *last += 1;
    }
    let (start, mut count) = (Instant::now(), 0.0);
    let mut whole = Duration::ZERO;
    while start.elapsed() < Duration::from_secs(2) {
        whole += asks.send_and_wait()?;
        count += 1.0;
        *last += 1;
    }
    answers.wait_for_number(*last)?;
    Ok(whole.as_secs_f64() * 1e3 / count)
}
