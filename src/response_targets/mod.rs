//! Response targets: how soon an enterprise that asks is to be answered.
//!
//! - [`rules`] say how long the first answer, each next answer and the conclusion may take, by supervision class and urgency, in working
//!   hours or round the clock ([`work_time`]).
//! - [`targets`] folds the history of a consultation and who wrote when into what its enterprise waits for. It is pure: other rules can be
//!   tried on the past ([`trial`]).
//! - A job ([`follow`]) finds the consultations that have moved since it last looked and those whose time is over, goes on with their fold, and
//!   writes warnings, overdue answers and answers in time as events, each once. Who writes a message pays nothing for it.
//! - Warnings go to the expert who leads by mail, overdue answers to the officers of the region, gathered into one mail for each
//!   ([`notices`]). Pages that show the consultation are told by the socket.
//!
//! Invariants: what is over is never changed by what comes later; an event is written once, whichever server finds it; a rule that changes
//! holds for what begins later.
//!
//! Neighbours: `consultations` and `chat` below, whose histories are read, and `remediation`, whose deadlines make a consultation urgent.
//! `consultations` shows the targets through the SQL function `consultation_targets`. Nothing stands above but what gathers the domains.

pub mod api;
pub mod events;
pub mod follow;
pub mod history;
pub mod mails;
pub mod notices;
mod room;
pub mod rules;
pub mod settings;
pub mod targets;
pub mod terms;
pub mod trial;
pub mod work_time;

pub use room::ROOM;
