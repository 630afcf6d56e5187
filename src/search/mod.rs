//! One search over everything that a person may see: consultations, messages, enterprises, people, cases.
//!
//! - Each room declares the kinds of things that are found in it ([`GlobalSearchSource`](crate::web::global_search::GlobalSearchSource)); `gather` asks them one
//!   after the other. A domain that comes later is found by its declaration alone.
//! - Messages have an index of their own, since the log is long: `tokens` are made of the folded text, `postings` are the packed numbers of
//!   the messages that hold a token, [`index`] is the job that fills it, `messages` looks in it, `ranks` says how well a text fits.
//! - Within one conversation the log itself is read (`conversation`).
//!
//! Invariants:
//! - Who finds a message may read it: what the index gives is asked of the policy of `consultations` for each answer, and nothing of who
//!   may see it stands in the index.
//! - Every message of the log is in the index once, some moments after it was stored; the chat does not wait for it.
//! - No search takes longer than a bound; where that cut it short, the answer says so (`partial`).
//!
//! Neighbours: `chat` and `consultations` below, whose log is read by published views.

mod api;
mod conversation;
pub mod erasure;
mod gather;
pub mod index;
pub mod messages;
mod packing;
mod pages;
mod postings;
mod progress;
mod ranks;
mod room;
mod tokens;

pub use room::ROOM;
