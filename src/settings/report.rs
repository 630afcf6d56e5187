//! The settings in force as text. Secrets mask themselves when they are serialised, so none can slip in here.

use std::collections::BTreeMap;

use serde_json::Value;

use super::values::Settings;

/// Every key with its value, secrets masked.
pub(super) fn flatten(settings: &Settings) -> BTreeMap<String, Value> {
    let mut flat = BTreeMap::new();
    if let Ok(Value::Object(sections)) = serde_json::to_value(settings) {
        for (name, value) in sections {
            match value {
                Value::Object(keys) => {
                    flat.extend(keys.into_iter().map(|(key, value)| (format!("{name}.{key}"), value)))
                }
                value => {
                    flat.insert(name, value);
                }
            }
        }
    }
    flat
}

/// One `key = value  # origin` a line: the keys without a section first, then by section.
pub(super) fn text(settings: &Settings) -> String {
    let lines: Vec<(String, String)> = flatten(settings)
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
