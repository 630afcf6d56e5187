//! The region that a text names: by its code, its name, or the address that it is part of. Pure.

use crate::catalogue::{RegionLevel, Regions};
use crate::core::cells::compact;

/// The region of a code, of a name with or without those above it, or of an address. The innermost one that the text names; none where it
/// names none, or several that do not lie in each other.
#[must_use]
pub fn region_of(regions: &Regions, text: &str) -> Option<String> {
    let text = compact(text);
    if let Some(code) = code_in(&text).filter(|code| regions.get(code).is_some()) {
        return Some(code);
    }
    let mut found: Option<(usize, &str)> = None;
    for region in regions.iter() {
        let name = compact(&region.name);
        let depth = depth(region.level);
        // The short form of a district is a common word, that of a city is none.
        let short = (region.level != RegionLevel::District)
            .then(|| name.trim_end_matches(['省', '市']).to_owned())
            .filter(|short| short.chars().count() >= 2);
        let named = text.contains(&name) || short.is_some_and(|short| text.contains(&short));
        if !named {
            continue;
        }
        match found {
            Some((known, _)) if depth < known => {}
            // Of two districts of one name that whose city the text names.
            Some((known, code)) if depth == known => {
                if names_above(regions, &text, &region.code) && !names_above(regions, &text, code) {
                    found = Some((depth, &region.code));
                }
            }
            _ => found = Some((depth, &region.code)),
        }
    }
    let (depth, code) = found?;
    // A district without its city is known only where no other has its name.
    let name = compact(&regions.get(code)?.name);
    let twins = regions.iter().filter(|other| compact(&other.name) == name).count();
    (depth < 2 || twins == 1 || names_above(regions, &text, code)).then(|| code.to_owned())
}

fn depth(level: RegionLevel) -> usize {
    match level {
        RegionLevel::Province => 0,
        RegionLevel::City => 1,
        RegionLevel::District => 2,
    }
}

/// Whether a text names the city that a region lies in.
fn names_above(regions: &Regions, text: &str, code: &str) -> bool {
    regions.ancestors(code).skip(1).any(|region| {
        region.level == RegionLevel::City && text.contains(compact(&region.name).trim_end_matches('市'))
    })
}

/// Six digits at the beginning or end of a text.
fn code_in(text: &str) -> Option<String> {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let alone = text.starts_with(&digits) || text.ends_with(&digits) || text.ends_with(&format!("{digits})"));
    (digits.len() == 6 && alone).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn regions_are_known_by_code_name_and_address() {
        let catalogue = Catalogue::builtin().unwrap();
        let of = |text: &str| region_of(&catalogue.regions, text);
        for (text, code) in [
            ("440103", Some("440103")),
            ("440103 荔湾区", Some("440103")),
            ("广州市荔湾区（440103）", Some("440103")),
            ("荔湾区", Some("440103")),
            ("广东省广州市荔湾区某某路 1 号", Some("440103")),
            ("广州", Some("440100")),
            ("深圳市", Some("440300")),
            ("广东省", Some("440000")),
            ("浙江省杭州市", None),
            ("", None),
            ("某某路 440199 号", None),
        ] {
            assert_eq!(of(text).as_deref(), code, "{text}");
        }
    }
}
