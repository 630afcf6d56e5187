//! The zero-out list: the lists that offices send in, their import, and the list as officers and enterprises see it.
//!
//! Invariants:
//! * Every query of enterprises starts from [`crate::remediation::policy::enterprises_visible_to`], every query of imports from
//!   [`policy::visible_to`]; who may not see a thing is told that it is not there.
//!
//! Neighbours: `enterprises` owns enterprises and nonconformities, `remediation` opens the case that a row with an order begins,
//! `consultations` says which enterprises an expert advises.

pub mod api;
mod exports;
mod global_search;
pub mod ids;
pub mod import;
pub mod mails;
pub mod pages;
pub mod policy;
pub mod queries;
mod room;
pub mod summaries;

pub use room::ROOM;
