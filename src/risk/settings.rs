//! The settings of risk: the rules of the index and of its alerts, version by version, and how fresh the index of today is.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::risk::method::scenario::Raise;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section};
use crate::signals::source::{Reliability, SignalSource};

/// Risk: `[risk]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct RiskSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<RiskRules>,
}

/// One version of the rules of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// The windows in days; alerts are raised by the first.
    pub windows: Vec<i32>,
    /// Samplings at the class's rate that are added to those of a kind and region.
    pub shrink: i32,
    /// The rate at which the part of the rate is full, in thousandths of the class's rate.
    pub reference: i32,
    /// The weight of the rate, in thousandths.
    pub weight_rate: i32,
    /// The weight of the severity, in thousandths.
    pub weight_severity: i32,
    /// The weight of the trend, in thousandths.
    pub weight_trend: i32,
    /// The weight of the signals, in thousandths.
    pub weight_signals: i32,
    /// The weighted signals at which their part is full, in thousandths.
    pub signals_full: i32,
    /// The weight of a signal by its source, in thousandths.
    pub source_weights: SourceWeights,
    /// The weight of a signal by its reliability, in thousandths.
    pub reliability_weights: ReliabilityWeights,
    /// The least number of results for an alert.
    pub open_results: i32,
    /// An alert is raised above this, in thousandths of the class's rate.
    pub open_at: i32,
    /// It subsides below this, in thousandths of the class's rate.
    pub close_at: i32,
    /// The levels of the regions for which alerts are raised: `province`, `city`, `district`.
    pub alert_levels: Vec<String>,
    /// How many levels urgency and social impact add.
    pub raise: Raise,
    /// The least number of results in a sum that becomes a signal.
    pub sum_at_least: i32,
    /// The days within which a failure counts for the lead time.
    pub lead_days: i32,
}

/// The weight of a signal by its source, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceWeights {
    /// Public opinion.
    pub opinion: i32,
    /// Samplings.
    pub sampling: i32,
    /// Penalties.
    pub penalty: i32,
    /// Recalls.
    pub recall: i32,
    /// Recalls abroad.
    pub foreign_recall: i32,
    /// Comparative tests.
    pub comparative_test: i32,
    /// Complaints.
    pub complaint: i32,
    /// Injuries.
    pub injury: i32,
    /// The media.
    pub media: i32,
    /// Officers.
    pub officer: i32,
}

impl SourceWeights {
    /// The weight of a source.
    pub fn of(&self, source: SignalSource) -> i32 {
        match source {
            SignalSource::Opinion => self.opinion,
            SignalSource::Sampling => self.sampling,
            SignalSource::Penalty => self.penalty,
            SignalSource::Recall => self.recall,
            SignalSource::ForeignRecall => self.foreign_recall,
            SignalSource::ComparativeTest => self.comparative_test,
            SignalSource::Complaint => self.complaint,
            SignalSource::Injury => self.injury,
            SignalSource::Media => self.media,
            SignalSource::Officer => self.officer,
        }
    }
}

/// The weight of a signal by how far it can be relied on, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReliabilityWeights {
    /// An authority says so.
    pub official: i32,
    /// Somebody who is named says so.
    pub attributed: i32,
    /// Nobody in particular says so.
    pub rumour: i32,
}

impl ReliabilityWeights {
    /// The weight of a reliability.
    pub fn of(&self, reliability: Reliability) -> i32 {
        match reliability {
            Reliability::Official => self.official,
            Reliability::Attributed => self.attributed,
            Reliability::Rumour => self.rumour,
        }
    }
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    risk: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<RiskRules>,
}

impl Default for RiskSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.risk).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl RiskSettings {
    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&RiskRules> {
        let begun = self.rules.iter().filter(|rules| rules.in_force_from <= day);
        begun
            .max_by_key(|rules| rules.in_force_from)
            .or_else(|| self.rules.iter().min_by_key(|rules| rules.in_force_from))
    }

    /// The version of a name.
    pub fn version(&self, name: &str) -> Option<&RiskRules> {
        self.rules.iter().find(|rules| rules.version == name)
    }
}

impl Section for RiskSettings {
    const NAME: &'static str = "risk";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<RiskRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<RiskSettings> = LazyLock::new(RiskSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "risk.rules";
        let names: BTreeSet<&str> = self.rules.iter().map(|rules| rules.version.as_str()).collect();
        let days: BTreeSet<NaiveDate> = self.rules.iter().map(|rules| rules.in_force_from).collect();
        checks.check(!self.rules.is_empty(), key, "at least one version is needed");
        checks.check(!names.contains(""), key, "a version has no name");
        checks.check(names.len() == self.rules.len(), key, "two versions have the same name");
        checks.check(days.len() == self.rules.len(), key, "two versions come into force on the same day");
        for rules in &self.rules {
            for fault in faults(rules) {
                checks.check(false, key, format!("{}: {}", rules.version, fault.en));
            }
        }
    }
}

