//! What searches look for in an enterprise and in a nonconformity, for lists of many: the same as the triggers of `functions.sql` make of
//! a row that comes without it, a test says. A row that brings it is not folded again.

use crate::core::search::{folded, folded_name, readings};
use crate::enterprises::Uscc;

/// What searches look for in an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTexts {
    /// The folded name, a line feed, the folded code.
    pub text: String,
    /// How the name is read.
    pub readings: String,
}

impl SearchTexts {
    /// Those of an enterprise with this code and this name.
    #[must_use]
    pub fn of(uscc: &Uscc, name: &str) -> Self {
        let mut text = folded_name(name);
        let readings = readings(&text);
        text.push('\n');
        text.push_str(&folded(uscc.as_str()));
        Self { text, readings }
    }
}

/// What searches look for in a nonconformity with this report number.
#[must_use]
pub fn report_key(report_no: &str) -> String {
    let mut key = folded_name(report_no);
    key.push('\n');
    key
}
