//! The settings of penalty lists: how the words of a list are read, version by version, and limits.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::core::Text;
use crate::inspections::words::InspectedRole;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section};

/// Most rows of a list of words.
const MOST_ROWS: usize = 200;
/// Most words of a row.
const MOST_WORDS: usize = 500;

/// Penalty lists: `[penalty_lists]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct PenaltyListSettings {
    /// Versions of how lists are read, in any order.
    pub rules: Vec<PenaltyRules>,
}

/// One version of how penalty lists are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PenaltyRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether words among them are assumed.
    pub provisional: bool,
    /// The first day of decision from which it holds, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// What the scoring leaves out.
    pub leaves_out: Vec<LeftOut>,
    /// The words by which a waived penalty is known.
    pub waived_words: Vec<String>,
    /// Where it stands that a penalty may be waived.
    pub waived_article: Text,
    /// Where it stands that an annulled decision is taken off the file.
    pub annulled_article: Text,
    /// The behaviour of a waived penalty.
    pub waived_behaviour: String,
    /// The words of an act by which its behaviour is known.
    pub acts: Vec<BehaviourWords>,
    /// The words of an act that is a breach of product quality.
    pub quality_words: Vec<String>,
    /// The words of what was imposed, the gravest first.
    pub gravity: Vec<BehaviourWords>,
    /// A fine below so many yuan is a small one.
    pub small_fine_yuan: u32,
    /// The behaviour of a penalty with a small fine alone.
    pub small_fine_behaviour: String,
    /// The words by which it is known as what a party acted.
    pub roles: Vec<RoleWords>,
    /// As what a party acted of which no word tells it.
    pub default_role: InspectedRole,
}

/// What the scoring leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Its name for programs.
    pub key: String,
    /// The words by which it is known.
    pub words: Vec<String>,
    /// Longer words that hold one of these and are something else.
    pub except: Vec<String>,
    /// The article that excludes it.
    pub article: Text,
}

/// The words of a behaviour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BehaviourWords {
    /// Code of the behaviour in the rules of conduct.
    pub behaviour: String,
    /// The words.
    pub words: Vec<String>,
}

/// The words of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleWords {
    /// The role.
    pub role: InspectedRole,
    /// The words.
    pub words: Vec<String>,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    penalty_lists: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<PenaltyRules>,
}

impl Default for PenaltyListSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.penalty_lists).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl PenaltyListSettings {
    /// The rules in force on a day of decision: the latest that had begun by then, or the earliest for a day before all of them.
    #[must_use]
    pub fn rules_on(&self, day: NaiveDate) -> Option<&PenaltyRules> {
        let begun = self.rules.iter().filter(|rules| rules.in_force_from <= day);
        begun
            .max_by_key(|rules| rules.in_force_from)
            .or_else(|| self.rules.iter().min_by_key(|rules| rules.in_force_from))
    }
}

impl PenaltyRules {
    /// The codes of all behaviours that a penalty may be given by these rules.
    pub fn behaviours(&self) -> BTreeSet<&str> {
        let named = self.acts.iter().chain(&self.gravity).map(|row| row.behaviour.as_str());
        named.chain([self.waived_behaviour.as_str(), self.small_fine_behaviour.as_str()]).collect()
    }

    fn fault(&self) -> Option<&'static str> {
        let words_fit = |words: &[String]| {
            !words.is_empty() && words.len() <= MOST_WORDS && words.iter().all(|word| !word.trim().is_empty())
        };
        let rows_fit = |rows: &[BehaviourWords]| {
            rows.len() <= MOST_ROWS
                && rows.iter().all(|row| !row.behaviour.is_empty() && words_fit(&row.words))
        };
        if self.version.trim().is_empty() || self.source.trim().is_empty() {
            Some("version and source must not be empty")
        } else if self.leaves_out.len() > MOST_ROWS
            || !self.leaves_out.iter().all(|row| !row.key.is_empty() && words_fit(&row.words))
        {
            Some("each row of leaves_out must have a key and from 1 to 500 words")
        } else if !rows_fit(&self.acts) || !rows_fit(&self.gravity) || self.gravity.is_empty() {
            Some("each row of acts and gravity must have a behaviour and from 1 to 500 words")
        } else if !words_fit(&self.waived_words) || !words_fit(&self.quality_words) {
            Some("waived_words and quality_words must have from 1 to 500 words each")
        } else if self.roles.len() > MOST_ROWS || !self.roles.iter().all(|row| words_fit(&row.words)) {
            Some("each row of roles must have from 1 to 500 words")
        } else if self.small_fine_yuan > 1_000_000 {
            Some("small_fine_yuan must be a whole number from 0 to 1000000")
        } else {
            None
        }
    }
}

impl Section for PenaltyListSettings {
    const NAME: &'static str = "penalty_lists";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<PenaltyRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<PenaltyListSettings> = LazyLock::new(PenaltyListSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "penalty_lists.rules";
        let names: BTreeSet<&str> = self.rules.iter().map(|rules| rules.version.as_str()).collect();
        let days: BTreeSet<NaiveDate> = self.rules.iter().map(|rules| rules.in_force_from).collect();
        let unlike = names.len() == self.rules.len() && days.len() == self.rules.len();
        let count = !self.rules.is_empty() && unlike;
        checks.check(
            count,
            key,
            "there must be at least one version, each with a name and a first day of its own".to_owned(),
        );
        for rules in &self.rules {
            let fault = rules.fault();
            checks.check(fault.is_none(), key, format!("{}: {}", rules.version, fault.unwrap_or_default()));
        }
    }
}
