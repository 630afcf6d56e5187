//! What the standing of an enterprise comes to as rows of `credit_subject`, and how one differs from the row before. Pure.

use crate::catalogue::SupervisionClass;
use crate::conduct::ids::ConductId;
use crate::conduct::rules::CreditRules;
use crate::conduct::score::{Entry, EntryStatus, RoleStanding, RuleBook, Standing, forecast};
use crate::conduct::words::Grade;
use crate::core::ids::EnterpriseId;
use crate::credit::words::{Became, ChangeReason};
use crate::db::schema::credit_subject;
use crate::inspections::words::InspectedRole;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// How far ahead a coming grade is looked for, in days: ten years.
pub const HORIZON_DAYS: u64 = 3_653;

/// A row of `credit_subject`: the credit of an operator in a role.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = credit_subject, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct SubjectRow {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The role.
    pub role: InspectedRole,
    /// Code of the region of the enterprise.
    pub region: String,
    /// Whether it operates.
    pub operating: bool,
    /// The closest supervision class of its products; none where no product is known.
    pub class: Option<SupervisionClass>,
    /// The score that decides, in thousandths of a point: the operator's own, or that of a line by its weight where that is higher.
    pub score: i64,
    /// The grade; none once nothing is on its file any more.
    pub grade: Option<Grade>,
    /// Whether this is the worst role of the enterprise.
    pub worst: bool,
    /// Its lines, as [`LineGrade`]s.
    pub lines: Value,
    /// The entries that count.
    pub counted: Vec<Uuid>,
    /// Whether an objection waits for its decision.
    pub under_objection: bool,
    /// Whether an application for credit repair waits for its decision.
    pub repair_pending: bool,
    /// The grade that it will have if nothing happens.
    pub next_grade: Option<Grade>,
    /// The first day of the next grade.
    pub next_grade_on: Option<NaiveDate>,
    /// The next day on which the score can change by time alone.
    pub look_on: Option<NaiveDate>,
    /// The version of the rules whose thresholds hold.
    pub rules_version: String,
    /// Whether that version is on trial.
    pub trial: bool,
    /// The day of the grading.
    pub graded_on: NaiveDate,
    /// The moment of the grading.
    pub graded_at: DateTime<Utc>,
}

/// The grade of a line of products, as the row keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineGrade {
    /// Id of the line.
    pub line: Uuid,
    /// Its score in thousandths of a point.
    pub score: i64,
    /// Its grade.
    #[schema(inline)]
    pub grade: Grade,
}

/// What the grading of an enterprise depends on besides its conduct.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GradingContext {
    /// Code of its region.
    pub region: String,
    /// Whether it operates.
    pub operating: bool,
    /// The closest supervision class of its products.
    pub class: Option<SupervisionClass>,
    /// In which roles an objection or an application for repair waits: role, objection, repair.
    pub waiting: Vec<(InspectedRole, bool, bool)>,
}

/// By what is graded: the rules, on which day, at which moment.
#[derive(Clone, Copy)]
pub struct Grading<'a> {
    /// All versions of the rules.
    pub book: &'a RuleBook<'a>,
    /// The version whose thresholds hold on the day.
    pub rules: &'a CreditRules,
    /// The day.
    pub day: NaiveDate,
    /// The moment at which it is written.
    pub now: DateTime<Utc>,
}

/// The score of a role that decides: the operator's own, or that of a line by its weight where that is higher.
pub fn deciding_score(role: &RoleStanding, line_weight: u32) -> i64 {
    let weighted = |score: i64| score.saturating_mul(i64::from(line_weight)) / 1000;
    role.lines.iter().map(|line| weighted(line.score)).fold(role.score, i64::max)
}

/// The worse one first: by grade, then by score.
fn worst_role(standing: &Standing, line_weight: u32) -> Option<InspectedRole> {
    let rank = |role: &RoleStanding| (role.grade, deciding_score(role, line_weight));
    standing.roles.iter().max_by(|a, b| rank(a).cmp(&rank(b)).then(b.role.cmp(&a.role))).map(|role| role.role)
}

