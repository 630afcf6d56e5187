//! What every other room stands on: ids, who acts, the clock, problems, pages and events.
//!
//! Nothing here knows the domain, and nothing here does I/O. Neighbours: everyone imports `core`;
//! `core` imports nobody.

pub mod actor;
pub mod cells;
pub mod clock;
pub mod code;
pub mod database;
pub mod event;
pub mod fields;
pub mod ids;
pub mod memory;
pub mod page;
pub mod presence;
pub mod problem;
pub mod secret;
pub mod text;

pub use actor::{Actor, Caller, Role};
pub use clock::Clock;
pub use code::Code;
pub use event::Event;
pub use problem::Problem;
pub use text::{Language, Text};
