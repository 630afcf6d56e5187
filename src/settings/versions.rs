//! Rules of law and method by version: each with the day from which it is in force. What holds on a day is the latest version that had begun by then.

use crate::settings::Checks;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// One version of a list of rules.
pub trait Version {
    /// Its name.
    fn name(&self) -> &str;

    /// The first day on which it is in force, in Asia/Shanghai.
    fn begins(&self) -> NaiveDate;
}

/// Says of types with the fields `version` and `in_force_from` that they are versions.
#[macro_export]
macro_rules! versions {
    ($($of:ty),+ $(,)?) => {$(
        impl $crate::settings::versions::Version for $of {
            fn name(&self) -> &str {
                &self.version
            }

            fn begins(&self) -> chrono::NaiveDate {
                self.in_force_from
            }
        }
    )+};
}

/// The version of a name.
pub fn named<'v, V: Version>(versions: &'v [V], name: &str) -> Option<&'v V> {
    versions.iter().find(|version| version.name() == name)
}

/// The version in force on a day: the latest that had begun by then, or the earliest for a day before all of them.
pub fn in_force_on<V: Version>(versions: &[V], day: NaiveDate) -> Option<&V> {
    let begun = versions.iter().filter(|version| version.begins() <= day);
    begun.max_by_key(|version| version.begins()).or_else(|| versions.iter().min_by_key(|v| v.begins()))
}

/// Checks that there is a version, that each has a name of its own, and that no two come into force on the same day.
pub fn check<V: Version>(versions: &[V], key: &str, checks: &mut Checks<'_>) {
    let names: BTreeSet<&str> = versions.iter().map(Version::name).collect();
    let days: BTreeSet<NaiveDate> = versions.iter().map(Version::begins).collect();
    checks.check(!versions.is_empty(), key, "at least one version is needed");
    checks.check(names.iter().all(|name| !name.trim().is_empty()), key, "a version has no name");
    checks.check(names.len() == versions.len(), key, "two versions have the same name");
    checks.check(days.len() == versions.len(), key, "two versions come into force on the same day");
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Rules {
        version: String,
        in_force_from: NaiveDate,
    }

    crate::versions!(Rules);

    #[test]
    fn the_latest_version_that_has_begun_is_in_force() {
        let of = |version: &str, day: &str| Rules {
            version: version.to_owned(),
            in_force_from: day.parse().unwrap(),
        };
        let versions = [of("later", "2027-01-01"), of("first", "2022-01-01")];
        for (day, wanted) in [
            ("2019-01-01", "first"),
            ("2022-01-01", "first"),
            ("2026-12-31", "first"),
            ("2027-01-01", "later"),
            ("2099-01-01", "later"),
        ] {
            assert_eq!(in_force_on(&versions, day.parse().unwrap()).unwrap().version, wanted, "{day}");
        }
        assert_eq!(named(&versions, "later").unwrap().in_force_from.to_string(), "2027-01-01");
        assert!(named(&versions, "none").is_none() && in_force_on::<Rules>(&[], NaiveDate::MIN).is_none());
    }
}
