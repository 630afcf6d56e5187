//! Background work: the threads that send mail, import lists, match and sweep.
//!
//! The rules:
//!
//! - A worker is a thread of its own, because diesel and SMTP block. It works in rounds until a
//!   round says that nothing is left, then waits to be woken, for the poll, or for the stop.
//! - A wake only spares the wait. What is to be done is in a table, so a lost wake, another
//!   server's work or a crash costs at most one poll.
//! - A round that fails or panics is logged and tried again after a growing pause. It never ends
//!   the thread.
//! - A stop is seen at once by a worker that waits. One that works finishes its round; a round
//!   that handles many items looks at [`Stop::is_set`] between two of them.
//!
//! Neighbours: `core` below, and `app` and `db` for [`resumable`]. What a worker works on is a value that its owner hands in.

pub mod resumable;

use crate::core::Problem;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, watch};

/// The pause after the first failed round; doubled for each one after it.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Tells workers to end. Set once and never reset.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// A stop that is not set, to be shared by all workers of a server.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(false)))
    }

    /// Sets it: workers that wait end at once, the others after what they are working on.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is set. May be dropped and called again.
    pub async fn stopped(&self) {
        // The sender lives in `self`, so the only way out is the value.
        let _ = self.0.subscribe().wait_for(|set| *set).await;
    }
}

/// Starts a worker on a thread called `name`.
///
/// `work` does one round on `context` and says whether more is waiting; then the next round
/// follows at once. Otherwise the worker waits for `wake`, at most for `poll`. A first round is run
/// right away, for what was left from before the start.
///
/// # Errors
/// When the system gives no thread or no timer.
pub fn spawn<C: Send + 'static>(
    name: &'static str,
    context: C,
    stop: Arc<Stop>,
    wake: Arc<Notify>,
    poll: Duration,
    mut work: impl FnMut(&C) -> Result<bool, Problem> + Send + 'static,
) -> Result<JoinHandle<()>, Problem> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Problem::internal)?;
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || run(name, &context, &runtime, &stop, &wake, poll, &mut work))
        .map_err(Problem::internal)
}

fn run<C>(
    name: &str,
    context: &C,
    runtime: &Runtime,
    stop: &Stop,
    wake: &Notify,
    poll: Duration,
    work: &mut dyn FnMut(&C) -> Result<bool, Problem>,
) {
    tracing::debug!(worker = name, "started");
    let mut failures = 0;
    while !stop.is_set() {
        // What a panic may leave half done is in a transaction, which then is not committed.
        let cause = match catch_unwind(AssertUnwindSafe(|| work(context))) {
            Ok(Ok(more)) => {
                failures = 0;
                if !more {
                    runtime.block_on(idle(stop, wake, poll));
                }
                continue;
            }
            Ok(Err(problem)) => problem.to_string(),
            Err(panic) => format!("panic: {}", panic_text(&*panic)),
        };
        let pause = pause_after(failures);
        failures = failures.saturating_add(1);
        tracing::error!(worker = name, failures, pause_ms = pause.as_millis(), "a round failed: {cause}");
        // Not by the wake: work that keeps coming must not hasten a worker that keeps failing.
        runtime.block_on(async {
            tokio::select! { () = stop.stopped() => {}, () = tokio::time::sleep(pause) => {} }
        });
    }
    tracing::debug!(worker = name, "ended");
}

async fn idle(stop: &Stop, wake: &Notify, poll: Duration) {
    tokio::select! {
        () = stop.stopped() => {}
        () = wake.notified() => {}
        () = tokio::time::sleep(poll) => {}
    }
}

fn pause_after(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_PAUSE)
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&'static str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "of an unknown kind",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const LONG: Duration = Duration::from_secs(600);
    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn rounds_follow_while_there_is_more_then_a_wake_starts_one_and_a_stop_ends_a_wait() {
        let (wake, stop) = (Arc::new(Notify::new()), Stop::new());
        let (said, heard) = mpsc::channel();
        let mut round = 0;
        let worker = spawn("test", (), Arc::clone(&stop), Arc::clone(&wake), LONG, move |_| {
            round += 1;
            said.send(round).unwrap();
            Ok(round < 3)
        })
        .unwrap();
        for wanted in 1..=3 {
            assert_eq!(heard.recv_timeout(PATIENCE).unwrap(), wanted);
        }
        wake.notify_one();
        assert_eq!(heard.recv_timeout(PATIENCE).unwrap(), 4);
        stop.stop();
        worker.join().unwrap();
        assert!(heard.recv().is_err(), "no round after the stop");
    }

    #[test]
    fn polling_works_without_a_wake() {
        let stop = Stop::new();
        let (said, heard) = mpsc::channel();
        let poll = Duration::from_millis(1);
        let worker = spawn("test", (), Arc::clone(&stop), Arc::default(), poll, move |_| {
            said.send(()).unwrap();
            Ok(false)
        })
        .unwrap();
        for _ in 0..3 {
            heard.recv_timeout(PATIENCE).unwrap();
        }
        stop.stop();
        drop(worker.join());
    }

    #[test]
    fn a_failure_and_a_panic_do_not_end_the_worker() {
        let stop = Stop::new();
        let (said, heard) = mpsc::channel();
        let mut round = 0;
        let worker = spawn("test", (), Arc::clone(&stop), Arc::default(), LONG, move |_| {
            round += 1;
            said.send(round).unwrap();
            match round {
                1 => panic!("as it happens"),
                2 => Err(Problem::unavailable("away")),
                _ => Ok(false),
            }
        })
        .unwrap();
        for wanted in 1..=3 {
            assert_eq!(heard.recv_timeout(PATIENCE).unwrap(), wanted);
        }
        stop.stop();
        worker.join().unwrap();
    }

    #[test]
    fn a_stop_ends_the_pause_after_a_failure() {
        let stop = Stop::new();
        let (said, heard) = mpsc::channel();
        let inner = Arc::clone(&stop);
        let worker = spawn("test", (), Arc::clone(&stop), Arc::default(), LONG, move |_| {
            inner.stop();
            said.send(()).unwrap();
            Err(Problem::internal("broken"))
        })
        .unwrap();
        worker.join().unwrap();
        assert_eq!(heard.iter().count(), 1);
    }

    #[test]
    fn the_pause_grows_to_a_limit() {
        assert_eq!(pause_after(0), FIRST_PAUSE);
        assert_eq!(pause_after(1), FIRST_PAUSE * 2);
        assert_eq!(pause_after(6), LONGEST_PAUSE);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }
}
