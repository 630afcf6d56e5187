//! Credit codes of made-up enterprises.

use crate::enterprises::uscc::check_character;

/// A credit code with its check character.
pub(super) fn with_check_character(body: &str) -> String {
    let check = check_character(body.as_bytes()).map_or('0', char::from);
    format!("{body}{check}")
}
