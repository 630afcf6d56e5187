//! The HTTP door, over real connections.

mod accounts;
mod machine;
mod matrix;
mod problems;
mod reference;
mod support;
