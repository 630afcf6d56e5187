//! The pages of consultations: one of them, the list, the expert's desk and profile, the officers' queue.

pub mod advice_part;
pub mod assign;
pub mod case_parts;
pub mod close;
pub mod conclusion;
pub mod consultation;
pub mod desk;
pub mod event_sentences;
pub mod exclusions;
pub mod information;
pub mod list;
pub mod opinion;
pub mod profile;
pub mod queue;
pub mod related;
pub mod thread;
pub mod words;
