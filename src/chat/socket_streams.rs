//! The two byte streams of a socket, with backpressure in both directions.
//!
//! [`InboundStream`] stops reading while the session waits for too many answers or the writers are full: the client's own
//! TCP window then slows it. [`OutboundStream`] counts the bytes that wait to be sent; the session closes with 4008 when
//! they pass its bound, and the log reader waits for them to drain before it loads the next page.

use crate::chat::flow::Flow;
use crate::chat::frame_size::FrameSizeCheck;
use crate::chat::writer::Writer;
use actix_web::error::{Error, PayloadError};
use bytes::Bytes;
use futures_util::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The bytes from the client, up to a frame that is too large: that is reported as an error, and all bytes after it are
/// discarded.
pub struct InboundStream<S> {
    inner: S,
    flow: Arc<Flow>,
    writer: Writer,
    frame_size: FrameSizeCheck,
    max_frame: usize,
    /// Whether the error is to be reported next.
    overflow: bool,
}

impl<S> InboundStream<S> {
    /// Wraps `inner`; lets frames of at most `max_frame` bytes through.
    pub fn new(inner: S, flow: Arc<Flow>, writer: Writer, max_frame: usize) -> Self {
        Self { inner, flow, writer, frame_size: FrameSizeCheck::default(), max_frame, overflow: false }
    }
}

impl<S> Stream for InboundStream<S>
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
        if self.writer.poll_ready(&self.flow, cx).is_pending() {
            return Poll::Pending;
        }
        let mut polled = Pin::new(&mut self.inner).poll_next(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &mut polled {
            let most = self.max_frame;
            if let Some(before) = self.frame_size.scan(bytes, most) {
                bytes.truncate(before);
                self.flow.set_oversized();
                self.overflow = true;
            }
        }
        polled
    }
}

/// The bytes to the client.
pub struct OutboundStream<S> {
    inner: S,
    flow: Arc<Flow>,
    ended: bool,
}

impl<S> OutboundStream<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, flow: Arc<Flow>) -> Self {
        Self { inner, flow, ended: false }
    }
}

/// A close frame with code 4008 and the reason `too slow`.
const TOO_SLOW: &[u8] = b"\x88\x0a\x0f\xa8too slow";

impl<S> Stream for OutboundStream<S>
where
    S: Stream<Item = Result<Bytes, Error>> + Unpin,
{
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if self.flow.poll_cut(cx) {
            self.ended = true;
            return Poll::Ready(Some(Ok(Bytes::from_static(TOO_SLOW))));
        }
        let polled = Pin::new(&mut self.inner).poll_next(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            self.flow.sent(bytes.len());
        }
        polled
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
}
