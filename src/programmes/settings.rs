//! The settings of programmes: the rules of sampling and the regimes of product kinds, version by version.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalogue::SupervisionClass;
use crate::core::Text;
use crate::programmes::coverage::CoverageReading;
use crate::programmes::state::OperatorGrade;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Programmes: `[programmes]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct ProgrammeSettings {
    /// Versions of the rules of sampling, in any order.
    pub rules: Vec<SamplingRules>,
    /// Versions of the regimes, in any order.
    pub regimes: Vec<RegimeTable>,
}

/// One version of the rules of sampling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamplingRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Months within which the same product is not sampled again.
    pub repeat_months: u32,
    /// The article on repeated samplings.
    pub repeat_article: Text,
    /// Where it stands that who takes samples does not test them.
    pub separation_article: Text,
    /// Whether a laboratory may not test the samples of one enterprise twice running.
    pub change_laboratory: bool,
    /// The article by which a laboratory does not test one enterprise twice running.
    pub change_article: Text,
    /// What the coverage rate compares.
    pub coverage: CoverageReading,
}

/// An index of risk of 100, in hundredths.
const FULL_INDEX: i32 = 10_000;

/// One version of what the regimes mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimeTable {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Weights by credit grade, in thousandths.
    pub grades: GradeWeights,
    /// The weight where the index of risk is 0 or is not known, in thousandths.
    pub index: u32,
    /// The weight where the index of risk is 100, in thousandths.
    pub index_full: u32,
    /// 严管.
    pub strict: Regime,
    /// 专管.
    pub special: Regime,
    /// 普通.
    pub general: Regime,
}

/// Weights by credit grade, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeWeights {
    /// Of grade A, and of who has no grade.
    pub a: u32,
    /// Of grade B.
    pub b: u32,
    /// Of grade C.
    pub c: u32,
    /// Of grade D.
    pub d: u32,
}

impl GradeWeights {
    /// The weight of an operator by its grade. Who has none counts as A.
    pub fn of(self, grade: Option<OperatorGrade>) -> u32 {
        match grade {
            None | Some(OperatorGrade::A) => self.a,
            Some(OperatorGrade::B) => self.b,
            Some(OperatorGrade::C) => self.c,
            Some(OperatorGrade::D) => self.d,
        }
    }
}

/// What a regime means for a product kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// The weight in draws, in thousandths.
    pub weight: u32,
    /// Every producer is in a frame once in so many months; 0: by risk only.
    pub every_months: u32,
    /// Whether the sampling must be recorded.
    pub recording: bool,
    /// A follow-up sample within so many months of a failure; 0: none.
    pub follow_up_months: u32,
    /// The risk of the kind is reviewed once in so many months.
    pub review_months: u32,
}

impl RegimeTable {
    /// The weight by the index of risk, in thousandths: it grows in proportion from that of an index of 0 to that of 100. The index is in hundredths,
    /// 0 to 10,000, and is held to that.
    pub fn index_weight(&self, index: i32) -> u32 {
        let index = u32::try_from(index.clamp(0, FULL_INDEX)).unwrap_or(0);
        let full = u64::from(FULL_INDEX.unsigned_abs());
        let more = u64::from(self.index_full.saturating_sub(self.index)) * u64::from(index) / full;
        self.index.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
    }

    /// What a regime means.
    pub fn of(&self, class: SupervisionClass) -> Regime {
        match class {
            SupervisionClass::Strict => self.strict,
            SupervisionClass::Special => self.special,
            SupervisionClass::General => self.general,
        }
    }
}

/// The built-in lists with their words, as they are in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in lists.
#[derive(Deserialize)]
struct BuiltIn {
    programmes: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<SamplingRules>,
    regimes: Vec<RegimeTable>,
}

impl Default for ProgrammeSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.programmes).unwrap_or_default();
        Self { rules: lists.rules, regimes: lists.regimes }
    }
}

impl Section for ProgrammeSettings {
    const NAME: &'static str = "programmes";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[
        Key {
            name: "rules",
            words: &[],
            kind: Kind::Tables { of: "rules", check: check_tables::<SamplingRules> },
        },
        Key {
            name: "regimes",
            words: &[],
            kind: Kind::Tables { of: "regimes", check: check_tables::<RegimeTable> },
        },
    ];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<ProgrammeSettings> = LazyLock::new(ProgrammeSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "programmes.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let fits = rules.repeat_months <= 120;
            checks.check(
                fits,
                key,
                format!("{}: repeat_months must be a whole number from 0 to 120", rules.version),
            );
        }
        let key = "programmes.regimes";
        versions::check(&self.regimes, key, checks);
        for table in &self.regimes {
            check_regimes(table, key, checks);
        }
    }
}

fn check_regimes(table: &RegimeTable, key: &str, checks: &mut Checks<'_>) {
    let name = &table.version;
    let grades =
        [table.grades.a, table.grades.b, table.grades.c, table.grades.d, table.index, table.index_full];
    let regimes = [table.strict, table.special, table.general];
    let weights = grades.into_iter().chain(regimes.iter().map(|regime| regime.weight));
    let fits = |weight: u32| (1..=100_000).contains(&weight);
    checks.check(
        weights.into_iter().all(fits),
        key,
        format!("{name}: a weight must be a whole number of thousandths from 1 to 100000"),
    );
    checks.check(table.index_full >= table.index, key, format!("{name}: index_full must not be below index"));
    let months = |r: &Regime| {
        (1..=120).contains(&r.review_months) && r.every_months <= 120 && r.follow_up_months <= 120
    };
    checks.check(
        regimes.iter().all(months),
        key,
        format!("{name}: months must be whole numbers up to 120, review_months at least 1"),
    );
}

crate::versions!(SamplingRules, RegimeTable);

impl ProgrammeSettings {
    /// The rules of a version.
    pub fn version(&self, name: &str) -> Option<&SamplingRules> {
        versions::named(&self.rules, name)
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&SamplingRules> {
        versions::in_force_on(&self.rules, day)
    }

    /// The regimes in force on a day, likewise.
    pub fn regimes_on(&self, day: NaiveDate) -> Option<&RegimeTable> {
        versions::in_force_on(&self.regimes, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_lists_are_read() {
        let built_in = ProgrammeSettings::default();
        let day = "2026-11-29".parse().unwrap();
        let regimes = built_in.regimes_on(day).unwrap();
        let weights: Vec<u32> = SupervisionClass::ALL.iter().map(|class| regimes.of(*class).weight).collect();
        assert_eq!(weights, [3000, 1500, 1000]);
        assert_eq!(built_in.rules_on(day).unwrap().repeat_months, 6);
        assert!(regimes.provisional && !regimes.source.is_empty());
    }
}
