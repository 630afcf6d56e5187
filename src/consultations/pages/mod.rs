//! The pages of consultations: the list, the expert's desk and profile, the officers' queue.

pub mod desk;
pub mod list;
pub mod profile;
pub mod queue;
pub mod thread;
pub mod words;
