//! The HTTP handlers of signals: they extract, execute and show.

pub mod feeds;
pub mod files;
pub mod signals;
