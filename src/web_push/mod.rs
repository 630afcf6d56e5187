//! Web Push: the browsers of who is not connected show that messages are unread, some seconds after they were written.
//!
//! - A browser is subscribed by its person, in a log-in, and ends with that log-in or when the account is deactivated (`functions.sql`).
//! - What `unread_mails` has taken in is noted by a trigger for who has such a browser. A job ([`worker`]) decides what is sent ([`decide`]),
//!   one message for each consultation and browser, and sends it: it takes some with a lease ([`queue`]), encrypts them for the browser
//!   (RFC 8291, [`encryption`]), signs the call (VAPID, [`vapid`]) and writes down what came of it.
//! - An officer takes part in no consultation: a trigger notes the notes that mention them, which are told of in the same way. The choice is
//!   that of mails about mentions. That an officer is connected to another server is not known, so there the notice may come all the same.
//! - A message says how much is unread and where. What was written is in it only where the settings say so.
//!
//! Invariants: nobody is told of what was read meanwhile, of what they wrote or may not read any more, while connected, or who does without
//! such notices (the same choice as for mails); that is decided when a message is made and again before each attempt. No call goes to a
//! host that the settings do not name, nor to an address that is not public ([`crate::outgoing`]). A browser that its push service does not
//! know any more (404, 410) is forgotten.
//!
//! Neighbours: `unread_mails`, `chat`, `consultations`, `presence` and `accounts` below. Nothing stands above but what gathers the domains.

pub mod api;
mod commands;
pub mod decide;
pub mod encryption;
pub mod housekeeping;
pub mod ids;
pub mod key;
pub mod payload;
mod personal;
pub mod queries;
pub mod queue;
mod room;
pub mod settings;
pub mod state;
pub mod vapid;
pub mod worker;

pub use commands::{Keys, SubscribeBrowser, TryPush, UnsubscribeBrowser};
pub use room::ROOM;
