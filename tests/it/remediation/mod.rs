//! The statutory course over HTTP, and what the database says of it.

mod course;
mod support;
