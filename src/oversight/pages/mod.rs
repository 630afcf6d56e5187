//! What people see of letters, interviews and listings.

pub mod figures;
mod form;
pub mod letter;
pub mod list;
pub mod new;
pub mod one;
pub mod orders;
pub mod public;

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::oversight::state::OversightState;
use chrono::NaiveDate;

fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

/// The class of the style sheet that colours a state.
fn tone(state: OversightState, overdue: bool) -> &'static str {
    use OversightState as T;
    match state {
        _ if overdue => "bad",
        T::Accepted | T::Verified => "good",
        T::Overdue | T::Returned | T::NotAttended | T::Escalated => "bad",
        T::Issued
        | T::Received
        | T::Replied
        | T::Notified
        | T::Minuted
        | T::Rectifying
        | T::Listed
        | T::Applied => "warn",
        _ => "none",
    }
}
