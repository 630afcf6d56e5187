//! Which streams have grown since somebody last asked: what follows the log need not look through all of it.
//!
//! Noted after the commit, once for each batch and stream, in memory alone. What is lost with the process is found by comparing the
//! log's numbers with one's own (`published.chat_stream`), which whoever follows the log does now and then.

use crate::chat::kernel::Stream;
use crate::core::ids::ConsultationId;
use crate::core::wake::Wake;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::Notify;

/// Wakes who follows the log.
pub const LOG_GREW: Wake = Wake::new("chat_log_grew");

/// Streams that are noted at most; beyond it, only that there are more.
const MOST: usize = 50_000;

/// A stream of a consultation.
pub type StreamKey = (ConsultationId, Stream);

/// The streams that this process has written to.
#[derive(Debug, Default)]
pub struct Written {
    noted: Mutex<Noted>,
    wake: OnceLock<Arc<Notify>>,
}

/// Which streams have grown.
#[derive(Debug, Default)]
pub struct Noted {
    /// The streams.
    pub streams: HashSet<StreamKey>,
    /// Messages that were stored in them, refused ones included.
    pub messages: usize,
    /// Whether streams were left out.
    pub incomplete: bool,
}

impl Written {
    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes this one from now on. Only the first call counts.
    pub fn wake_with(&self, wake: Arc<Notify>) {
        // A second worker shares the signal of the first.
        let _ = self.wake.set(wake);
    }

    /// Notes the streams of messages that were stored.
    pub fn note(&self, messages: impl Iterator<Item = StreamKey>) {
        // Nobody follows the log in this process.
        let Some(wake) = self.wake.get() else { return };
        let mut noted = self.lock();
        for key in messages {
            noted.messages += 1;
            noted.add(key);
        }
        drop(noted);
        wake.notify_one();
    }

    /// Takes what was noted.
    pub fn take(&self) -> Noted {
        std::mem::take(&mut *self.lock())
    }
}

impl Noted {
    fn add(&mut self, key: StreamKey) {
        if self.streams.len() < MOST {
            self.streams.insert(key);
        } else if !self.streams.contains(&key) {
            self.incomplete = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_noted_once_and_taken_once() {
        let (written, id) = (Written::default(), ConsultationId::new());
        written.note([(id, Stream::Talk)].into_iter());
        assert!(written.take().streams.is_empty(), "nobody follows the log");
        written.wake_with(Arc::default());
        written.note([(id, Stream::Talk), (id, Stream::Talk), (id, Stream::Notes)].into_iter());
        let noted = written.take();
        assert_eq!((noted.streams.len(), noted.messages, noted.incomplete), (2, 3, false));
        assert!(written.take().streams.is_empty());
        written.note((0..=MOST).map(|_| (ConsultationId::new(), Stream::Talk)));
        let noted = written.take();
        assert_eq!((noted.streams.len(), noted.incomplete), (MOST, true));
    }
}
