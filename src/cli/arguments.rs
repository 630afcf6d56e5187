//! Values of arguments that several sub-commands take.

use crate::core::Language;

/// Reads a language's tag.
pub(super) fn language(tag: &str) -> Result<Language, String> {
    match tag {
        "zh-CN" | "zh" => Ok(Language::Zh),
        "en" => Ok(Language::En),
        _ => Err("must be zh-CN or en".to_owned()),
    }
}
