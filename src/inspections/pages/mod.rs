//! The pages of inspections: the list and one inspection for officers, what an enterprise, a laboratory and a sampler have to do.

pub mod consequences;
pub mod correct;
pub mod form;
mod form_values;
pub mod lab;
pub mod line;
pub mod list;
pub mod listed;
pub mod mine;
pub mod new;
pub mod one;
mod parts;
mod step_words;
pub mod tasks;

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::core::clock::shanghai_date;
use crate::inspections::state::InspectionState;
use crate::inspections::words::Outcome;
use crate::web::choices;
use crate::web::frame::Frame;
use chrono::NaiveDate;

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

/// The class of the style sheet that colours a state.
fn tone(state: InspectionState) -> &'static str {
    use InspectionState as S;
    match state {
        S::Drawn | S::Assigned | S::Attempted | S::Sampled | S::Sealed | S::Received | S::Tested => "",
        S::Reported | S::Delivered | S::Contested | S::Retesting | S::Upheld | S::Suspect => "warn",
        S::Overturned | S::Final | S::Published => "good",
        S::Refused => "bad",
        S::NotFound | S::Barred | S::Void | S::HandedOver | S::Closed | S::Withdrawn => "none",
    }
}

/// The class of the style sheet that colours a result.
fn outcome_tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Conforming | Outcome::Clear => "good",
        Outcome::Nonconforming => "bad",
        Outcome::Suspect => "warn",
        Outcome::Invalid => "none",
    }
}

/// A quantity as people write it, without zeros behind the point.
fn quantity(value: f64) -> String {
    format!("{value}")
}

/// An amount in fen as yuan.
fn yuan(fen: i64) -> String {
    let (whole, rest) = (fen.div_euclid(100), fen.rem_euclid(100));
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") }
}

/// The name of a product kind; nothing where none is named.
fn kind(f: &Frame, catalogue: &Catalogue, code: Option<&str>) -> Option<String> {
    code.map(|code| choices::kind(f, catalogue, code))
}
