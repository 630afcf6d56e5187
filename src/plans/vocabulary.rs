//! The words of a plan's lines.

use crate::core::Text;
use crate::matching::model::rules::Exclusion;
use std::collections::BTreeMap;

crate::word_enum! {
    /// What an expert's places are counted from.
    pub enum CapacityBasis {
        /// The capacity of all rounds less what the expert holds or is offered now.
        Free = "free",
        /// The capacity of all rounds.
        Full = "full",
    }
}

crate::word_enum! {
    /// What becomes of an enterprise's expert when the plan is applied.
    pub enum Change {
        /// It has nobody now and gets somebody.
        Added = "added",
        /// It gets somebody else.
        Changed = "changed",
        /// It keeps whom it has.
        Unchanged = "unchanged",
        /// It has somebody now and gets nobody.
        Removed = "removed",
        /// It has nobody and gets nobody.
        None = "none",
    }
}

impl Change {
    /// What becomes of whom an enterprise has now, where it gets `then`.
    #[must_use]
    pub fn between<T: PartialEq>(now: Option<T>, then: Option<T>) -> Self {
        match (now, then) {
            (None, None) => Self::None,
            (None, Some(_)) => Self::Added,
            (Some(_), None) => Self::Removed,
            (Some(now), Some(then)) if now == then => Self::Unchanged,
            (Some(_), Some(_)) => Self::Changed,
        }
    }
}

crate::word_enum! {
    /// How an enterprise came to its present expert.
    pub enum PresentBy {
        /// The expert holds its open consultation, or is offered it.
        Consultation = "consultation",
        /// A plan that was applied assigned the expert.
        Plan = "plan",
    }
}

crate::word_enum! {
    /// The reason why an enterprise gets no expert.
    pub enum Unserved {
        /// No expert knows anything of its products.
        NoSpecialty = "no_specialty",
        /// Rules exclude everyone who does.
        Excluded = "excluded",
        /// There are fewer places than enterprises, and the optimum leaves this one out.
        NoPlace = "no_place",
        /// Every pair that the rules allow is below the least score of the plan.
        LeastScore = "least_score",
        /// An officer decided so.
        ByHand = "by_hand",
    }
}

impl Unserved {
    /// The reason in a sentence, with how many experts each rule excludes.
    #[must_use]
    pub fn text(self, excluded: &BTreeMap<Exclusion, u32>) -> Text {
        let rules = |f: fn(&Text) -> &str, separator: &str| {
            let each = excluded.iter().map(|(rule, count)| format!("{} ({count})", f(&rule.text())));
            each.collect::<Vec<_>>().join(separator)
        };
        match self {
            Self::NoSpecialty => Text::new(
                "没有专家的专长涉及其产品",
                "no expert has a specialty for its products or a related class",
            ),
            Self::Excluded => Text::new(
                format!("相关专家均不能承接：{}", rules(|t| &t.zh, "、")),
                format!("everyone who knows its products is excluded: {}", rules(|t| &t.en, ", ")),
            ),
            Self::NoPlace => Text::new(
                "专家名额不足，最优方案未能安排",
                "there are fewer places than enterprises, and the optimum leaves it out",
            ),
            Self::LeastScore => Text::new(
                "可派专家的匹配分均低于方案设定的最低分",
                "every expert who may be given to it scores below the least score of the plan",
            ),
            Self::ByHand => {
                Text::new("经监管人员手动调整，不安排专家", "an officer decided that it gets nobody")
            }
        }
    }
}
