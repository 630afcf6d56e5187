//! Progress in figures. Read only.
//!
//! Neighbours: every domain room below, by their tables; `web` above.

pub mod overview;
