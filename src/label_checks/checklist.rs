//! A checklist, the answers to it, and what they come to. Pure.

use crate::catalogue::SupervisionClass;
use crate::core::Text;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

crate::word_enum! {
    /// The answer to a check.
    pub enum Answer {
        /// It is as it must be.
        Ok = "ok",
        /// It is not there.
        Missing = "missing",
        /// It is there and is not true.
        False = "false",
        /// The check does not apply to this product.
        NotApplicable = "not_applicable",
    }
}

impl Answer {
    /// Whether the check failed.
    pub const fn failed(self) -> bool {
        matches!(self, Self::Missing | Self::False)
    }
}

crate::word_enum! {
    /// What a label check comes to. The first one that fits, in this order.
    pub enum LabelOutcome {
        /// Products without name, producer or address (三无产品).
        ThreeNoes = "three_noes",
        /// The label does not conform (标识不合格).
        LabelNonconforming = "label_nonconforming",
        /// The label conforms.
        Conforming = "conforming",
    }
}

/// One version of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a part of it is assumed.
    pub provisional: bool,
    /// The first day on which labels are checked by it, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// The checks that must all be missing to make a product one of “three noes”.
    pub three_noes: Vec<String>,
    /// The checks, in their order.
    pub checks: Vec<Check>,
}

/// A check of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its key.
    pub key: String,
    /// The question.
    #[schema(value_type = Object)]
    pub text: Text,
    /// The article of law.
    #[schema(value_type = Object)]
    pub article: Text,
    /// Codes of the product classes to which it applies; none: to all.
    #[serde(default)]
    pub classes: Vec<String>,
    /// The regimes of product kinds to which it applies; none: to all.
    #[serde(default)]
    #[schema(inline)]
    pub regimes: Vec<SupervisionClass>,
    /// Whether its failure is a serious one of packed goods (Product Quality Law, art. 54).
    #[serde(default)]
    pub serious: bool,
}

impl Check {
    /// Whether it applies to a product of this class, whose kind is in this regime. Where one of them is not known, what asks for it does not apply.
    pub fn applies_to(&self, class: Option<&str>, regime: Option<SupervisionClass>) -> bool {
        let of_class = || class.is_some_and(|class| self.classes.iter().any(|code| code == class));
        let of_regime = || regime.is_some_and(|regime| self.regimes.contains(&regime));
        (self.classes.is_empty() || of_class()) && (self.regimes.is_empty() || of_regime())
    }
}

impl Checklist {
    /// The checks that apply to a product of this class, whose kind is in this regime.
    pub fn checks_for(
        &self,
        class: Option<&str>,
        regime: Option<SupervisionClass>,
    ) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(move |check| check.applies_to(class, regime))
    }

    /// What answers come to: three noes where all of its checks are missing, else nonconforming where any check failed, else conforming.
    pub fn outcome(&self, answers: &BTreeMap<&str, Answer>) -> LabelOutcome {
        let is_missing = |key: &String| answers.get(key.as_str()) == Some(&Answer::Missing);
        if !self.three_noes.is_empty() && self.three_noes.iter().all(is_missing) {
            return LabelOutcome::ThreeNoes;
        }
        if answers.values().any(|answer| answer.failed()) {
            return LabelOutcome::LabelNonconforming;
        }
        LabelOutcome::Conforming
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label_checks::settings::LabelCheckSettings;
    use proptest::prelude::*;

    fn list() -> Checklist {
        LabelCheckSettings::default().checklists.remove(0)
    }

    fn answers<'a>(list: &'a Checklist, given: &[(&'a str, Answer)]) -> BTreeMap<&'a str, Answer> {
        let mut all: BTreeMap<&str, Answer> =
            list.checks.iter().map(|check| (check.key.as_str(), Answer::Ok)).collect();
        all.extend(given.iter().copied());
        all
    }

    #[test]
    fn three_noes_come_before_nonconforming_and_that_before_conforming() {
        use Answer::{False, Missing, NotApplicable};
        let list = list();
        let noes = [("certificate", Missing), ("maker_name", Missing), ("maker_address", Missing)];
        for (given, wanted) in [
            (&noes[..], LabelOutcome::ThreeNoes),
            (&[noes[0], noes[1], noes[2], ("warning", False)][..], LabelOutcome::ThreeNoes),
            (&noes[..2], LabelOutcome::LabelNonconforming),
            // A name that is there and false is a forgery and no absence.
            (&[noes[0], noes[1], ("maker_address", False)], LabelOutcome::LabelNonconforming),
            (&[("warning", Missing)], LabelOutcome::LabelNonconforming),
            (&[("marks_true", False)], LabelOutcome::LabelNonconforming),
            (&[("expiry", NotApplicable)], LabelOutcome::Conforming),
            (&[], LabelOutcome::Conforming),
        ] {
            assert_eq!(list.outcome(&answers(&list, given)), wanted, "{given:?}");
        }
    }

    #[test]
    fn what_makes_three_noes_is_of_the_version() {
        use Answer::Missing;
        let mut list = list();
        list.three_noes.push("expiry".to_owned());
        let given = [("certificate", Missing), ("maker_name", Missing), ("maker_address", Missing)];
        assert_eq!(list.outcome(&answers(&list, &given)), LabelOutcome::LabelNonconforming);
        list.three_noes.clear();
        assert_eq!(list.outcome(&answers(&list, &given)), LabelOutcome::LabelNonconforming);
    }

    #[test]
    fn a_check_of_a_class_is_asked_of_that_class_alone() {
        let list = list();
        let asks = |class: Option<&str>| list.checks_for(class, None).any(|check| check.key == "ccc");
        assert!(asks(Some("C06")) && !asks(Some("C42")) && !asks(None));
        assert_eq!(list.checks_for(None, None).count() + 2, list.checks.len());
    }

    #[test]
    fn a_check_of_a_regime_is_asked_of_its_kinds_alone() {
        use SupervisionClass::{General, Special, Strict};
        let list = list();
        let asks = |regime| list.checks_for(Some("C42"), regime).any(|check| check.key == "standard");
        let wanted = [(Some(Strict), true), (Some(Special), true), (Some(General), false), (None, false)];
        for (regime, asked) in wanted {
            assert_eq!(asks(regime), asked, "{regime:?}");
        }
    }

    proptest! {
        /// The order holds whatever is answered: each outcome exactly where those before it do not fit.
        #[test]
        fn the_order_holds(chosen in proptest::collection::vec(0_usize..4, 11), noes in proptest::collection::vec(0_usize..11, 0..4)) {
            let mut list = list();
            list.three_noes = noes.iter().map(|at| list.checks[*at].key.clone()).collect();
            let given: BTreeMap<&str, Answer> = list
                .checks
                .iter()
                .zip(&chosen)
                .map(|(check, at)| (check.key.as_str(), Answer::ALL[*at]))
                .collect();
            let all_missing = !noes.is_empty() && noes.iter().all(|at| Answer::ALL[chosen[*at]] == Answer::Missing);
            let some_failed = chosen.iter().any(|at| Answer::ALL[*at].failed());
            let wanted = match (all_missing, some_failed) {
                (true, _) => LabelOutcome::ThreeNoes,
                (false, true) => LabelOutcome::LabelNonconforming,
                (false, false) => LabelOutcome::Conforming,
            };
            prop_assert_eq!(list.outcome(&given), wanted);
        }
    }
}
