//! The statutory course over HTTP, and what the database says of it.

mod actions;
mod audit;
mod conclusions;
mod course;
mod deadlines;
mod documents;
mod lists;
mod mails;
mod outcomes;
pub mod support;
mod transfers;
mod waiting;
