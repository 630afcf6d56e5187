//! The days that follow from a step by the rules and the calendar: from when an entry counts, and until when something is decided. Pure.

use crate::catalogue::Calendar;
use crate::conduct::course::Course;
use crate::conduct::event::{Details, Matter};
use crate::conduct::rules::{Behaviour, CreditRules};
use crate::conduct::settings::ConductSettings;
use crate::conduct::state::ConductStep;
use crate::conduct::words::ConductState;
use crate::inspections::days::working_days_after;
use chrono::{Days, NaiveDate};

/// What steps are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The rules, version by version.
    pub settings: &'a ConductSettings,
    /// The calendar of working days.
    pub calendar: &'a Calendar,
}

impl<'a> Law<'a> {
    /// The rules that weigh what an entry says, and its behaviour in them; none where they do not know it.
    pub fn of(self, matter: &Matter) -> Option<(&'a CreditRules, &'a Behaviour)> {
        let rules = self.settings.rules_on(matter.decided_on)?;
        Some((rules, rules.behaviour(&matter.behaviour)?))
    }

    /// The rules that an entry names; where the settings no longer have the version, those of the day of the decision.
    pub fn rules_of(self, course: &Course) -> Option<&'a CreditRules> {
        let own = self.settings.version(&course.rules_version);
        own.or_else(|| self.settings.rules_on(course.matter.decided_on))
    }
}

/// Completes what the history keeps of a first step on a day.
pub fn entered(
    details: &mut Details,
    on: NaiveDate,
    rules: &CreditRules,
    behaviour: &Behaviour,
    decided_on: NaiveDate,
) {
    details.rules_version = Some(rules.version.clone());
    details.counts_until = Some(behaviour.counts_until(decided_on));
    let from = if behaviour.immediate { on } else { unreached(on, rules) };
    details.counts_from = Some(from.max(decided_on));
}

/// The day from which a conduct counts that is entered on a day and of which nobody could be notified.
fn unreached(on: NaiveDate, rules: &CreditRules) -> NaiveDate {
    on.checked_add_days(Days::new(u64::from(rules.notice.unreached_days))).unwrap_or(NaiveDate::MAX)
}

/// The day from which a conduct counts of which the enterprise is notified on a day.
fn counts_after_notice(on: NaiveDate, rules: &CreditRules, law: Law<'_>, decided_on: NaiveDate) -> NaiveDate {
    working_days_after(on, rules.notice.working_days, law.calendar).max(decided_on)
}

/// Completes what the history keeps of a further step on a day, for an entry that stands so.
pub fn judged(details: &mut Details, step: ConductStep, on: NaiveDate, course: &Course, law: Law<'_>) {
    use ConductStep as S;
    let Some(rules) = law.rules_of(course) else { return };
    let behaviour = rules.behaviour(&course.matter.behaviour);
    let immediate = behaviour.is_some_and(|behaviour| behaviour.immediate);
    match step {
        S::Notify => {
            // What counts already, or counts at once, is not put off by being notified again.
            let waits = course.counts_from.is_some_and(|from| from > on) && !immediate;
            let from = if waits {
                Some(counts_after_notice(on, rules, law, course.matter.decided_on))
            } else {
                None
            };
            details.counts_from = from.or(course.counts_from);
        }
        S::Object => {
            details.due_on = Some(working_days_after(on, rules.objection.working_days, law.calendar));
            let waits = rules.objection.suspends && course.counts_from.is_some_and(|from| from > on);
            details.counts_from = course.counts_from.filter(|_| !waits);
        }
        S::Uphold => details.counts_from = resumed(course, on),
        S::Correct => corrected(details, on, course, law),
        S::ApplyRepair => {
            details.due_on = Some(working_days_after(on, rules.repair.working_days, law.calendar));
        }
        S::Enter | S::Annul | S::GrantRepair | S::RefuseRepair => {}
    }
}

/// From when an entry counts once the objection to it is decided.
fn resumed(course: &Course, on: NaiveDate) -> Option<NaiveDate> {
    course.waits_from.map(|from| from.max(on)).or(course.counts_from)
}

/// A correction by which a grade can become worse is notified anew before it counts: one that makes the entry weigh more or count longer, or that puts
/// it beside others of another role.
fn corrected(details: &mut Details, on: NaiveDate, course: &Course, law: Law<'_>) {
    let Some(correction) = &details.correction else { return };
    let matter = course.matter.corrected(correction);
    let Some((rules, behaviour)) = law.of(&matter) else { return };
    let weight = |rules: &CreditRules, behaviour: &Behaviour, matter: &Matter| {
        (u64::from(behaviour.points) * u64::from(rules.intent.of(matter.intent)), behaviour.floor)
    };
    let before = law
        .rules_of(course)
        .and_then(|rules| Some(weight(rules, rules.behaviour(&course.matter.behaviour)?, &course.matter)));
    let (points, floor) = weight(rules, behaviour, &matter);
    let until = behaviour.counts_until(matter.decided_on);
    let heavier = before.is_none_or(|(before, before_floor)| points > before || floor > before_floor)
        || matter.role != course.matter.role
        || until > course.counts_until;
    let from = resumed(course, on).unwrap_or(on);
    let from = if !heavier || behaviour.immediate {
        from.max(matter.decided_on)
    } else if course.state == ConductState::Entered {
        from.max(unreached(on, rules)).max(matter.decided_on)
    } else {
        from.max(counts_after_notice(on, rules, law, matter.decided_on))
    };
    details.rules_version = Some(rules.version.clone());
    details.counts_from = Some(from);
    details.counts_until = Some(until);
}
