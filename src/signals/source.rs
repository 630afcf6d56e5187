//! Where a signal comes from, and how far its source can be relied on. The table has the same words in CHECKs.

use crate::core::Text;

crate::word_enum! {
    /// Where a signal comes from.
    pub enum SignalSource {
        /// Public opinion (舆情): what people say in public.
        Opinion = "opinion",
        /// Supervision sampling (监督抽查): a sample that failed.
        Sampling = "sampling",
        /// Administrative penalty (行政处罚).
        Penalty = "penalty",
        /// Recall (召回) within the country.
        Recall = "recall",
        /// A recall or an alert of another country.
        ForeignRecall = "foreign_recall",
        /// Comparative test (比较试验) of consumers' associations.
        ComparativeTest = "comparative_test",
        /// 12315: complaints, as counts alone.
        Complaint = "complaint",
        /// Injury monitoring (伤害监测).
        Injury = "injury",
        /// Press, radio, television and news sites (新闻媒体).
        Media = "media",
        /// What an officer saw or was told.
        Officer = "officer",
    }
}

impl SignalSource {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Opinion => ("舆情", "public opinion"),
            Self::Sampling => ("监督抽查", "sampling"),
            Self::Penalty => ("行政处罚", "penalty"),
            Self::Recall => ("召回", "recall"),
            Self::ForeignRecall => ("境外召回", "foreign recall"),
            Self::ComparativeTest => ("比较试验", "comparative test"),
            Self::Complaint => ("12315 投诉", "complaints"),
            Self::Injury => ("伤害监测", "injuries"),
            Self::Media => ("媒体报道", "media"),
            Self::Officer => ("监管人员上报", "officer"),
        };
        Text::new(zh, en)
    }

    /// Those among which near-duplicates of it are looked for; none where each of its records is a fact of its own.
    #[must_use]
    pub fn alike(self) -> &'static [Self] {
        match self {
            Self::Opinion | Self::Media | Self::Officer | Self::ComparativeTest => {
                &[Self::Opinion, Self::Media, Self::Officer, Self::ComparativeTest]
            }
            Self::Recall => &[Self::Recall],
            Self::ForeignRecall => &[Self::ForeignRecall],
            Self::Sampling | Self::Penalty | Self::Complaint | Self::Injury => &[],
        }
    }

    /// How far it is relied on where nothing else is said.
    #[must_use]
    pub fn usual_reliability(self) -> Reliability {
        match self {
            Self::Opinion => Reliability::Rumour,
            Self::Media | Self::ComparativeTest | Self::Complaint | Self::Officer => Reliability::Attributed,
            Self::Sampling | Self::Penalty | Self::Recall | Self::ForeignRecall | Self::Injury => {
                Reliability::Official
            }
        }
    }

    /// Whether officers enter it by hand; the others come by files, or from other parts of the platform.
    #[must_use]
    pub fn is_entered_by_hand(self) -> bool {
        !matches!(self, Self::Sampling | Self::Penalty | Self::Complaint)
    }
}

crate::word_enum! {
    /// How far a signal can be relied on.
    pub enum Reliability {
        /// An authority says so.
        Official = "official",
        /// Somebody known says so, who can be asked.
        Attributed = "attributed",
        /// Nobody who can be asked says so: never a ground for anything but looking.
        Rumour = "rumour",
    }
}

impl Reliability {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Official => ("官方", "official"),
            Self::Attributed => ("来源可查", "attributed"),
            Self::Rumour => ("传闻", "rumour"),
        };
        Text::new(zh, en)
    }

    /// How much is relied on it, for comparisons: the more, the higher.
    #[must_use]
    pub fn weight(self) -> u8 {
        match self {
            Self::Rumour => 0,
            Self::Attributed => 1,
            Self::Official => 2,
        }
    }

    /// The class of its tag.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Official => "good",
            Self::Attributed => "none",
            Self::Rumour => "warn",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_doubles_are_looked_for_among_the_same_family_both_ways() {
        for one in SignalSource::ALL {
            for other in SignalSource::ALL {
                assert_eq!(one.alike().contains(other), other.alike().contains(one), "{one} {other}");
            }
            assert!(one.alike().is_empty() || one.alike().contains(one), "{one}");
        }
        assert!(!SignalSource::Recall.alike().contains(&SignalSource::Opinion));
    }
}
