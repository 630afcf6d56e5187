//! The name under which workers wait for changes of credit conduct.

use crate::core::Wake;

/// Woken when an entry was made or changed.
pub const CHANGED: Wake = Wake::new("conduct_changed");
