//! The name of the worker that is woken when experts change.

use crate::core::Wake;

/// The matcher, a job of `consultations`: an expert may take consultations that wait. The name is here
/// because experts, below consultations, wake it.
pub const MATCHER: Wake = Wake::new("matcher");
