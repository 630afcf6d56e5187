//! Recovery (康复): what happens to enterprises after their cases are cleared: under care, then recovered or relapsed. Computed, never entered.
//!
//! - Each failed item of an enterprise is followed for itself from the clearance of its case on (`recovery_items` in `functions.sql`). It is recovered when
//!   the window of the rules has passed without a new failure of the same item, and relapsed on the day of the sample that failed it again ([`state`]).
//! - All is worked out from histories as they were known at the end of a day in Asia/Shanghai, so the figures of a past day never change.
//! - The relapse rate is never shown without its number of clearances and its interval ([`figures`]).
//!
//! Neighbours: `enterprises` and `remediation` below by their published views, `sampling_figures`, whose intervals it uses; `support_programmes` above counts
//! who recovered.

pub mod api;
mod exports;
pub mod figures;
pub mod pages;
pub mod policy;
pub mod queries;
mod room;
pub mod settings;
pub mod state;
mod words;

pub use room::ROOM;