/// What is wrong with a version.
pub fn faults(rules: &RiskRules) -> Vec<Text> {
    let mut found = Vec::new();
    let mut require = |ok: bool, zh: &'static str, en: &'static str| {
        if !ok {
            found.push(Text::new(zh, en));
        }
    };
    let windows: BTreeSet<i32> = rules.windows.iter().copied().collect();
    require(
        (1..=4).contains(&rules.windows.len())
            && windows.len() == rules.windows.len()
            && windows.iter().all(|days| (30..=1_095).contains(days)),
        "windows 须为 1 到 4 个互不相同的天数，各为 30 到 1095",
        "windows must be one to four different numbers of days from 30 to 1095",
    );
    let weights = [rules.weight_rate, rules.weight_severity, rules.weight_trend, rules.weight_signals];
    require(
        weights.iter().all(|weight| (0..=1_000).contains(weight)) && weights.iter().sum::<i32>() == 1_000,
        "四项权重须各为 0 到 1000，合计 1000",
        "the four weights must be 0 to 1000 and make 1000 together",
    );
    require(
        (0..=1_000).contains(&rules.shrink),
        "shrink 须为 0 到 1000 的整数",
        "shrink must be a whole number from 0 to 1000",
    );
    require(
        (1_000..=100_000).contains(&rules.reference),
        "reference 须为 1000 到 100000 的整数",
        "reference must be a whole number from 1000 to 100000",
    );
    require(
        (1_000..=1_000_000).contains(&rules.signals_full),
        "signals_full 须为 1000 到 1000000 的整数",
        "signals_full must be a whole number from 1000 to 1000000",
    );
    let sources = SignalSource::ALL.iter().map(|source| rules.source_weights.of(*source));
    let reliabilities = Reliability::ALL.iter().map(|reliability| rules.reliability_weights.of(*reliability));
    require(
        sources.chain(reliabilities).all(|weight| (0..=10_000).contains(&weight)),
        "风险信息的各项权重须为 0 到 10000 的整数",
        "the weights of signals must be whole numbers from 0 to 10000",
    );
    require(
        (1..=1_000).contains(&rules.open_results),
        "open_results 须为 1 到 1000 的整数",
        "open_results must be a whole number from 1 to 1000",
    );
    require(
        (100..=100_000).contains(&rules.open_at),
        "open_at 须为 100 到 100000 的整数",
        "open_at must be a whole number from 100 to 100000",
    );
    require(
        (1..=100_000).contains(&rules.close_at) && rules.close_at < rules.open_at,
        "close_at 须为 1 到 100000 的整数，且小于 open_at",
        "close_at must be a whole number from 1 to 100000 and less than open_at",
    );
    let levels: BTreeSet<&str> = rules.alert_levels.iter().map(String::as_str).collect();
    require(
        !levels.is_empty()
            && levels.len() == rules.alert_levels.len()
            && levels.iter().all(|level| ["province", "city", "district"].contains(level)),
        "alert_levels 须为 province、city、district 中的一项或多项，不得重复",
        "alert_levels must name province, city or district, each once",
    );
    let raise = rules.raise;
    require(
        [raise.urgent, raise.emergency, raise.considerable, raise.wide].iter().all(|by| *by <= 3),
        "raise 的各项须为 0 到 3 的整数",
        "raise must have whole numbers from 0 to 3",
    );
    require(
        (2..=1_000).contains(&rules.sum_at_least),
        "sum_at_least 须为 2 到 1000 的整数",
        "sum_at_least must be a whole number from 2 to 1000",
    );
    require(
        (30..=1_095).contains(&rules.lead_days),
        "lead_days 须为 30 到 1095 的整数",
        "lead_days must be a whole number from 30 to 1095",
    );
    found
}

crate::settings_section! {
    /// How the index of risk is kept, and what is told of it.
    pub RiskKeepingSettings in "risk_index" {
        /// Seconds after which the index of today is counted again when it is asked for and something has changed meanwhile.
        fresh_seconds: u32 = 10, 0..=86_400;
        /// The hour of a Monday, in Asia/Shanghai, from which on the weekly digest is sent.
        digest_hour: u32 = 8, 0..=23;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read_and_sound() {
        let settings = RiskSettings::default();
        let rules = settings.rules_on("2026-11-30".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!(faults(rules), Vec::<Text>::new());
        assert_eq!((rules.shrink, rules.open_results, rules.windows[0]), (20, 10, 365));
        assert_eq!(settings.version(&rules.version), Some(rules));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let sound = RiskSettings::default().rules[0].clone();
        for (change, word) in [
            (RiskRules { weight_rate: 500, ..sound.clone() }, "weights"),
            (RiskRules { close_at: 1_000, ..sound.clone() }, "close_at"),
            (RiskRules { windows: vec![365, 365], ..sound.clone() }, "windows"),
            (RiskRules { alert_levels: vec!["town".to_owned()], ..sound.clone() }, "alert_levels"),
        ] {
            let found = faults(&change);
            assert!(found.len() == 1 && found[0].en.contains(word), "{found:?}");
        }
    }
}
