//! The events of accounts.

use crate::core::event::{EventKind, Payload};
use crate::core::ids::SessionId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A log-in ended: its sockets must be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionEnded(pub SessionId);

impl Payload for SessionEnded {
    const KIND: &'static str = "session_ended";

    fn to_feed(&self) -> Option<serde_json::Result<Value>> {
        Some(serde_json::to_value(self))
    }
}

/// The kinds of events that accounts own.
pub const EVENTS: &[EventKind] = &[EventKind::of::<SessionEnded>()];
