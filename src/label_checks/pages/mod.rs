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
    let region = actor.officer_region().and_then(|code| catalogue.regions.get(code));
    let fits = |level: &&ProgrammeLevel| region.is_some_and(|region| level.organised_by(region.level));
    // A national inspection is ordered, and never the usual one of a province.
    ProgrammeLevel::ALL.iter().rev().find(fits).copied().unwrap_or(ProgrammeLevel::Provincial)
}
