//! Kinds of hazards, and the words by which sources name them. Pure.

use crate::core::Text;

crate::word_enum! {
    /// A kind of hazard.
    pub enum Hazard {
        /// Electric shock (触电).
        ElectricShock = "electric_shock",
        /// Fire (火灾).
        Fire = "fire",
        /// Burns and scalds (灼伤、烫伤).
        Burns = "burns",
        /// Explosion (爆炸).
        Explosion = "explosion",
        /// Suffocation, swallowing (窒息、误吞).
        Choking = "choking",
        /// Strangulation (勒颈).
        Strangulation = "strangulation",
        /// Crushing, entrapment (夹伤、卡陷).
        Entrapment = "entrapment",
        /// Falling, tipping over (跌落、倾翻).
        Fall = "fall",
        /// Cuts, collisions (割伤、碰撞).
        Injuries = "injuries",
        /// Chemical hazard (化学危害).
        Chemical = "chemical",
        /// Poisoning, as by carbon monoxide (一氧化碳等中毒).
        Poisoning = "poisoning",
        /// Drowning (溺水).
        Drowning = "drowning",
        /// Microbiological hazard (微生物).
        Microbiological = "microbiological",
        /// Damage to hearing or sight (听力、视力损伤).
        HearingOrSight = "hearing_or_sight",
        /// Environmental hazard (环境危害).
        Environment = "environment",
        /// Other (其他).
        Other = "other",
    }
}

/// The words, the more telling first.
const WORDS: &[(Hazard, &[&str])] = &[
    (Hazard::ElectricShock, &["electric shock", "electrocution", "触电", "电击", "漏电"]),
    (Hazard::Explosion, &["explosion", "explode", "爆炸", "爆裂"]),
    (Hazard::Fire, &["fire", "起火", "火灾", "着火", "燃烧", "自燃"]),
    (Hazard::Burns, &["burn", "scald", "灼伤", "烫伤", "烧伤"]),
    (
        Hazard::Choking,
        &["choking", "asphyxiation", "suffocation", "ingestion", "窒息", "误吞", "小零件", "噎"],
    ),
    (Hazard::Strangulation, &["strangulation", "勒颈", "勒伤", "绳带"]),
    (Hazard::Entrapment, &["entrapment", "pinch", "amputation", "夹伤", "卡住", "夹手"]),
    (Hazard::Drowning, &["drowning", "溺水"]),
    (Hazard::Poisoning, &["poisoning", "carbon monoxide", "一氧化碳", "中毒"]),
    (Hazard::Fall, &["fall", "tip-over", "tip over", "跌落", "倾翻", "摔伤", "坠落"]),
    (
        Hazard::Chemical,
        &["chemical", "lead", "phthalate", "toxic", "化学", "甲醛", "增塑剂", "重金属", "超标"],
    ),
    (Hazard::Microbiological, &["microbiological", "bacteria", "微生物", "细菌"]),
    (Hazard::HearingOrSight, &["hearing", "sight", "laser", "听力", "视力", "蓝光"]),
    (Hazard::Environment, &["environment", "环境"]),
    (Hazard::Injuries, &["injur", "laceration", "cut", "impact", "crash", "割伤", "划伤", "碰撞", "受伤"]),
];

/// Whether a word that begins here is the one that is meant: `lead` is no hazard in `can lead to`, nor `cut` in `cute`.
fn is_hazard(word: &str, behind: &str) -> bool {
    if !matches!(word, "lead" | "cut") {
        return true;
    }
    let rest = behind.strip_prefix('s').unwrap_or(behind);
    let ends = rest.chars().next().is_none_or(|c| !c.is_ascii_alphabetic());
    ends && !rest.trim_start().starts_with("to ")
}

impl Hazard {
    /// The hazard that a source names in its own words: the first of the table with a word in it.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let has = |word: &str| match word.is_ascii() {
            // An English word stands at the beginning of a word of the text: `lead` is not in `misleading`.
            true => text.match_indices(word).any(|(at, _)| {
                let before = text.get(..at).and_then(|before| before.chars().next_back());
                let behind = text.get(at + word.len()..).unwrap_or_default();
                before.is_none_or(|c| !c.is_alphanumeric() || !c.is_ascii()) && is_hazard(word, behind)
            }),
            false => text.contains(word),
        };
        let found = WORDS.iter().find(|(_, words)| words.iter().any(|word| has(word)));
        found.map(|(hazard, _)| *hazard)
    }

    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::ElectricShock => ("触电", "electric shock"),
            Self::Fire => ("起火", "fire"),
            Self::Burns => ("灼烫伤", "burns"),
            Self::Explosion => ("爆炸", "explosion"),
            Self::Choking => ("窒息、误吞", "choking"),
            Self::Strangulation => ("勒颈", "strangulation"),
            Self::Entrapment => ("夹伤、卡陷", "entrapment"),
            Self::Fall => ("跌落、倾翻", "fall"),
            Self::Injuries => ("割伤、碰撞", "injuries"),
            Self::Chemical => ("化学危害", "chemical"),
            Self::Poisoning => ("中毒", "poisoning"),
            Self::Drowning => ("溺水", "drowning"),
            Self::Microbiological => ("微生物", "microbiological"),
            Self::HearingOrSight => ("听力、视力损伤", "hearing or sight"),
            Self::Environment => ("环境危害", "environment"),
            Self::Other => ("其他", "other"),
        };
        Text::new(zh, en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazards_are_known_by_the_words_of_their_sources() {
        for (text, hazard) in [
            ("Electric shock, Fire", Some(Hazard::ElectricShock)),
            ("The lithium battery can overheat, posing fire and burn hazards.", Some(Hazard::Fire)),
            ("Choking", Some(Hazard::Choking)),
            ("misleading instructions", None),
            ("Lead in the paint", Some(Hazard::Chemical)),
            ("The latch can break, which can lead to lacerations.", Some(Hazard::Injuries)),
            ("Cute plush toys", None),
            ("deep cuts", Some(Hazard::Injuries)),
            ("存在漏电风险", Some(Hazard::ElectricShock)),
            ("甲醛超标", Some(Hazard::Chemical)),
            ("", None),
        ] {
            assert_eq!(Hazard::named(text), hazard, "{text}");
        }
    }
}
