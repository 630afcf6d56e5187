//! Days that come by themselves: reminders before a day is due, terms that have passed, monthly reports, tasks of responsibilities.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Language, Problem};
use crate::db::schema::{oversight, oversight_reminder, oversight_responsibility};
use crate::db::{Command, Tx};
use crate::oversight::course::{Details, Fact};
use crate::oversight::ids::OversightId;
use crate::oversight::mails::Mail;
use crate::oversight::notices::{addressed, issuing, link, send};
use crate::oversight::settings::OversightSettings;
use crate::oversight::state::{OversightState, OversightStep};
use crate::oversight::store::{self, Loaded};
use crate::oversight::wake::CHANGED;
use crate::oversight::words::{ResponsibilityKind, ResponsibilityState};
use crate::web::room::Job;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How often it looks when nothing wakes it.
const POLL: Duration = Duration::from_secs(600);

/// How many it takes at once.
const BATCH: i64 = 200;

/// The days before a day is due, whatever the rules say, from which one is looked at.
const LOOK_AHEAD: u64 = 30;

/// Reminds, and marks what is overdue.
pub const JOB: Job = Job {
    name: "oversight",
    wake: Some(CHANGED),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// Reminds of what is due and marks what is overdue. Returns whether more is waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one is logged, and the others go on.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let today = shanghai_date(app.clock().now());
    let ahead = today.checked_add_days(Days::new(LOOK_AHEAD)).unwrap_or(today);
    let mut after = None;
    loop {
        let ids = waiting(&mut *app.conn()?, ahead, after)?;
        for id in &ids {
            if stopped() {
                return Ok(false);
            }
            if let Err(problem) = app.execute(&Caller::system(), &SweepOversight { id: *id }) {
                tracing::warn!(oversight = %id, ?problem, "the days of a letter, an interview or a listing");
            }
        }
        after = ids.last().copied();
        if i64::try_from(ids.len()).is_ok_and(|found| found < BATCH) {
            return Ok(false);
        }
    }
}

/// Those with a day that is near or has passed.
fn waiting(
    conn: &mut PgConnection,
    ahead: NaiveDate,
    after: Option<OversightId>,
) -> QueryResult<Vec<OversightId>> {
    use oversight as o;
    use oversight_responsibility as r;
    let tasks = r::table
        .filter(r::state.eq(ResponsibilityState::Open))
        .filter(r::due_on.le(ahead))
        .select(r::oversight_id);
    let with_tasks = o::issued_on.is_not_null().and(o::ended_on.is_null()).and(o::id.eq_any(tasks));
    let mut query = o::table
        .filter(
            o::due_on
                .is_not_null()
                .and(o::due_on.assume_not_null().le(ahead))
                .or(o::report_due_on.is_not_null().and(o::report_due_on.assume_not_null().le(ahead)))
                .or(with_tasks),
        )
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(o::id.gt(after));
    }
    query.order(o::id).limit(BATCH).select(o::id).load(conn)
}

/// Does what the days of one ask for: reminds once of each, marks once that a term has passed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SweepOversight {
    /// The letter, interview or listing.
    pub id: OversightId,
}

impl Command for SweepOversight {
    type Output = ();
    const NAME: &'static str = "sweep_oversight";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let mut loaded = store::load(tx, self.id)?;
        let (settings, today) = (Arc::clone(&tx.settings), tx.today());
        let rules =
            settings.section::<OversightSettings>().rules_of(&loaded.row.written.rules_version, today);
        let days = rules.map_or(0, |rules| u64::from(rules.remind_days));
        let soon = today.checked_add_days(Days::new(days)).unwrap_or(today);
        if loaded.course.state.waits_for_recipient()
            && let Some(due) = loaded.course.due_on
        {
            if due < today {
                overdue(tx, &mut loaded, due, today)?;
            } else if due <= soon {
                remind(tx, &loaded, "soon", due)?;
            }
        }
        if let Some(due) = loaded.course.report_due_on {
            if due < today {
                remind(tx, &loaded, "report_overdue", due)?;
            } else if due <= soon {
                remind(tx, &loaded, "report", due)?;
            }
        }
        if loaded.course.issued_on.is_some() && loaded.course.ended_on.is_none() {
            remind_tasks(tx, &loaded, today, soon)?;
        }
        Ok(())
    }
}

