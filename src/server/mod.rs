//! A whole running ZeroDesk: what is gathered from the list of rooms, and the web server with everything that works beside it.

pub mod calendar;
pub mod calendar_files;
pub mod documents;
mod home;
mod metrics;
pub mod monitoring;
pub mod problems;
pub mod reference;
pub mod room;
pub mod rooms;
pub mod service;
pub mod settings;

pub use crate::ROOMS;
pub use rooms::{FUNCTIONS, ROUTES, SECTIONS, load_settings};
pub use service::Service;
