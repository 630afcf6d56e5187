//! What a signal is about, by rule: kind of product, enterprise, region, each with how sure that is and why. Pure: what the register knows is
//! handed in.
//!
//! * A kind is known by its code, its name or one of its aliases. Where a text names several kinds of which none is part of another's name, none is
//!   taken.
//! * An enterprise is known by its credit code, by its name, or by a barcode that a person matched before. **A brand alone never leads to an
//!   enterprise**: brands are copied, licensed and alike.
//! * A region is that of the enterprise, else the one that the text names.
//! * What was recalled abroad and names no enterprise of the register was perhaps never sold here: it stays unmatched, its kind is a proposal.

pub mod firms;
mod kinds;
mod parts;
pub mod places;
mod rule;
#[cfg(test)]
mod tests;

pub use parts::{Clues, Firm, Known, MatchPart, MatchReason, RecognisedPart};
pub use rule::{Recognised, recognise};
