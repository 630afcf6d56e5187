//! ZeroDesk: the backend of an expert help-desk for product quality.
//!
//! The map, from the ground up. Each room imports only rooms above it in this list:
//!
//! - [`core`]: ids, actors, the clock, problems
//! - [`settings`]: what the operator decides
//! - [`catalogue`]: regions, products, the calendar of working days
//! - [`db`]: the pool, the transaction of a command, the private PostgreSQL
//! - [`app`]: [`app::App::execute`], the one way to change anything
//! - [`jobs`]: the threads that work in the background, and how they stop
//! - [`notifications`]: mail, by an outbox that is written with its reason
//! - [`remediation`]: the statutory course of a case and its deadlines

pub mod accounts;
pub mod app;
pub mod catalogue;
pub mod core;
pub mod db;
pub mod jobs;
pub mod notifications;
pub mod remediation;
pub mod settings;
