//! Tests of the whole program against real PostgreSQL, in one binary: `support`, and a folder for
//! each room of `src/`.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "a test that fails by a panic says where; clippy.toml exempts the test functions, not what they call"
)]

mod alerts;
mod architecture;
mod attachments;
mod bad_input;
mod browser;
mod chat;
mod db;
mod docs;
mod matching;
mod notifications;
mod plan;
mod policy;
mod remediation;
mod reports;
mod story;
mod support;
mod web;
mod zero_out;
