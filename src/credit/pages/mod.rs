//! The pages of credit: grades, statements, measures, figures, rules and honour lists for officers, and the statement of an enterprise for itself.

pub mod chart;
pub mod honours;
mod kept;
mod levels;
pub mod list;
pub mod mine;
pub mod office;
pub mod orders;
pub mod rules;
pub mod shown;
mod source;
pub mod statement;
pub mod tasks;
pub mod words;

use crate::app::App;
use crate::catalogue::SupervisionClass;
use crate::core::clock::shanghai_date;
use crate::programmes::regimes::queries::regime_text;
use crate::web::frame::Frame;
use chrono::NaiveDate;

/// A common filter: its words, its address, whether it is the one that is shown.
type Chip = (String, String, bool);

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

/// A class of supervision in words.
fn class_word(f: &Frame, class: SupervisionClass) -> String {
    regime_text(class).get(f.language).to_owned()
}
