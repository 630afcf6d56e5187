//! Bulletins (抽查通报): final results of inspections, published for everybody.
//!
//! An officer writes a bulletin of a programme, a place and a period ([`commands`]) and sees beforehand what will be in it; a second officer publishes it
//! or sends it back ([`steps`]). It then has a number and a day, and everybody reads it without an account ([`public`]).
//!
//! What holds:
//! * Only final results are in a bulletin, and only of inspections that the settings allow to be published. Publishing takes the step `publish` of
//!   each inspection, in the same transaction.
//! * What is handed in is what is published: the results are gathered when a draft is handed in and stay so. Where one has changed since, it can't be
//!   published and is sent back.
//! * The public sees the columns of `bulletin_item` and no others: no names of people, no addresses, no draft.
//! * A published result is never removed. One that is overturned or corrected afterwards is marked in the same moment, by a trigger, and is counted no
//!   more.
//! * A bulletin states results. It never advises, ranks or praises (Product Quality Law, art. 25).
//!
//! Neighbours: `inspections` and `programmes` below.

pub mod api;
pub mod commands;
pub mod corrections;
mod exports;
pub mod ids;
mod items;
pub mod pages;
pub mod policy;
pub mod public;
pub mod queries;
mod room;
pub mod state;
pub mod steps;
mod store;
pub mod totals;

pub use room::ROOM;
