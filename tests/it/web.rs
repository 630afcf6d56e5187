//! The HTTP door, over real connections.

mod accounts;
mod console;
mod consoles;
mod machine;
mod matrix;
mod pages;
mod problem_pages;
mod problems;
mod reference;
mod support;
mod transcript;
