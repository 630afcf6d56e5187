//! The limits on log-ins, which slow whoever guesses passwords; counted at each server.

mod counts;
mod entry;

use crate::accounts::log_in_limiter::counts::{Attempt, Counts, Limits, Place, Turn};
use crate::accounts::sessions::logged_in_from;
use crate::accounts::settings::AuthSettings;
use crate::core::{Clock, Code, Problem, Text};
use crate::web::client_address::Network;
use crate::web::reply::read;
use crate::web::state::State;
use chrono::{DateTime, Utc};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The limits on log-ins of one server.
pub struct LogInLimiter {
    counts: Mutex<Counts>,
}

/// A try waits for its turn no longer than this where few others do.
const PATIENCE: Duration = Duration::from_secs(8);
/// Passwords of one slowed pair are compared no faster than this, whatever comes in: five in a second.
const LEAST_GAP: Duration = Duration::from_millis(200);
/// A try is refused without comparing after this. It takes a hundred others at the same pair to keep one waiting for so long.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Who tries a name.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The network of the client.
    pub network: Network,
    /// What proves that this browser or session belongs to the name: the id of one or the other. Its tries are counted by themselves.
    pub proof: Option<String>,
}

impl LogInLimiter {
    /// Limits as the settings say.
    pub fn new(auth: &AuthSettings) -> Self {
        let limits = Limits {
            free: usize::try_from(auth.login_failures).unwrap_or(usize::MAX),
            window: Duration::from_secs(auth.login_window_seconds),
            pause: auth.login_pause,
            patience: PATIENCE,
            least_gap: LEAST_GAP,
            longest_wait: LONGEST_WAIT,
        };
        Self { counts: Mutex::new(Counts::new(limits)) }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a try and waits for its turn. The try counts from now on.
    ///
    /// # Errors
    /// 429 with the seconds to wait where its turn did not come within 20 seconds.
    pub async fn enter<'a>(
        &'a self,
        state: &'a State,
        name: &str,
        origin: Origin,
    ) -> Result<Entered<'a>, Problem> {
        let clock = state.app.clock();
        let (attempt, place, ask) = {
            let mut counts = self.counts();
            let attempt = match &origin.proof {
                Some(proof) => counts.attempt_of(name, &origin.network, proof),
                None => counts.attempt(name, &origin.network),
            };
            let place = counts.reserve(attempt, since_epoch(clock.now()), Instant::now());
            let ask = counts.ask(&place);
            (attempt, place, ask)
        };
        // From here on dropping it gives the place back, as when the client goes away.
        let mut entered = Entered { limiter: self, clock, attempt, place, decided: false };
        if ask {
            let (name, network) = (name.to_owned(), origin.network);
            let known = read(state, move |app| Ok(logged_in_from(&mut *app.conn()?, &name, network)?)).await;
            // Without the database nobody gets in anyway.
            if known.unwrap_or(false) {
                self.counts().is_known(attempt, &mut entered.place, since_epoch(clock.now()));
            }
        }
        if !entered.place.delay.is_zero() {
            tokio::time::sleep(entered.place.delay).await;
        }
        loop {
            let turn = self.counts().turn(&entered.place, Instant::now());
            match turn {
                Turn::Now => return Ok(entered),
                Turn::Wait(wait) => tokio::time::sleep(wait).await,
                Turn::Refused(wait) => return Err(too_many_failures(wait)),
            }
        }
    }
}

/// A try whose turn has come.
pub struct Entered<'a> {
    limiter: &'a LogInLimiter,
    clock: &'a dyn Clock,
    attempt: Attempt,
    place: Place,
    decided: bool,
}

impl Entered<'_> {
    /// The password was right.
    pub fn succeeded(mut self) {
        self.decided = true;
        self.limiter.counts().succeeded(self.attempt, &self.place, since_epoch(self.clock.now()));
    }

    /// The password was wrong. Where too many were before it, this is said in place of `refusal`.
    pub fn failed<E: From<Problem>>(mut self, refusal: E) -> E {
        self.decided = true;
        let wait = self.limiter.counts().failed(&self.place, since_epoch(self.clock.now()));
        if self.place.slowed { too_many_failures(wait).into() } else { refusal }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if !self.decided {
            self.limiter.counts().release(&self.place);
        }
    }
}

fn since_epoch(now: DateTime<Utc>) -> Duration {
    (now - DateTime::UNIX_EPOCH).to_std().unwrap_or_default()
}

fn too_many_failures(wait: Duration) -> Problem {
    let wait = wait.as_secs_f64().ceil().clamp(1.0, 3600.0);
    let mut problem = Problem::new(
        Code::TooManyFailures,
        Text::new(
            format!("登录失败次数过多，请核对用户名和密码，{wait} 秒后再试"),
            format!(
                "too many failed log-ins, which are slowed now; check name and password, and try again in {wait} seconds"
            ),
        ),
    );
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 3600")]
    {
        problem.retry_after = Some(wait as u64);
    }
    problem
}
