//! The unified social credit code (统一社会信用代码) of GB 32100-2015.
//!
//! Eighteen characters out of 31 (digits and capitals without I, O, S, V, Z); the last makes the
//! sum, weighted by powers of 3, a multiple of 31. As 31 is prime, every change of one character
//! and every swap of two neighbours shows.

use crate::core::Text;
use crate::core::cells::compact;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use serde::{Serialize, Serializer};

/// The characters, each at the place of its value.
pub const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// How many characters a code has.
pub const LENGTH: usize = 18;

/// A code whose length, alphabet and check character hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Uscc([u8; LENGTH]);

/// Why a text is not a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UsccFault {
    /// Not 18 characters, blanks not counted.
    #[error("{length} characters instead of 18")]
    Length {
        /// The number of characters.
        length: usize,
    },
    /// A character that the alphabet does not have.
    #[error("{found:?} at place {place} is not in the alphabet")]
    Character {
        /// The position of the character, from 1.
        place: usize,
        /// The character at that position.
        found: char,
    },
    /// The last character does not fit the others.
    #[error("the check character does not fit")]
    Checksum,
}

impl UsccFault {
    /// The fault in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Length { length } => Text::new(
                format!("统一社会信用代码须为 18 位，现为 {length} 位"),
                format!("a unified social credit code has 18 characters; this has {length}"),
            ),
            Self::Character { place, found } => Text::new(
                format!(
                    "第 {place} 位的“{found}”不能出现在统一社会信用代码中（只用数字和除 I、O、S、V、Z 外的大写字母）"
                ),
                format!(
                    "`{found}` at place {place} can't be part of a unified social credit code \
                     (digits and capital letters without I, O, S, V, Z)"
                ),
            ),
            Self::Checksum => Text::new(
                "统一社会信用代码的校验位不符，请核对各位",
                "the check character does not fit the others; compare the code with the licence",
            ),
        }
    }
}

impl Uscc {
    /// Reads a code. Full-width characters, blanks of any kind and lower case are normalised first.
    ///
    /// # Errors
    /// What is wrong: the length, then the first strange character, then the check character.
    pub fn parse(text: &str) -> Result<Self, UsccFault> {
        let text = compact(text);
        let length = text.chars().count();
        let mut code = [0; LENGTH];
        for (at, found) in text.chars().enumerate() {
            let upper = found.to_ascii_uppercase();
            let known = u8::try_from(upper).ok().filter(|byte| value(*byte).is_some());
            match (code.get_mut(at), known) {
                (Some(place), Some(byte)) => *place = byte,
                (Some(_), None) if length == LENGTH => {
                    return Err(UsccFault::Character { place: at + 1, found });
                }
                _ => {}
            }
        }
        if length != LENGTH {
            return Err(UsccFault::Length { length });
        }
        let (body, check) = code.split_at(LENGTH - 1);
        if check.first().copied() == check_character(body) {
            Ok(Self(code))
        } else {
            Err(UsccFault::Checksum)
        }
    }

    /// The eighteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The check character for the first seventeen; none where one of them is not in the alphabet.
#[must_use]
pub fn check_character(body: &[u8]) -> Option<u8> {
    let mut sum = 0u32;
    let mut weight = 1u32;
    for byte in body {
        sum = (sum + weight * value(*byte)?) % 31;
        weight = weight * 3 % 31;
    }
    let at = usize::try_from((31 - sum) % 31).ok()?;
    ALPHABET.get(at).copied()
}

fn value(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|known| *known == byte).and_then(|at| u32::try_from(at).ok())
}

impl std::fmt::Display for Uscc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Uscc {
    type Err = UsccFault;
    fn from_str(text: &str) -> Result<Self, UsccFault> {
        Self::parse(text)
    }
}

impl Serialize for Uscc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl ToSql<diesel::sql_types::Text, Pg> for Uscc {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Text, Pg>::to_sql(self.as_str(), out)
    }
}

impl FromSql<diesel::sql_types::Text, Pg> for Uscc {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<diesel::sql_types::Text, Pg>>::from_sql(value)?;
        Ok(Self::parse(&text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes() -> impl Strategy<Value = String> {
        prop::collection::vec(0..31usize, 17).prop_map(|places| {
            let mut code: Vec<u8> = places.iter().map(|at| ALPHABET[*at]).collect();
            code.push(check_character(&code).unwrap());
            String::from_utf8(code).unwrap()
        })
    }

    #[test]
    fn codes_of_known_companies_hold() {
        for code in [
            "9144030071526726XG",
            "914403001922038216",
            "91440300192317458F",
            "91440400192548256N",
            "91330100799655058B",
        ] {
            assert_eq!(Uscc::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn spellings_are_normalised() {
        for text in [
            "9144030071526726xg",
            " 91440300 71526726XG ",
            "\u{feff}9144030071526726XG\t",
            "９１４４０３００７１５２６７２６ＸＧ",
            "９１４４０３００７１５２６７２６ｘｇ\u{3000}",
            "914403\u{a0}00715267\u{200b}26XG\u{2060}",
            "9144030071526726XG\r\n",
        ] {
            assert_eq!(Uscc::parse(text).unwrap().as_str(), "9144030071526726XG", "{text:?}");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        let fault = |text: &str| Uscc::parse(text).unwrap_err();
        assert_eq!(fault(""), UsccFault::Length { length: 0 });
        assert_eq!(fault("91440300"), UsccFault::Length { length: 8 });
        assert_eq!(fault("9144030071526726XG9"), UsccFault::Length { length: 19 });
        assert_eq!(fault("9144030071526726OG"), UsccFault::Character { place: 17, found: 'O' });
        assert_eq!(fault("中144030071526726XG"), UsccFault::Character { place: 1, found: '中' });
        assert_eq!(fault("9144030071526726XH"), UsccFault::Checksum);
        assert!(fault("91440300").text().zh.contains("现为 8 位"));
    }

    proptest! {
        #[test]
        fn a_code_round_trips(code in codes()) {
            prop_assert_eq!(Uscc::parse(&code).unwrap().to_string(), code.clone());
            prop_assert_eq!(Uscc::parse(&code.to_lowercase()).unwrap().to_string(), code);
        }

        #[test]
        fn a_changed_character_is_found(code in codes(), at in 0..18usize, other in 0..31usize) {
            let mut changed = code.clone().into_bytes();
            prop_assume!(changed[at] != ALPHABET[other]);
            changed[at] = ALPHABET[other];
            prop_assert_eq!(Uscc::parse(std::str::from_utf8(&changed).unwrap()), Err(UsccFault::Checksum));
        }

        #[test]
        fn swapped_neighbours_are_found(code in codes(), at in 0..17usize) {
            let mut swapped = code.clone().into_bytes();
            prop_assume!(swapped[at] != swapped[at + 1]);
            swapped.swap(at, at + 1);
            prop_assert_eq!(Uscc::parse(std::str::from_utf8(&swapped).unwrap()), Err(UsccFault::Checksum));
        }

        #[test]
        fn any_text_gets_an_answer(text in any::<String>()) {
            let _ = Uscc::parse(&text);
        }
    }
}
