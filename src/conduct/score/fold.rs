//! The fold: from the entries of one enterprise to its scores and grades on a day, with the explanation. Pure.

use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::rules::Thresholds;
use crate::conduct::score::book::RuleBook;
use crate::conduct::score::entry::Entry;
use crate::conduct::score::repeats::Repeats;
use crate::conduct::words::{EntriesOfAFact, Grade};
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where an enterprise stands on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CreditStanding)]
pub struct Standing {
    /// The day.
    pub day: NaiveDate,
    /// The worst grade of its roles; none where nothing was entered: it is unscored, which is not grade A.
    #[schema(inline)]
    pub grade: Option<Grade>,
    /// The standing in each role.
    pub roles: Vec<RoleStanding>,
}

/// Where an enterprise stands in one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoleStanding {
    /// The role.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The worst of the operator's own grade and of those of its lines.
    #[schema(inline)]
    pub grade: Grade,
    /// The operator's own score, in thousandths of a point.
    pub score: i64,
    /// Better than this the grade can't be.
    #[schema(inline)]
    pub floor: Option<Grade>,
    /// The operator itself.
    pub own: SubjectScore,
    /// Its product lines, by id.
    pub lines: Vec<SubjectScore>,
}

/// The score of an operator itself or of one of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SubjectScore {
    /// The line; none for the operator itself.
    #[schema(value_type = Option<String>)]
    pub line: Option<LineId>,
    /// The score, in thousandths of a point.
    pub score: i64,
    /// The grade of the score, and never better than the floor.
    #[schema(inline)]
    pub grade: Grade,
    /// The worst floor of the entries in force.
    #[schema(inline)]
    pub floor: Option<Grade>,
    /// Every fact on the file, the earliest first.
    pub facts: Vec<FactScore>,
}

/// What a fact counts for a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FactScore {
    /// The fact.
    #[schema(value_type = String)]
    pub fact: FactId,
    /// The entry that counts; none where no entry is in force.
    #[schema(value_type = Option<String>)]
    pub counted: Option<ConductId>,
    /// What it counts, in thousandths of a point.
    pub points: i64,
    /// The last day on which that entry counts if nothing happens.
    pub until: Option<NaiveDate>,
    /// All entries about it, the first decided first.
    pub entries: Vec<EntryScore>,
}

/// What an entry weighs, and whether it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EntryScore {
    /// The entry.
    #[schema(value_type = String)]
    pub id: ConductId,
    /// Base × intent × repeat, in thousandths of a point, rounded down.
    pub points: i64,
    /// The points of the behaviour, in whole points.
    pub base: u32,
    /// What the intent weighs, in thousandths.
    pub intent_factor: u32,
    /// Which time it is within the window, from 1.
    pub nth: u32,
    /// What that weighs, in thousandths.
    pub repeat_factor: u32,
    /// The last day on which it counts by its validity.
    pub until: Option<NaiveDate>,
    /// Whether it counts on the day.
    #[schema(inline)]
    pub status: EntryStatus,
}

crate::word_enum! {
    /// Whether an entry counts on a day, and why not.
    pub enum EntryStatus {
        /// It counts.
        Counts = "counts",
        /// In force, and another entry about the same fact counts in its place.
        LowerInFact = "lower_in_fact",
        /// It will count after the notice.
        NotYet = "not_yet",
        /// An objection keeps it from counting.
        Suspended = "suspended",
        /// Its validity is over.
        Expired = "expired",
        /// Its repair was granted.
        Repaired = "repaired",
        /// The rules that weigh it do not know the behaviour.
        NotInRules = "not_in_rules",
    }
}

crate::word_texts! { EntryStatus {
    Counts => "计分", "counts";
    LowerInFact => "同一事实已按另一条计分", "another entry about the same fact counts";
    NotYet => "告知期内，尚未计分", "does not count yet";
    Suspended => "异议处理中，暂不计分", "waits for the decision on an objection";
    Expired => "已到期", "expired";
    Repaired => "已修复", "repaired";
    NotInRules => "现行规则无此行为", "not in the rules";
} }

/// Where an enterprise stands on a day, by its entries in any order. An annulled entry leaves no trace, in repeats neither.
pub fn standing(entries: &[Entry], book: &RuleBook<'_>, day: NaiveDate) -> Standing {
    let live: Vec<&Entry> = entries.iter().filter(|entry| !entry.annulled).collect();
    let repeats = Repeats::new(&live, book);
    let mut by_role: BTreeMap<InspectedRole, Vec<&Entry>> = BTreeMap::new();
    for entry in live {
        by_role.entry(entry.role).or_default().push(entry);
    }
    let rules = book.rules_on(day);
    let mut roles = Vec::with_capacity(by_role.len());
    for (role, entries) in by_role {
        let Some((thresholds, weight)) = rules.and_then(|r| Some((r.thresholds_of(role)?, r.line_weight)))
        else {
            continue;
        };
        let mut by_line: BTreeMap<Option<LineId>, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            by_line.entry(entry.line).or_default().push(entry);
        }
        let own = by_line.remove(&None).unwrap_or_default();
        let own = subject(None, &own, (book, &repeats), thresholds, day);
        let lines =
            by_line.into_iter().map(|(line, of)| subject(line, &of, (book, &repeats), thresholds, day));
        roles.push(role_standing(role, own, lines.collect(), thresholds, weight));
    }
    Standing { day, grade: roles.iter().map(|role| role.grade).max(), roles }
}

