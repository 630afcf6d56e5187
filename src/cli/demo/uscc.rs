//! Credit codes of made-up enterprises.

use crate::enterprises::uscc::completed;

/// The code of an enterprise registered in a region, with both check characters.
pub(super) fn registered(region: &str, organisation: &str) -> String {
    completed(&format!("91{region}"), organisation).unwrap_or_default()
}
