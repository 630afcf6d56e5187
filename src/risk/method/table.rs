//! The table of probability by severity (Commission Implementing Decision (EU) 2019/417, part I, table 4, as the risk matrix of the United Kingdom's
//! PRISM has it), what the number of units in use adds, and what urgency and social impact add (Guangdong Market Regulation Ordinance, art. 59).

use crate::core::Text;
use crate::risk::method::probability::Probability;

crate::word_enum! {
    /// A level of risk (风险等级).
    pub enum Level {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Serious.
        Serious = "serious",
    }
}

impl Level {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Low => ("低", "low"),
            Self::Medium => ("中", "medium"),
            Self::High => ("高", "high"),
            Self::Serious => ("严重", "serious"),
        };
        Text::new(zh, en)
    }

    /// So many levels higher; serious is the highest.
    #[must_use]
    pub fn raised(self, by: u32) -> Self {
        (0..by.min(3)).fold(self, |level, _| match level {
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Serious => Self::Serious,
        })
    }
}

crate::word_enum! {
    /// How urgent it is (紧迫程度).
    pub enum Urgency {
        /// In the usual course.
        Normal = "normal",
        /// Harm may come before the usual course ends.
        Urgent = "urgent",
        /// Harm comes now.
        Emergency = "emergency",
    }
}

impl Urgency {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Normal => ("一般", "normal"),
            Self::Urgent => ("紧迫", "urgent"),
            Self::Emergency => ("突发", "emergency"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// How far it moves the public (社会影响).
    pub enum SocialImpact {
        /// Those concerned.
        Limited = "limited",
        /// Many people, or those who need protection.
        Considerable = "considerable",
        /// The public at large.
        Wide = "wide",
    }
}

impl SocialImpact {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Limited => ("较小", "limited"),
            Self::Considerable => ("较大", "considerable"),
            Self::Wide => ("重大", "wide"),
        };
        Text::new(zh, en)
    }
}

/// The severities, 1 to 4.
pub const SEVERITIES: [i32; 4] = [1, 2, 3, 4];

/// What a severity means.
pub fn severity_text(severity: i32) -> Text {
    let (zh, en) = match severity {
        1 => ("现场简单处置即可", "first aid"),
        2 => (
            "须急诊就医，无后遗症（6 个月内痊愈）",
            "a visit to an emergency room, no lasting harm (less than 6 months)",
        ),
        3 => ("须住院，或者超过 6 个月、遗留功能损失", "hospital, more than 6 months, or a lasting loss"),
        _ => ("死亡，或者伤残超过 10%", "death, or a disability of more than 10 percent"),
    };
    Text::new(zh, en)
}

/// The bounds of the rows but for the last one: a row holds what is more than one in so many and not in a row above it.
pub const BOUNDS: [u64; 7] = [2, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/// The rows, from the most probable to the least, each with the levels of severity 1 to 4.
pub const ROWS: [[Level; 4]; 8] = {
    use Level::{High, Low, Medium, Serious};
    [
        [High, Serious, Serious, Serious],
        [Medium, Serious, Serious, Serious],
        [Medium, Serious, Serious, Serious],
        [Low, High, Serious, Serious],
        [Low, Medium, High, Serious],
        [Low, Low, Medium, High],
        [Low, Low, Low, Medium],
        [Low, Low, Low, Low],
    ]
};

/// What a row is called.
pub fn row_text(row: usize) -> Text {
    match (BOUNDS.get(row), row) {
        (Some(_), 0) => Text::new("大于 50%", "more than 50 percent"),
        (Some(many), _) => {
            Text::new(format!("大于 1/{}", grouped(*many)), format!("more than 1/{}", grouped(*many)))
        }
        (None, _) => Text::new("不大于 1/1,000,000", "1/1,000,000 or less"),
    }
}

/// A number with commas.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The row of a probability: 0 is the most probable.
pub fn row(probability: &Probability) -> usize {
    BOUNDS.iter().position(|many| probability.exceeds_one_in(*many)).unwrap_or(BOUNDS.len())
}

/// The level of a probability and a severity.
pub fn level(probability: &Probability, severity: i32) -> Level {
    let column = usize::try_from(severity.clamp(1, 4) - 1).unwrap_or(3);
    ROWS.get(row(probability)).and_then(|levels| levels.get(column)).copied().unwrap_or(Level::Serious)
}

/// The level once the number of units in use is taken into account; as it is where that is not known.
pub fn with_units(level: Level, units: Option<i64>) -> Level {
    use Level::{High, Low, Medium, Serious};
    match (units.unwrap_or(0), level) {
        (..=100_000, level) => level,
        (..=500_000, Low) => Medium,
        (..=500_000, Medium | High) => High,
        (..=1_000_000, Low) => Medium,
        (..=1_000_000, Medium) => High,
        (_, Low) => High,
        (_, Medium | High | Serious) => Serious,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thirty_two_cells() {
        let rows = ["0.51", "0.5", "0.1", "0.01", "0.001", "0.0001", "0.00001", "0.000001"];
        let cells = [
            "high serious serious serious",
            "medium serious serious serious",
            "medium serious serious serious",
            "low high serious serious",
            "low medium high serious",
            "low low medium high",
            "low low low medium",
            "low low low low",
        ];
        for (text, wanted) in rows.iter().zip(cells) {
            let probability = Probability::parse(text).unwrap();
            let found: Vec<&str> = SEVERITIES.iter().map(|s| level(&probability, *s).as_str()).collect();
            assert_eq!(found.join(" "), wanted, "{text}");
        }
    }

    #[test]
    fn the_exact_bounds() {
        // The lower end of a row does not belong to it; one step above does.
        for (at, many) in BOUNDS.iter().enumerate() {
            let bound = Probability::parse(&format!("1/{many}")).unwrap();
            assert_eq!(row(&bound), at + 1, "1/{many}");
            let above = Probability::parse(&format!("{}/999999999999", 999_999_999_999 / many + 1)).unwrap();
            assert_eq!(row(&above), at, "above 1/{many}");
        }
        for (text, wanted) in [("0.5", 1), ("0.6", 0), ("0.1", 2), ("0.01003", 2), ("1", 0)] {
            assert_eq!(row(&Probability::parse(text).unwrap()), wanted, "{text}");
        }
    }

    #[test]
    fn units_raise_the_level_by_bands() {
        let of =
            |units| Level::ALL.iter().map(|l| with_units(*l, units).as_str()).collect::<Vec<_>>().join(" ");
        for units in [None, Some(1), Some(100_000)] {
            assert_eq!(of(units), "low medium high serious");
        }
        for units in [Some(100_001), Some(500_000)] {
            assert_eq!(of(units), "medium high high serious");
        }
        for units in [Some(500_001), Some(1_000_000)] {
            assert_eq!(of(units), "medium high serious serious");
        }
        assert_eq!(of(Some(1_000_001)), "high serious serious serious");
    }

    #[test]
    fn what_is_raised_ends_at_serious() {
        assert_eq!(Level::Low.raised(0), Level::Low);
        assert_eq!(Level::Low.raised(2), Level::High);
        assert_eq!(Level::High.raised(9), Level::Serious);
        assert_eq!(row_text(6).zh, "大于 1/1,000,000");
    }
}
