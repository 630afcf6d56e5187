//! The settings in force as text. Secrets mask themselves when they are serialised, so none can slip in here.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::Origin;
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
    let lines = top.iter().chain(&sections).map(|(line, origin)| format!("{line:width$}  # {origin}\n"));
    let assumed = assumed(settings).into_iter().map(|line| format!("#   {line}\n"));
    lines.chain(std::iter::once(format!("\n# {ASSUMED}\n"))).chain(assumed).collect()
}

/// Stands above the numbers and texts that no published rule confirms.
const ASSUMED: &str = "Provisional: assumed until an authority confirms it.";

/// What of the settings says of itself that it is provisional, with its source.
fn assumed(settings: &Settings) -> Vec<String> {
    let mut found = Vec::new();
    for section in settings.declared.iter() {
        for (key, value) in values(settings, section) {
            // What the operator has set is not assumed any more.
            let assumed = section.provisional.filter(|_| settings.origin(&key) == Origin::Default);
            found.extend(assumed.map(|source| format!("{key}: {source}")));
            collect_assumed(&key, &value, &mut found);
        }
    }
    found
}

fn collect_assumed(path: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if map.get("provisional") == Some(&Value::Bool(true)) {
                let source = map.get("source").and_then(Value::as_str);
                found.push(source.map_or_else(|| path.to_owned(), |source| format!("{path}: {source}")));
            }
            for (key, value) in map {
                collect_assumed(&format!("{path}.{key}"), value, found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let name = ["version", "key"].iter().find_map(|key| item.get(key)?.as_str());
                let name = name.map_or_else(|| at.to_string(), str::to_owned);
                collect_assumed(&format!("{path}[{name}]"), item, found);
            }
        }
        _ => {}
    }
}
