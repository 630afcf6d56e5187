//! What every other domain is built on: ids, who acts, the clock, problems, pages and events.
//!
//! Nothing here knows the domain, and nothing here does I/O. Neighbours: everyone imports `core`;
//! `core` imports nobody.

pub mod actor;
pub mod as_of;
pub mod cells;
pub mod clock;
pub mod code;
pub mod database;
pub mod event;
pub mod fields;
pub mod hidden_characters;
pub mod ids;
pub mod key_scope;
pub mod page;
pub mod problem;
pub mod process_cache;
pub mod search;
pub mod secret;
pub mod state;
pub mod text;
pub mod throttle;
pub mod wake;

pub use actor::{Actor, Caller, Role};
pub use clock::Clock;
pub use code::Code;
pub use event::Event;
pub use problem::Problem;
pub use process_cache::ProcessCache;
pub use text::{Language, Text};
pub use throttle::Throttle;
pub use wake::Wake;
