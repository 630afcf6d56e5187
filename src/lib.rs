//! ZeroDesk: the backend of an expert help-desk for product quality.
//!
//! The map, from the ground up. Each room imports only rooms above it in this list:
//!
//! - [`core`]: ids, actors, the clock, problems
//! - [`settings`]: what the operator decides
//! - [`catalogue`]: regions, products, the calendar of working days
//! - [`db`]: the pool, the transaction of a command, the private PostgreSQL
//! - [`app`]: [`app::App::execute`], the one way to change anything
//! - [`remediation`]: the statutory course of a case and its deadlines
//! - [`enterprises`]: enterprises, their nonconformities and the import of the zero-out list
//! - [`cli`]: the command line

pub mod app;
pub mod catalogue;
pub mod cli;
pub mod core;
pub mod db;
pub mod enterprises;
pub mod remediation;
pub mod settings;
