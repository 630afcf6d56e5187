//! A signal's text with what its source names, for the comparison with others.

use crate::signals::doubles::Compared;
use crate::signals::store::Named;

/// A signal's text as it is compared.
#[must_use]
pub fn compared(title: &str, text: &str, named: &Named, barcode: Option<&str>) -> Compared {
    let named = [named.number.as_deref(), named.brand.as_deref(), named.model.as_deref(), barcode];
    Compared::of(title, text, &named)
}
