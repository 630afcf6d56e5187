//! The ticket's life: opened, offered, accepted, concluded, rated.
//!
//! [`status`] says which step is allowed from where, [`policy`] who may take it, and each command
//! file what it does. An offer goes to one expert at a time; whoever declines or lets it lapse is
//! not asked again for the same consultation. Where no one fits, the consultation waits and is
//! matched as soon as someone does ([`offers::worker`]).
//!
//! Locks: a command locks the consultation's row first and an expert's row (in `matching`) after
//! it. Nobody locks the other way round.
//!
//! Neighbours: `matching` below; `chat` and `remediation` above.

pub mod answer;
pub mod conclude;
pub mod offers;
pub mod open;
pub mod policy;
pub mod queries;
pub mod status;
pub mod store;
pub mod transfer;

pub use answer::{AcceptConsultation, DeclineConsultation};
pub use conclude::{ConcludeConsultation, RateConsultation};
pub use open::OpenConsultation;
pub use status::{Status, Step};
pub use transfer::TransferConsultation;
