//! Check-ups (回访) some months after a clearance: planned by a job for each clearance, held by an officer with what was found, listed
//! when overdue, called off when the
//! enterprise ceases or the clearance does not stand any more.

pub mod api;
pub mod correct;
pub mod exports;
pub mod notices;
pub mod pages;
pub mod plan;
pub mod queries;
pub mod record;

pub use plan::NewFollowUp;
