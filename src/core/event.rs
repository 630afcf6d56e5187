//! Events: what a command reports to the rest of the program, published after its commit.
//!
//! `core` knows no event. Each domain declares a type for each of its events and implements
//! [`Payload`] for it; a listener asks an [`Event`] for the types that it knows. Events that other
//! servers must learn of are written to the feed (`db::feed`) as JSON under their kind, and read
//! from it by a list of [`EventKind`]s.

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

/// A type of event. The domain that emits or delivers the event owns the type.
pub trait Payload: Any + Debug + Send + Sync {
    /// The name of the kind in the feed and in logs, unique among all domains.
    const KIND: &'static str;

    /// Whether the event is published just before the commit, too. The commit may still fail.
    const BEFORE_COMMIT: bool = false;

    /// The JSON by which other servers learn of the event through the feed; `None` if it stays on this server.
    fn to_feed(&self) -> Option<serde_json::Result<Value>> {
        None
    }
}

/// [`Payload`] without its constants, so that it can be used as a trait object.
trait AnyPayload: Any + Debug + Send + Sync {
    fn kind(&self) -> &'static str;
    fn is_published_before_commit(&self) -> bool;
    fn to_feed(&self) -> Option<serde_json::Result<Value>>;
}

impl<T: Payload> AnyPayload for T {
    fn kind(&self) -> &'static str {
        T::KIND
    }

    fn is_published_before_commit(&self) -> bool {
        T::BEFORE_COMMIT
    }

    fn to_feed(&self) -> Option<serde_json::Result<Value>> {
        Payload::to_feed(self)
    }
}

/// An event of any kind. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Event(Arc<dyn AnyPayload>);

impl<T: Payload> From<T> for Event {
    fn from(payload: T) -> Self {
        Self(Arc::new(payload))
    }
}

impl Event {
    /// The name of the kind.
    pub fn kind(&self) -> &'static str {
        self.0.kind()
    }

    /// The payload, if it is of this type.
    pub fn get<T: Payload>(&self) -> Option<&T> {
        let payload: &dyn Any = &*self.0;
        payload.downcast_ref()
    }

    /// See [`Payload::BEFORE_COMMIT`].
    pub fn is_published_before_commit(&self) -> bool {
        self.0.is_published_before_commit()
    }

    /// See [`Payload::to_feed`].
    pub fn to_feed(&self) -> Option<serde_json::Result<Value>> {
        self.0.to_feed()
    }
}

/// How events of one kind are read from the feed. A domain lists the kinds that it owns.
#[derive(Debug, Clone, Copy)]
pub struct EventKind {
    /// The name, as in [`Payload::KIND`].
    pub name: &'static str,
    /// Reads the payload.
    pub decode: fn(Value) -> serde_json::Result<Event>,
}

impl EventKind {
    /// The kind of a type.
    pub const fn of<T: Payload + DeserializeOwned>() -> Self {
        Self { name: T::KIND, decode: |value| Ok(serde_json::from_value::<T>(value)?.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Shared(u8);

    impl Payload for Shared {
        const KIND: &'static str = "shared";

        fn to_feed(&self) -> Option<serde_json::Result<Value>> {
            Some(serde_json::to_value(self))
        }
    }

    #[derive(Debug)]
    struct Local;

    impl Payload for Local {
        const KIND: &'static str = "local";
    }

    #[test]
    fn an_event_is_read_back_by_its_kind_and_known_by_its_type() {
        let kind = EventKind::of::<Shared>();
        let event = (kind.decode)(Event::from(Shared(7)).to_feed().unwrap().unwrap()).unwrap();
        assert_eq!((event.kind(), event.get::<Shared>()), (kind.name, Some(&Shared(7))));
        assert!(event.get::<Local>().is_none());
        assert!(Event::from(Local).to_feed().is_none());
    }
}
