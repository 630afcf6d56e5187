//! Nobody forgets: at the start of each day, and when a server starts, whoever has to do with a
//! statutory deadline is told that it comes near or was missed.
//!
//! - What is due for a notice follows from the day and the deadline alone ([`plan`], pure), so one
//!   sweep makes up for any number of missed days: of several notices that a deadline would have had
//!   by now, the most urgent is sent and the others are not.
//! - Everyone is told once of each: a notice is a row under a unique key, written in the transaction
//!   that puts the mail into the outbox. A day is swept once, whoever of several servers comes first.
//! - All that a sweep has to say to someone about one case stands in one mail. An officer with many
//!   cases gets one digest instead.
//! - Actions that an enterprise has agreed to, on a case that is open, are reminded of in the same way: to the
//!   enterprise and its experts, and once missed to the officers, too.
//! - A missed deadline of the law is told to the officers one level up, too. That holds for a list of old orders as
//!   well: the first sweep after its import tells each enterprise once for each case that it is overdue, and the
//!   officers by digests.
//! - Before the first sweep of a server the stored deadlines are put right, where the calendar is not what it was ([`recount`]).

pub mod plan;
mod recipients;
pub mod recount;
mod sweep;

pub use recount::RecountDeadlines;
pub use sweep::SweepDeadlines;

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem, Text};
use crate::db::schema::deadline_sweep;
use crate::web::room::Job;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use std::time::Duration;

/// How often the worker looks whether a new day has begun.
const POLL: Duration = Duration::from_secs(60);

crate::word_enum! {
    /// The statutory clocks that a case can run by.
    pub enum Clock {
        /// To rectify (SAMR Order No. 18, art. 46).
        Rectification = "rectification",
        /// For the authority to re-inspect (art. 47).
        Reinspection = "reinspection",
        /// For the authority to re-inspect a second time (art. 48).
        SecondReinspection = "second_reinspection",
        /// The term of a suspension, after which the authority checks (art. 48).
        Suspension = "suspension",
    }
}

impl Clock {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Clock::Rectification => ("整改期限", "rectification"),
            Clock::Reinspection => ("复查期限", "re-inspection"),
            Clock::SecondReinspection => ("再次复查期限", "second re-inspection"),
            Clock::Suspension => ("停业整顿期限", "suspension for rectification"),
        };
        Text::new(zh, en)
    }
}

/// Reminds of deadlines, once a day; first counts anew what the calendar has moved.
pub const JOB: Job = Job {
    name: "deadlines",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let mut counted = false;
        Ok(Box::new(move |app| {
            if !counted {
                let moved = app.execute(&Caller::system(), &RecountDeadlines {})?;
                if moved > 0 {
                    tracing::warn!(cases = moved, "the calendar has changed: deadlines were counted anew");
                }
                counted = true;
            }
            round(app).map(|()| false)
        }))
    },
};

/// One round: sweeps, if today has not been swept yet.
///
/// # Errors
/// When the database is away; the next round tries again.
pub fn round(app: &App) -> Result<(), Problem> {
    let today = shanghai_date(app.clock().now());
    let known = select(exists(deadline_sweep::table.find(today))).get_result(&mut *app.conn()?)?;
    if known {
        return Ok(());
    }
    let swept = app.execute(&Caller::system(), &SweepDeadlines {})?;
    tracing::info!(day = %today, notices = swept.notices, mails = swept.mails, "swept the deadlines");
    Ok(())
}
