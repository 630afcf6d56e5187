//! Engagements (现场活动): visits, trainings and other events that help enterprises. They are help, and no enforcement.
//!
//! The way of a visit (上门帮扶): an officer or an expert proposes times ([`visits::propose`]), the enterprise chooses one, it begins and is held with
//! the device's clock and place, what was found is noted as advice ([`visits::findings`]), the expert writes the minutes, both sides confirm
//! them, it is closed ([`visits::steps`]). The other kinds (training, commitment, follow-up, outreach) have the same table, states and history.
//!
//! What holds:
//! * [`state::transition`] says which step is allowed; each step is an event of the history, with the server's moment and, where a device sent it,
//!   that of the device's clock. A step that is sent twice, by its `client_id`, is one.
//! * What was found gives no points, no row of a list and no measure: no other domain reads it, and officers don't see it. When both sides have
//!   confirmed the minutes, what is about a running case becomes an action of that case. Imminent danger reaches the authority by an act of its
//!   own ([`visits::danger`]), of which the enterprise is notified.
//! * Who helped does not verify: the clearance of a case asks `case_helpers`.
//! * An expert is not at two visits at once, and has no more on a day than the rules allow. One photo is of one enterprise.
//! * The location of a device is erased when the visit ends.
//! * What counts as held on a day is what the platform knew on that day.
//!
//! Neighbours: `enterprises`, `experts`, `consultations` and `programmes` below by their published views, `remediation`, whose action advice becomes.
//! Rounds, campaigns and figures above read the published views.
//!
//! Trainings, commitments, follow-ups and outreach each have a folder; [`common`] holds what these four kinds share.

pub mod api;
pub mod commitments;
pub mod common;
pub mod create;
pub mod dangers;
pub mod detail;
mod exports;
pub mod feeds;
mod files;
pub mod follow_ups;
mod global_search;
mod hand_over;
pub mod ics;
pub mod ids;
pub mod mails;
pub mod new_step;
pub mod notices;
pub mod outreach;
pub mod pages;
pub mod policy;
pub mod programme_choices;
pub mod queries;
pub mod reminders;
mod room;
pub mod settings;
pub mod state;
pub mod steps;
pub mod store;
pub mod training;
pub mod visits;

pub use room::ROOM;
