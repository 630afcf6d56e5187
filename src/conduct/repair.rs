//! Credit repair (信用修复): what must hold for an application, and for its grant.

use crate::conduct::entries;
use crate::conduct::event::NewConductStep;
use crate::conduct::judge::Law;
use crate::conduct::rules::{Behaviour, CreditRules, RepairCondition};
use crate::conduct::score::book::RuleBook;
use crate::conduct::score::entry::Entry;
use crate::conduct::store::Loaded;
use crate::conduct::words::{Grade, RepairCheck};
use crate::core::fields::Fields;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// The first day on which a repair can be applied for.
pub fn possible_from(behaviour: &Behaviour, decided_on: NaiveDate) -> NaiveDate {
    let wait = Days::new(u64::from(behaviour.repair_after_days));
    decided_on.checked_add_days(wait).unwrap_or(NaiveDate::MAX)
}

/// What an application is judged by.
struct Application<'a> {
    rules: &'a CreditRules,
    behaviour: &'a Behaviour,
    /// All entries of the enterprise.
    entries: Vec<Entry>,
}

fn application<'a>(tx: &mut Tx, loaded: &Loaded, law: Law<'a>) -> Result<Application<'a>, Problem> {
    let rules = law.rules_of(&loaded.course);
    let rules = rules.ok_or_else(|| Problem::internal("no rules of credit in the settings"))?;
    let behaviour = rules
        .behaviour(&loaded.course.matter.behaviour)
        .ok_or_else(|| Problem::internal("the rules do not know the behaviour of an entry"))?;
    let now = tx.now;
    let entries = entries::of_enterprise(&mut tx.conn, loaded.row.enterprise_id, now)?;
    Ok(Application { rules, behaviour, entries })
}

/// Refuses an application whose conditions are not met.
///
/// # Errors
/// 409 with the article, and the conditions that are not met; 422 without evidence, or with conditions that are none.
pub fn require(
    tx: &mut Tx,
    loaded: &Loaded,
    event: &NewConductStep,
    on: NaiveDate,
    law: Law<'_>,
) -> Result<(), Problem> {
    let of = application(tx, loaded, law)?;
    if !of.behaviour.repairable {
        let text = Text::new(
            format!("该行为（{}）依规定不予信用修复", of.behaviour.text.zh),
            format!("this behaviour ({}) can't be repaired", of.behaviour.text.en),
        );
        return Err(Problem::new(Code::RepairConditionsUnmet, text).under(&of.behaviour.article));
    }
    let mut fields = Fields::new();
    let (zh, en) = ("请上传证明材料", "hand in evidence");
    fields.require(!event.attachments.is_empty(), "/attachments", zh, en);
    let declarable: BTreeSet<&str> = of
        .rules
        .repair
        .conditions
        .iter()
        .filter(|condition| condition.check == RepairCheck::Declared)
        .map(|condition| condition.key.as_str())
        .collect();
    for (at, key) in event.declared.iter().enumerate() {
        let known = declarable.contains(key.as_str());
        let (zh, en) = ("不是可以声明的条件", "is no condition that can be declared");
        fields.require(known, &format!("/declared/{at}"), zh, en);
    }
    fields.done()?;
    let declared: BTreeSet<&str> = event.declared.iter().map(String::as_str).collect();
    let met = |condition: &RepairCondition| match condition.check {
        RepairCheck::Waited => on >= possible_from(of.behaviour, loaded.course.matter.decided_on),
        RepairCheck::NoRepeat => !repeated(&of, loaded, law),
        RepairCheck::NotSevere => !severe(&of, loaded, on, law),
        RepairCheck::Declared => declared.contains(condition.key.as_str()),
    };
    unmet(&of, met)
}

/// Refuses a grant where something has happened since the application.
///
/// # Errors
/// 409 with the article, and the conditions that are no longer met.
pub fn require_still(tx: &mut Tx, loaded: &Loaded, on: NaiveDate, law: Law<'_>) -> Result<(), Problem> {
    let of = application(tx, loaded, law)?;
    let met = |condition: &RepairCondition| match condition.check {
        RepairCheck::NoRepeat => !repeated(&of, loaded, law),
        RepairCheck::NotSevere => !severe(&of, loaded, on, law),
        RepairCheck::Waited | RepairCheck::Declared => true,
    };
    unmet(&of, met)
}

fn unmet(of: &Application<'_>, met: impl Fn(&RepairCondition) -> bool) -> Result<(), Problem> {
    let missing: Vec<&RepairCondition> =
        of.rules.repair.conditions.iter().filter(|condition| !met(condition)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let text = Text::new("信用修复条件尚未全部满足", "not all conditions of credit repair are met");
    let mut problem = Problem::new(Code::RepairConditionsUnmet, text).under(&of.rules.repair.article);
    problem.errors = missing
        .into_iter()
        .map(|condition| {
            let text = Text::new(
                format!("未满足：{}", condition.text.zh),
                format!("not met: {}", condition.text.en),
            );
            FieldError::body(format!("/conditions/{}", condition.key), text)
        })
        .collect();
    Err(problem)
}

/// Whether the operator did something of the same group after what the entry is about.
fn repeated(of: &Application<'_>, loaded: &Loaded, law: Law<'_>) -> bool {
    let book = RuleBook::new(&law.settings.rules);
    of.entries.iter().any(|entry| {
        !entry.annulled
            && entry.fact != loaded.row.fact_id
            && entry.role == loaded.row.role
            && entry.happened_on > loaded.row.decided_on
            && book.weighing(entry).is_some_and(|(_, other)| other.group == of.behaviour.group)
    })
}

/// Whether another entry that counts keeps the enterprise at grade D.
fn severe(of: &Application<'_>, loaded: &Loaded, on: NaiveDate, law: Law<'_>) -> bool {
    let book = RuleBook::new(&law.settings.rules);
    of.entries.iter().any(|entry| {
        let in_force = |behaviour: &Behaviour| {
            entry.counts_from.is_some_and(|from| from <= on)
                && on <= behaviour.counts_until(entry.decided_on)
                && entry.repaired_on.is_none()
        };
        !entry.annulled
            && entry.id != loaded.row.id
            && book.weighing(entry).is_some_and(|(_, other)| other.floor == Some(Grade::D) && in_force(other))
    })
}
