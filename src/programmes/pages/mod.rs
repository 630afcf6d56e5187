//! The pages of programmes: plans with their tasks and draws, what is published of a draw, laboratories, regimes.

pub mod draws;
pub mod laboratories;
pub mod licences;
pub mod programmes;
pub mod regimes;

use crate::app::App;
use crate::core::clock::shanghai_date;
use chrono::NaiveDate;

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}
