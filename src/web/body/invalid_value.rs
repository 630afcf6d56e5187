//! Why input does not fit the type that it is read into, taken from serde's typed calls and not from the words of its messages.

use std::fmt::{self, Display};

use serde::de;

use crate::core::Text;

/// Why a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InvalidValue {
    /// A field that must be there is absent.
    Missing(&'static str),
    /// A field that nobody reads.
    Unknown,
    /// A field that is given again.
    Duplicate(&'static str),
    /// Not one of these words.
    NotOneOf(&'static [&'static str]),
    /// A value of another type, or a number that is out of range.
    WrongType(ValueType),
    /// What the type itself expects, in its own words.
    Expected(String),
    /// What the type itself says, in its own words.
    Other(String),
}

/// The types of values that input is read into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    /// A string.
    Text,
    /// True or false.
    Bool,
    /// A whole number of some size.
    Whole,
    /// Any number.
    Number,
    /// A list.
    List,
    /// An object.
    Object,
}

impl ValueType {
    fn text(self) -> Text {
        match self {
            Self::Text => Text::new("文本", "a string"),
            Self::Bool => Text::new("布尔值", "true or false"),
            Self::Whole => Text::new("整数，且在范围内", "a whole number within range"),
            Self::Number => Text::new("数字", "a number"),
            Self::List => Text::new("数组", "an array"),
            Self::Object => Text::new("对象", "an object"),
        }
    }
}

/// Where the input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// A body, which has fields.
    Body,
    /// A query, which has parameters.
    Query,
}

impl InvalidValue {
    /// What is wrong, in both languages.
    pub(super) fn text(&self, input: Input) -> Text {
        match (self, input) {
            (Self::Missing(_), _) => Text::new("缺少此项", "is missing"),
            (Self::Unknown, Input::Body) => Text::new("未知字段", "unknown field"),
            (Self::Unknown, Input::Query) => Text::new("未知参数", "unknown parameter"),
            (Self::Duplicate(_), Input::Body) => Text::new("字段重复", "duplicate field"),
            (Self::Duplicate(_), Input::Query) => Text::new("参数重复", "duplicate parameter"),
            (Self::NotOneOf(words), _) => Text::new(
                format!("须为 {} 之一", words.join("、")),
                format!("must be one of {}", words.join(", ")),
            ),
            (Self::WrongType(wanted), _) => expected(&wanted.text()),
            (Self::Expected(wanted), _) => expected(&Text::new(wanted.clone(), wanted.clone())),
            (Self::Other(words), _) => {
                let shown: String = words.chars().take(200).collect();
                Text::new("取值不正确", format!("is not valid: {shown}"))
            }
        }
    }
}

fn expected(wanted: &Text) -> Text {
    Text::new(format!("类型或取值不正确，应为{}", wanted.zh), format!("must be {}", wanted.en))
}

/// serde asks for it; what callers see is [`InvalidValue::text`].
impl Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Input::Body).en)
    }
}

impl std::error::Error for InvalidValue {}

impl de::Error for InvalidValue {
    fn custom<T: Display>(words: T) -> Self {
        Self::Other(words.to_string())
    }

    fn invalid_type(_: de::Unexpected<'_>, wanted: &dyn de::Expected) -> Self {
        Self::Expected(wanted.to_string())
    }

    fn invalid_value(_: de::Unexpected<'_>, wanted: &dyn de::Expected) -> Self {
        Self::Expected(wanted.to_string())
    }

    fn invalid_length(_: usize, wanted: &dyn de::Expected) -> Self {
        Self::Expected(wanted.to_string())
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Self {
        Self::NotOneOf(words)
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown
    }

    fn missing_field(name: &'static str) -> Self {
        Self::Missing(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::Duplicate(name)
    }
}
