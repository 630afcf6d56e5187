//! The server's processes: starting, waiting, stopping, and what a killed zerodesk left of them.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::error::{ClusterError, io};
use super::place::{Connection, Place};
use super::programs::Programs;

/// Between two looks at something that is awaited.
const STEP: Duration = Duration::from_millis(50);
/// For the server to end at once, and for what a killed one left behind.
const GRACE: Duration = Duration::from_secs(10);
/// Bytes of a log that go into an error.
const LOG_TAIL: usize = 2000;

/// A running postmaster, started here.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pid: i32,
}

impl Server {
    /// Starts the server and returns at once. `bound` lets it end with this thread.
    pub(super) fn spawn(place: &Place, programs: &Programs, bound: bool) -> Result<Self, ClusterError> {
        let log = place.identity.fresh_file(&place.startup_log())?;
        let errors = log.try_clone().map_err(io("can't open", &place.startup_log()))?;
        let program = programs.postgres();
        let mut command = if bound {
            let mut command = place.identity.command(Path::new("setpriv"), &place.home);
            // SIGINT: its own "fast" shutdown.
            command.args(["--pdeathsig", "INT", "--"]).arg(&program);
            command
        } else {
            place.identity.command(&program, &place.home)
        };
        let child = command
            .arg("-D")
            .arg(place.data())
            .arg("-c")
            .arg(format!("cluster_name={}", place.mark()?))
            .stdout(log)
            .stderr(errors)
            // Away from the terminal's Ctrl-C: zerodesk drains first and stops the database last.
            .process_group(0)
            .spawn()
            .map_err(io("can't run", &program))?;
        let pid = i32::try_from(child.id()).unwrap_or_default();
        Ok(Self { child, pid })
    }

    /// Waits until the server takes connections. After a crash this includes its recovery.
    pub(super) fn wait_ready(
        &mut self,
        place: &Place,
        connection: &Connection,
        limit: Duration,
    ) -> Result<(), ClusterError> {
        let deadline = Instant::now() + limit;
        loop {
            let refusal = match connect(connection, "postgres") {
                Ok(_) => return Ok(()),
                Err(refusal) => refusal,
            };
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(ClusterError::Failed {
                    program: "PostgreSQL".to_owned(),
                    output: format!("{status}\n{}", logs(place)),
                });
            }
            if Instant::now() >= deadline {
                return Err(ClusterError::NotReady {
                    seconds: limit.as_secs(),
                    reason: format!("{refusal}\n{}", logs(place)),
                });
            }
            std::thread::sleep(STEP);
        }
    }

    /// Stops the server: by "fast" shutdown, which ends open sessions and writes a checkpoint; if that takes
    /// longer than `limit`, at once, which costs a recovery at the next start and no committed data.
    pub(super) fn stop(mut self, limit: Duration) -> Result<(), ClusterError> {
        for (signal, limit) in [(Signal::SIGINT, limit), (Signal::SIGQUIT, GRACE)] {
            if self.has_ended() {
                return Ok(());
            }
            let _ = kill(Pid::from_raw(self.pid), signal);
            if wait_until(limit, || self.has_ended()) {
                return Ok(());
            }
            tracing::warn!(pid = self.pid, %signal, "PostgreSQL did not stop in time");
        }
        Err(ClusterError::NotStopped { pid: self.pid, seconds: (limit + GRACE).as_secs() })
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

/// Connects to one of the cluster's databases; the text of a refusal.
pub(super) fn connect(connection: &Connection, database: &str) -> Result<diesel::PgConnection, String> {
    let url = format!("{}?connect_timeout=5", connection.url(database));
    diesel::Connection::establish(&url).map_err(|error: diesel::ConnectionError| error.to_string())
}

/// Clears away what a killed zerodesk left: a server that still runs is stopped, as a start of our own makes
/// it a child of this process, with the settings of this version; the lock files of a killed one are removed.
///
/// PostgreSQL clears stale lock files too, but refuses when their process number has been given to somebody
/// else, as happens in containers, where the same few numbers come again. The caller holds the owner's lock.
pub(super) fn clear_remains(place: &Place, socket_dir: &Path, limit: Duration) -> Result<(), ClusterError> {
    let mark = place.mark()?;
    let pid_file = place.data().join("postmaster.pid");
    let processes = marked_processes(&mark);
    if let Some(postmaster) = processes.iter().find(|process| process.postmaster) {
        tracing::warn!(pid = postmaster.pid, "stopping a PostgreSQL that an ended zerodesk left running");
        end(&mark, Signal::SIGINT, true, limit);
    }
    // Without their postmaster the others end by themselves; hurried, since nothing can be lost that was
    // committed.
    let deadline = [(None, GRACE), (Some(Signal::SIGQUIT), GRACE), (Some(Signal::SIGKILL), GRACE)];
    for (signal, limit) in deadline {
        if let Some(signal) = signal {
            end(&mark, signal, false, Duration::ZERO);
        }
        if wait_until(limit, || marked_processes(&mark).is_empty()) {
            break;
        }
    }
    if let Some(left) = marked_processes(&mark).first() {
        return Err(ClusterError::NotStopped { pid: left.pid, seconds: (limit + GRACE * 3).as_secs() });
    }
    if std::fs::read_to_string(&pid_file).is_ok_and(|text| is_stale(&text)) {
        tracing::info!("the database was not shut down; it recovers now");
        for path in [&pid_file, &place.data().join("postmaster.opts")] {
            let _ = std::fs::remove_file(path);
        }
        for entry in std::fs::read_dir(socket_dir).into_iter().flatten().flatten() {
            if entry.file_name().as_bytes().starts_with(b".s.PGSQL.") {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
    Ok(())
}

fn end(mark: &str, signal: Signal, only_postmaster: bool, limit: Duration) {
    for process in marked_processes(mark) {
        if process.postmaster || !only_postmaster {
            let _ = kill(Pid::from_raw(process.pid), signal);
        }
    }
    wait_until(limit, || !marked_processes(mark).iter().any(|process| process.postmaster));
}

/// Whether the process that a `postmaster.pid` names is gone or another program. A process that can't be
/// looked at may be a PostgreSQL, and is left to PostgreSQL's own check.
fn is_stale(pid_file: &str) -> bool {
    let Some(pid) =
        pid_file.lines().next().and_then(|line| line.trim().parse::<i32>().ok()).filter(|pid| *pid > 0)
    else {
        return true;
    };
    if kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH) {
        return true;
    }
    match std::fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(line) => !String::from_utf8_lossy(&line).contains("postgres"),
        Err(_) => false,
    }
}

#[derive(Debug)]
struct Process {
    pid: i32,
    postmaster: bool,
}

/// The processes of the cluster with this mark, by their command lines: these are readable for everyone,
/// while the links to program and folder are closed even to root in an ordinary container.
fn marked_processes(mark: &str) -> Vec<Process> {
    std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            let postmaster = role(&line, mark)?;
            Some(Process { pid, postmaster })
        })
        .collect()
}

