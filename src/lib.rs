//! ZeroDesk: the backend of an expert help-desk for product quality.
//!
//! The map, from the ground up. Each room imports only rooms above it in this list:
//!
//! - [`core`]: ids, actors, the clock, problems
//! - [`settings`]: what the operator decides
//! - [`catalogue`]: regions, products, the calendar of working days
//! - [`db`]: the pool, the transaction of a command, the private PostgreSQL
//! - [`app`]: [`app::App::execute`], the one way to change anything
//! - [`audit`]: reading what was done
//! - [`remediation`]: the statutory course of a case and its deadlines
//! - [`web`]: the HTTP door
//! - [`cli`]: the command line, with [`telemetry`] for its log

pub mod accounts;
pub mod app;
pub mod audit;
pub mod catalogue;
pub mod cli;
pub mod core;
pub mod db;
pub mod remediation;
pub mod settings;
pub mod telemetry;
pub mod web;
