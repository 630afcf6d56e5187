//! The unified social credit code (统一社会信用代码) of GB 32100-2015.
//!
//! Eighteen characters out of 31 (digits and capitals without I, O, S, V, Z):
//!
//! | places | what |
//! |---|---|
//! | 1 | the authority that registers (登记管理部门) |
//! | 2 | the category of what it registers (机构类别) |
//! | 3 to 8 | the region of registration, of GB/T 2260: province and prefecture are verified (`regions`) |
//! | 9 to 17 | the organisation's own code (主体标识码), of GB 11714: eight characters and a check digit |
//! | 18 | makes the sum, weighted by powers of 3, a multiple of 31 |
//!
//! The categories of each authority are those of the standard's table 1 with its amendment No. 1 of 2016, as the national centre for these codes
//! lists them. Of civil affairs (5) there are besides 4 and 5, for the committees of villagers and of residents, which have such codes since 2017.
//! A code that the national register has and these rules have not is let in by an officer (`admissions`).
//!
//! As 31 is prime, every change of one character and every swap of two neighbours shows.

use crate::core::Text;
use crate::core::cells::compact;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

mod regions;

/// The characters, each at the place of its value.
pub const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// How many characters a code has.
pub const LENGTH: usize = 18;

/// The authorities with the categories of each.
const CATEGORIES: [(u8, &[u8]); 12] = [
    (b'1', b"1239"),
    (b'2', b"19"),
    (b'3', b"123459"),
    (b'4', b"19"),
    (b'5', b"123459"),
    (b'6', b"129"),
    (b'7', b"129"),
    (b'8', b"19"),
    (b'9', b"1239"),
    (b'A', b"19"),
    (b'N', b"1239"),
    (b'Y', b"1"),
];
/// The weights of GB 11714.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A code that holds by all rules of the standard, or one that is stored.
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
    /// No authority that registers, or not a category of this one.
    #[error("{found:?} names no authority and category")]
    Authority {
        /// The first two characters.
        found: String,
    },
    /// The number of a citizen's identity card.
    #[error("the number of an identity card")]
    IdentityCard,
    /// The places 3 to 8 are no region.
    #[error("{found:?} is no region")]
    Region {
        /// The code as it was given.
        found: String,
    },
    /// The last character does not fit the others.
    #[error("the check character does not fit")]
    Checksum,
    /// The organisation's own check digit does not fit.
    #[error("the check digit of the organisation's code does not fit")]
    Organisation,
}

impl UsccFault {
    /// The stable word of the rule that a code breaks, which an officer may let pass; none for what can be no code: a wrong length, a
    /// character of another alphabet, the number of an identity card.
    #[must_use]
    pub const fn rule(&self) -> Option<&'static str> {
        match self {
            Self::Length { .. } | Self::Character { .. } | Self::IdentityCard => None,
            Self::Authority { .. } => Some("authority"),
            Self::Region { .. } => Some("region"),
            Self::Checksum => Some("checksum"),
            Self::Organisation => Some("organisation"),
        }
    }

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
            Self::IdentityCard => Text::new(
                "这是公民身份号码，不是统一社会信用代码，请填写营业执照上的代码",
                "this is the number of an identity card and no unified social credit code; take the code from the licence",
            ),
            Self::Authority { found } => Text::new(
                format!("前两位“{found}”不是登记管理部门代码和机构类别代码，企业通常为 91，个体工商户为 92"),
                format!(
                    "`{found}` at the start is no registering authority and category; most enterprises have 91, \
                     sole traders 92"
                ),
            ),
            Self::Region { found } => Text::new(
                format!("第 3 至 8 位“{found}”不是登记管理机关的行政区划码"),
                format!("`{found}` at the places 3 to 8 is not the region of a registering authority"),
            ),
            Self::Organisation => Text::new(
                "第 9 至 17 位（主体标识码）的校验位不符，请对照营业执照核对",
                "the organisation's own check digit (place 17) does not fit; compare the code with the licence",
            ),
            Self::Checksum => Text::new(
                "统一社会信用代码的校验位不符，请核对各位",
                "the check character does not fit the others; compare the code with the licence",
            ),
        }
    }
}

impl Uscc {
    /// Reads a code by all rules of the standard. Full-width characters, blanks of any kind and lower case are normalised first.
    ///
    /// # Errors
    /// What is wrong: the length, then the first strange character, then the parts from the left, the check character before the
    /// organisation's own.
    pub fn parse(text: &str) -> Result<Self, UsccFault> {
        let uscc = Self::shaped(text)?;
        uscc.judge()
            .map_err(|fault| if is_identity_card(uscc.as_str()) { UsccFault::IdentityCard } else { fault })?;
        Ok(uscc)
    }

