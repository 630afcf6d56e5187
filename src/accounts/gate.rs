//! What protects the log-in at each server: the brake on guessing.

use crate::accounts::brake::{Attempt, Brake, Limits, Place, Turn};
use crate::accounts::sessions::logged_in_from;
use crate::accounts::settings::AuthSettings;
use crate::core::{Clock, Code, Problem, Text};
use crate::web::client_address::Network;
use crate::web::reply::read;
use crate::web::state::State;
use chrono::{DateTime, Utc};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The brake on log-ins of one server.
pub struct LogInGate {
    brake: Mutex<Brake>,
}

/// A try waits for its turn no longer than this where few others do.
const PATIENCE: Duration = Duration::from_secs(8);
/// Passwords of one slowed pair are compared no faster than this, whatever comes in: five in a second.
const LEAST_GAP: Duration = Duration::from_millis(200);
/// A try is refused without comparing after this. It takes a hundred others at the same pair to keep one waiting for so long.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Who tries a name.
#[derive(Debug, Clone)]
pub struct Whence {
    /// The network of the client.
    pub network: Network,
    /// What proves that this browser or session belongs to the name: the id of one or the other. Its tries are counted by themselves.
    pub proof: Option<String>,
}

impl LogInGate {
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
        Self { brake: Mutex::new(Brake::new(limits)) }
    }

    fn brake(&self) -> MutexGuard<'_, Brake> {
        self.brake.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a try and waits for its turn. The try counts from now on.
    ///
    /// # Errors
    /// 429 with the seconds to wait where its turn did not come within 20 seconds.
    pub async fn enter<'a>(
        &'a self,
        state: &'a State,
        name: &str,
        whence: Whence,
    ) -> Result<Entered<'a>, Problem> {
        let clock = state.app.clock();
        let (attempt, place, ask) = {
            let mut brake = self.brake();
            let attempt = match &whence.proof {
                Some(proof) => brake.attempt_of(name, &whence.network, proof),
                None => brake.attempt(name, &whence.network),
            };
            let place = brake.reserve(attempt, since_epoch(clock.now()), Instant::now());
            let ask = brake.ask(&place);
            (attempt, place, ask)
        };
        // From here on dropping it gives the place back, as when the client goes away.
        let mut entered = Entered { gate: self, clock, attempt, place, decided: false };
        if ask {
            let (name, network) = (name.to_owned(), whence.network);
            let known = read(state, move |app| Ok(logged_in_from(&mut *app.conn()?, &name, network)?)).await;
            // Without the database nobody gets in anyway.
            if known.unwrap_or(false) {
                self.brake().is_known(attempt, &mut entered.place, since_epoch(clock.now()));
            }
        }
        if !entered.place.delay.is_zero() {
            tokio::time::sleep(entered.place.delay).await;
        }
        loop {
            let turn = self.brake().turn(&entered.place, Instant::now());
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
    gate: &'a LogInGate,
    clock: &'a dyn Clock,
    attempt: Attempt,
    place: Place,
    decided: bool,
}

impl Entered<'_> {
    /// The password was right.
    pub fn succeeded(mut self) {
        self.decided = true;
        self.gate.brake().succeeded(self.attempt, &self.place, since_epoch(self.clock.now()));
    }

    /// The password was wrong. Where too many were before it, this is said in place of `refusal`.
    pub fn failed<E: From<Problem>>(mut self, refusal: E) -> E {
        self.decided = true;
        let wait = self.gate.brake().failed(&self.place, since_epoch(self.clock.now()));
        if self.place.slowed { too_many_failures(wait).into() } else { refusal }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if !self.decided {
            self.gate.brake().release(&self.place);
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
