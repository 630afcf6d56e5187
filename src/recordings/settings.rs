//! The settings of recordings: what they must show and what weakens them, version by version.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalogue::Regions;
use crate::core::Problem;
use crate::core::actor::Role;
use crate::recordings::place::Bounds;
use crate::recordings::shots::{Channel, Shot};
use crate::settings::kind::{Key, Kind, check_tables};
use crate::settings::{Checks, Section, Settings, versions};

/// Recordings: `[recordings]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct RecordingSettings {
    /// Versions of the rules, in any order.
    pub rules: Vec<RecordingRules>,
}

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingRules {
    /// Name of the version.
    pub version: String,
    /// Where it is published.
    pub source: String,
    /// Whether something of it is assumed.
    pub provisional: bool,
    /// The first day on which recordings begin under it, in Asia/Shanghai.
    pub in_force_from: NaiveDate,
    /// Minutes after the nonce within which a recording has to begin.
    pub nonce_minutes: u32,
    /// Seconds by which a device's clock may be off.
    pub clock_seconds: u32,
    /// Minutes between two segments that are no gap.
    pub gap_minutes: u32,
    /// Hours after which a segment has come late.
    pub late_hours: u32,
    /// Seconds of a sealing that the film may leave out.
    pub sealing_seconds: u32,
    /// Hours for which nobody has to say where a sample is that lies in no store.
    pub custody_gap_hours: u32,
    /// The most segments of all recordings of one inspection.
    pub most_segments: i32,
    /// Minutes for which a view is open.
    pub view_minutes: u32,
    /// The roles that see the originals.
    pub originals: Vec<Role>,
    /// Required shots at a producer's or in a shop.
    pub store: Vec<Shot>,
    /// Required shots on a market.
    pub market: Vec<Shot>,
    /// Required shots of what is bought online.
    pub online: Vec<Shot>,
    /// Required shots of a reserve sample.
    pub retest: Vec<Shot>,
    /// The bounds of regions, by their codes.
    pub bounds: BTreeMap<String, Bounds>,
}

impl RecordingRules {
    /// The shots that a channel requires.
    pub fn required(&self, channel: Channel) -> &[Shot] {
        match channel {
            Channel::Store => &self.store,
            Channel::Market => &self.market,
            Channel::Online => &self.online,
            Channel::Retest => &self.retest,
        }
    }

    /// The bounds of a region, or else of the narrowest region around it that has some.
    pub fn bounds_of(&self, regions: &Regions, code: &str) -> Option<&Bounds> {
        let mut at = regions.get(code);
        while let Some(region) = at {
            if let Some(bounds) = self.bounds.get(&region.code) {
                return Some(bounds);
            }
            at = region.parent.as_deref().and_then(|parent| regions.get(parent));
        }
        None
    }
}

/// The built-in list with its words, as it is in `config/default.toml`.
const RULES: &str = include_str!("rules.toml");

/// The file of the built-in list.
#[derive(Deserialize)]
struct BuiltIn {
    recordings: Lists,
}

#[derive(Default, Deserialize)]
struct Lists {
    rules: Vec<RecordingRules>,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        // Were the file damaged, there would be no rules, and the check below would refuse to start.
        let lists = toml::from_str::<BuiltIn>(RULES).map(|file| file.recordings).unwrap_or_default();
        Self { rules: lists.rules }
    }
}

impl Section for RecordingSettings {
    const NAME: &'static str = "recordings";
    const ABOUT: &'static [&'static str] = &[];
    const KEYS: &'static [Key] = &[Key {
        name: "rules",
        words: &[],
        kind: Kind::Tables { of: "rules", check: check_tables::<RecordingRules> },
    }];
    const TEXT: &'static str = RULES;

    fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<RecordingSettings> = LazyLock::new(RecordingSettings::default);
        &BUILT_IN
    }

    fn built_in_texts() -> Vec<String> {
        Vec::new()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        let key = "recordings.rules";
        versions::check(&self.rules, key, checks);
        for rules in &self.rules {
            check_rules(rules, key, checks);
        }
    }
}

fn check_rules(rules: &RecordingRules, key: &str, checks: &mut Checks<'_>) {
    let name = &rules.version;
    let numbers = [
        ("nonce_minutes", rules.nonce_minutes, 1, 1_440),
        ("clock_seconds", rules.clock_seconds, 1, 86_400),
        ("gap_minutes", rules.gap_minutes, 1, 1_440),
        ("late_hours", rules.late_hours, 1, 8_760),
        ("sealing_seconds", rules.sealing_seconds, 0, 3_600),
        ("custody_gap_hours", rules.custody_gap_hours, 1, 8_760),
        ("most_segments", u32::try_from(rules.most_segments).unwrap_or(0), 1, 5_000),
        ("view_minutes", rules.view_minutes, 1, 1_440),
    ];
    for (word, value, least, most) in numbers {
        let fits = (least..=most).contains(&value);
        checks.check(fits, key, format!("{name}: {word} must be a whole number from {least} to {most}"));
    }
    for channel in Channel::ALL {
        let shots = rules.required(*channel);
        let once: BTreeSet<_> = shots.iter().collect();
        checks.check(once.len() == shots.len(), key, format!("{name}: {channel} names a shot twice"));
    }
    for (code, bounds) in &rules.bounds {
        let fits = -90_000 <= bounds.south
            && bounds.south < bounds.north
            && bounds.north <= 90_000
            && -180_000 <= bounds.west
            && bounds.west < bounds.east
            && bounds.east <= 180_000;
        checks.check(fits, key, format!("{name}: the bounds of {code} are no part of the earth"));
    }
}

crate::versions!(RecordingRules);

impl RecordingSettings {
    /// The rules of a version.
    pub fn version(&self, name: &str) -> Option<&RecordingRules> {
        versions::named(&self.rules, name)
    }

    /// The rules in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
    pub fn rules_on(&self, day: NaiveDate) -> Option<&RecordingRules> {
        versions::in_force_on(&self.rules, day)
    }
}

/// The rules under which a recording began.
///
/// # Errors
/// 500 where the settings have lost the version.
pub fn rules_of<'a>(settings: &'a Settings, version: &str) -> Result<&'a RecordingRules, Problem> {
    settings.section::<RecordingSettings>().version(version).ok_or_else(|| {
        Problem::internal(format!("the settings have no recordings.rules of version {version}"))
    })
}

/// The rules in force on a day.
///
/// # Errors
/// 500 where there are none, which the settings refuse.
pub fn rules_on(settings: &Settings, day: NaiveDate) -> Result<&RecordingRules, Problem> {
    let rules = settings.section::<RecordingSettings>().rules_on(day);
    rules.ok_or_else(|| Problem::internal("the settings have no recordings.rules"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_is_read() {
        let built_in = RecordingSettings::default();
        let rules = built_in.rules_on("2026-11-29".parse().unwrap()).unwrap();
        assert!(rules.provisional && !rules.source.is_empty());
        assert_eq!(rules.originals, [Role::Admin]);
        assert!(rules.required(Channel::Store).contains(&Shot::People));
        assert!(rules.required(Channel::Online).contains(&Shot::ParcelOpened));
        assert_eq!(built_in.version("recordings-2021"), Some(rules));
        assert_eq!(built_in.version("another"), None);
    }
}
