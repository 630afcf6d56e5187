//! Programmes (计划): what is planned over regions, kinds of products and a period, with targets. One of supervision sampling (监督抽查) is
//! carried out here; the other kinds ([`kind`]) are written, approved and closed here in the same way, and carried out by domains above, which refer
//! to the programme, so that "of this programme" is one filter everywhere, and declare what its steps need with them ([`carried_out`]).
//!
//! The way of a programme: an officer writes it with its targets ([`commands`], [`targets`]) and hands it in; a second officer approves it or
//! sends it back ([`steps`]); the regions that are charged are notified (`notices`). For each target operators are drawn ([`draw`]) and laboratories
//! assigned; when all is done it is closed.
//!
//! What holds:
//! * A programme and its targets change only while it is a draft or was sent back. Who wrote it or handed it in never approves it.
//! * A draw can be repeated by anybody who has the published text of its frame, the seed and the number of operators: `docs/draws.md`. A frame
//!   is never changed, a draw never taken back: another one of the same target needs a reason, and both are shown.
//! * Nobody is notified of a sampling beforehand: the published frame has ids in place of operators, and names are published once the programme
//!   is closed.
//! * Who takes samples does not test them, and a laboratory does not test one enterprise twice running.
//! * A change of a kind's regime holds from its day on and moves no day before it ([`regimes`]).
//! * How many samples were taken is counted by `programme_count_samples`, which the domain of inspections above calls.
//!
//! Neighbours: `enterprises` below by its published views, `plans` below, whose solver assigns laboratories, the outbox. Above: whoever carries
//! programmes out, by the published views, and by the pure rules [`repeat_ban`] and [`coverage`].

pub mod api;
pub mod carried_out;
pub mod commands;
pub mod coverage;
pub mod draw;
mod exports;
pub mod ids;
pub mod kind;
pub mod laboratories;
pub mod licences;
pub mod mails;
mod notices;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod regimes;
pub mod repeat_ban;
mod room;
pub mod settings;
pub mod state;
pub mod steps;
pub mod store;
pub mod target_queries;
pub mod targets;
pub mod words;

pub use room::ROOM;
