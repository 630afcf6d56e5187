//! Experts: who applies, who vets them, what they can help with and when.
//!
//! An application is kept apart, and no officer sees it, until the mailbox that it names is proved by a one-time link ([`proof`]). Then
//! it and the expert it becomes are one row; vetting is a state of it. Certificates come behind that link ([`certificates`]). Later changes of
//! specialties are vetted, too ([`specialty_decisions`]); a suspended expert is given nothing ([`suspension`]). An expert's specialties, capacity and conflicts of interest are
//! what `matching` reads of it.
//!
//! Neighbours: `accounts` below (an applicant's account is inactive until approval), `matching` above.

pub mod api;
pub mod application;
pub mod capacity;
pub mod certificate_api;
pub mod certificates;
pub mod conflicts;
pub mod duty;
mod exports;
mod global_search;
pub mod housekeeping;
pub mod ids;
pub mod invited;
pub mod mails;
pub mod notices;
pub mod pages;
mod personal;
pub mod policy;
pub mod profile;
pub mod proof;
pub mod queries;
pub mod ratings;
pub mod refusals;
pub mod regions;
mod room;
pub mod rota;
pub mod rota_words;
pub mod settings;
pub mod specialty_api;
pub mod specialty_change;
pub mod specialty_decisions;
pub mod specialty_queries;
mod specialty_store;
pub mod suspension;
pub mod vetting;
pub mod vetting_state;
pub mod vocabulary;
pub mod wake;
pub mod workload;

pub use application::{Applied, ApplyAsExpert};
pub use conflicts::{RecordConflict, WithdrawConflict};
pub use profile::{SetAvailability, SetSpecialties};
pub use room::ROOM;
pub use rota::SetDuty;
pub use vetting::{ApproveExpert, RejectExpert};
pub use vocabulary::{ExpertState, Relation, Vetting};
