//! A whole running ZeroDesk: the list of domains, and the web server with everything that works beside it.

pub mod documents;
mod home;
pub mod machine;
mod metrics;
pub mod problems;
pub mod reference;
pub mod rooms;
pub mod service;

pub use crate::ROOMS;
pub use rooms::{FUNCTIONS, ROUTES, SECTIONS, load_settings};
pub use service::Service;
