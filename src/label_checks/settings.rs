//! The settings of label checks: checklists, version by version.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::label_checks::checklist::Checklist;
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, versions};

/// Label checks: `[label_checks]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct LabelCheckSettings {
    /// Versions of the checklist, in any order.
    pub checklists: Vec<Checklist>,
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    label_checks: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    checklists: Vec<Checklist>,
}

impl Default for LabelCheckSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no checklist, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.label_checks).unwrap_or_default();
        Self { checklists: lists.checklists }
    }
}

impl Section for LabelCheckSettings {
    const NAME: &'static str = "label_checks";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "checklists",
        words: &[],
        kind: Kind::Tables { of: "checklists", check: check_tables::<Checklist> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<LabelCheckSettings> = LazyLock::new(LabelCheckSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "label_checks.checklists";
        versions::check(&self.checklists, key, checks);
        for list in &self.checklists {
            let name = &list.version;
            let keys: BTreeSet<&str> = list.checks.iter().map(|check| check.key.as_str()).collect();
            let fits = keys.len() == list.checks.len() && (1..=100).contains(&keys.len());
            checks.check(fits, key, format!("{name}: 1 to 100 checks are needed, no two with the same key"));
            let known = list.three_noes.iter().all(|of| keys.contains(of.as_str()));
            checks.check(known, key, format!("{name}: three_noes names what is no check of it"));
        }
    }
}

crate::versions!(Checklist);

impl LabelCheckSettings {
    /// The checklist of a version.
    pub fn version(&self, name: &str) -> Option<&Checklist> {
        versions::named(&self.checklists, name)
    }

    /// The checklist in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn on(&self, day: NaiveDate) -> Option<&Checklist> {
        versions::in_force_on(&self.checklists, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_checklist_is_read_and_the_latest_that_has_begun_is_in_force() {
        let mut settings = LabelCheckSettings::default();
        let first = settings.checklists[0].clone();
        assert!(first.provisional && first.checks.iter().all(|check| !check.article.zh.is_empty()));
        assert_eq!(first.checks.iter().filter(|check| check.serious).count(), 2);
        let begins = "2027-01-01".parse().unwrap();
        settings.checklists.push(Checklist { version: "later".to_owned(), in_force_from: begins, ..first });
        for (day, wanted) in
            [("2010-01-01", "labels-2018"), ("2026-12-31", "labels-2018"), ("2027-01-01", "later")]
        {
            assert_eq!(settings.on(day.parse().unwrap()).unwrap().version, wanted, "{day}");
        }
        assert!(settings.version("labels-2018").is_some() && settings.version("other").is_none());
    }
}
