//! What protects the log-in at each server: the brake on guessing.

use crate::accounts::brake::{Attempt, Brake, Limits, Place};
use crate::accounts::settings::AuthSettings;
use crate::core::{Clock, Code, Problem, Text, Throttle};
use crate::web::client_address::Network;
use chrono::{DateTime, Utc};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The brake on log-ins of one server.
pub struct LogInGate {
    brake: Mutex<Brake>,
    /// How often failures that name no account, and refusals, are written to the audit for one network.
    notes: Throttle<Network>,
}

/// Rows of the audit for one network within a window that name no account or a refusal. The log has all of them.
const MOST_NOTES: usize = 20;
/// A try that would have to wait longer is refused for now. A lone one never has to.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

impl LogInGate {
    /// Limits as the settings say.
    pub fn new(auth: &AuthSettings) -> Self {
        let window = Duration::from_secs(auth.login_window_seconds);
        let limits = Limits {
            free: usize::try_from(auth.login_failures).unwrap_or(usize::MAX),
            window,
            pause: auth.login_pause,
            longest_wait: LONGEST_WAIT,
        };
        Self { brake: Mutex::new(Brake::new(limits)), notes: Throttle::new(MOST_NOTES, window) }
    }

    fn brake(&self) -> MutexGuard<'_, Brake> {
        self.brake.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a try and waits for its turn. The try counts from now on.
    ///
    /// # Errors
    /// 429 with the seconds to wait where too many wait for the same already.
    pub async fn enter<'a>(
        &'a self,
        name: &str,
        network: Network,
        clock: &'a dyn Clock,
    ) -> Result<Entered<'a>, Problem> {
        let reserved = {
            let mut brake = self.brake();
            let attempt = brake.attempt(name, &network);
            let place = brake.reserve(attempt, since_epoch(clock.now()), Instant::now());
            place.map(|place| (attempt, place))
        };
        let (attempt, place) = reserved.map_err(too_many_failures)?;
        // From here on dropping it gives the place back, as when the client goes away.
        let entered = Entered { gate: self, clock, attempt, place, decided: false };
        if !entered.place.wait.is_zero() {
            tokio::time::sleep(entered.place.wait).await;
        }
        Ok(entered)
    }

    /// Whether the audit takes another row of a network that names no account, or a refusal.
    pub fn notes(&self, network: Network, now: DateTime<Utc>) -> bool {
        self.notes.take(network, since_epoch(now))
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
        self.gate.brake().failed(&self.place, since_epoch(self.clock.now()));
        if self.place.slowed { too_many_failures(self.place.wait).into() } else { refusal }
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
            format!("登录失败次数过多，登录已放慢。请核对用户名和密码，{wait} 秒后再试"),
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
