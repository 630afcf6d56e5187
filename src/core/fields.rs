//! Checks of single fields, gathered so that a caller learns of all faults at once.

use crate::core::problem::{FieldError, Problem};
use crate::core::text::Text;

/// Collects what is wrong with the fields of one input.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a fault.
    pub fn fault(&mut self, pointer: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) {
        self.0.push(FieldError::body(pointer, Text::new(zh.into(), en.into())));
    }

    /// Notes a fault where `ok` does not hold.
    pub fn require(&mut self, ok: bool, pointer: &str, zh: &'static str, en: &'static str) {
        if !ok {
            self.fault(pointer, zh, en);
        }
    }

    /// A text that must say something, in at most `max` characters, without control characters
    /// other than line breaks and tabs. Gives it back trimmed.
    pub fn text(&mut self, pointer: &str, value: &str, max: usize) -> String {
        let value = value.trim();
        if value.is_empty() {
            self.fault(pointer, "不能为空", "must not be empty");
        } else if value.chars().count() > max {
            self.fault(
                pointer,
                format!("不能超过 {max} 个字符"),
                format!("must be at most {max} characters"),
            );
        } else if has_control(value) {
            self.fault(pointer, "含有控制字符", "contains control characters");
        }
        value.to_owned()
    }

    /// The same for a text that may be absent; blank counts as absent.
    pub fn optional_text(&mut self, pointer: &str, value: Option<&str>, max: usize) -> Option<String> {
        let value = value.map(str::trim).filter(|v| !v.is_empty())?;
        Some(self.text(pointer, value, max))
    }

    /// A mail address, as lettre's parser takes it.
    pub fn email(&mut self, pointer: &str, value: &str) -> String {
        let value = value.trim();
        if !is_email(value) {
            self.fault(pointer, "不是有效的电子邮箱地址", "is not a valid mail address");
        }
        value.to_owned()
    }

    /// A name to log in with: 3 to 64 of `a-z 0-9 . _ - @`, lower-cased.
    pub fn username(&mut self, pointer: &str, value: &str) -> String {
        let name = value.trim().to_lowercase();
        let fits = (3..=64).contains(&name.chars().count())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@'));
        if !fits {
            self.fault(
                pointer,
                "须为 3 到 64 个字符，只可用字母、数字和 . _ - @",
                "must be 3 to 64 characters of letters, digits and . _ - @",
            );
        }
        name
    }

    /// The end of the checks.
    ///
    /// # Errors
    /// All the faults, as one problem.
    pub fn done(self) -> Result<(), Problem> {
        Problem::unless_empty(self.0)
    }
}

/// Whether a text holds control characters that no one types, NUL among them, which PostgreSQL
/// does not store.
pub fn has_control(value: &str) -> bool {
    value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Whether a text is one mail address of at most 254 characters.
pub fn is_email(value: &str) -> bool {
    value.len() <= 254
        && value.parse::<lettre::Address>().is_ok()
        && value.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.') || domain == "localhost")
}
