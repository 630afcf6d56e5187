//! Progress in figures. It writes its own sums and caches, and the figures that come from elsewhere ([`published`]).
//!
//! - A figure is of a region and all under it: an officer's own, or one below it.
//! - A figure as of a past day counts what had been entered by the end of that day in Asia/Shanghai, by the
//!   moments of entry, which never change: so it never changes either, whatever is entered or corrected later.
//!   The figures of today move with the day.
//! - Figures of now and of a past day come from one definition, which takes the moment (`functions.sql`); those of now are kept counted
//!   ([`kept_figures`]), those of past days are cached ([`past`]).
//! - Each report is JSON for programs and a [`table::Table`] for people: CSV and XLSX are made of the latter.
//!
//! Neighbours: every domain below, by their published views; `web` below.

pub mod api;
pub mod days;
pub mod deadlines;
pub mod experts;
pub mod funnel;
pub mod kept_figures;
pub mod overview;
pub mod pages;
pub mod past;
pub mod published;
pub mod rate;
mod room;
pub mod scope;
pub mod table;

pub use room::ROOM;
