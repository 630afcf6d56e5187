//! What must hold for a step besides the state: the one rule for the command that takes a step and for the steps that a page offers. What is handed
//! in with a step is judged when it is taken. Pure.

use crate::core::clock::day_text;
use crate::core::{Code, Problem, Text};
use crate::oversight::course::Course;
use crate::oversight::rows::ResponsibilityRow;
use crate::oversight::state::{OversightState, OversightStep};
use crate::oversight::words::{OversightKind, ResponsibilityState};
use chrono::NaiveDate;

/// What a letter, an interview or a listing is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// What its history says.
    pub course: &'a Course,
    /// The responsibilities of a listing.
    pub responsibilities: &'a [ResponsibilityRow],
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
    /// How often a term is extended at most, by the rules.
    pub most_extensions: i32,
}

/// Refuses a step for which something does not hold that the history or the responsibilities say.
///
/// # Errors
/// 409 with the reason.
pub fn require(now: Now<'_>, step: OversightStep) -> Result<(), Problem> {
    use OversightStep as S;
    let Now { course, responsibilities, today, most_extensions } = now;
    let late = course.due_on.is_some_and(|due| due < today);
    let interview = course.kind == OversightKind::Interview;
    match step {
        S::Hold | S::NotAttend => match course.meets_on {
            Some(day) if day > today => Err(too_early(day)),
            _ => Ok(()),
        },
        S::SignInterviewed | S::CorrectMinutes if course.interviewed_done => {
            Err(minutes("纪要已由被约谈方签字", "the interviewed have signed the minutes"))
        }
        S::NoteRefusal if course.interviewed_done || !late => Err(minutes(
            "签字期限尚未届满，或者已经签字",
            "the time to sign has not passed, or they have signed",
        )),
        S::Sign if !course.interviewed_done => {
            Err(minutes("须先由被约谈方更正发言并签字", "the interviewed correct their words and sign first"))
        }
        S::Return | S::Verify if interview && !course.reported => {
            Err(unanswered("对方尚未报告整改情况", "nothing was reported that could be verified"))
        }
        // What was not answered ends only once its term has passed.
        S::Close if !late && is_unanswered(course.state) => Err(unanswered(
            "对方尚未回复且期限未到，不能办结",
            "it is not answered and its term has not passed; it can’t be closed yet",
        )),
        S::Apply | S::Accept if course.kind == OversightKind::Listing => require_done(responsibilities),
        S::TaskDone | S::TaskReopen => require_some(step, responsibilities),
        S::Extend if course.extensions >= most_extensions => Err(Problem::new(
            Code::OversightExtended,
            Text::new(
                format!("期限最多延长 {most_extensions} 次"),
                format!("a term is extended {most_extensions} times at most"),
            ),
        )),
        _ => Ok(()),
    }
}

/// Refuses to note of a responsibility that its task is done where that is noted already, and to reopen a task that is open.
///
/// # Errors
/// 409 `oversight_state`.
pub fn require_task(step: OversightStep, state: ResponsibilityState) -> Result<(), Problem> {
    let text = match (step, state) {
        (OversightStep::TaskDone, ResponsibilityState::Done) => Text::new(
            "该项责任任务已完成，需要更改的请先重新办理",
            "this task is done; it is reopened before it is done anew",
        ),
        (OversightStep::TaskReopen, ResponsibilityState::Open) => {
            Text::new("该项责任任务尚未完成", "this task is open")
        }
        _ => return Ok(()),
    };
    Err(Problem::new(Code::OversightState, text))
}

/// Refuses a step of a task where none of the responsibilities allows it.
fn require_some(step: OversightStep, responsibilities: &[ResponsibilityRow]) -> Result<(), Problem> {
    let mut refused = Ok(());
    for row in responsibilities {
        refused = require_task(step, row.state);
        if refused.is_ok() {
            break;
        }
    }
    refused
}

