//! Calls of other people's servers, by HTTP: which addresses may be called, the client, how what is due is sent ([`due`]), and the pauses
//! between attempts.
//!
//! Invariants: no call goes to an address that is not public, unless the settings of who calls name its network ([`address`]): a name is
//! resolved once, all of its addresses are checked, and the connection goes to one of those. No redirect is followed, and neither the time
//! nor what is read of an answer is unlimited ([`client`]).
//!
//! Neighbours: `core` and `settings` below; `webhooks` and `web_push` above.

pub mod address;
pub mod client;
pub mod due;
pub mod retry;
