//! Mails about unread messages: who is not connected is told that something was written.
//!
//! - A job ([`follow`]) finds the consultations in whose streams there is more than it has taken in, and notes who of those who take
//!   part has not read it ([`take_in`]). Who writes a message pays nothing for it.
//! - After some minutes, in which the person was not connected, one mail says of all these consultations who wrote and how much, with a
//!   link to each ([`notices`]). It says nothing of what was written.
//!
//! Invariants: no mail counts a message that was read or taken back meanwhile, that the person wrote, or that an earlier mail counted;
//! nobody is told of a consultation that they no longer see; nobody gets two such mails within the gap, whichever servers run.
//!
//! Neighbours: `chat`, `consultations` and `presence` below, whose published views say what was written, who may read it, up to where it
//! was read, and who is connected. Nothing stands above but what gathers the domains.

pub mod follow;
pub mod mails;
pub mod notices;
mod room;
pub mod settings;
pub mod take_in;

pub use room::ROOM;
