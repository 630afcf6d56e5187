//! Assessments of risk (质量安全研判): a kind in a region, a hazard, the harm scenarios, what they come to, what they rest on.
//!
//! - [`draft`]: what an author writes, checked and judged by the method (pure but for the look-ups)
//! - [`state`]: draft, submitted, validated or returned, superseded, withdrawn (pure)
//! - [`write`](mod@write), [`steps`]: the commands
//! - [`queries`], [`view`]: reading them
//!
//! Who validates one has not written it. A validated one never changes; a newer one of the same kind, region and hazard takes its place. One of the
//! level serious raises an alert as it is validated.

pub mod draft;
pub mod evidence;
pub mod files;
pub mod hand_over;
pub mod policy;
pub mod queries;
pub mod state;
pub mod steps;
mod store;
pub mod view;
pub mod write;
