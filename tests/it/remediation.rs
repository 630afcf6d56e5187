//! The statutory course over HTTP, and what the database says of it.

mod audit;
mod course;
mod deadlines;
mod documents;
mod lists;
mod moves;
mod outcomes;
mod support;
mod work;
