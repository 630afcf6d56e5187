//! The stripping: what in a text leads to an enterprise or a person. Pure.
//!
//! What is known of the case (its names, codes, numbers, addresses: [`Known`]) is looked for in whatever way it is written (`exact`); what
//! looks like a number, a name or an address of anybody is found by its form (`numbers`, `names`). A finding is a place of the text with
//! its kind and what would stand there instead. Findings never overlap: those that do are one, of the kind of the longest.

mod exact;
mod find;
mod kind;
mod known;
mod names;
mod numbers;
#[cfg(test)]
mod tests;

pub use find::{Found, MOST, find, replace};
pub use kind::FindingKind;
pub use known::{Known, Secret, short_names};
