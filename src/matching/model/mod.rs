//! How well an expert fits a need, on plain values. Pure.
//!
//! [`mod@facts`] is what is known of both sides, in numbers rather than texts, so that ten million pairs
//! take a second or two. [`mod@rules`] says who is excluded and by what; no setting and no waiting
//! relaxes a rule. [`mod@parts`] values each reason for a pair from 0 to 1, and [`mod@weights`]
//! adds them up. The online match and the batch plan are both based on these and on nothing else.

pub mod facts;
pub mod parts;
pub mod rules;
pub mod terms;
pub mod vocabulary;
pub mod weights;

pub use facts::{
    EnterpriseKey, ExpertFacts, LanguageSet, NeedFacts, Outcomes, Report, Share, Specialty, Subject,
};
pub use parts::{Fit, Nearness, Parts, Shape, fit, nearness, parts, parts_at};
pub use rules::{Exclusion, exclusion};
pub use terms::{TermId, all_terms, terms};
pub use vocabulary::Vocabulary;
pub use weights::{Model, Weights, total};

#[cfg(test)]
pub(crate) mod tests;
