//! The statement of an operator in words and numbers, made of the fold of its entries. Pure, but for the queries that its pages hand in.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};

use crate::conduct::ids::{ConductId, LineId};
use crate::conduct::pages::{both, line_name};
use crate::conduct::repair::possible_from;
use crate::conduct::rules::{Behaviour, CreditRules};
use crate::conduct::score::{
    Entry, EntryScore, EntryStatus, FactScore, RoleStanding, RuleBook, Standing, SubjectScore, forecast,
    standing,
};
use crate::conduct::state::{ConductStep, transition};
use crate::conduct::view::{ConductView, Words};
use crate::conduct::words::{ConductState, Grade};
use crate::core::Text;
use crate::credit::grading::row::deciding_score;
use crate::credit::pages::chart::{Bound, Level, StepChart, step_chart};
use crate::credit::pages::shown::{
    AnnulledShown, ChangeShown, ComingShown, EntryShown, FactShown, LineShown, StatementShown,
};
use crate::credit::pages::words::{self, RepairShown};
use crate::inspections::words::InspectedRole;
use crate::web::frame::Frame;

/// How far ahead is looked: longer than any entry counts.
const AHEAD_DAYS: u64 = 3660;
/// Coming days that are shown.
const COMING: usize = 6;
/// Entries that were annulled that are shown, the newest first.
const MOST_ANNULLED: usize = 50;

/// What a statement is made of.
pub struct Source<'a> {
    /// The entries of the operator, as they were known.
    pub entries: &'a [Entry],
    /// The rules.
    pub book: &'a RuleBook<'a>,
    /// What is to be said of each entry.
    pub views: &'a HashMap<ConductId, ConductView>,
    /// The entries of which an objection was decided.
    pub objected: &'a HashSet<ConductId>,
    /// The day of which the statement is.
    pub day: NaiveDate,
    /// Today, in Asia/Shanghai.
    pub today: NaiveDate,
    /// It is read by the enterprise itself.
    pub own: bool,
}

/// The points of a role by which its grade is found.
fn leading_points(role: &RoleStanding, rules: Option<&CreditRules>) -> i64 {
    deciding_score(role, rules.map_or(1000, |rules| rules.line_weight))
}

/// The role that gives the operator its grade: the worst, by grade, then by points.
fn leading<'a>(of: &'a Standing, rules: Option<&CreditRules>) -> Option<&'a RoleStanding> {
    of.roles.iter().max_by_key(|role| (role.grade, leading_points(role, rules), Reverse(role.role)))
}

fn points_of(of: &Standing, role: InspectedRole, rules: Option<&CreditRules>) -> i64 {
    of.roles.iter().find(|found| found.role == role).map_or(0, |found| leading_points(found, rules))
}

fn ahead(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(AHEAD_DAYS)).unwrap_or(NaiveDate::MAX)
}

/// The statement.
pub fn statement(f: &Frame, source: &Source<'_>, changes: Vec<ChangeShown>) -> StatementShown {
    let rules = source.book.rules_on(source.day);
    let of = standing(source.entries, source.book, source.day);
    let lead_role = leading(&of, rules);
    let mut sentences = Vec::new();
    if let Some(role) = lead_role {
        sentences.push(words::why(f, &why(f, role, rules, source)));
    }
    if of.roles.len() > 1 {
        sentences.push(by_role(f, &of, rules));
    }
    let facts = facts(f, &of, source);
    let coming = coming(f, &of, source);
    if source.own && source.day == source.today {
        sentences.extend(what_to_do(f, &facts));
    }
    StatementShown {
        title: if source.own {
            f.t("贵企业的信用等级", "Your grade")
        } else {
            f.t("信用等级", "Grade")
        },
        as_of: source.day,
        grade: words::grade_shown(of.grade),
        lead: words::lead(f, of.grade, source.own),
        sentences,
        coming,
        total: facts.len(),
        facts,
        before: None,
        behind: None,
        lines: lines(f, &of, source),
        annulled: annulled(f, source),
        changes,
    }
}

