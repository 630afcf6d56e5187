//! What works for a domain in the background.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::App;
use crate::core::{Problem, Wake};
use crate::jobs::{self, Stop};

/// Work in the background: a thread of its own that works in rounds.
pub struct Job {
    /// The name of the thread, for logs.
    pub name: &'static str,
    /// What wakes it before the next poll; none where it goes by the clock alone.
    pub wake: Option<Wake>,
    /// How long it waits when nothing wakes it.
    pub poll: Duration,
    /// Makes what the rounds keep between them. Called once, when the server starts.
    pub start: fn(&App, &Arc<Stop>) -> Result<Round, Problem>,
}

impl Job {
    /// Starts its thread, which ends at the stop.
    ///
    /// # Errors
    /// When what it needs can't be had, or the system gives no thread.
    pub fn spawn(&self, app: &App, stop: &Arc<Stop>) -> Result<JoinHandle<()>, Problem> {
        let round = (self.start)(app, stop)?;
        let wake = self.wake.map_or_else(Arc::default, |wake| app.wake_signal(wake));
        jobs::spawn(self.name, app.clone(), Arc::clone(stop), wake, self.poll, round)
    }
}

/// One round of a job; says whether more is waiting. A round may be repeated after a crash. One that handles many items
/// looks at [`Stop::is_set`] between two of them.
pub type Round = Box<dyn FnMut(&App) -> Result<bool, Problem> + Send>;
