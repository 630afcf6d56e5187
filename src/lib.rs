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
//! - [`jobs`]: the threads that work in the background, and how they stop
//! - [`notifications`]: mail, by an outbox
//! - [`accounts`]: users, roles, passwords, tokens
//! - [`presence`]: who is connected, and whether experts are available
//! - [`attachments`]: uploaded files, in a folder or an S3 store
//! - [`enterprises`]: enterprises, the zero-out list and its import
//! - [`experts`]: registration, vetting, specialties, availability
//! - [`matching`]: which expert for which need
//! - [`chat`]: messages that are never lost, doubled or reordered
//! - [`consultations`]: the ticket's life
//! - [`remediation`]: the statutory course of a case, advice, clearance
//! - [`reports`]: progress in figures
//! - [`web`], [`service`] and [`cli`]: the doors, with [`telemetry`] for the log

pub mod accounts;
pub mod app;
pub mod attachments;
pub mod audit;
pub mod catalogue;
pub mod chat;
pub mod cli;
pub mod consultations;
pub mod core;
pub mod db;
pub mod enterprises;
pub mod experts;
pub mod jobs;
pub mod matching;
pub mod notifications;
pub mod presence;
pub mod remediation;
pub mod reports;
pub mod service;
pub mod settings;
pub mod telemetry;
pub mod web;
