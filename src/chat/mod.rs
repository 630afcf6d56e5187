//! The chat. The promise: a message that was acknowledged is never lost, never doubled, never out
//! of order, and everyone on the consultation who reconnects gets exactly what they missed.
//!
//! How it is kept:
//!
//! - PostgreSQL is the log. `chat_append` gives out `seq` inside the transaction that stores, after
//!   it has locked the stream's counter, and decides in the same statement whether the sender may
//!   write ([`append`]).
//! - Waiting messages of all consultations are stored together, by one statement for each batch
//!   ([`writer`]). An `ack` follows the commit; so does everything that others see.
//! - A session forwards only the next number of each stream. Whatever else it hears (a gap, a
//!   double, an echo from the time before it had caught up) makes it read the log or is dropped
//!   ([`following`]). So the hub may lose, double or reorder what it likes.
//! - A session subscribes first and catches up then.
//! - What other servers store is heard by NATS or read from the log ([`fanout`]).
//! - Queues are bounded in bytes in both directions: a slow reader is closed with 4008 and
//!   resumes; a full writer makes the sockets stop reading ([`flow`]).
//!
//! Neighbours: `consultations` below says who may see and write; `web` above opens the sockets.

pub mod api;
pub mod append;
pub mod experts;
pub mod fanout;
pub mod flow;
pub mod following;
mod guard;
pub mod hub;
pub mod message;
pub mod protocol;
pub mod reading;
mod room;
pub mod session;
pub mod store;
pub mod streams;
mod teller;
pub mod writer;

pub use fanout::Fanout;
pub use hub::Hub;
pub use room::ROOM;
pub use writer::{Sent, Writer};
