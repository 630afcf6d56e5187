//! Servers as processes of their own, so that their memory is theirs and they know nothing of being measured.

use crate::process::bound;
use crate::socket::failed;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use zerodesk::cli::CliError;

/// Frames a second that one user may send to the servers that are measured: the greatest value that the setting takes. With
/// one message at a time, one person sends the next as soon as the last is acknowledged, which on a fast machine is more than
/// the 1,000 a second of the default; the server would close the socket (4009) and the measurement fail.
const FRAMES_PER_SECOND: &str = "100000";

/// Connections that one address may hold to them: all sockets of the load come from one.
const CONNECTIONS: &str = "100000";

/// A server and its database are quiet when they need less than this share of a core, for so many windows of this length one after the other.
const QUIET: f64 = 0.1;
const QUIET_WINDOWS: u32 = 4;
const WINDOW: Duration = Duration::from_secs(2);
/// A measurement waits no longer than this for it.
pub(crate) const LONGEST_SETTLING: Duration = Duration::from_secs(20 * 60);

/// A running `zerodesk serve` with the settings of this process, but for the limits of frames and connections.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl ServerProcess {
    /// Starts one on a free port and waits until it serves.
    pub(crate) fn start(database: &str, extra: &[(&str, &str)]) -> Result<Self, CliError> {
        let this = std::env::current_exe().map_err(CliError::io("can't find this program"))?;
        // `script/bench` builds both into one folder.
        let program = this.with_file_name("zerodesk");
        let mut child = bound(program)
            .arg("serve")
            .env("DATABASE_URL", database)
            .env("ZERODESK_SERVER_PORT", "0")
            .env("ZERODESK_CHAT_FRAMES_PER_SECOND", FRAMES_PER_SECOND)
            .env("ZERODESK_SERVER_CONNECTIONS_PER_ADDRESS", CONNECTIONS)
            .env("ZERODESK_SERVER_CONNECTIONS", CONNECTIONS)
            .env("ZERODESK_CHAT_MESSAGES_PER_DAY", "100000000")
            .env("ZERODESK_CHAT_BYTES_PER_DAY", "1099511627776")
            .envs(extra.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(CliError::io("can't start a server"))?;
        let said = child.stdout.take().map(BufReader::new);
        let mut server = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        for line in said.into_iter().flat_map(BufRead::lines) {
            let line = line.map_err(CliError::io("a server's output"))?;
            if let Some((_, address)) = line.split_once(" serves http://") {
                server.address = address.trim().parse().map_err(failed)?;
                return Ok(server);
            }
        }
        Err(failed("a server did not start; see above"))
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap_or(i32::MAX))
    }

    /// Its resident memory in KiB.
    pub(crate) fn resident_kib(&self) -> Result<u64, CliError> {
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(&path).map_err(CliError::io(&path))?;
        text.lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok())
            .ok_or_else(|| failed("no VmRSS"))
    }

    /// The processor time it has used, seconds.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&self.child.id().to_string())
    }

    /// Its metrics without labels.
    pub(crate) fn metrics(&self) -> Result<HashMap<String, f64>, CliError> {
        let mut stream = TcpStream::connect(self.address).map_err(CliError::io("a server's metrics"))?;
        let request = format!("GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        let mut text = String::new();
        stream
            .write_all(request.as_bytes())
            .and_then(|()| stream.read_to_string(&mut text))
            .map_err(CliError::io("a server's metrics"))?;
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        Ok(lines.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect())
    }

    /// Waits until it has done what its jobs find in a database that was filled beforehand (reminders, response targets, what is kept too
    /// long), so that none of it falls into a measurement. Gives how long that took; at most [`LONGEST_SETTLING`].
    pub(crate) fn settle(&self) -> Duration {
        let began = Instant::now();
        let (mut quiet, mut before) = (0, self.cpu_seconds() + cpu_seconds_of_postgres());
        while quiet < QUIET_WINDOWS && began.elapsed() < LONGEST_SETTLING {
            std::thread::sleep(WINDOW);
            let now = self.cpu_seconds() + cpu_seconds_of_postgres();
            quiet = if now - before < QUIET * WINDOW.as_secs_f64() { quiet + 1 } else { 0 };
            before = now;
        }
        began.elapsed()
    }

    /// Stops it in order.
    pub(crate) fn stop(mut self) -> Result<(), CliError> {
        kill(self.pid(), Signal::SIGTERM).map_err(failed)?;
        let ended = self.child.wait().map_err(CliError::io("can't wait for a server"))?;
        if ended.success() { Ok(()) } else { Err(failed(format!("a server ended with {ended}"))) }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // Not stopped: something failed, and the reason is already being reported.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A NATS server of its own.
pub(crate) struct Nats {
    child: Child,
    pub(crate) url: String,
}

impl Nats {
    /// Starts one on a free port and waits until it answers.
    pub(crate) fn start() -> Result<Self, CliError> {
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let address = free.map_err(CliError::io("no free port"))?;
        let child = bound("nats-server")
            .args(["-a", "127.0.0.1", "-p", &address.port().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(CliError::io("can't start nats-server (script/bootstrap test installs it)"))?;
        let nats = Self { child, url: format!("nats://{address}") };
        let end = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(address).is_err() {
            if Instant::now() > end {
                return Err(failed("nats-server does not answer"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(nats)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The processor time of a process (`self` for this one), seconds; 0 where it can't be known.
pub(crate) fn cpu_seconds(process: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in brackets may hold blanks; user and system time are the 12th and 13th field behind it.
    let fields = text.rsplit(") ").next().unwrap_or_default();
    let ticks: f64 = fields.split(' ').skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// The processor time of all processes of PostgreSQL on this machine, seconds: nothing else should run beside a measurement.
pub(crate) fn cpu_seconds_of_postgres() -> f64 {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let of_postgres = processes.filter(|entry| {
        std::fs::read_to_string(entry.path().join("comm")).is_ok_and(|name| name.trim() == "postgres")
    });
    of_postgres.map(|entry| cpu_seconds(&entry.file_name().to_string_lossy())).sum()
}
