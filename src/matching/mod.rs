//! Which expert for which need.
//!
//! Whoever asks for an expert states the [`Need`]: matching reads nothing of consultations. The [`model`] is pure: rules
//! that exclude and parts that score. [`choice::choose`] puts it to work inside the caller's transaction: everyone who
//! knows something of the need, from memory ([`mod@roster`]), and the best of them by tier and score ([`selection`]);
//! among equals the one longest without a consultation. The search widens step by step ([`search`]). The chosen expert's
//! row is locked and everything looked at again: only who is the best then, too, is taken. The row is held until the
//! transaction ends, so two needs that arrive in the same instant, on one server or on several, can't both take an
//! expert's last place; a CHECK on `expert.open_count` is the last guard.
//!
//! An expert whom an applied plan assigned to the enterprise ([`mod@assignment`]) is asked first.
//!
//! Neighbours: `experts` and `enterprises` below; `consultations` above, which states the need and records the offer;
//! `plans` above, which uses the model for all enterprises at once and assigns experts to them.

pub mod assignment;
pub mod choice;
pub mod explain;
pub mod model;
pub mod need;
mod room;
pub mod roster;
pub mod score;
pub mod search;
pub mod selection;
pub mod settings;
pub mod tier;

pub use choice::{Choice, Outcome, Search, choose, choose_this};
pub use explain::{AssessedCandidate, NamedExpert, assess, explain};
pub use need::{FailedReport, Need};
pub use room::ROOM;
pub use score::{Score, score};
