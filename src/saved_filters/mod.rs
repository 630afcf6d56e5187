//! Filters of lists that people save under a name.
//!
//! - A saved filter belongs to one account, and nobody else knows of it.
//! - It is the address of a list without the part that is shown: what it finds is decided by the list and its policy whenever it is opened.
//! - Of one page no two have the same name: saved again under a name, it is replaced.
//!
//! Neighbours: `accounts` below, whose rows own them. Any page with a list offers them by `web/saved_filters.html` in `templates/`.

pub mod api;
mod commands;
pub mod ids;
mod personal;
pub mod queries;
mod room;
pub mod rules;

pub use commands::{DeleteFilter, SaveFilter};
pub use room::ROOM;
