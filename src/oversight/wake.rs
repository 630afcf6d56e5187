//! The name under which workers wait for changes of letters, interviews and listings.

use crate::core::Wake;

/// Woken when one was changed.
pub const CHANGED: Wake = Wake::new("oversight_changed");
