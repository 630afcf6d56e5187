//! What a case shows of its course: the clocks, the hold, what may be done now.

use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::text::Text;
use crate::remediation::clocks::{Rules, days_left, ends_at, provisional};
use crate::remediation::course::{Course, Law};
use crate::remediation::event::{CaseEvent, NewEvent};
use crate::remediation::policy::permit;
use crate::remediation::settings::Period;
use crate::remediation::state::{CaseState, CaseStep, allowed};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// That a case began before the rules by which it is counted were in force: those of its day are not in the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LaterRules {
    /// The day on which the case began, by its order or its stop order: in Asia/Shanghai.
    pub began_on: NaiveDate,
    /// The first day on which the rules were in force.
    pub in_force_from: NaiveDate,
    /// The same in words.
    pub text: BothTexts,
}

/// Whether a case that began on this day is counted by rules that were not in force yet.
pub fn later_rules(began_on: Option<NaiveDate>, rules: &Rules) -> Option<LaterRules> {
    let (began_on, in_force_from) = (began_on.filter(|day| *day < rules.in_force_from)?, rules.in_force_from);
    // The source has both languages, divided by a stroke, or one for both.
    let (zh, en) = rules.source.split_once(" / ").unwrap_or((&rules.source, &rules.source));
    Some(LaterRules {
        began_on,
        in_force_from,
        text: BothTexts {
            zh: format!(
                "本案始于 {began_on}，早于现行规定（{zh}）的施行日期 {in_force_from}；法定期限按现行规定计算，与当时的规定可能不同。"
            ),
            en: format!(
                "The case began on {began_on}, before the present rules ({en}) came into force on {in_force_from}. Its deadlines are counted \
                 by the present rules; those of its day may have been others."
            ),
        },
    })
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BothTexts {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<&Text> for BothTexts {
    fn from(text: &Text) -> Self {
        Self { zh: text.zh.to_string(), en: text.en.to_string() }
    }
}

/// The statutory clocks of a case; one that does not run is absent.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Clocks {
    /// To ask for a re-test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retest_request: Option<ClockView>,
    /// Rectification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rectification: Option<ClockView>,
    /// Re-inspection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reinspection: Option<ClockView>,
    /// The second re-inspection, in its window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_reinspection: Option<ClockView>,
    /// The term of the suspension; the check comes after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspension: Option<ClockView>,
}

/// One statutory deadline.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClockView {
    /// The first day, where the law names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day, in Asia/Shanghai; none while the period is suspended.
    pub due_on: Option<NaiveDate>,
    /// The instant at which the last day ends: 24:00 in Asia/Shanghai.
    pub ends_at: Option<DateTime<Utc>>,
    /// Days from today to the last day; negative once it is missed.
    pub days_left: Option<i64>,
    /// Whether what it waits for was done in time, late, or is still to be done: `met`, `late`, `running`, `missed`; or
    /// `suspended` by a re-test, or `ended` without it; `lapsed` where it was a right of the enterprise, not used in time.
    pub standing: String,
    /// The day on which it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_on: Option<NaiveDate>,
    /// Whether it is missed and still to be done.
    pub overdue: bool,
    /// Whether it was done late.
    pub late: bool,
    /// Whether the last day may yet move: the holidays that decide on it are not announced, and what it waits for is still to be done.
    pub provisional: bool,
    /// The article that sets it.
    pub article: BothTexts,
}

/// The hold on a product.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hold {
    /// Neither to be produced.
    pub production: bool,
    /// Nor to be sold.
    pub sale: bool,
    /// Samples for the re-inspection may be made.
    pub samples_excepted: bool,
    /// The article that it rests on.
    pub article: BothTexts,
    /// The same in words.
    pub text: BothTexts,
}

/// An event that is the caller's to enter.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AllowedEvent {
    /// The event.
    pub event: CaseEvent,
    /// For people: Chinese and English.
    pub text: BothTexts,
    /// The steps that it may mean.
    pub steps: Vec<CaseStep>,
    /// The article that it rests on.
    pub article: BothTexts,
    /// The first day that it can be dated.
    pub earliest: NaiveDate,
    /// The last day that it can be dated, where the law ends it.
    pub latest: Option<NaiveDate>,
    /// The day after which it is late, though not refused.
    pub due_on: Option<NaiveDate>,
    /// Whether it can be entered today.
    pub open: bool,
    /// The fields that it needs besides the day.
    pub needs: Vec<String>,
}

