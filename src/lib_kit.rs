//! What all domains use: problems, settings, the database, commands, the kit of pages and handlers, files with lists, mail.
//!
//! A crate of its own, so that a change of what stands above it does not compile it anew. The map of all modules is in `lib.rs`.

#![recursion_limit = "256"]

pub mod app;
pub mod catalogue;
pub mod core;
pub mod db;
pub mod exports;
pub mod jobs;
pub mod list_files;
pub mod notifications;
pub mod outgoing;
pub mod settings;
pub mod web;
