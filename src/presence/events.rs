//! The events of presence.

use crate::core::actor::Role;
use crate::core::event::{EventKind, Payload};
use crate::core::ids::AccountId;
use crate::presence::availability::Availability;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Whose presence is reported, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresentUser {
    /// The account.
    pub id: AccountId,
    /// The name shown.
    pub name: String,
    /// The role.
    pub role: Role,
}

/// An expert connected, left or changed their state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChanged {
    /// The expert.
    pub user: PresentUser,
    /// The state now.
    pub state: Availability,
    /// The conversations in which it is shown.
    pub shown_in: Vec<Uuid>,
}

impl Payload for PresenceChanged {
    const KIND: &'static str = "presence";

    fn to_feed(&self) -> Option<serde_json::Result<Value>> {
        Some(serde_json::to_value(self))
    }
}

/// The kinds of events that presence owns.
pub const EVENTS: &[EventKind] = &[EventKind::of::<PresenceChanged>()];
