//! What a person may ask for under the Personal Information Protection Law (arts. 44 to 50): a copy of the own data, a correction, an erasure.
//!
//! - Everyone with an account asks ([`ask`]), on a page or by the API, and withdraws what is not decided.
//! - A **copy** is made by a job ([`copy`]) of what all rooms declare of a person ([`crate::web::room::PersonalPart`], gathered in [`gather`]): a
//!   ZIP with a text to read and a file of JSON for each part. It is its person's alone, and goes after some days.
//! - A **correction** of what people can't change themselves, and an **erasure**, are decided by an officer of the region in charge, with a
//!   reason ([`decide`]). An erasure closes the account and takes what may go; the answer names what the law has kept, with its article.
//! - What is to be decided has a day ([`rules`]); officers are reminded before it, and what is late is listed ([`term`]).
//!
//! Invariants: one request of a kind is open at a time; nobody decides the own one; a legal hold wins over an erasure, and so do the last
//! officer of the province, the only person of an enterprise with a running case and an expert with open consultations ([`refusals`]): that
//! is asked when the request comes and again when it is decided. No copy holds names of other people.
//!
//! Neighbours: `retention`, `people` and all domains below, through what they declare. `server` tells which rooms there are.

pub mod api;
pub mod ask;
pub mod copy;
pub mod decide;
pub mod exports;
pub mod gather;
pub mod ids;
pub mod mails;
pub mod pages;
mod personal;
pub mod policy;
pub mod queries;
pub mod refusals;
mod room;
pub mod rules;
pub mod settings;
pub mod state;
mod store;
pub mod term;

pub use ask::{AskPersonal, WithdrawPersonal};
pub use decide::DecidePersonal;
pub use room::ROOM;
