//! Sentences in the two languages of the application, and enums that are words in JSON and in SQL.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The caller's language. Chinese is the default everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// The tag of BCP 47 that is in the database and in `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
    }

    /// The language of a stored tag; anything unknown is Chinese.
    pub fn from_tag(tag: &str) -> Self {
        if tag.get(..2).is_some_and(|primary| primary.eq_ignore_ascii_case("en")) {
            Language::En
        } else {
            Language::Zh
        }
    }
}

/// One sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Chinese.
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

/// A text of the settings that may be in both languages, Chinese before ` / ` and English behind it: the part in this one.
pub fn part_in(language: Language, both: &str) -> &str {
    match both.split_once(" / ") {
        Some((zh, en)) => {
            if language == Language::Zh {
                zh
            } else {
                en
            }
        }
        None => both,
    }
}

impl Text {
    /// A sentence from its two forms.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A text that is none of the allowed words.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{value:?} is not one of {wanted}")]
pub struct UnknownWord {
    /// The word as it was given.
    pub value: String,
    /// The words that are known, with commas between.
    pub wanted: String,
}

/// Declares how the words of an enum are shown to people.
#[macro_export]
macro_rules! word_texts {
    ($name:ident { $($variant:ident => $zh:literal, $en:literal;)+ }) => {
        impl $name {
            /// The words for people.
            pub fn text(self) -> $crate::core::Text {
                let (zh, en) = match self { $(Self::$variant => ($zh, $en)),+ };
                $crate::core::Text::new(zh, en)
            }
        }
    };
}

/// An enum whose variants are words: the same in JSON, in SQL (as `text` with a CHECK) and in
/// the OpenAPI document. (The word is taken as a token: utoipa does not look into a `literal`.)
#[macro_export]
macro_rules! word_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::core::text::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::core::text::UnknownWord {
                        value: word.to_owned(),
                        wanted: [$($word),+].join(", "),
                    }),
                }
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Text, diesel::pg::Pg>::to_sql(self.as_str(), out)
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg>>::from_sql(value)?;
                Ok(word.parse()?)
            }
        }
    };
}
