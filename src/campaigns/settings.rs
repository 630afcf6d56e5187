//! The settings of campaigns: their rules, version by version.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::campaigns::likeness::Limits;
use crate::core::Text;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Campaigns: `[campaigns]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct CampaignSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<CampaignRules>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether a number or a product of it is assumed.
    pub provisional: bool,
    /// The first day on which it is in force, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// The radius around a school in metres.
    pub radius_m: i32,
    /// Days from the order to the last day for the correction.
    pub correct_days: u32,
    /// From how many per cent on two names are alike.
    pub name_likeness: u32,
    /// From how many per cent on two addresses are alike.
    pub address_likeness: u32,
    /// The key products.
    pub products: Vec<KeyProduct>,
}

/// A key product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyProduct {
    /// The word for programs.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Codes of the classes and kinds of products that belong to it.
    pub of: Vec<String>,
    /// Whether it is assumed to be one of them.
    pub assumed: bool,
}

impl CampaignRules {
    /// The key product of a word.
    pub fn product(&self, key: &str) -> Option<&KeyProduct> {
        self.products.iter().find(|product| product.key == key)
    }

    /// The key product to which a kind of a class belongs.
    pub fn product_of(&self, kind: &str, class: &str) -> Option<&KeyProduct> {
        self.products.iter().find(|product| product.of.iter().any(|code| code == kind || code == class))
    }

    /// From which likeness on two entries may be one.
    pub fn limits(&self) -> Limits {
        Limits { name: self.name_likeness, address: self.address_likeness }
    }
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    campaigns: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<CampaignRules>,
}

impl Default for CampaignSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.campaigns).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for CampaignSettings {
    const NAME: &'static str = "campaigns";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<CampaignRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<CampaignSettings> = LazyLock::new(CampaignSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "campaigns.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            let name = &rules.version;
            let fits = (50..=5_000).contains(&rules.radius_m)
                && (1..=365).contains(&rules.correct_days)
                && (50..=100).contains(&rules.name_likeness)
                && (50..=100).contains(&rules.address_likeness);
            let wanted = "radius_m must be 50 to 5000, correct_days 1 to 365, name_likeness and address_likeness 50 to 100";
            checks.check(fits, key, format!("{name}: {wanted}"));
            let keys: BTreeSet<&str> = rules.products.iter().map(|product| product.key.as_str()).collect();
            let named = rules.products.iter().all(|product| {
                let text = &product.name;
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                !product.key.is_empty()
                    && product.key.chars().all(plain)
                    && !text.zh.trim().is_empty()
                    && !text.en.trim().is_empty()
            });
            let fits =
                (1..=50).contains(&rules.products.len()) && keys.len() == rules.products.len() && named;
            let wanted = "products must be 1 to 50, each with a word of its own and a name in both languages";
            checks.check(fits, key, format!("{name}: {wanted}"));
        }
    }
}

crate::versions!(CampaignRules);

impl CampaignSettings {
    /// The rules of a version; those in force on a day where the settings have that version no more.
    pub fn of(&self, name: &str, day: NaiveDate) -> Option<&CampaignRules> {
        versions::named(&self.rules, name).or_else(|| self.rules_on(day))
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&CampaignRules> {
        versions::in_force_on(&self.rules, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_read() {
        let built_in = CampaignSettings::default();
        let rules = built_in.rules_on("2026-11-29".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!((rules.products.len(), rules.radius_m, rules.correct_days), (10, 200, 30));
        let known: Vec<&str> = rules.products.iter().filter(|p| !p.assumed).map(|p| p.key.as_str()).collect();
        assert_eq!(known, ["hazardous_chemicals", "rebar", "cement", "wire_cable"]);
        assert_eq!(rules.product_of("K0101", "C01").map(|p| p.key.as_str()), Some("rebar"));
        assert_eq!(rules.product_of("K9999", "C99"), None);
        assert_eq!(built_in.of("gone", "2026-11-29".parse().unwrap()), Some(rules));
    }
}
