//! The past fourteen months of a province: a list, and cases that went every way, each step by its command on the day on which it
//! happened. The same on every run, but for the ids.

use super::companies::{BEGINS, CasePath, Company, OPERATING, companies};
use super::past::Past;
use super::people::PASSWORD;
use super::{
    advice, bulletins, cases, clusters, credit, credit_codes, imports, inspections, plans, programmes, rounds,
};
use crate::accounts::password;
use crate::accounts::settings::AuthSettings;
use crate::core::Problem;
use crate::remediation::event::RetestOutcome;
use crate::remediation::{CaseEvent, NewEvent};

/// One thing that happens on a day, so many minutes after nine.
struct Event<'a> {
    day: i64,
    minute: i64,
    action: Action<'a>,
}

type Action<'a> = Box<dyn FnOnce(&Past) -> Result<(), Problem> + 'a>;

/// Sets the clock to the day on which all of it begins.
pub(super) fn begin(past: &Past) {
    past.set(-BEGINS, 0);
}

/// The list, and all that came of it until today.
pub(super) fn replay(past: &Past) -> Result<(), Problem> {
    let companies = companies();
    imports::import_list(past, &companies)?;
    let hash = password::hash(PASSWORD, past.app.settings().section::<AuthSettings>())?;
    let mut events: Vec<Event<'_>> = Vec::new();
    for (at, company) in companies.iter().enumerate().take(OPERATING) {
        events.extend(events_of(at, company, &hash));
    }
    events.push(Event { day: -420, minute: 400, action: Box::new(|past| clusters::find(past, true)) });
    events.push(Event { day: -20, minute: 200, action: Box::new(imports::sampling) });
    events.push(Event { day: -60, minute: 300, action: Box::new(plans::applied) });
    events.push(Event { day: programmes::WRITTEN, minute: 310, action: Box::new(programmes::sampled) });
    events.push(Event { day: programmes::WRITTEN, minute: 320, action: Box::new(inspections::people) });
    events.push(Event { day: rounds::WRITTEN, minute: 330, action: Box::new(rounds::written) });
    events.push(Event { day: rounds::PLANNED, minute: 330, action: Box::new(rounds::planned) });
    for (day, minute, action) in inspections::events() {
        events.push(Event { day, minute, action });
    }
    for (day, minute, action) in credit::events() {
        events.push(Event { day, minute, action });
    }
    events.push(Event { day: credit_codes::GRANTED, minute: 520, action: Box::new(credit_codes::granted) });
    events.push(Event { day: credit_codes::FAILED, minute: 450, action: Box::new(credit_codes::failed) });
    events.push(Event { day: bulletins::WRITTEN, minute: 500, action: Box::new(bulletins::published) });
    // The order of the events of one time is that in which they were planned.
    events.sort_by_key(|event| (event.day, event.minute));
    for event in events {
        past.set(event.day, event.minute);
        (event.action)(past)?;
    }
    past.set(-1, 500);
    clusters::find(past, false)
}

/// What happens to the enterprise at this place of the list. `hash` is that of its password.
fn events_of<'a>(at: usize, company: &'a Company, hash: &'a str) -> Vec<Event<'a>> {
    let ordered = match company.path {
        CasePath::Cleared(day) => day - 54,
        CasePath::Ordered(day)
        | CasePath::Correcting(day)
        | CasePath::Submitted(day)
        | CasePath::Passed(day)
        | CasePath::Failed(day, _)
        | CasePath::Retesting(day)
        | CasePath::Overturned(day)
        | CasePath::Stopped(day) => day,
        CasePath::Untouched => return Vec::new(),
    };
    let minute = i64::try_from(at * 7 % 300).unwrap_or(0);
    let mut events = Vec::new();
    let mut on = |day: i64, action: Action<'a>| events.push(Event { day, minute, action });
    let stop = matches!(company.path, CasePath::Stopped(_));
    on(ordered, Box::new(move |past| cases::open_case(past, company, stop)));
    if stop {
        return events;
    }
    on(ordered + 2, Box::new(move |past| cases::claim(past, company, hash)));
    match company.path {
        CasePath::Retesting(_) | CasePath::Overturned(_) => retest(ordered, company, &mut on),
        CasePath::Ordered(_) => {}
        _ => {
            correct(ordered, at, company, &mut on);
            reinspect(ordered, company, &mut on);
        }
    }
    events
}

/// A re-test is requested, and overturns the result where that is the path.
fn retest<'a>(ordered: i64, company: &'a Company, on: &mut dyn FnMut(i64, Action<'a>)) {
    on(ordered + 5, Box::new(move |past| cases::enterprise(past, company, CaseEvent::RequestRetest)));
    if matches!(company.path, CasePath::Overturned(_)) {
        let outcome = Some(RetestOutcome::Overturned);
        let event = move || NewEvent { outcome, ..NewEvent::new(CaseEvent::RetestOutcome) };
        on(ordered + 25, Box::new(move |past| cases::officer(past, company, event())));
    }
}

/// The enterprise corrects, with a consultation or without, and submits its evidence where it has come so far.
fn correct<'a>(ordered: i64, at: usize, company: &'a Company, on: &mut dyn FnMut(i64, Action<'a>)) {
    on(ordered + 6, Box::new(move |past| cases::enterprise(past, company, CaseEvent::StartCorrection)));
    // Not everyone asks an expert; some of those who correct now are still talking.
    if at % 7 != 3 {
        let talking = matches!(company.path, CasePath::Correcting(day) if day > -60);
        on(ordered + 8, Box::new(move |past| advice::consult(past, at, company, talking)));
    }
    if !matches!(company.path, CasePath::Correcting(_)) {
        on(ordered + 35, Box::new(move |past| cases::submit_evidence(past, company)));
    }
}

/// The re-inspection, and what follows it.
fn reinspect<'a>(ordered: i64, company: &'a Company, on: &mut dyn FnMut(i64, Action<'a>)) {
    let inspected =
        |event, passed| -> Action<'a> { Box::new(move |past| cases::inspect(past, company, event, passed)) };
    match company.path {
        CasePath::Cleared(day) => {
            on(ordered + 48, inspected(CaseEvent::Reinspect, true));
            on(day, Box::new(move |past| cases::clear(past, company)));
        }
        CasePath::Passed(_) => on(ordered + 55, inspected(CaseEvent::Reinspect, true)),
        CasePath::Failed(_, further) => {
            on(ordered + 65, inspected(CaseEvent::Reinspect, false));
            let announce = || NewEvent::new(CaseEvent::Announce);
            let suspend =
                |past: &Past| NewEvent { until: Some(past.day(19)), ..NewEvent::new(CaseEvent::Suspend) };
            let steps: [(i64, Action<'a>); 4] = [
                (68, Box::new(move |past| cases::report_up(past, company))),
                (75, Box::new(move |past| cases::officer(past, company, announce()))),
                (152, inspected(CaseEvent::SecondReinspect, false)),
                (158, Box::new(move |past| cases::officer(past, company, suspend(past)))),
            ];
            for (day, action) in steps.into_iter().take(further.into()) {
                on(ordered + day, action);
            }
        }
        _ => {}
    }
}