/// No delisting while a responsibility is open.
fn require_done(responsibilities: &[ResponsibilityRow]) -> Result<(), Problem> {
    let open: Vec<Text> = responsibilities
        .iter()
        .filter(|row| row.state == ResponsibilityState::Open)
        .map(|row| row.kind.text())
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    let zh: Vec<&str> = open.iter().map(|text| text.zh.as_ref()).collect();
    let en: Vec<&str> = open.iter().map(|text| text.en.as_ref()).collect();
    Err(Problem::new(
        Code::OversightResponsibilityOpen,
        Text::new(
            format!("责任任务尚未完成：{}", zh.join("、")),
            format!("tasks are open: {}", en.join(", ")),
        ),
    ))
}

/// Whether who was addressed is still to answer.
fn is_unanswered(state: OversightState) -> bool {
    matches!(state, OversightState::Issued | OversightState::Received | OversightState::Returned)
}

fn minutes(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Code::OversightMinutes, Text::new(zh, en))
}

fn unanswered(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Code::OversightUnanswered, Text::new(zh, en))
}

fn too_early(day: NaiveDate) -> Problem {
    let day = day_text(day);
    Problem::new(
        Code::OversightTooEarly,
        Text::new(format!("约谈日期为{}，尚未到期", day.zh), format!("the interview is on {}", day.en)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oversight::words::ResponsibilityKind;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    fn task(state: ResponsibilityState) -> ResponsibilityRow {
        ResponsibilityRow {
            kind: *ResponsibilityKind::ALL.first().unwrap(),
            holder: "某人".to_owned(),
            post: "局长".to_owned(),
            task: "整治".to_owned(),
            due_on: day(20),
            state,
            done_on: None,
            evidence: None,
            done_ordinal: None,
        }
    }

    #[test]
    fn a_step_needs_more_than_the_state() {
        use OversightKind::{Interview, Letter, Listing};
        use OversightStep as S;
        use ResponsibilityState::{Done, Open};
        let today = day(10);
        let holds = |course: &Course, rows: &[ResponsibilityRow], step: OversightStep| {
            require(Now { course, responsibilities: rows, today, most_extensions: 1 }, step).is_ok()
        };
        let meets = |on: u32| Course { meets_on: Some(day(on)), ..Course::begin(Interview, day(1)) };
        for step in [S::Hold, S::NotAttend] {
            assert!(holds(&meets(10), &[], step) && !holds(&meets(11), &[], step), "{step}");
        }
        let signs = |done: bool, due: u32| Course {
            interviewed_done: done,
            due_on: Some(day(due)),
            ..Course::begin(Interview, day(1))
        };
        assert!(
            holds(&signs(false, 9), &[], S::NoteRefusal) && !holds(&signs(false, 10), &[], S::NoteRefusal)
        );
        assert!(
            !holds(&signs(true, 9), &[], S::NoteRefusal) && !holds(&signs(true, 9), &[], S::SignInterviewed)
        );
        assert!(holds(&signs(true, 9), &[], S::Sign) && !holds(&signs(false, 9), &[], S::Sign));
        let answer = |kind: OversightKind, reported: bool| Course { reported, ..Course::begin(kind, day(1)) };
        assert!(
            holds(&answer(Letter, false), &[], S::Return) && holds(&answer(Interview, true), &[], S::Return)
        );
        assert!(
            !holds(&answer(Interview, false), &[], S::Return)
                && !holds(&answer(Interview, false), &[], S::Verify)
        );
        let issued = |due: u32| Course {
            state: OversightState::Issued,
            due_on: Some(day(due)),
            ..Course::begin(Letter, day(1))
        };
        assert!(holds(&issued(9), &[], S::Close) && !holds(&issued(10), &[], S::Close));
        let listing = Course { extensions: 1, ..Course::begin(Listing, day(1)) };
        assert!(!holds(&listing, &[], S::Extend) && holds(&answer(Listing, false), &[], S::Extend));
        for step in [S::Apply, S::Accept] {
            assert!(
                holds(&listing, &[task(Done)], step) && !holds(&listing, &[task(Done), task(Open)], step)
            );
        }
        assert!(
            holds(&listing, &[task(Done), task(Open)], S::TaskDone)
                && !holds(&listing, &[task(Done)], S::TaskDone)
        );
        assert!(
            holds(&listing, &[task(Open), task(Done)], S::TaskReopen)
                && !holds(&listing, &[task(Open)], S::TaskReopen)
        );
    }
}
