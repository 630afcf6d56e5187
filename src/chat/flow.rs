//! The state of a socket's flow control: what the session, the writers and the two byte streams of the socket share.
//!
//! The streams themselves are in [`socket_streams`](crate::chat::socket_streams).

use futures_util::task::AtomicWaker;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::sync::Notify;

/// Messages of one session that may wait for their answers; beyond it, its socket is not read.
const MOST_UNANSWERED: usize = 256;

/// The flow control of one socket.
#[derive(Debug, Default)]
pub struct Flow {
    unanswered: AtomicUsize,
    reader: AtomicWaker,
    queued: AtomicUsize,
    drained: Notify,
    cut: AtomicBool,
    sender: AtomicWaker,
    slowed: AtomicBool,
    held: AtomicBool,
    oversized: AtomicBool,
}

/// The size of a server's frame in bytes (RFC 6455, section 5.2): it has no mask.
fn frame_bytes(payload: usize) -> usize {
    payload
        + match payload {
            0..=125 => 2,
            126..=65_535 => 4,
            _ => 10,
        }
}

impl Flow {
    /// Notes that a message was submitted to the writers, or another request to the database.
    pub fn requested(&self) {
        self.unanswered.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes that the answer to a request came.
    pub fn answered(&self) {
        if self.unanswered.fetch_sub(1, Ordering::AcqRel) == MOST_UNANSWERED {
            self.reader.wake();
        }
    }

    /// Ready while more may be read: not too many answers are awaited and the writers have space. Otherwise wakes the
    /// task once it is.
    pub fn poll_ready(&self, has_space: impl FnOnce() -> bool, cx: &mut Context<'_>) -> Poll<()> {
        self.reader.register(cx.waker());
        let ready = self.unanswered.load(Ordering::Acquire) < MOST_UNANSWERED && has_space();
        self.held.store(!ready, Ordering::Release);
        if ready { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether the socket is not read for now: then no heartbeat can be expected from the client.
    pub fn is_held(&self) -> bool {
        self.held.load(Ordering::Acquire)
    }

    /// Whether the client began a frame that is too large.
    pub fn is_oversized(&self) -> bool {
        self.oversized.load(Ordering::Acquire)
    }

    /// Notes that the client began a frame that is too large.
    pub fn set_oversized(&self) {
        self.oversized.store(true, Ordering::Release);
    }

    /// Notes that the writers have no space for this sender; `false` if that is noted already.
    pub fn set_slowed(&self) -> bool {
        !self.slowed.swap(true, Ordering::AcqRel)
    }

    /// Notes that the writers have space again, and wakes the reader.
    pub fn resume(&self) {
        self.slowed.store(false, Ordering::Release);
        self.reader.wake();
    }

    /// Notes that a frame was queued to be sent. Gives the bytes that wait now.
    pub fn queued(&self, payload: usize) -> usize {
        let bytes = frame_bytes(payload);
        self.queued.fetch_add(bytes, Ordering::AcqRel) + bytes
    }

    /// The bytes that wait to be sent.
    pub fn waiting(&self) -> usize {
        self.queued.load(Ordering::Acquire)
    }

    /// Waits until at most `bytes` wait to be sent.
    pub async fn drained_to(&self, bytes: usize) {
        loop {
            let drained = self.drained.notified();
            if self.waiting() <= bytes {
                return;
            }
            drained.await;
        }
    }

    /// Notes that these bytes were sent. Pings and closes are sent but were never counted as queued, so the number of
    /// waiting bytes may come out too low.
    pub fn sent(&self, bytes: usize) {
        let _ = self
            .queued
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |queued| Some(queued.saturating_sub(bytes)));
        self.drained.notify_waiters();
    }

    /// Whether the socket must end with a last frame; wakes the task once it must.
    pub fn poll_cut(&self, cx: &Context<'_>) -> bool {
        self.sender.register(cx.waker());
        self.cut.load(Ordering::Acquire)
    }

    /// Drops what waits and ends the socket with a last frame: the client read too slowly.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Release);
        self.sender.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_with_their_heads() {
        assert_eq!(frame_bytes(125), 127);
        assert_eq!(frame_bytes(126), 130);
        assert_eq!(frame_bytes(65_536), 65_546);
    }
}
