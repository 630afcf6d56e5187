//! What is wrong with the values in force: ranges, and what the domains check.

use super::error::SettingsProblem;
use super::kind::Kind;
use super::report;
use super::values::{Checks, DeclaredSection, Settings};

/// All that is wrong, section by section.
pub(super) fn problems(settings: &Settings) -> Vec<SettingsProblem> {
    let mut checks = Checks { settings, production: settings.is_production(), problems: Vec::new() };
    for section in settings.declared.iter() {
        ranges(section, &mut checks);
        settings.any(section).check(&mut checks);
    }
    checks.problems
}

fn ranges(section: &DeclaredSection, checks: &mut Checks<'_>) {
    // Lists of rules are long, and most sections that have them have nothing else.
    if !section.keys.iter().any(|key| matches!(key.kind, Kind::Integer(..))) {
        return;
    }
    let values = report::values(checks.settings, section);
    for key in section.keys {
        let Kind::Integer(least, greatest) = key.kind else { continue };
        let path = section.path(key.name);
        let value = values.get(&path).and_then(serde_json::Value::as_i64);
        let inside = value.is_some_and(|value| (least..=greatest).contains(&value));
        checks.check(inside, &path, format!("{} wanted", key.kind.wanted()));
    }
}
