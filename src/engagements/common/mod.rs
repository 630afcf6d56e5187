//! What trainings, commitments, follow-ups and outreach share: their words, ids, rules and settings, the steps of their commands, the enterprises
//! and files that they name, and what the search over everything finds of them. Visits share of whom a photo is.

pub mod enterprises;
pub mod files;
pub mod ids;
pub mod photo;
pub mod search;
pub mod settings;
pub mod steps;
pub mod words;