/// Notes that somebody is reminded of a day; false where that was done before.
fn note(tx: &mut Tx, id: OversightId, kind: &str, day: NaiveDate) -> Result<bool, Problem> {
    use oversight_reminder as r;
    let noted = diesel::insert_into(r::table)
        .values((r::oversight_id.eq(id), r::kind.eq(kind), r::day.eq(day), r::reminded_at.eq(tx.now)))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    Ok(noted == 1)
}

/// Marks that a term has passed, and tells both sides once. A listing is overdue from then on.
fn overdue(tx: &mut Tx, loaded: &mut Loaded, due: NaiveDate, today: NaiveDate) -> Result<(), Problem> {
    let (id, state) = (loaded.row.written.id, loaded.course.state);
    // An interview whose day has passed is the issuing side's to enter.
    if matches!(state, OversightState::Notified | OversightState::Overdue) {
        return Ok(());
    }
    let first = note(tx, id, "overdue", due)?;
    // A listing whose application was sent back after the end of its term is overdue again.
    if !first && state != OversightState::Listed {
        return Ok(());
    }
    let fact = Fact { step: OversightStep::MarkOverdue, on: today, details: Details::default() };
    store::take(tx, loaded, &fact, None)?;
    store::audit(tx, &loaded.row, SweepOversight::NAME, serde_json::json!({ "due_on": due }))?;
    if !first {
        return Ok(());
    }
    let mut people = addressed(tx, &loaded.row)?;
    people.extend(issuing(tx, &loaded.row)?);
    let link = link(tx, &loaded.row);
    let written = &loaded.row.written;
    send(tx, &people, |_| Mail::OversightOverdue {
        title: written.title.clone(),
        addressed: written.to_name.clone(),
        due_on: due,
        link: link.clone(),
    })
}

/// Reminds of the tasks of responsibilities that are due soon, once, and tells both sides once that they are late. Those of one day stand in one mail.
fn remind_tasks(tx: &mut Tx, loaded: &Loaded, today: NaiveDate, soon: NaiveDate) -> Result<(), Problem> {
    let mut by_day: BTreeMap<NaiveDate, Vec<ResponsibilityKind>> = BTreeMap::new();
    for row in store::responsibilities(&mut tx.conn, loaded.row.written.id)? {
        if row.state == ResponsibilityState::Open && row.due_on <= soon {
            by_day.entry(row.due_on).or_default().push(row.kind);
        }
    }
    for (due, kinds) in by_day {
        let late = due < today;
        if !note(tx, loaded.row.written.id, if late { "task_overdue" } else { "task" }, due)? {
            continue;
        }
        let mut people = addressed(tx, &loaded.row)?;
        if late {
            people.extend(issuing(tx, &loaded.row)?);
        }
        let link = link(tx, &loaded.row);
        let written = &loaded.row.written;
        let titled = |language: Language| {
            let kinds: Vec<String> = kinds.iter().map(|kind| kind.text().get(language).to_owned()).collect();
            match language {
                Language::Zh => format!("{}（{}）", written.title, kinds.join("、")),
                Language::En => format!("{} ({})", written.title, kinds.join(", ")),
            }
        };
        send(tx, &people, |language| {
            let (title, due_on, link) = (titled(language), due, link.clone());
            if late {
                Mail::OversightOverdue { title, addressed: written.to_name.clone(), due_on, link }
            } else {
                Mail::OversightDueSoon { title, due_on, link }
            }
        })?;
    }
    Ok(())
}

/// Reminds who was addressed of a day, once.
fn remind(tx: &mut Tx, loaded: &Loaded, kind: &str, due: NaiveDate) -> Result<(), Problem> {
    if !note(tx, loaded.row.written.id, kind, due)? {
        return Ok(());
    }
    let mut people = addressed(tx, &loaded.row)?;
    let late = kind == "report_overdue";
    if late {
        people.extend(issuing(tx, &loaded.row)?);
    }
    let (link, title) = (link(tx, &loaded.row), loaded.row.written.title.clone());
    send(tx, &people, |_| match kind {
        "soon" => Mail::OversightDueSoon { title: title.clone(), due_on: due, link: link.clone() },
        _ => Mail::OversightReportDue { title: title.clone(), due_on: due, link: link.clone() },
    })
}
