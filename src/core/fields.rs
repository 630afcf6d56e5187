//! Checks of single fields, gathered so that a caller learns of all faults at once.

use crate::core::hidden_characters::is_blank;
use crate::core::problem::{FieldError, Problem};
use crate::core::text::Text;
use chrono::{Datelike, NaiveDate};

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

    /// Notes a fault where a day is before 1900: a slip of the pen, and the database takes none of far earlier ones.
    pub fn day(&mut self, pointer: &str, day: Option<NaiveDate>) {
        if day.is_some_and(|day| day.year() < 1900) {
            self.fault(pointer, "不能早于 1900 年", "must not be before 1900");
        }
    }

    /// The same of a parameter of the query.
    pub fn query_day(&mut self, name: &str, day: Option<NaiveDate>) {
        if day.is_some_and(|day| day.year() < 1900) {
            self.0.push(FieldError::query(name, Text::new("不能早于 1900 年", "must not be before 1900")));
        }
    }

    /// A text that must say something, in at most `max` characters, without control characters
    /// other than line breaks and tabs. Characters that do not show say nothing. Gives it back trimmed.
    pub fn text(&mut self, pointer: &str, value: &str, max: usize) -> String {
        let value = value.trim();
        if is_blank(value) {
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
        let value = value.map(str::trim).filter(|v| !is_blank(v))?;
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

    /// A telephone number that may be absent; blank counts as absent. Gives it back trimmed.
    pub fn phone(&mut self, pointer: &str, value: Option<&str>) -> Option<String> {
        let value = value.map(str::trim).filter(|v| !is_blank(v))?;
        if !is_phone(value) {
            self.fault(
                pointer,
                "须为电话号码：5 到 20 位数字，可用空格和 + - ( )，分机号写在“转”之后",
                "must be a telephone number: 5 to 20 digits, with blanks and + - ( ), an extension behind “ext”",
            );
        }
        Some(value.to_owned())
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

/// Whether a text is one telephone number of 5 to 20 digits: grouped by blanks, `-` and brackets, with `+` before a country's code alone,
/// and with an extension behind 转, 分机, ext, x, # or a comma.
pub fn is_phone(value: &str) -> bool {
    let lower = value.to_lowercase();
    let extension = ["转", "分机", "ext.", "ext", "x", "#", "，", ","];
    let found =
        extension.iter().filter_map(|mark| lower.split_once(mark)).min_by_key(|(number, _)| number.len());
    let (number, extension) = found.unwrap_or((&lower, "0"));
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    let number = number.trim();
    let grouped = number
        .strip_prefix('+')
        .unwrap_or(number)
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '（' | '）'));
    let extension = extension.trim();
    grouped
        && number.contains(|c: char| c.is_ascii_digit())
        && !extension.is_empty()
        && extension.chars().all(|c| c.is_ascii_digit())
        && (5..=20).contains(&digits)
        && value.chars().count() <= 40
}

/// Whether a text is one mail address of at most 254 characters.
pub fn is_email(value: &str) -> bool {
    value.len() <= 254
        && value.parse::<lettre::Address>().is_ok()
        && value.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.') || domain == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_has_digits_and_what_groups_them() {
        for good in [
            "13800138000",
            "+86 138 0013 8000",
            "020-83330000",
            "(020) 8333 0000 转 801",
            "（020）83330000转801",
            "020-83330000 ext. 12",
            "8333 0000 x12",
            "83330000#1",
            "83330000,1",
            "12345",
        ] {
            assert!(is_phone(good), "{good}");
        }
        for bad in [
            "abc",
            "1234",
            "1".repeat(21).as_str(),
            "138+00138000",
            "转801",
            "83330000转",
            "83330000转801转2",
            "83330000 home",
            "１３８００１３８０００",
            "83330000\u{202E}",
            "--------",
            "13800138000\n13900139000",
        ] {
            assert!(!is_phone(bad), "{bad}");
        }
    }

    #[test]
    fn what_does_not_show_says_nothing() {
        for blank in ["", " ", "\u{200B}", "\u{2800}\u{3164}", " \u{FE0F}\u{200D} ", "\u{3000}\u{FEFF}"] {
            let mut fields = Fields::new();
            fields.text("/name", blank, 10);
            assert_eq!(fields.optional_text("/note", Some(blank), 10), None);
            assert_eq!(fields.phone("/phone", Some(blank)), None);
            let faults = fields.done().unwrap_err().errors.clone();
            assert_eq!((faults.len(), faults[0].pointer.as_str()), (1, "/name"), "{blank:?}");
        }
        let mut fields = Fields::new();
        assert_eq!(fields.text("/name", "张\u{200B}三", 10), "张\u{200B}三", "shown with a mark, as typed");
        fields.done().unwrap();
    }
}