/// Whether a command line is the postmaster's (`true`) or another process's (`false`) of the marked cluster.
fn role(cmdline: &[u8], mark: &str) -> Option<bool> {
    let line = String::from_utf8_lossy(cmdline);
    let mut arguments = line.split('\0');
    let program = arguments.next()?;
    // The children put their title over the arguments: "postgres: <cluster_name>: checkpointer".
    if program.starts_with(&format!("postgres: {mark}: ")) {
        return Some(false);
    }
    let name = format!("cluster_name={mark}");
    let is_postgres = program.rsplit('/').next() == Some("postgres");
    (is_postgres && arguments.any(|argument| argument == name)).then_some(true)
}

fn wait_until(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    loop {
        if done() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(STEP);
    }
}

/// The end of what the server wrote, for an error.
fn logs(place: &Place) -> String {
    let newest = std::fs::read_dir(place.log_dir())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok());
    [Some(place.startup_log()), newest]
        .into_iter()
        .flatten()
        .filter_map(|path| std::fs::read(path).ok())
        .map(|bytes| {
            let start = bytes.len().saturating_sub(LOG_TAIL);
            String::from_utf8_lossy(bytes.get(start..).unwrap_or_default()).into_owned()
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_marked_clusters_processes_are_recognised() {
        let mark = "zerodesk-fe01-2a";
        let postmaster =
            b"/usr/lib/postgresql/15/bin/postgres\0-D\0/x/data\0-c\0cluster_name=zerodesk-fe01-2a\0";
        assert_eq!(role(postmaster, mark), Some(true));
        assert_eq!(role(b"postgres: zerodesk-fe01-2a: checkpointer ", mark), Some(false));
        assert_eq!(role(b"postgres: zerodesk-fe01-2ab: checkpointer ", mark), None);
        assert_eq!(role(b"postgres: 15/main: checkpointer ", mark), None);
        assert_eq!(role(b"/bin/less\0cluster_name=zerodesk-fe01-2a\0", mark), None);
        assert_eq!(role(b"", mark), None);
    }

    #[test]
    fn a_pid_file_is_stale_when_its_process_is_gone_or_no_postgres() {
        assert!(is_stale(""));
        assert!(is_stale("nonsense\n/x\n"));
        assert!(is_stale(&format!("{}\n/x\n", i32::MAX)));
    }
}
