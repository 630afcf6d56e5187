//! The chat's guarantee: a message that was acknowledged is never lost, never stored twice, never out of
//! order, and everyone who reconnects gets exactly the messages that they missed.

mod append;
mod closing;
mod drafts;
mod faults;
pub mod frames;
mod log;
mod notes;
mod random_clients;

mod other_clients;
mod quoting;
mod random_schedules;
mod reading;
mod reconnecting_client;
mod retraction;
mod servers;
mod slow_readers;

use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;
use zerodesk::db::schema::chat_message as m;

use crate::support::TestApp;
use crate::support::app::Builder;

/// A service whose sockets may send as fast as they can.
fn fast() -> Builder {
    TestApp::builder().settings(|settings| settings.edit::<ChatSettings>().frames_per_second = 100_000)
}

/// A message as the log or a client holds it.
type Entry = (i64, Uuid, String);

/// One stream of the log.
fn log(app: &TestApp, consultation: &str, stream: &str) -> Vec<Entry> {
    m::table
        .filter(m::consultation_id.eq(consultation.parse::<Uuid>().unwrap()))
        .filter(m::stream.eq(stream))
        .order(m::seq)
        .select((m::seq, m::client_id, m::body))
        .load(&mut *app.app.conn().unwrap())
        .unwrap()
}

/// Fails unless the numbers are 1, 2, 3 … without a gap.
#[track_caller]
fn assert_gapless(entries: &[Entry]) {
    for (place, (seq, ..)) in (1..).zip(entries) {
        assert_eq!(*seq, place);
    }
}

/// The entry of a `message` frame.
fn entry(frame: &Value) -> Entry {
    assert_eq!(frame["ev"], "message", "{frame}");
    let body = frame["body"].as_str().unwrap().to_owned();
    (frame["seq"].as_i64().unwrap(), frame["client_id"].as_str().unwrap().parse().unwrap(), body)
}
