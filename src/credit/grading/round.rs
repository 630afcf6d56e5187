//! The jobs that grade: whoever is due, as soon as conduct changes and when a day has come; and all, when it is asked for.

use crate::conduct::wake::CHANGED;
use crate::core::Caller;
use crate::credit::grading::all::{Regrading, WatchRules};
use crate::credit::grading::ask::WAKE;
use crate::credit::grading::some::GradeDue;
use crate::jobs::resumable::sweep;
use crate::web::room::Job;
use std::sync::Arc;
use std::time::Duration;

/// How long the grading of who is due waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(5);
/// How often it is looked whether all are to be graded.
const LOOK: Duration = Duration::from_secs(5);

/// Grades who is due.
pub const GRADE: Job = Job {
    name: "credit",
    wake: Some(CHANGED),
    poll: POLL,
    start: |_, _| Ok(Box::new(|app| app.execute(&Caller::system(), &GradeDue {}))),
};

/// Grades all where other rules came into force or an officer asks for it.
pub const REGRADE: Job = Job {
    name: "credit_regrading",
    wake: Some(WAKE),
    poll: LOOK,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| {
            app.execute(&Caller::system(), &WatchRules {})?;
            sweep(&Regrading, app, &stop).map(|()| false)
        }))
    },
};
