//! The statutory course over HTTP, and what the database says of it.

mod audit;
mod course;
mod support;
mod work;
