//! Reads of one server by a schedule that waits for nobody, as people come: a slow answer delays those behind it, and that is counted.

use crate::kept_connection::KeptConnection;
use crate::latencies::Latencies;
use crate::socket::failed;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use zerodesk::cli::CliError;

/// How the reads come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    /// Reads a second.
    pub(crate) per_second: u32,
    /// How long they come.
    pub(crate) lasts: Duration,
    /// Connections that are kept, each on a thread of its own.
    pub(crate) connections: u32,
}

/// What one connection measured: when each read was due from the start with its time, and how late each was sent.
type Measured = (Vec<(Duration, Duration)>, Vec<Duration>);

/// Asks for the paths in turn, with an access token where one is named. The time of a read is from when it was due.
///
/// # Errors
/// When the server can't be reached, or an answer is not 200.
pub(crate) fn read_by_schedule(
    address: SocketAddr,
    token: Option<&str>,
    paths: &[String],
    schedule: Schedule,
) -> Result<Latencies, CliError> {
    let connections = (0..schedule.connections).map(|_| KeptConnection::open(address));
    let connections = connections.collect::<Result<Vec<_>, _>>()?;
    let start = Instant::now();
    let measured = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..)
            .zip(connections)
            .map(|(at, connection)| {
                scope.spawn(move || client(connection, token, paths, schedule, (at, start)))
            })
            .collect();
        let join = |client: std::thread::ScopedJoinHandle<'_, Result<Measured, CliError>>| {
            client.join().map_err(|_| failed("a client panicked"))?
        };
        clients.into_iter().map(join).collect::<Result<Vec<Measured>, CliError>>()
    })?;
    let (times, late): (Vec<_>, Vec<_>) = measured.into_iter().unzip();
    Ok(Latencies::of(times.concat(), late.concat()))
}

/// One connection: of every so many reads one.
fn client(
    mut connection: KeptConnection,
    token: Option<&str>,
    paths: &[String],
    schedule: Schedule,
    (at, start): (u32, Instant),
) -> Result<Measured, CliError> {
    let (mut times, mut late) = (Vec::new(), Vec::new());
    let mut number = at;
    for path in paths.iter().cycle().skip(usize::try_from(at).unwrap_or(0)).step_by(step(schedule)) {
        let due = Duration::from_secs(u64::from(number)) / schedule.per_second.max(1);
        if due >= schedule.lasts {
            break;
        }
        std::thread::sleep(due.saturating_sub(start.elapsed()));
        late.push(start.elapsed().saturating_sub(due));
        let status = connection.read(path, token)?;
        if status != 200 {
            return Err(failed(format!("{path} was answered by {status}")));
        }
        times.push((due, start.elapsed().saturating_sub(due)));
        number = number.saturating_add(schedule.connections);
    }
    Ok((times, late))
}

fn step(schedule: Schedule) -> usize {
    usize::try_from(schedule.connections.max(1)).unwrap_or(1)
}
