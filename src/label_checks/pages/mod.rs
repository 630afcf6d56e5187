//! The pages of label checks and quick tests.

pub mod labels;
pub mod quick;

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::programmes::state::ProgrammeLevel;
use chrono::NaiveDate;

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

/// The level at which the reader organises inspections: that of an officer's region.
fn level(actor: &Actor, catalogue: &Catalogue) -> ProgrammeLevel {
    let own = ProgrammeLevel::of_region(&catalogue.regions, actor.officer_region());
    own.unwrap_or(ProgrammeLevel::Provincial)
}
