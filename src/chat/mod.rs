//! The chat. The guarantee: a message that was acknowledged is never lost, never stored twice, never out
//! of order, and everyone on the consultation who reconnects gets exactly the messages that they missed.
//!
//! How it is kept:
//!
//! - PostgreSQL is the log. `chat_append` assigns `seq` inside the transaction that stores, after
//!   it has locked the stream's counter, and decides in the same statement whether the sender may
//!   write ([`append`]).
//! - Waiting messages of all consultations are stored together, one statement for each batch
//!   ([`writer`]). An `ack` is sent after the commit, and so is everything that others see.
//! - A session sends only the next number of each stream. Any other delivery (after a gap, a duplicate, one from before
//!   the session had caught up) makes it read the log or is dropped ([`subscription`]). So the hub may
//!   lose, duplicate or reorder deliveries.
//! - A session subscribes first and reads the log then.
//! - Messages that other servers store arrive through NATS or are read from the log ([`fanout`]).
//! - Queues are bounded in bytes in both directions: a client that reads too slowly is closed with 4008 and
//!   resumes; while the writers are full, sockets are not read ([`flow`], [`socket_streams`]).
//!
//! The files, the lowest first; each imports only files listed before it:
//!
//! - [`kernel`]: the types that pass between the parts; [`port`]: what the chat asks of the domain that owns
//!   consultations; `frame_size`, [`flow`] and [`subscription`]: pure state
//! - [`events`]: the events that the chat delivers; [`append`], [`store`], [`quotes`], [`retraction`], `streams`, [`reading`], [`message`]: the log in SQL;
//!   [`written`]: which streams have grown
//! - [`protocol`]: the frames; `batch_connection`, `delivery_worker` and [`writer`]: storing and acknowledging
//! - [`hub`]: the sockets of this server; [`fanout`]: the other servers
//! - [`socket_streams`] and [`session`]: one socket
//!
//! Neighbours: `presence` and `accounts` below; `consultations` above implements [`ConsultationPort`] and emits the events
//! of consultations.

pub mod api;
pub mod append;
mod batch_connection;
mod delivery_worker;
pub mod erasure;
pub mod events;
pub mod fanout;
pub mod flow;
mod frame_size;
pub mod hub;
pub mod kernel;
pub mod message;
pub mod metrics;
mod personal;
pub mod port;
pub mod protocol;
pub mod quotes;
pub mod reading;
pub mod retraction;
mod room;
pub mod session;
pub mod settings;
pub mod socket_streams;
pub mod store;
pub mod streams;
pub mod subscription;
pub mod volume;
pub mod writer;
pub mod written;

pub use events::EVENTS;
pub use fanout::Fanout;
pub use hub::Hub;
pub use kernel::{Draft, Reply, Sent, Stream};
pub use port::{ConsultationInfo, ConsultationPort};
pub use room::ROOM;
pub use store::ChatLog;
pub use writer::Writer;
