//! The HTTP interface, over real connections.

mod accounts;
mod bounded;
mod calendar;
mod enterprise_and_case_pages;
mod hardening;
mod matrix;
mod operations;
mod pages;
mod problem_pages;
mod problems;
mod reference;
mod staff_console;
mod support;
mod transcript;
