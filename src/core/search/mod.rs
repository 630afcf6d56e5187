//! Texts as searches compare them, what someone typed as words to look for, and where in a text it stands.
//!
//! Both sides are folded, character by character: width and other compatibility forms, case, marks above letters; traditional, regional
//! and rare forms of ideographs to the simplified one; brackets, dots, dashes and blanks are left out. SQL folds by the same table
//! (`search_character`, which is filled from here), when a name is written; so the texts of two searches are never compared in two ways.
//!
//! Names can also be found by how they are read: whole syllables of pinyin, their beginnings, or both in turn. A character with several
//! readings is found by each of them.

pub mod characters;
mod found;
mod pinyin;
mod terms;

pub use characters::{LONGEST, folded, folded_name};
pub use found::{Found, found};
pub use pinyin::{first_letters, pattern};
pub use terms::{SearchTerms, Word, readings};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_type_it_in_many_ways() {
        for (typed, same) in [
            ("广州(搜测)", "广州（搜测）"),
            ("廣州恆通線纜", "广州恒通线缆"),
            ("ＡＢＣ－１２３", "abc123"),
            ("BUG-3392209-79380", "bug 3392209—79380"),
            ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
            ("Müller & Söhne", "muller sohne"),
            ("guǎngzhōu", "guangzhou"),
            ("㎜²", "mm2"),
            ("神\u{FA19}", "神神"),
            ("𠮷野", "吉野"),
        ] {
            assert_eq!(folded(typed), folded(same), "{typed}");
        }
    }

    #[test]
    fn characters_of_every_plane_are_kept() {
        // An ideograph of each extension, and the private ones that stand for characters without a code.
        for c in [
            '\u{3400}',
            '\u{20000}',
            '\u{2A6D7}',
            '\u{2B820}',
            '\u{2CEB0}',
            '\u{30000}',
            '\u{31350}',
            '\u{1F600}',
            '\u{E000}',
            '\u{F0000}',
            '\u{10FFFD}',
        ] {
            assert!(!folded(&c.to_string()).is_empty(), "{c:?}");
        }
        assert_ne!(folded("\u{20000}"), folded("\u{20001}"));
        // A compatibility form of plane 2.
        assert_eq!(folded("\u{2F800}"), folded("\u{4E3D}"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }
    }

    #[test]
    fn every_character_folds_for_good() {
        for c in '\0'..=char::MAX {
            let once = folded(&c.to_string());
            assert_eq!(folded(&once), once, "{c:?}");
        }
    }
}
