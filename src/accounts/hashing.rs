//! Where passwords are hashed: a few places in threads of their own, with a short queue before them.
//!
//! A hash takes 19 MiB and some hundredths of a second of one core, on purpose. So there are as many places as cores and no more,
//! whatever comes in: memory and the time of the cores stay bounded. No transaction is open meanwhile: a command is given the ready
//! hash, or what a comparison came to. Whoever finds the queue full is told to come again; so is a network that has taken its share
//! of the queue, that one sender may not fill it alone.

use crate::accounts::password;
use crate::accounts::settings::AuthSettings;
use crate::app::App;
use crate::core::{Code, Problem, Text};
use crate::web::client_address::Network;
use crate::web::room::Metric;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::oneshot;

/// Hashes a password that someone chose.
///
/// # Errors
/// 503 `overloaded` where too many wait; as [`password::hash`].
pub async fn hash(app: &App, from: Network, typed: &str) -> Result<String, Problem> {
    let (typed, settings) = (typed.to_owned(), app.settings().section::<AuthSettings>().clone());
    work(app, from, move || password::hash(&typed, &settings)).await
}

/// Whether a password is that of a stored hash. Without one it is not, which takes as long.
///
/// # Errors
/// 503 `overloaded` where too many wait; as [`password::verify`].
pub async fn verify(app: &App, from: Network, typed: &str, stored: Option<String>) -> Result<bool, Problem> {
    let (typed, settings) = (typed.to_owned(), app.settings().section::<AuthSettings>().clone());
    let compare = move || match stored {
        Some(stored) => password::verify(&typed, &stored),
        None => password::hash_and_discard(&typed, &settings).map(|()| false),
    };
    work(app, from, compare).await
}

/// The figures of this process since its start.
pub fn figures(app: &App) -> Figures {
    app.cache().of::<Hashing>().figures()
}

/// The same for Prometheus.
pub(super) fn metrics(app: &App) -> Vec<Metric> {
    let Figures { running, waiting, refused, .. } = figures(app);
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let metric = |name, help, value: u64| Metric { name, help, value: Some(value as f64) };
    vec![
        metric("zerodesk_password_hashes_running", "Passwords that are hashed now", count(running)),
        metric(
            "zerodesk_password_hashes_waiting",
            "Passwords that are hashed or wait for it",
            count(waiting),
        ),
        metric(
            "zerodesk_password_hashes_refused",
            "Passwords refused since the start, as too many waited",
            refused,
        ),
    ]
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// How busy the places are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Hashes that are computed now.
    pub running: usize,
    /// Most that were computed at one time.
    pub peak: usize,
    /// Those that wait for a place or have one.
    pub waiting: usize,
    /// Those that were refused.
    pub refused: u64,
}

async fn work<T: Send + 'static>(
    app: &App,
    from: Network,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let hashing = app.cache().of::<Hashing>();
    let (answer, wait) = oneshot::channel();
    hashing.add(app.settings().section(), from, move || {
        // Nobody waits any more where the client has gone.
        if !answer.is_closed() {
            let _ = answer.send(work());
        }
    })?;
    wait.await.map_err(|_| Problem::internal("hashing a password panicked"))?
}

/// The places of one process, made at the first use.
#[derive(Default)]
struct Hashing {
    queue: OnceLock<SyncSender<Job>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    running: AtomicUsize,
    peak: AtomicUsize,
    refused: AtomicU64,
    /// Those that wait or run, by network.
    waiting: Mutex<HashMap<Network, usize>>,
}

struct Job {
    work: Box<dyn FnOnce() + Send>,
    _ticket: Ticket,
}

/// One of those that wait or run.
struct Ticket {
    counts: Arc<Counts>,
    from: Network,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut waiting = self.counts.waiting();
        if let Some(count) = waiting.get_mut(&self.from) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.from);
            }
        }
    }
}

impl Counts {
    fn waiting(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more of a network, unless it has its share.
    fn ticket(self: &Arc<Self>, from: Network, share: usize) -> Option<Ticket> {
        let mut waiting = self.waiting();
        let count = waiting.entry(from).or_default();
        if *count >= share {
            return None;
        }
        *count += 1;
        Some(Ticket { counts: Arc::clone(self), from })
    }
}

impl Hashing {
    fn add(
        &self,
        settings: &AuthSettings,
        from: Network,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), Problem> {
        let places = settings.places();
        let queue = self.queue.get_or_init(|| self.open(places, settings.hashing_queue));
        let share = (settings.hashing_queue / 2).max(places);
        let Some(ticket) = self.counts.ticket(from, share) else { return Err(self.refuse()) };
        match queue.try_send(Job { work: Box::new(work), _ticket: ticket }) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(self.refuse()),
            Err(TrySendError::Disconnected(_)) => Err(Problem::internal("no thread hashes passwords")),
        }
    }

