//! Online sessions (线上问诊会): experts answer the enterprises of a kind of product together, at a time and on line.
//!
//! An officer or an expert of a product hospital announces a session ([`announce`]), invites enterprises ([`members`]), who sign up while there are
//! places, ask beforehand and during it ([`questions`]), and join within its time; afterwards minutes and a recording are kept ([`hold`]).
//!
//! What holds:
//! * An enterprise has attended once it has joined within the time of the session, however often and by however many people it joins.
//! * There are never more enterprises signed up than places: who signs up holds the session.
//! * A question is read by those who hold the session. Once it is answered, all who signed up read it, without the name of who asked. What is not for
//!   all becomes a consultation.
//! * An address of a meeting or a recording is `https`, and none of a private network ([`links`]). The server itself never calls it.
//!
//! Neighbours: `consultations` below, which a question can become; `remediation` for who is open on the list with the kinds of a session.

pub mod announce;
pub mod api;
pub mod detail;
mod exports;
mod global_search;
mod hand_over;
pub mod hold;
pub mod ids;
pub mod links;
pub mod mails;
pub mod members;
pub mod moment;
mod notices;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod questions;
mod room;
pub mod settings;
pub mod state;
mod store;

pub use room::ROOM;
