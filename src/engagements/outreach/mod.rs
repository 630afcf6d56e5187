//! Events for the public, the "three entries" (三进): in communities, schools and townships. What an event came to is reported in numbers,
//! leaflets apart from people, and
//! what people said of dangers is collected for the domain of risk information.

pub mod api;
pub mod correct;
pub mod create;
pub mod exports;
pub mod pages;
pub mod queries;
pub mod signals;

pub use create::NewOutreach;