/// The clocks of a course.
pub fn clocks(course: &Course, law: Law<'_>, now: DateTime<Utc>) -> Clocks {
    let (deadlines, articles) = (course.deadlines(law), &law.rules.articles);
    let ended = course.state.is_some_and(CaseState::is_final);
    let clock =
        |due: Option<NaiveDate>, done: Option<NaiveDate>, suspended: bool, article: &Text| ClockView {
            from: None,
            due_on: due,
            ends_at: due.map(ends_at),
            days_left: due.map(|day| days_left(day, now)),
            standing: standing(due, done, suspended, ended, now).to_owned(),
            done_on: done,
            overdue: !ended && done.is_none() && due.is_some_and(|day| now >= ends_at(day)),
            late: done.zip(due).is_some_and(|(done, due)| done > due),
            provisional: !ended && done.is_none() && due.is_some_and(|day| provisional(day, law.calendar)),
            article: article.into(),
        };
    let of_order = |due, done, period, article| {
        course.ordered_on.map(|_| clock(due, done, course.is_suspended(period, law.rules), article))
    };
    Clocks {
        retest_request: deadlines
            .retest_by
            .map(|due| right(clock(Some(due), course.retest_asked_on, false, &articles.retest))),
        // Without evidence, the re-inspection ends the wait for it.
        rectification: of_order(
            deadlines.rectify_by,
            course.corrected_on,
            Period::Rectification,
            &articles.rectification,
        ),
        reinspection: of_order(
            deadlines.reinspect_by,
            course.reinspected_on,
            Period::Reinspection,
            &articles.reinspection,
        ),
        second_reinspection: deadlines.second.map(|(first, last)| ClockView {
            from: Some(first),
            // The window does not move for a rest day.
            provisional: false,
            ..clock(Some(last), course.second_on, false, &articles.second_reinspection)
        }),
        suspension: course.suspended_until.map(|until| ClockView {
            provisional: false,
            ..clock(Some(until), course.checked_on, false, &articles.suspension)
        }),
    }
}

/// The clock of a right: not used in time it has lapsed, and nothing is overdue.
fn right(clock: ClockView) -> ClockView {
    if clock.standing != "missed" {
        return clock;
    }
    ClockView { standing: "lapsed".to_owned(), overdue: false, ..clock }
}

fn standing(
    due: Option<NaiveDate>,
    done: Option<NaiveDate>,
    suspended: bool,
    ended: bool,
    now: DateTime<Utc>,
) -> &'static str {
    match (due, done) {
        _ if suspended => "suspended",
        (Some(due), Some(day)) if day > due => "late",
        (_, Some(_)) => "met",
        (_, None) if ended => "ended",
        (Some(due), None) if now >= ends_at(due) => "missed",
        _ => "running",
    }
}

/// The hold of a case in this state.
pub fn hold(state: CaseState, rules: &Rules) -> Option<Hold> {
    let (production, sale) = (state.holds(), state.holds());
    production.then(|| Hold {
        production,
        sale,
        samples_excepted: true,
        article: (&rules.articles.hold).into(),
        text: BothTexts {
            zh: "复查合格前，不得继续生产、销售该产品；为复查提供的样品除外。".to_owned(),
            en: "Until a re-inspection is passed the product may be neither produced nor sold, samples for the re-inspection aside."
                .to_owned(),
        },
    })
}

/// What the caller may enter, each event once, in the order of the course.
pub fn allowed_events(actor: &Actor, course: &Course, law: Law<'_>, now: DateTime<Utc>) -> Vec<AllowedEvent> {
    let (Some(state), today) = (course.state, shanghai_date(now)) else { return Vec::new() };
    let mut found: Vec<AllowedEvent> = Vec::new();
    for step in allowed(state) {
        let event = CaseEvent::of(step);
        if course.blocked(step, law).is_some() || permit(actor, step, course, law.regions).is_err() {
            continue;
        }
        // Whoever entered the result leaves the clearance to another officer.
        if step == CaseStep::Clear && actor.account().is_some_and(|me| course.result_by.contains(&me)) {
            continue;
        }
        if let Some(known) = found.iter_mut().find(|known| known.event == event) {
            known.steps.push(step);
            continue;
        }
        let (first, latest) = course.bounds(step, None, law);
        let earliest = course.last_on.into_iter().chain(first).max().unwrap_or(today);
        if latest.is_some_and(|latest| latest < earliest.max(today)) {
            continue;
        }
        found.push(AllowedEvent {
            event,
            text: (&event.text()).into(),
            steps: vec![step],
            article: step.article(&law.rules.articles).into(),
            earliest,
            latest,
            due_on: course.due_on(step, law),
            open: earliest <= today,
            needs: needs(event, course),
        });
    }
    let corrects = [CaseStep::Close, CaseStep::SubmitEvidence];
    // A withdrawn case is as it was left: a correction of it is refused.
    if course.state != Some(CaseState::Withdrawn)
        && corrects.iter().any(|step| permit(actor, *step, course, law.regions).is_ok())
    {
        found.push(AllowedEvent {
            event: CaseEvent::Correct,
            text: (&CaseEvent::Correct.text()).into(),
            steps: Vec::new(),
            article: (&law.rules.articles.rectification).into(),
            earliest: course.last_on.unwrap_or(today),
            latest: None,
            due_on: None,
            open: true,
            needs: needs(CaseEvent::Correct, course),
        });
    }
    found
}

fn needs(event: CaseEvent, course: &Course) -> Vec<String> {
    let receipt = event == CaseEvent::RequestRetest && course.received_on.is_none();
    let wanted =
        NewEvent::takes(event).iter().filter(|(name, must)| *must || (receipt && *name == "received_on"));
    wanted.map(|(name, _)| (*name).to_owned()).collect()
}
