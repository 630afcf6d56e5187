//! The settings in force as text. Secrets mask themselves when they are serialised, so none can slip in here.

use std::collections::BTreeMap;

use serde_json::Value;

use super::values::{DeclaredSection, Settings};

/// The keys of a section with their values, secrets masked.
pub(super) fn values(settings: &Settings, section: &DeclaredSection) -> BTreeMap<String, Value> {
    match settings.any(section).json() {
        Value::Object(keys) => keys.into_iter().map(|(key, value)| (section.path(&key), value)).collect(),
        _ => BTreeMap::new(),
    }
}

/// One `key = value  # origin` a line: the keys without a section first, then by section.
pub(super) fn text(settings: &Settings) -> String {
    let all: BTreeMap<String, Value> =
        settings.declared.iter().flat_map(|section| values(settings, section)).collect();
    let lines: Vec<(String, String)> = all
        .into_iter()
        .map(|(key, value)| {
            let origin = settings.origin(&key);
            (format!("{key} = {value}"), origin.to_string())
        })
        .collect();
    let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or_default().min(60);
    let (sections, top): (Vec<_>, Vec<_>) = lines
        .into_iter()
        .partition(|(line, _)| line.split_once(" = ").is_some_and(|(key, _)| key.contains('.')));
    top.iter().chain(&sections).map(|(line, origin)| format!("{line:width$}  # {origin}\n")).collect()
}