fn why(f: &Frame, role: &RoleStanding, rules: Option<&CreditRules>, source: &Source<'_>) -> words::Why {
    let points = leading_points(role, rules);
    let thresholds = rules.and_then(|rules| rules.thresholds_of(role.role));
    let by_points = thresholds.map(|thresholds| thresholds.grade(points));
    let from = thresholds.and_then(|thresholds| match role.grade {
        Grade::A => None,
        Grade::B => Some(thresholds.b),
        Grade::C => Some(thresholds.c),
        Grade::D => Some(thresholds.d),
    });
    let of = deciding(role, rules);
    let facts = of.facts.iter().filter(|fact| fact.points > 0).count();
    let held = by_points.is_some_and(|grade| grade < role.grade);
    let floor = held.then(|| floor_behaviour(f, role, source)).flatten();
    let line = of.line.and_then(|line| line_words(line, source));
    words::Why { grade: role.grade, points, line, facts, from, floor }
}

/// Whose points are those of a role: the operator's own, or those of the line that weighs more. They are not added up.
fn deciding<'a>(role: &'a RoleStanding, rules: Option<&CreditRules>) -> &'a SubjectScore {
    let weight = i64::from(rules.map_or(1000, |rules| rules.line_weight));
    let weighs = |line: &SubjectScore| line.score.saturating_mul(weight) / 1000;
    let worst = role.lines.iter().max_by_key(|line| weighs(line));
    worst.filter(|line| weighs(line) > role.own.score).unwrap_or(&role.own)
}

/// A product line by its names, as far as the reader may know of an entry about it.
fn line_words(line: LineId, source: &Source<'_>) -> Option<String> {
    let mut known = source.views.values().filter_map(|view| view.line.as_ref());
    known.find(|known| known.id == line).map(line_name)
}

/// The behaviour that counts and allows no better grade than the role has.
fn floor_behaviour(f: &Frame, role: &RoleStanding, source: &Source<'_>) -> Option<String> {
    let counting = subjects(role).flat_map(|subject| &subject.facts).flat_map(|fact| &fact.entries);
    let counting =
        counting.filter(|entry| matches!(entry.status, EntryStatus::Counts | EntryStatus::LowerInFact));
    counting.filter_map(|score| source.entries.iter().find(|entry| entry.id == score.id)).find_map(|entry| {
        let (_, behaviour) = source.book.weighing(entry)?;
        (behaviour.floor == Some(role.grade)).then(|| f.say(&behaviour.text).to_owned())
    })
}

fn subjects(role: &RoleStanding) -> impl Iterator<Item = &SubjectScore> {
    std::iter::once(&role.own).chain(&role.lines)
}

/// The grade in each role, where there are several.
fn by_role(f: &Frame, of: &Standing, rules: Option<&CreditRules>) -> String {
    let one = |role: &RoleStanding| {
        let letter = words::grade_shown(Some(role.grade)).letter;
        let points = words::points(f, leading_points(role, rules));
        let name = f.say(&role.role.text()).to_owned();
        f.t(&format!("{name} {letter} 级（{points}）"), &format!("{name}: {letter} ({points})")).to_owned()
    };
    let all: Vec<String> = of.roles.iter().map(one).collect();
    let all = all.join(f.t("，", ", "));
    f.t(
        &format!("按环节分别计分，取最差的等级：{all}。"),
        &format!("Each role is counted for itself and the worst grade holds: {all}."),
    )
    .to_owned()
}

/// What the enterprise can do about it.
fn what_to_do(f: &Frame, facts: &[FactShown]) -> Vec<String> {
    let entries = || facts.iter().flat_map(|fact| &fact.entries);
    let mut all = Vec::new();
    if entries().any(|entry| entry.objects) {
        let words =
            f.t("对记录有异议的，请在下方该条记录中提出。", "If an entry is wrong, object beside it below.");
        all.push(words.to_owned());
    }
    if entries().any(|entry| entry.repairs) {
        let words = f.t(
            "已有可以申请信用修复的记录，请在下方办理。",
            "For an entry below a repair can be applied for now.",
        );
        all.push(words.to_owned());
    }
    all
}

