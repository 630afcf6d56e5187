//! Backpressure. Both directions of a socket are streams of bytes; each passes through a valve.
//!
//! Inwards, [`Inflow`] stops reading while the session waits for too many answers or the writers
//! are full: the peer's own TCP window then slows it. Outwards, [`Outflow`] counts what waits to
//! be sent; the session closes with 4008 when that passes its bound, and the log reader waits for
//! it to drain before it loads the next page.

use crate::chat::guard::Guard;
use crate::chat::writer::Writer;
use actix_web::error::{Error, PayloadError};
use bytes::Bytes;
use futures_util::Stream;
use futures_util::task::AtomicWaker;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::sync::Notify;

/// How many messages of one session may wait for their answers before it is read no further.
const MOST_UNANSWERED: usize = 256;

/// What the valves of one socket share with its session.
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

/// The size of a server's frame on the wire (RFC 6455, section 5.2): it has no mask.
fn frame_bytes(payload: usize) -> usize {
    payload
        + match payload {
            0..=125 => 2,
            126..=65_535 => 4,
            _ => 10,
        }
}

impl Flow {
    /// A message was handed to the writers.
    pub fn asked(&self) {
        self.unanswered.fetch_add(1, Ordering::AcqRel);
    }

    /// Its answer came.
    pub fn answered(&self) {
        if self.unanswered.fetch_sub(1, Ordering::AcqRel) == MOST_UNANSWERED {
            self.reader.wake();
        }
    }

    /// Ready while more may be taken in: not too many answers are awaited and the writers have room. Else wakes the task
    /// once it is so.
    pub fn poll_ready(self: &Arc<Self>, writer: &Writer, cx: &mut Context<'_>) -> Poll<()> {
        self.reader.register(cx.waker());
        let ready = self.unanswered.load(Ordering::Acquire) < MOST_UNANSWERED && writer.has_room(self);
        self.held.store(!ready, Ordering::Release);
        if ready { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether the peer is read no further for now: then its silence is ours.
    pub fn is_held(&self) -> bool {
        self.held.load(Ordering::Acquire)
    }

    /// Whether the peer began a frame that is too large.
    pub fn is_oversized(&self) -> bool {
        self.oversized.load(Ordering::Acquire)
    }

    /// Notes that the writers have no room for this sender; `false` where that is noted already.
    pub fn slow(&self) -> bool {
        !self.slowed.swap(true, Ordering::AcqRel)
    }

    /// The writers have room again.
    pub fn go_on(&self) {
        self.slowed.store(false, Ordering::Release);
        self.reader.wake();
    }

    /// A frame was queued to be sent. Gives the bytes that wait now.
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

    /// Drops what waits and ends the socket with a last frame: the reader was too slow.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Release);
        self.sender.wake();
    }
}

/// The bytes that come in, up to a frame that is too large: that is told as an error, and what comes from then on is thrown
/// away.
pub struct Inflow<S> {
    inner: S,
    flow: Arc<Flow>,
    writer: Writer,
    guard: Guard,
    max_frame: usize,
    /// To be told next.
    overflow: bool,
}

impl<S> Inflow<S> {
    /// A valve before `inner`, which lets frames of at most `max_frame` bytes through.
    pub fn new(inner: S, flow: Arc<Flow>, writer: Writer, max_frame: usize) -> Self {
        Self { inner, flow, writer, guard: Guard::default(), max_frame, overflow: false }
    }
}

impl<S> Stream for Inflow<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.overflow) {
            return Poll::Ready(Some(Err(PayloadError::Overflow)));
        }
        if self.flow.is_oversized() {
            while let Some(Ok(_)) = std::task::ready!(Pin::new(&mut self.inner).poll_next(cx)) {}
            return Poll::Ready(None);
        }
        if self.flow.poll_ready(&self.writer, cx).is_pending() {
            return Poll::Pending;
        }
        let mut polled = Pin::new(&mut self.inner).poll_next(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &mut polled {
            let most = self.max_frame;
            if let Some(before) = self.guard.look(bytes, most) {
                bytes.truncate(before);
                self.flow.oversized.store(true, Ordering::Release);
                self.overflow = true;
            }
        }
        polled
    }
}

/// The bytes that go out.
pub struct Outflow<S> {
    inner: S,
    flow: Arc<Flow>,
    ended: bool,
}

impl<S> Outflow<S> {
    /// A valve behind `inner`.
    pub fn new(inner: S, flow: Arc<Flow>) -> Self {
        Self { inner, flow, ended: false }
    }
}

/// A close frame with code 4008 and the reason `too slow`.
const TOO_SLOW: &[u8] = b"\x88\x0a\x0f\xa8too slow";

impl<S> Stream for Outflow<S>
where
    S: Stream<Item = Result<Bytes, Error>> + Unpin,
{
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        self.flow.sender.register(cx.waker());
        if self.flow.cut.load(Ordering::Acquire) {
            self.ended = true;
            return Poll::Ready(Some(Ok(Bytes::from_static(TOO_SLOW))));
        }
        let polled = Pin::new(&mut self.inner).poll_next(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            // Pings and closes are not counted in, so this may come out lower than it is.
            let sent = bytes.len();
            let _ = self.flow.queued.fetch_update(Ordering::AcqRel, Ordering::Acquire, |queued| {
                Some(queued.saturating_sub(sent))
            });
            self.flow.drained.notify_waiters();
        }
        polled
    }
}

/// A bucket of frames that fills by the second.
#[derive(Debug)]
pub struct Allowance {
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Allowance {
    /// A full bucket: frames of two seconds.
    pub fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second);
        Self { per_second, left: per_second * 2.0, at: Instant::now() }
    }

    /// Whether it is full by now.
    pub fn is_full(&self) -> bool {
        let earned = self.at.elapsed().as_secs_f64() * self.per_second;
        self.left + earned >= self.per_second * 2.0
    }

    /// Takes one; `false` where none is left.
    pub fn take(&mut self) -> bool {
        let now = Instant::now();
        let earned = now.duration_since(self.at).as_secs_f64() * self.per_second;
        self.left = (self.left + earned).min(self.per_second * 2.0);
        self.at = now;
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_frame_is_a_close_with_4008() {
        assert_eq!(TOO_SLOW[0], 0x88);
        assert_eq!(usize::from(TOO_SLOW[1]), TOO_SLOW.len() - 2);
        assert_eq!(u16::from_be_bytes([TOO_SLOW[2], TOO_SLOW[3]]), 4008);
    }

    #[test]
    fn frames_are_counted_with_their_heads() {
        assert_eq!(frame_bytes(125), 127);
        assert_eq!(frame_bytes(126), 130);
        assert_eq!(frame_bytes(65_536), 65_546);
    }
}
