//! Campaigns (专项行动) and outreach (“三进”活动): what is planned as a programme of these kinds, carried out and counted.
//!
//! - Ten key products: a register of operators, who of them was checked, and the ledger of hazards (隐患台账): found, ordered, corrected, verified by
//!   another, closed ([`hazards`], [`steps`]).
//! - Registers come one by one or as files, which are checked first and can be taken back ([`imports`]).
//! - Shops around campuses: schools with their points, shops within a radius of one, checks, goods taken off the shelf, schools informed ([`schools`], [`register`],
//!   [`checks`]).
//! - Outreach to consumers: the totals of the events of the programme ([`figures`]).
//!
//! What holds:
//! * Who found a hazard does not verify its correction: a command refuses it, and a CHECK.
//! * A campaign is not closed while hazards of it are open (`closing`, which `programmes` calls), and who enters a hazard holds the programme.
//! * What a visit found is entered with the enterprise's consent alone, and is never proposed for listing: help and enforcement are apart.
//! * An entry that may be the same shop under another name is marked, never left out: an officer decides ([`likeness`]).
//! * Figures of a past day come from what had been entered by then, and never change: distinct subjects with an event of a kind, in scope, by a day.
//!
//! Neighbours: `programmes` below, whose states a campaign has; `inspections` and `label_checks`, from which hazards and failures of labels come;
//! `engagements`, whose outreach is counted. Who lists enterprises reads `published.hazard`.

pub mod api;
pub mod checks;
mod closing;
pub mod distance;
mod entry;
mod exports;
pub mod figures;
pub mod files;
mod global_search;
pub mod hazard_api;
pub mod hazard_queries;
pub mod hazards;
pub mod ids;
pub mod import_api;
pub mod imports;
pub mod likeness;
pub mod mails;
mod notices;
pub mod overdue;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod register;
pub mod register_list;
mod room;
pub mod schools;
pub mod set_up;
pub mod settings;
pub mod state;
pub mod steps;
mod store;
pub mod subject_queries;

pub use room::ROOM;
