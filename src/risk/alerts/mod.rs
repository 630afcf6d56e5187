//! Quality alerts of three causes, all with the same states: raised, a meeting or measures, closed with what came of it, dismissed or withdrawn.
//!
//! - [`FindClusters`] counts regional or industry-wide problems (SAMR Order No. 18, art. 50): the same kind of product failing the same item in a
//!   city or the province more often than a threshold, within a window of days. It raises an alert for what is over the threshold, and keeps the
//!   figures of open alerts true.
//! - The index raises those of kinds and regions whose rate is above that of their class ([`crate::risk::index::raise`]); an assessment of the level
//!   serious raises one as it is validated.
//! - There is one open alert for each cause, kind, item and region.
//! - An officer deals with an alert by the record of a quality analysis meeting (质量分析会), or dismisses it with a reason; `oversight` says that a
//!   letter, an interview or a listing came of it ([`record_measure`]).
//! - What was known when an alert was dealt with or dismissed does not raise the next one: only what comes later does.

pub mod api;
mod close;
mod exports;
mod find;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod raise;
pub mod record;
mod records;
pub mod settings;
pub mod state;

pub use close::{CloseAlert, DismissAlert, HoldMeeting};
pub use find::FindClusters;
pub use record::record_measure;
pub use state::{AlertState, MeasureKind};

use crate::core::Caller;
use crate::web::room::Job;
use crate::zero_out::import::execute::LIST_CHANGED;
use std::time::Duration;

/// How often clusters are looked for when no import wakes the job.
const POLL: Duration = Duration::from_secs(3600);

/// Raises alerts, by the hour and after each import.
pub const JOB: Job = Job {
    name: "alerts",
    wake: Some(LIST_CHANGED),
    poll: POLL,
    start: |_, _| {
        Ok(Box::new(|app| {
            let raised = app.execute(&Caller::system(), &FindClusters {})?;
            if raised > 0 {
                tracing::info!(raised, "raised quality alerts");
            }
            Ok(false)
        }))
    },
};
