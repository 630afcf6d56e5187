//! The codes of problems: the stable words by which programs tell refusals and failures apart.
//!
//! A code is API: its word never changes, and nothing else is called by it. Each has a page at `/problems/{code}`, the
//! `type` of the problem's body (RFC 9457), which is made from the texts here. To add one, add a row to the table of its subject.
//!
//! The rows stand in the files of the folder, by subject. Each hands its own on to the next, and `codes!` makes one enum of them all.

use crate::core::text::Text;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

#[macro_use]
mod access;
#[macro_use]
mod cases;
#[macro_use]
mod files;
#[macro_use]
mod signals;
#[macro_use]
mod supervision;

/// Makes the enum of the rows that it is given.
macro_rules! codes {
    (; $($variant:ident $word:literal $status:literal
        $title_zh:literal $title_en:literal $about_zh:literal $about_en:literal;)+) => {
        /// The kind of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $about_en] $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word for programs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The HTTP status of such a problem. Of `bad_request`, `wrong_code` and `import_too_large` it is the usual one.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// The kind of problem in a few words.
            pub fn title(self) -> Text {
                match self { $(Self::$variant => Text::new($title_zh, $title_en)),+ }
            }

            /// What it means and what the caller can do.
            pub fn explanation(self) -> Text {
                match self { $(Self::$variant => Text::new($about_zh, $about_en)),+ }
            }
        }
    };
}

impl Code {
    /// The code of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == word)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = <Cow<'de, str>>::deserialize(deserializer)?;
        Self::of(&word).ok_or_else(|| Error::invalid_value(Unexpected::Str(&word), &"the code of a problem"))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

access_codes! { case_codes supervision_codes signal_codes file_codes codes; }

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_a_word_of_its_own_and_is_explained_in_both_languages() {
        let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::of(code.as_str()), Some(*code));
            assert!((400..600).contains(&code.status()), "{code}");
            for text in [code.title(), code.explanation()] {
                assert!(!text.zh.is_ascii() && text.en.is_ascii() && !text.en.is_empty(), "{code}: {text:?}");
            }
        }
        assert_eq!(Code::of("nothing"), None);
    }
}
