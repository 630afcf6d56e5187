//! Sampling lists: the lists of sampled products that offices publish and systems export, and the reports that laboratories' systems hand
//! over, brought in as inspections.
//!
//! The way of a file is that of the zero-out list: a request keeps it, a job reads it ([`list`], by [`crate::list_files`]), what can be
//! taken goes to `inspections` ([`crate::inspections::intake`]), what can't is kept with the reasons.
//!
//! What holds:
//! * `rows = inserted + updated + unchanged + rejected`.
//! * A sample is known by the number of its form, else of its report, within the region that organises it. The same list again changes
//!   nothing; what says something else than what stands is rejected, since a history is corrected where it stands.
//! * A sample of which one row can't be taken is rejected with all of its rows.
//! * There is one way of writing a history: every sample is judged by the fold of `inspections` and written by its `intake`.
//! * An enterprise is found by its credit code alone. By name and region one is proposed ([`proposals`]); an officer decides.
//! * A list is withdrawn as a whole while nothing stands on its rows ([`withdrawal`]): its inspections leave every figure of later moments,
//!   and past days stay.
//!
//! Neighbours: `inspections` below, `zero_out` for the form of credit codes and the words of an import on its page, `enterprises` for the register.

pub mod api;
pub mod checked;
pub mod execute;
mod exports;
pub mod forms;
pub mod ids;
mod intakes;
pub mod list;
mod merge;
pub mod pages;
pub mod policy;
pub mod proposal_state;
pub mod proposals;
pub mod request;
mod room;
pub mod run;
pub mod settings;
mod standing_inspections;
mod store;
pub mod taken;
pub mod template;
pub mod view;
pub mod withdrawal;

pub use room::ROOM;
