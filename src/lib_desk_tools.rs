//! Tools for the help-desk: response targets, tags, reply templates, search, knowledge, API keys and webhooks.
//!
//! A crate of its own, so that a change of what stands above it does not compile it anew. The map of all modules is in `lib.rs`.

#![recursion_limit = "256"]

pub use zerodesk_helpdesk::*;

pub mod api_keys;
pub mod canned_replies;
pub mod consultation_tags;
pub mod knowledge;
pub mod response_targets;
pub mod saved_filters;
pub mod search;
pub mod unread_mails;
pub mod web_push;
pub mod webhooks;
