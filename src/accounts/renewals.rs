//! Renewals of sessions that several windows of one browser ask for at once: one is made, all get it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};

use crate::accounts::Tokens;
use crate::core::Problem;

/// How long a renewal is given again to whoever asks for the same.
const GRACE: Duration = Duration::seconds(20);

/// The renewals of the last seconds.
#[derive(Default)]
pub struct Renewals(Mutex<HashMap<Vec<u8>, Renewal>>);

struct Renewal {
    asked_at: DateTime<Utc>,
    /// Locked while the command runs.
    tokens: Arc<Mutex<Option<Tokens>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Renewals {
    /// The tokens for a key: those that were made within the grace, else those that `make` makes. Of several callers at
    /// once one makes and the others wait. Blocks.
    pub(super) fn tokens(
        &self,
        key: Vec<u8>,
        now: DateTime<Utc>,
        make: impl FnOnce() -> Result<Tokens, Problem>,
    ) -> Result<Tokens, Problem> {
        let slot = {
            let mut all = lock(&self.0);
            // One that somebody still waits for stays.
            all.retain(|_, r| now - r.asked_at < GRACE || Arc::strong_count(&r.tokens) > 1);
            let fresh = || Renewal { asked_at: now, tokens: Arc::default() };
            Arc::clone(&all.entry(key.clone()).or_insert_with(fresh).tokens)
        };
        let mut slot = lock(&slot);
        if let Some(tokens) = &*slot {
            return Ok(tokens.clone());
        }
        let made = make();
        match &made {
            Ok(tokens) => *slot = Some(tokens.clone()),
            Err(_) => drop(lock(&self.0).remove(&key)),
        }
        made
    }

    /// Gives nothing again: the session has been ended.
    pub(super) fn forget(&self, key: &[u8]) {
        lock(&self.0).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::login::invalid_refresh_token;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn tokens(n: usize) -> Tokens {
        let token = n.to_string();
        Tokens {
            access_token: token.clone(),
            refresh_token: token,
            expires_in: 1,
            token_type: "Bearer".into(),
        }
    }

    #[test]
    fn those_who_renew_at_once_get_the_same_and_the_token_is_used_once() {
        let (renewals, made) = (Renewals::default(), AtomicUsize::new(0));
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let make = || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            Ok(tokens(made.fetch_add(1, Ordering::SeqCst)))
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let got = renewals.tokens(vec![1], now, make).unwrap();
                    assert_eq!(got.access_token, "0");
                });
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
        // Later, or with another token, nothing is given again.
        assert_eq!(renewals.tokens(vec![2], now, make).unwrap().access_token, "1");
        assert_eq!(renewals.tokens(vec![1], now + GRACE, make).unwrap().access_token, "2");
    }

    #[test]
    fn a_refusal_is_not_kept() {
        let renewals = Renewals::default();
        let now = DateTime::<Utc>::UNIX_EPOCH;
        assert!(renewals.tokens(vec![1], now, || Err(invalid_refresh_token())).is_err());
        assert!(renewals.0.lock().unwrap().is_empty());
    }
}
