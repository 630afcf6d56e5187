//! Regional or industry-wide problems (SAMR Order No. 18, art. 50): the same kind of product failing the same
//! item in a city or the province more often than a threshold, within a window of days.
//!
//! - [`FindClusters`] counts, raises an alert for what is over the threshold, and keeps the figures of open
//!   alerts true. There is one open alert for each kind, item and region.
//! - An officer closes an alert: by the record of a quality analysis meeting (质量分析会), or with a reason.
//! - What was on the list when an alert was closed has been dealt with: only what is listed later can raise
//!   the next one.

pub mod api;
mod close;
mod exports;
mod find;
pub mod ids;
pub mod pages;
pub mod policy;
pub mod queries;
mod records;
mod room;
pub mod settings;
pub mod state;

pub use close::{DismissAlert, HoldMeeting};
pub use find::FindClusters;
pub use room::ROOM;
pub use state::AlertState;

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