/// The entries that count for a role, in the order of their ids.
fn counted(role: &RoleStanding) -> Vec<Uuid> {
    let subjects = std::iter::once(&role.own).chain(&role.lines);
    let facts = subjects.flat_map(|subject| &subject.facts);
    let mut ids: Vec<Uuid> = facts
        .flat_map(|fact| &fact.entries)
        .filter(|entry| entry.status == EntryStatus::Counts)
        .map(|entry| entry.id.0)
        .collect();
    ids.sort_unstable();
    ids
}

/// The next day after this one on which the score of some entries can change by time alone.
fn look_on(standing: &Standing, entries: &[Entry], grading: Grading<'_>) -> Option<NaiveDate> {
    let subjects = standing.roles.iter().flat_map(|role| std::iter::once(&role.own).chain(&role.lines));
    let scores = subjects.flat_map(|subject| &subject.facts).flat_map(|fact| &fact.entries);
    let ends = scores.filter_map(|entry| entry.until?.succ_opt());
    let begins = entries
        .iter()
        .filter(|entry| !entry.annulled)
        .flat_map(|entry| [entry.counts_from, entry.repaired_on])
        .flatten();
    ends.chain(begins).chain(grading.book.begins()).filter(|next| *next > grading.day).min()
}

/// The next grade of each role, and from which day, if nothing happens.
fn coming(
    standing: &Standing,
    entries: &[Entry],
    grading: Grading<'_>,
) -> HashMap<InspectedRole, (Grade, NaiveDate)> {
    let still = standing.roles.iter().all(|role| role.grade == Grade::A)
        && entries
            .iter()
            .all(|entry| entry.annulled || entry.counts_from.is_none_or(|from| from <= grading.day));
    if still {
        return HashMap::new();
    }
    let horizon = grading.day.checked_add_days(Days::new(HORIZON_DAYS)).unwrap_or(NaiveDate::MAX);
    let mut next = HashMap::new();
    for ahead in forecast(entries, grading.book, grading.day, horizon) {
        for role in &ahead.roles {
            let now = standing.roles.iter().find(|present| present.role == role.role);
            if now.is_none_or(|now| now.grade != role.grade) {
                next.entry(role.role).or_insert((role.grade, ahead.day));
            }
        }
    }
    next
}

/// The rows that the standing of an enterprise comes to. A role that was kept before and is on no file any more stays without a grade.
pub fn rows(
    enterprise: EnterpriseId,
    (standing, entries): (&Standing, &[Entry]),
    around: &GradingContext,
    kept: &[SubjectRow],
    grading: Grading<'_>,
) -> Vec<SubjectRow> {
    let gone = kept.iter().filter(|row| standing.roles.iter().all(|role| role.role != row.role));
    let mut gone: Vec<InspectedRole> = gone.map(|row| row.role).collect();
    gone.sort_unstable();
    let worst = worst_role(standing, grading.rules.line_weight).or_else(|| gone.first().copied());
    let next = coming(standing, entries, grading);
    let look_on = look_on(standing, entries, grading);
    let empty = |role: InspectedRole| {
        let waits = around.waiting.iter().find(|(of, ..)| *of == role);
        SubjectRow {
            enterprise_id: enterprise,
            role,
            region: around.region.clone(),
            operating: around.operating,
            class: around.class,
            score: 0,
            grade: None,
            worst: worst == Some(role),
            lines: Value::Array(Vec::new()),
            counted: Vec::new(),
            under_objection: waits.is_some_and(|(_, objection, _)| *objection),
            repair_pending: waits.is_some_and(|(.., repair)| *repair),
            next_grade: next.get(&role).map(|(grade, _)| *grade),
            next_grade_on: next.get(&role).map(|(_, day)| *day),
            look_on,
            rules_version: grading.rules.version.clone(),
            trial: grading.rules.provisional,
            graded_on: grading.day,
            graded_at: grading.now,
        }
    };
    let graded = standing.roles.iter().map(|role| {
        let lines = role.lines.iter().filter_map(|subject| {
            let line = LineGrade { line: subject.line?.0, score: subject.score, grade: subject.grade };
            serde_json::to_value(line).ok()
        });
        SubjectRow {
            score: deciding_score(role, grading.rules.line_weight),
            grade: Some(role.grade),
            lines: Value::Array(lines.collect()),
            counted: counted(role),
            ..empty(role.role)
        }
    });
    graded.chain(gone.into_iter().map(empty)).collect()
}