/// The coming days on which the grade or the points change by themselves.
fn coming(f: &Frame, now: &Standing, source: &Source<'_>) -> Vec<ComingShown> {
    let all = forecast(source.entries, source.book, source.day, ahead(source.day));
    let mut shown = Vec::new();
    let points = |of: &Standing| {
        let rules = source.book.rules_on(of.day);
        leading(of, rules).map_or(0, |role| leading_points(role, rules))
    };
    let mut before = (now.grade, points(now));
    for of in &all {
        let next = (of.grade, points(of));
        if next != before && shown.len() < COMING {
            shown.push(ComingShown {
                day: of.day,
                grade: words::grade_shown(of.grade),
                words: words::coming(f, of.grade, next.1),
            });
        }
        before = next;
    }
    shown
}

/// The facts, those that count first, then the newest.
fn facts(f: &Frame, of: &Standing, source: &Source<'_>) -> Vec<FactShown> {
    let mut all: Vec<(bool, NaiveDate, FactShown)> = Vec::new();
    for role in &of.roles {
        for fact in subjects(role).flat_map(|subject| &subject.facts) {
            let shown = fact_shown(f, fact, source);
            let newest = shown.entries.iter().map(|entry| entry.decided_on).max();
            if let Some(newest) = newest {
                all.push((shown.counts, newest, shown));
            }
        }
    }
    all.sort_by_key(|(counts, newest, _)| Reverse((*counts, *newest)));
    all.into_iter().map(|(_, _, shown)| shown).collect()
}

fn fact_shown(f: &Frame, fact: &FactScore, source: &Source<'_>) -> FactShown {
    let mut scores: Vec<&EntryScore> = fact.entries.iter().collect();
    // The one that counts, then the newest.
    scores.sort_by_key(|score| (Some(score.id) != fact.counted, Reverse(score.id)));
    FactShown {
        counts: fact.points > 0,
        entries: scores.into_iter().filter_map(|score| entry_shown(f, score, source)).collect(),
    }
}

/// The status of an entry as a tag.
fn status_tag(f: &Frame, score: &EntryScore) -> (&'static str, String) {
    let tone = match score.status {
        EntryStatus::Counts if score.points > 0 => "bad",
        EntryStatus::Counts | EntryStatus::LowerInFact | EntryStatus::Expired | EntryStatus::NotInRules => {
            "none"
        }
        EntryStatus::NotYet | EntryStatus::Suspended => "warn",
        EntryStatus::Repaired => "good",
    };
    let words = match score.status {
        EntryStatus::Counts if score.points == 0 => f.t("不记分", "no points").to_owned(),
        EntryStatus::Counts => f.t("计分中", "counts").to_owned(),
        other => f.say(&other.text()).to_owned(),
    };
    (tone, words)
}

fn entry_shown(f: &Frame, score: &EntryScore, source: &Source<'_>) -> Option<EntryShown> {
    let view = source.views.get(&score.id)?;
    let entry = source.entries.iter().find(|entry| entry.id == score.id)?;
    let behaviour = source.book.weighing(entry).map(|(_, behaviour)| behaviour);
    let current = source.day == source.today;
    let until = score.until.unwrap_or(view.counts_until);
    let repair = repair(entry, behaviour, (view, source));
    let mut tags = vec![status_tag(f, score)];
    let open = matches!(view.state, ConductState::Contested | ConductState::RepairPending);
    if current && open {
        tags.push(("warn", f.say(&view.state.text()).to_owned()));
    }
    let may = |step| source.own && current && transition(view.state, step).is_ok() && until >= source.today;
    // What was said on the day, which a later correction does not change.
    let said = |of: fn(&Behaviour) -> &Text, view: &Words| {
        behaviour.map_or_else(|| both(f, view).to_owned(), |behaviour| f.say(of(behaviour)).to_owned())
    };
    Some(EntryShown {
        id: score.id,
        behaviour: said(|behaviour| &behaviour.text, &view.behaviour_text),
        article: said(|behaviour| &behaviour.article, &view.article),
        subject: view
            .line
            .as_ref()
            .map(line_name)
            .unwrap_or_else(|| f.t("经营者", "the operator").to_owned()),
        source: format!("{} · {}", f.say(&entry.role.text()), f.say(&view.source.text())),
        points: words::points(f, score.points),
        counts: score.status == EntryStatus::Counts && score.points > 0,
        tags,
        document: view.document_no.clone(),
        happened_on: entry.happened_on,
        decided_on: entry.decided_on,
        from: entry.counts_from,
        until,
        ends: words::ended(f, score.status, until, entry.repaired_on)
            .unwrap_or_else(|| words::ends(f, until, repair)),
        waits: waits(f, view).filter(|_| current),
        objects: may(ConductStep::Object) && !source.objected.contains(&score.id),
        repairs: may(ConductStep::ApplyRepair) && repair == RepairShown::Now,
    })
}