    fn refuse(&self) -> Problem {
        self.counts.refused.fetch_add(1, Ordering::Relaxed);
        let mut problem = Problem::new(
            Code::Overloaded,
            Text::new(
                "当前登录或设置密码的人数过多，请过几秒再试",
                "too many people log in or choose a password at this moment; try again in a few seconds",
            ),
        );
        problem.retry_after = Some(RETRY_AFTER);
        problem
    }

    /// Starts the threads. They end with the sender, which goes with the application.
    fn open(&self, places: usize, queue: usize) -> SyncSender<Job> {
        let (sender, receiver) = sync_channel(queue);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..places {
            let (receiver, counts) = (Arc::clone(&receiver), Arc::clone(&self.counts));
            let thread = std::thread::Builder::new().name("hashing".to_owned());
            if let Err(error) = thread.spawn(move || serve(&receiver, &counts)) {
                tracing::error!(%error, "a thread that hashes passwords could not be started");
            }
        }
        sender
    }

    fn figures(&self) -> Figures {
        Figures {
            running: self.counts.running.load(Ordering::Relaxed),
            peak: self.counts.peak.load(Ordering::Relaxed),
            waiting: self.counts.waiting().values().sum(),
            refused: self.counts.refused.load(Ordering::Relaxed),
        }
    }
}

/// Seconds after which a refused one may come again: by then a full queue has been worked off on most machines.
const RETRY_AFTER: u64 = 3;

/// One place.
fn serve(receiver: &Mutex<Receiver<Job>>, counts: &Counts) {
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { work, _ticket }) = next else { return };
        let running = counts.running.fetch_add(1, Ordering::Relaxed) + 1;
        counts.peak.fetch_max(running, Ordering::Relaxed);
        // Who waits for the answer learns of a panic by the end of its channel.
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
            tracing::error!("hashing a password panicked");
        }
        counts.running.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::client_address::ClientAddress;
    use std::sync::mpsc::channel;

    fn network(last: u8) -> Network {
        ClientAddress([203, 0, 113, last].into()).network()
    }

    fn settings(places: usize, queue: usize) -> AuthSettings {
        AuthSettings { hashing_places: places, hashing_queue: queue, ..AuthSettings::default() }
    }

    #[test]
    fn no_more_run_at_once_than_there_are_places_and_a_full_queue_refuses() {
        let (hashing, settings) = (Hashing::default(), settings(2, 8));
        let (started, has_started) = channel();
        let (go, gate) = channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let add = |last| {
            let (started, gate) = (started.clone(), Arc::clone(&gate));
            hashing.add(&settings, network(last), move || {
                started.send(()).unwrap();
                let _ = gate.lock().unwrap().recv();
            })
        };
        (0..2).for_each(|n| add(n).unwrap());
        (0..2).for_each(|_| has_started.recv().unwrap());
        (2..10).for_each(|n| add(n).unwrap());
        let problem = add(10).unwrap_err();
        assert_eq!((problem.status, problem.code, problem.retry_after), (503, Code::Overloaded, Some(3)));
        let figures = hashing.figures();
        assert_eq!((figures.running, figures.peak, figures.waiting, figures.refused), (2, 2, 10, 1));
        (0..10).for_each(|_| go.send(()).unwrap());
        (2..10).for_each(|_| has_started.recv().unwrap());
        assert_eq!(hashing.figures().peak, 2);
    }

    #[test]
    fn one_network_has_no_more_than_its_share_of_the_queue() {
        let (hashing, settings) = (Hashing::default(), settings(1, 8));
        let (go, gate) = channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let add = |last| {
            let gate = Arc::clone(&gate);
            hashing.add(&settings, network(last), move || {
                let _ = gate.lock().unwrap().recv();
            })
        };
        (0..4).for_each(|_| add(1).unwrap());
        assert_eq!(add(1).unwrap_err().code, Code::Overloaded);
        assert!(add(2).is_ok(), "others are served");
        drop(go);
    }

    #[test]
    fn a_panic_takes_no_place_away() {
        let (hashing, settings) = (Hashing::default(), settings(1, 4));
        hashing.add(&settings, network(1), || panic!("as a test")).unwrap();
        let (done, wait) = channel();
        hashing.add(&settings, network(1), move || done.send(()).unwrap()).unwrap();
        wait.recv().unwrap();
    }
}