/// Whether a row says anything else than the one before, besides when it was graded.
pub fn differs(before: Option<&SubjectRow>, row: &SubjectRow) -> bool {
    before.is_none_or(|before| {
        let SubjectRow { graded_on, graded_at, .. } = before.clone();
        SubjectRow { graded_on, graded_at, ..row.clone() } != *before
    })
}

/// Whether it differs in what is said of past days.
pub fn is_change(before: Option<&SubjectRow>, row: &SubjectRow) -> bool {
    before.is_none_or(|b| {
        (b.score, b.grade, b.worst, b.operating, b.class, b.trial)
            != (row.score, row.grade, row.worst, row.operating, row.class, row.trial)
            || b.region != row.region
            || b.rules_version != row.rules_version
    })
}

/// An entry that made a subject what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Cause {
    /// The entry.
    pub conduct: ConductId,
    /// Its behaviour.
    pub behaviour: String,
    /// What became of it.
    #[schema(inline)]
    pub became: Became,
}

/// The most entries that a change names.
const MOST_CAUSES: usize = 50;

fn became(status: EntryStatus) -> Became {
    match status {
        EntryStatus::Counts => Became::Counts,
        EntryStatus::LowerInFact => Became::Lower,
        EntryStatus::NotYet => Became::NotYet,
        EntryStatus::Suspended => Became::Suspended,
        EntryStatus::Expired => Became::Expired,
        EntryStatus::Repaired => Became::Repaired,
        EntryStatus::NotInRules => Became::NotInRules,
    }
}

/// The entries that count now and did not before, and those that counted before and do not any more.
pub fn causes(
    before: Option<&SubjectRow>,
    row: &SubjectRow,
    standing: &Standing,
    entries: &[Entry],
) -> Vec<Cause> {
    let known = |id: Uuid| entries.iter().find(|entry| entry.id.0 == id);
    let statuses: HashMap<Uuid, EntryStatus> = standing
        .roles
        .iter()
        .flat_map(|role| std::iter::once(&role.own).chain(&role.lines))
        .flat_map(|subject| &subject.facts)
        .flat_map(|fact| &fact.entries)
        .map(|entry| (entry.id.0, entry.status))
        .collect();
    let earlier = before.map(|before| before.counted.as_slice()).unwrap_or_default();
    let cause = |id: Uuid, became: Became| {
        known(id).map(|entry| Cause { conduct: entry.id, behaviour: entry.behaviour.clone(), became })
    };
    let begun =
        row.counted.iter().filter(|id| !earlier.contains(id)).filter_map(|id| cause(*id, Became::Counts));
    let ended = earlier.iter().filter(|id| !row.counted.contains(id)).filter_map(|id| {
        let annulled = known(*id).is_some_and(|entry| entry.annulled);
        let became = match statuses.get(id) {
            _ if annulled => Became::Annulled,
            Some(status) => became(*status),
            None => Became::Expired,
        };
        cause(*id, became)
    });
    begun.chain(ended).take(MOST_CAUSES).collect()
}

/// Why a subject is not what it was, by what it was and the entries that made it so.
pub fn reason(before: Option<&SubjectRow>, row: &SubjectRow, causes: &[Cause]) -> ChangeReason {
    let Some(before) = before else { return ChangeReason::Conduct };
    let by_time = |cause: &Cause| matches!(cause.became, Became::Expired);
    match () {
        () if before.rules_version != row.rules_version || before.trial != row.trial => ChangeReason::Rules,
        () if causes.is_empty()
            && before.score == row.score
            && before.grade == row.grade
            && before.worst == row.worst =>
        {
            ChangeReason::Place
        }
        () if !causes.is_empty() && causes.iter().all(by_time) => ChangeReason::Day,
        () => ChangeReason::Conduct,
    }
}

#[cfg(test)]
mod tests;