/// Whether an entry can be repaired. Of a past day no more is said than from which day on.
fn repair(
    entry: &Entry,
    behaviour: Option<&Behaviour>,
    (view, source): (&ConductView, &Source<'_>),
) -> RepairShown {
    let burdens = |behaviour: &&Behaviour| behaviour.points > 0 || behaviour.floor.is_some();
    let Some(behaviour) = behaviour.filter(burdens) else { return RepairShown::Unsaid };
    let from = possible_from(behaviour, entry.decided_on);
    match () {
        () if !behaviour.repairable => RepairShown::Never,
        () if source.day < source.today || from > source.today => RepairShown::From(from),
        () if view.state == ConductState::Notified => RepairShown::Now,
        () => RepairShown::Unsaid,
    }
}

/// What is being decided of an entry.
fn waits(f: &Frame, view: &ConductView) -> Option<String> {
    let due = f.day(&view.due_on?);
    match view.state {
        ConductState::Contested => Some(
            f.t(&format!("异议将在{due}前办结。"), &format!("The objection is decided by {due}.")).to_owned(),
        ),
        ConductState::RepairPending => Some(
            f.t(
                &format!("修复申请将在{due}前决定。"),
                &format!("The application for repair is decided by {due}."),
            )
            .to_owned(),
        ),
        _ => None,
    }
}

fn lines(f: &Frame, of: &Standing, source: &Source<'_>) -> Vec<LineShown> {
    of.roles
        .iter()
        .flat_map(|role| &role.lines)
        .filter_map(|line| {
            Some(LineShown {
                name: line_words(line.line?, source)?,
                grade: words::grade_shown(Some(line.grade)),
                points: words::points(f, line.score),
            })
        })
        .collect()
}

/// The entries that were annulled, which count nowhere.
fn annulled(f: &Frame, source: &Source<'_>) -> Vec<AnnulledShown> {
    let mut all: Vec<AnnulledShown> = source
        .entries
        .iter()
        .filter(|entry| entry.annulled)
        .filter_map(|entry| {
            let view = source.views.get(&entry.id)?;
            let words = both(f, &view.behaviour_text).to_owned();
            Some(AnnulledShown {
                id: entry.id,
                words,
                decided_on: entry.decided_on,
                annulled_on: view.annulled_on,
            })
        })
        .collect();
    all.sort_by_key(|entry| Reverse(entry.decided_on));
    all.truncate(MOST_ANNULLED);
    all
}

/// The points of the role that gives the grade over time, with what comes if nothing else happens.
pub fn course(f: &Frame, source: &Source<'_>) -> Option<StepChart> {
    let rules = source.book.rules_on(source.day);
    let of = standing(source.entries, source.book, source.day);
    let role = leading(&of, rules)?.role;
    let first = source.entries.iter().map(|entry| entry.decided_on).min()?;
    let before = first.pred_opt().unwrap_or(first);
    let mut levels: Vec<Level> = Vec::new();
    for standing in forecast(source.entries, source.book, before, ahead(source.day)) {
        let points = points_of(&standing, role, source.book.rules_on(standing.day));
        if levels.last().map_or(0, |level| level.points) != points {
            levels.push(Level { day: standing.day, points });
        }
    }
    let thresholds = rules.and_then(|rules| rules.thresholds_of(role))?;
    let bounds = [("B", thresholds.b), ("C", thresholds.c), ("D", thresholds.d)];
    let bounds: Vec<Bound> = bounds
        .into_iter()
        .map(|(grade, points)| Bound { grade: grade.to_owned(), points: i64::from(points) * 1000 })
        .collect();
    step_chart(f, &levels, &bounds, source.day)
}

#[cfg(test)]
#[path = "statement_tests.rs"]
mod tests;
