//! Penalty lists: administrative penalties that authorities publish and systems export (SAMR Order No. 45, art. 4), brought in as conduct.
//!
//! The way of a file is that of every list ([`crate::list_files::imports`]): a request keeps it, a job reads it ([`list`]), what can be taken becomes
//! penalties ([`merge`]), what can't is kept with the reasons.
//!
//! What holds:
//! * `rows = inserted + updated + unchanged + rejected`.
//! * A penalty is known by the number of its decision, its party and its act. The same again changes nothing; what says something else than what
//!   stands is rejected.
//! * A penalty becomes conduct only where its enterprise is known by its credit code and its behaviour by the rules. All else is a question
//!   ([`questions`]), which an officer decides; nothing is decided by itself.
//! * What the scoring of industrial products leaves out (food, cosmetics, drugs, measuring instruments, special equipment) is refused with the article.
//! * A penalty that was waived is on the file without points. A decision that is annulled later annuls the conduct by an event ([`annul`]).
//! * A penalty and the inspection on which it rests are one fact: by the number of the form in the list, or by an officer ([`join`]).
//! * A list is withdrawn as a whole while nothing stands on its rows ([`withdrawal`]).
//!
//! Neighbours: `conduct` below, which keeps the entries; `sampling_lists` for finding enterprises by their names.

pub mod annul;
pub mod api;
pub mod checked;
pub mod execute;
mod exports;
pub mod ids;
pub mod join;
pub mod list;
pub mod merge;
pub mod pages;
pub mod penalties;
pub mod policy;
pub mod questions;
pub mod register;
pub mod request;
mod room;
pub mod rows;
pub mod settings;
pub mod settle;
pub mod state;
pub mod template;
pub mod view;
pub mod withdrawal;

pub use room::ROOM;
