//! Whether two entries of a register may be one shop under two names. Pure.

use strsim::normalized_levenshtein;

/// An entry as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The credit code, where it is known.
    uscc: Option<String>,
    /// The name without what many names have.
    name: String,
    /// The address, where it is known.
    address: Option<String>,
}

/// Why two entries may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// They have the same credit code.
    Uscc,
    /// They have a like name at a like address.
    Likeness,
}

impl Ground {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uscc => "uscc",
            Self::Likeness => "likeness",
        }
    }
}

/// From which likeness on, in per cent.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of names.
    pub name: u32,
    /// Of addresses.
    pub address: u32,
}

/// Words that many names have, and which say nothing of who it is.
const COMMON: [&str; 10] = [
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "个体工商户",
    "连锁店",
    "经营部",
    "商行",
    "超市",
    "商店",
    "分店",
];

/// A text without blanks and punctuation, in one case and width.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

impl Entry {
    /// An entry of what was written.
    pub fn of(name: &str, uscc: Option<&str>, address: Option<&str>) -> Self {
        let whole = plain(name);
        let mut name = whole.clone();
        for word in COMMON {
            name = name.replace(word, "");
        }
        let uscc = uscc.map(|code| plain(code).to_uppercase()).filter(|code| !code.is_empty());
        let address = address.map(plain).filter(|address| !address.is_empty());
        // Of a name made of common words alone all of it counts.
        Self { uscc, name: if name.is_empty() { whole } else { name }, address }
    }

    /// The numbers of the address, by which entries are looked up: shops of different numbers of a street are different.
    pub fn numbers(&self) -> String {
        let address = self.address.as_deref().unwrap_or_default();
        address.chars().filter(char::is_ascii_digit).collect()
    }

    /// Whether both are the same, as written.
    pub fn same(&self, other: &Self) -> bool {
        self == other
    }
}

/// How alike two texts are, in per cent.
fn alike(a: &str, b: &str) -> u32 {
    let share = normalized_levenshtein(a, b) * 100.0;
    // It is from 0 to 100.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    let whole = share.round() as u32;
    whole
}

/// The shorter and the longer of two texts.
fn by_length<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) }
}

/// Whether one address is the other without the city or district that stands before it.
fn ends_with(a: &str, b: &str) -> bool {
    let (short, long) = by_length(a, b);
    short.chars().count() >= 5 && long.ends_with(short)
}

/// Whether one name stands in the other.
fn holds(a: &str, b: &str) -> bool {
    let (short, long) = by_length(a, b);
    short.chars().count() >= 3 && long.contains(short)
}

/// Why two entries of one region may be one; nothing where they seem to be two. Two with different codes are two.
pub fn may_be_one(a: &Entry, b: &Entry, limits: Limits) -> Option<Ground> {
    match (&a.uscc, &b.uscc) {
        (Some(one), Some(other)) if one == other => return Some(Ground::Uscc),
        (Some(_), Some(_)) => return None,
        _ => {}
    }
    let (Some(here), Some(there)) = (&a.address, &b.address) else { return None };
    let like = a.numbers() == b.numbers()
        && (alike(here, there) >= limits.address || ends_with(here, there))
        && (alike(&a.name, &b.name) >= limits.name || holds(&a.name, &b.name));
    like.then_some(Ground::Likeness)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { name: 85, address: 85 };

    fn ground(
        a: (&str, Option<&str>, Option<&str>),
        b: (&str, Option<&str>, Option<&str>),
    ) -> Option<Ground> {
        let found = may_be_one(&Entry::of(a.0, a.1, a.2), &Entry::of(b.0, b.1, b.2), LIMITS);
        assert_eq!(
            found,
            may_be_one(&Entry::of(b.0, b.1, b.2), &Entry::of(a.0, a.1, a.2), LIMITS),
            "both ways"
        );
        found
    }

    #[test]
    fn one_shop_under_two_names_is_found() {
        let here = Some("广州市越秀区育才路12号");
        let code = Some("91440101MA5CALLED0");
        assert_eq!(ground(("好学文具店", code, here), ("博雅书店", code, None)), Some(Ground::Uscc));
        assert_eq!(
            ground(("好学文具店", None, here), ("好学文具 商行", None, Some("广州市越秀区育才路 12 号"))),
            Some(Ground::Likeness),
            "a name that stands in the other"
        );
        assert_eq!(
            ground(("好学文具店", None, here), ("博雅书店", None, here)),
            None,
            "two shops behind one number"
        );
        assert_eq!(
            ground(
                ("小太阳好学文具店", None, here),
                ("小太阳好学文具店（个体工商户）", code, Some("越秀区育才路12号"))
            ),
            Some(Ground::Likeness),
            "an address without the city"
        );
        assert_eq!(
            ground(
                ("小太阳好学文具店", None, here),
                ("小太阳好学文具店（个体工商户）", code, Some("广州越秀区育才路12号"))
            ),
            Some(Ground::Likeness)
        );
    }

    #[test]
    fn neighbours_are_two() {
        let name = "好学文具店";
        assert_eq!(ground((name, None, Some("育才路12号")), (name, None, Some("育才路14号"))), None);
        assert_eq!(ground((name, None, None), (name, None, Some("育才路12号"))), None);
        let (one, other) = (Some("91440101MA5CALLED0"), Some("91440101MA5CALLED1"));
        assert_eq!(ground((name, one, Some("育才路12号")), (name, other, Some("育才路12号"))), None);
        assert_eq!(Entry::of("超市", None, None).name, "超市");
    }
}