    /// Reads a code by all rules of the standard, or as one of those that officers let in.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_or_admitted(text: &str, admitted: &BTreeSet<Self>) -> Result<Self, UsccFault> {
        Self::parse(text)
            .or_else(|fault| Self::shaped(text).ok().filter(|uscc| admitted.contains(uscc)).ok_or(fault))
    }

    /// Reads a code that someone types to name an enterprise: the check character must hold, which finds what is mistyped. The rules for
    /// its parts need not, since enterprises are listed that came before those were checked.
    ///
    /// # Errors
    /// The length, then the first strange character, then the check character.
    pub fn typed(text: &str) -> Result<Self, UsccFault> {
        let uscc = Self::shaped(text)?;
        if uscc.check_holds() { Ok(uscc) } else { Err(UsccFault::Checksum) }
    }

    fn check_holds(&self) -> bool {
        let (body, check) = self.0.split_at(LENGTH - 1);
        check.first().copied() == check_character(body)
    }

    /// The rules beyond length and alphabet.
    fn judge(&self) -> Result<(), UsccFault> {
        let [authority, category, r1, r2, r3, r4, r5, r6, rest @ ..] = &self.0;
        let known = CATEGORIES.iter().find(|(known, _)| known == authority);
        let found = |from: usize, to: usize| self.as_str().get(from..to).unwrap_or_default().to_owned();
        if !known.is_some_and(|(_, categories)| categories.contains(category)) {
            return Err(UsccFault::Authority { found: found(0, 2) });
        }
        if !regions::is_region(&[*r1, *r2, *r3, *r4, *r5, *r6]) {
            return Err(UsccFault::Region { found: found(2, 8) });
        }
        if !self.check_holds() {
            return Err(UsccFault::Checksum);
        }
        let (organisation, check) = rest.split_at(8);
        if check.first().copied() != organisation_check(organisation) {
            return Err(UsccFault::Organisation);
        }
        Ok(())
    }

    /// Reads a code of which only length and alphabet must hold: what is stored was judged when it came.
    ///
    /// # Errors
    /// The length, then the first strange character.
    pub fn shaped(text: &str) -> Result<Self, UsccFault> {
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
        if length == LENGTH { Ok(Self(code)) } else { Err(UsccFault::Length { length }) }
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

/// The check digit of GB 11714 for the eight characters of an organisation's own code; none where there are not eight, or one is
/// neither a digit nor a capital letter.
#[must_use]
pub fn organisation_check(body: &[u8]) -> Option<u8> {
    if body.len() != ORGANISATION_WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (byte, weight) in body.iter().zip(ORGANISATION_WEIGHTS) {
        sum += char::from(*byte).to_ascii_uppercase().to_digit(36)? * weight;
    }
    match 11 - sum % 11 {
        10 => Some(b'X'),
        11 => Some(b'0'),
        digit => char::from_digit(digit, 10).and_then(|digit| u8::try_from(digit).ok()),
    }
}

/// The code of authority, category and region (eight characters) and the first eight characters of the organisation's own, with both
/// check characters: for codes that are made up. None where the parts are not of that length and alphabet.
#[must_use]
pub fn completed(registration: &str, organisation: &str) -> Option<String> {
    let check = organisation_check(organisation.as_bytes())?;
    let body = format!("{registration}{organisation}{}", char::from(check));
    let last = check_character(body.as_bytes())?;
    (body.len() == LENGTH - 1).then(|| format!("{body}{}", char::from(last)))
}

/// The rule that a code which was let in breaks, in Chinese and English; see [`UsccFault::rule`].
#[must_use]
pub fn fault_word(rule: &str) -> (&'static str, &'static str) {
    match rule {
        "authority" => ("登记管理部门或机构类别不在规则内", "unknown authority or category"),
        "region" => ("登记管理机关的行政区划码不在规则内", "unknown region"),
        "organisation" => ("主体标识码的校验位不符", "the organisation’s check digit does not fit"),
        _ => ("校验位不符", "the check character does not fit"),
    }
}

/// Whether a text has the shape and the check character (ISO 7064) of a citizen's identity number.
fn is_identity_card(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some((digits, check)) = text.split_at_checked(17) else { return false };
    let mut sum = 0;
    for (digit, weight) in digits.chars().zip(WEIGHTS) {
        let Some(digit) = digit.to_digit(10) else { return false };
        sum += digit * weight;
    }
    let expected = usize::try_from(sum % 11).ok().and_then(|at| "10X98765432".get(at..=at));
    let number = |from, to| text.get(from..to).and_then(|part: &str| part.parse::<u32>().ok()).unwrap_or(0);
    let born = (1900..2100).contains(&number(6, 10)) && (1..=12).contains(&number(10, 12));
    born && expected == Some(check)
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
        Ok(Self::shaped(&text)?)
    }
}

#[cfg(test)]
mod tests;
