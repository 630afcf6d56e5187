//! The metrics of the chat of one server.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::app::App;
use crate::chat::fanout::Fanout;
use crate::chat::writer::Writer;
use crate::web::room::Metric;

/// The parts of the running chat that are measured; none before the server has started them.
#[derive(Default)]
struct Measured(Mutex<Option<(Fanout, Writer)>>);

/// Measures these parts from now on.
pub fn measure(app: &App, fanout: &Fanout, writer: &Writer) {
    let measured = app.cache().of::<Measured>();
    *measured.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((fanout.clone(), writer.clone()));
}

/// The metrics.
pub fn metrics(app: &App) -> Vec<Metric> {
    let measured = app.cache().of::<Measured>();
    let parts = measured.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let read =
        |value: fn(&Fanout, &Writer) -> f64| parts.as_ref().map(|(fanout, writer)| value(fanout, writer));
    FIGURES.iter().map(|&(name, help, value)| Metric { name, help, value: read(value) }).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn count(n: &AtomicU64) -> f64 {
    n.load(Ordering::Relaxed) as f64
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn size(n: usize) -> f64 {
    n as f64
}

/// The name of a metric, what it is, and how it is read.
type Figure = (&'static str, &'static str, fn(&Fanout, &Writer) -> f64);

const FIGURES: &[Figure] = &[
    ("zerodesk_chat_sockets", "Open sockets of the chat", |f, _| size(f.hub().open_sockets())),
    ("zerodesk_chat_queued_bytes", "Bytes that wait in the queues of the chat's writers", |_, w| {
        size(w.queued_bytes())
    }),
    ("zerodesk_chat_senders_waiting", "Sockets that are not read until the writers have room", |_, w| {
        size(w.senders_waiting())
    }),
    (
        "zerodesk_chat_slowed",
        "How often a sender had to wait until the writers had room, since the start",
        |_, w| count(&w.figures().slowed),
    ),
    ("zerodesk_chat_largest_batch", "Greatest number of messages in one batch since the start", |_, w| {
        count(&w.figures().largest)
    }),
    (
        "zerodesk_chat_storing_seconds",
        "Seconds that the database took to store batches since the start",
        |_, w| count(&w.figures().storing_us) / 1e6,
    ),
    ("zerodesk_chat_stored", "Messages stored since the start", |_, w| count(&w.figures().stored)),
    ("zerodesk_chat_duplicates", "Repeated messages since the start", |_, w| count(&w.figures().duplicates)),
    ("zerodesk_chat_refused", "Refused messages since the start", |_, w| count(&w.figures().refused)),
    ("zerodesk_chat_batches", "Batches committed since the start", |_, w| count(&w.figures().batches)),
    ("zerodesk_chat_retries", "Batches tried again since the start", |_, w| count(&w.figures().retries)),
    (
        "zerodesk_fanout_connected",
        "1 while NATS is connected; 0 while it is disconnected or not used",
        |f, _| f64::from(u8::from(f.figures().connected.load(Ordering::Relaxed))),
    ),
    ("zerodesk_fanout_sent", "Payloads sent through NATS since the start", |f, _| count(&f.figures().sent)),
    ("zerodesk_fanout_heard", "Payloads of other servers received through NATS since the start", |f, _| {
        count(&f.figures().received)
    }),
    (
        "zerodesk_fanout_dropped",
        "Records dropped on their way to NATS since the start; other servers read them from the log",
        |f, _| count(&f.figures().dropped),
    ),
    (
        "zerodesk_fanout_caught_up",
        "Streams for which the log held messages that had not been delivered, since the start",
        |f, _| count(&f.figures().caught_up),
    ),
];
