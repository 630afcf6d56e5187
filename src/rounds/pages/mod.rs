//! The pages of rounds.

pub mod drawn;
pub mod figures;
pub mod members;
pub mod mine;
pub mod one;
pub mod overview;

use crate::app::App;
use crate::core::clock::shanghai_date;
use chrono::NaiveDate;

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}
