//! Waking background workers by name.
//!
//! The lowest domain that wakes a job owns its constant [`Wake`]; a command that queues work for the job emits
//! it. A worker also polls, so a wake that is lost only costs the wait.

use crate::core::event::Payload;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The name of a worker that can be woken. As an event, it wakes the worker on every server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake(&'static str);

impl Wake {
    /// The worker of this name.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl Payload for Wake {
    const KIND: &'static str = "wake";
}

/// The signals of the workers of this process, by name.
#[derive(Debug, Default)]
pub struct WakeSignals(Mutex<HashMap<&'static str, Arc<Notify>>>);

impl WakeSignals {
    /// The signal that a worker waits for, made at the first call.
    pub fn signal(&self, wake: Wake) -> Arc<Notify> {
        let mut signals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(signals.entry(wake.name()).or_default())
    }

    /// Wakes the worker of this name, if this process has one.
    pub fn wake(&self, name: &str) {
        if let Some(signal) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            signal.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn only_the_worker_of_the_name_is_woken() {
        let signals = WakeSignals::default();
        let (one, other) = (signals.signal(Wake::new("one")), signals.signal(Wake::new("other")));
        signals.wake("one");
        signals.wake("none");
        assert!(one.notified().now_or_never().is_some());
        assert!(other.notified().now_or_never().is_none());
    }
}
