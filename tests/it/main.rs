//! Tests of the whole program against real PostgreSQL, in one binary: `support`, and a folder for
//! each domain of `src/`.

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

// Every file of this folder is a module: the tests of a domain are in its file, and in its folder where they are many.
automod::dir!("tests/it");
