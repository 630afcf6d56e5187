//! The handlers, by what they are about. Each extracts, executes and views.

pub mod audit;
pub mod auth;
pub mod machine;
pub mod pages;
pub mod reference;
