//! Tests of the whole program against real PostgreSQL, in one binary: `support`, and a folder for
//! each room of `src/`.

mod alerts;
mod architecture;
mod attachments;
mod bad_input;
mod browser;
mod chat;
mod db;
mod docs;
mod enterprises;
mod matching;
mod notifications;
mod plan;
mod policy;
mod remediation;
mod reports;
mod story;
mod support;
mod web;
