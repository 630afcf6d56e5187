//! The frames: what clients ask for, and what they are told.

mod incoming;
mod outgoing;

pub use incoming::{Draft, Incoming, Limits, Request, check_attachments, check_body, parse};
pub use outgoing::{
    Said, Speaker, ack, consultation, error, message, offer, presence, read_mark, said, subscribed, typing,
    unsubscribed, welcome,
};

/// The subprotocol's name.
pub const SUBPROTOCOL: &str = "zerodesk.v1";

crate::word_enum! {
    /// The two streams of a consultation.
    pub enum Stream {
        /// Seen by all participants.
        Talk = "talk",
        /// The internal notes of experts and admins.
        Notes = "notes",
    }
}

impl Stream {
    /// 0 for talk, 1 for notes.
    pub fn index(self) -> usize {
        match self {
            Stream::Talk => 0,
            Stream::Notes => 1,
        }
    }
}
