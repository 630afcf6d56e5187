//! What must hold in the rules of credit, asked before a server starts.

use std::collections::BTreeSet;

use crate::conduct::rules::CreditRules;
use crate::inspections::words::InspectedRole;
use crate::settings::Checks;

const KEY: &str = "conduct.rules";

/// Checks all versions.
pub fn check_rules(versions: &[CreditRules], checks: &mut Checks<'_>) {
    let names: BTreeSet<&str> = versions.iter().map(|rules| rules.version.as_str()).collect();
    let days: BTreeSet<_> = versions.iter().map(|rules| rules.in_force_from).collect();
    checks.check(!versions.is_empty(), KEY, "at least one version is needed");
    checks.check(names.iter().all(|name| !name.trim().is_empty()), KEY, "a version has no name");
    checks.check(names.len() == versions.len(), KEY, "two versions have the same name");
    checks.check(days.len() == versions.len(), KEY, "two versions come into force on the same day");
    for rules in versions {
        check_version(rules, checks);
        check_behaviours(rules, checks);
    }
}

fn is_key(word: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !word.is_empty() && word.len() <= 64 && word.chars().all(fits)
}

/// Whether words are keys, each there once.
fn are_keys<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    words.into_iter().all(|word| is_key(word) && seen.insert(word))
}

fn check_version(rules: &CreditRules, checks: &mut Checks<'_>) {
    let name = &rules.version;
    let factor = |factor: &u32| (1..=10_000).contains(factor);
    let intent = [rules.intent.not_stated, rules.intent.negligent, rules.intent.intentional];
    let repeat = &rules.repeat.factors;
    let rising = repeat.windows(2).all(|pair| matches!(pair, [first, second] if first <= second));
    checks.check(
        intent.iter().all(factor) && repeat.iter().all(factor) && (1..=20).contains(&repeat.len()) && rising,
        KEY,
        format!(
            "{name}: factors must be 1 to 10000, those of repeat 1 to 20 and none smaller than the one before"
        ),
    );
    checks.check(
        (1..=120).contains(&rules.repeat.window_months) && rules.line_weight <= 1000,
        KEY,
        format!("{name}: window_months must be 1 to 120, line_weight 0 to 1000"),
    );
    let terms = [rules.objection.working_days, rules.repair.working_days];
    checks.check(
        terms.iter().all(|days| (1..=365).contains(days))
            && rules.notice.working_days <= 365
            && rules.notice.unreached_days <= 365,
        KEY,
        format!("{name}: terms must be 1 to 365 days, those of the notice 0 to 365"),
    );
    for role in InspectedRole::ALL {
        let rows: Vec<_> = rules.thresholds.iter().filter(|row| row.role == *role).collect();
        let fits = matches!(rows.as_slice(), [row] if 0 < row.b && row.b < row.c && row.c < row.d && row.d <= 100_000);
        checks.check(
            fits,
            KEY,
            format!("{name}: {role} must have one row of thresholds, rising, from 1 to 100000"),
        );
    }
    let measures = rules.measures.iter().all(|m| m.period_days <= 3650 && (1..=3650).contains(&m.due_days));
    checks.check(
        measures && are_keys(rules.measures.iter().map(|m| m.key.as_str())),
        KEY,
        format!("{name}: measures need a key each, period_days 0 to 3650, due_days 1 to 3650"),
    );
    checks.check(
        are_keys(rules.repair.conditions.iter().map(|condition| condition.key.as_str())),
        KEY,
        format!("{name}: conditions of repair need keys of a-z, 0-9 and _, each once"),
    );
    let scope = rules.out_of_scope.iter().flat_map(|row| &row.laws).all(|law| law.chars().count() >= 2);
    checks.check(
        scope
            && are_keys(rules.out_of_scope.iter().map(|row| row.key.as_str()))
            && are_keys(rules.never.iter().map(|row| row.key.as_str())),
        KEY,
        format!("{name}: out_of_scope and never need keys, each once, and laws of two characters at least"),
    );
}

fn check_behaviours(rules: &CreditRules, checks: &mut Checks<'_>) {
    let name = &rules.version;
    checks.check(
        !rules.behaviours.is_empty() && are_keys(rules.behaviours.iter().map(|b| b.code.as_str())),
        KEY,
        format!("{name}: behaviours need codes of a-z, 0-9 and _, each once"),
    );
    let fits = rules.behaviours.iter().all(|b| {
        b.points <= 10_000
            && (1..=3650).contains(&b.validity_days)
            && b.repair_after_days <= b.validity_days
            && is_key(&b.group)
    });
    checks.check(
        fits,
        KEY,
        format!(
            "{name}: points must be 0 to 10000, validity_days 1 to 3650, repair_after_days no more than these, and a group must be named"
        ),
    );
    let counts = |key: &str| rules.behaviours.iter().any(|b| b.code == key && b.points > 0);
    checks.check(
        !rules.never.iter().any(|row| counts(&row.key)),
        KEY,
        format!("{name}: what never counts has points as a behaviour"),
    );
}