fn role_standing(
    role: InspectedRole,
    own: SubjectScore,
    lines: Vec<SubjectScore>,
    thresholds: Thresholds,
    weight: u32,
) -> RoleStanding {
    let (mut grade, mut floor) = (own.grade, own.floor);
    for line in lines.iter().filter(|_| weight > 0) {
        grade = grade.max(thresholds.grade(line.score.saturating_mul(i64::from(weight)) / 1000));
        floor = floor.max(line.floor);
    }
    let grade = floor.map_or(grade, |floor| grade.max(floor));
    RoleStanding { role, grade, score: own.score, floor, own, lines }
}

fn subject(
    line: Option<LineId>,
    entries: &[&Entry],
    (book, repeats): (&RuleBook<'_>, &Repeats<'_>),
    thresholds: Thresholds,
    day: NaiveDate,
) -> SubjectScore {
    let mut by_fact: BTreeMap<FactId, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        by_fact.entry(entry.fact).or_default().push(entry);
    }
    let (mut score, mut floor, mut facts) = (0_i64, None, Vec::with_capacity(by_fact.len()));
    for (fact, mut entries) in by_fact {
        entries.sort_by_key(|entry| (entry.decided_on, entry.id));
        let happened_on = entries.iter().map(|entry| entry.happened_on).min().unwrap_or(day);
        let (of, worst) = fact_score(fact, &entries, (book, repeats), day);
        score = score.saturating_add(of.points);
        floor = floor.max(worst);
        facts.push((happened_on, of));
    }
    facts.sort_by_key(|(happened_on, of)| (*happened_on, of.fact));
    let by_score = thresholds.grade(score);
    SubjectScore {
        line,
        score,
        grade: floor.map_or(by_score, |floor| by_score.max(floor)),
        floor,
        facts: facts.into_iter().map(|(_, of)| of).collect(),
    }
}

/// What a fact counts, and the worst floor of its entries in force. The entries stand in the order of their decisions.
fn fact_score(
    fact: FactId,
    entries: &[&Entry],
    (book, repeats): (&RuleBook<'_>, &Repeats<'_>),
    day: NaiveDate,
) -> (FactScore, Option<Grade>) {
    let (mut floor, mut scores) = (None, Vec::with_capacity(entries.len()));
    let mut counted: Option<(usize, i64)> = None;
    for (at, entry) in entries.iter().enumerate() {
        let Some((rules, behaviour)) = book.weighing(entry) else {
            scores.push(unknown(entry));
            continue;
        };
        let nth = repeats.nth(entry, (behaviour.group.as_str(), rules.repeat.window_months), day);
        let (intent_factor, repeat_factor) = (rules.intent.of(entry.intent), rules.repeat.of(nth));
        let until = behaviour.counts_until(entry.decided_on);
        let points = i64::from(behaviour.points) * i64::from(intent_factor) * i64::from(repeat_factor) / 1000;
        let status = status(entry, until, day);
        if status == EntryStatus::Counts {
            floor = floor.max(behaviour.floor);
            let EntriesOfAFact::Highest = rules.entries_of_a_fact;
            if counted.is_none_or(|(_, best)| points > best) {
                counted = Some((at, points));
            }
        }
        scores.push(EntryScore {
            id: entry.id,
            points,
            base: behaviour.points,
            intent_factor,
            nth,
            repeat_factor,
            until: Some(until),
            status,
        });
    }
    let chosen = counted.map(|(at, _)| at);
    for (at, score) in scores.iter_mut().enumerate() {
        if score.status == EntryStatus::Counts && Some(at) != chosen {
            score.status = EntryStatus::LowerInFact;
        }
    }
    let counts = chosen.and_then(|at| scores.get(at));
    let of = FactScore {
        fact,
        counted: counts.map(|score| score.id),
        points: counts.map_or(0, |score| score.points),
        until: counts.and_then(|score| score.until),
        entries: scores,
    };
    (of, floor)
}

fn unknown(entry: &Entry) -> EntryScore {
    EntryScore {
        id: entry.id,
        points: 0,
        base: 0,
        intent_factor: 1000,
        nth: 1,
        repeat_factor: 1000,
        until: None,
        status: EntryStatus::NotInRules,
    }
}

/// Whether an entry is in force on a day.
fn status(entry: &Entry, until: NaiveDate, day: NaiveDate) -> EntryStatus {
    match entry.counts_from {
        _ if entry.repaired_on.is_some_and(|repaired_on| repaired_on <= day) => EntryStatus::Repaired,
        _ if until < day => EntryStatus::Expired,
        None => EntryStatus::Suspended,
        Some(from) if day < from => EntryStatus::NotYet,
        Some(_) => EntryStatus::Counts,
    }
}
