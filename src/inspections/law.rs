//! What the fold of an inspection is judged by, and what does not change while it goes on.

use crate::catalogue::{Calendar, Catalogue};
use crate::core::Problem;
use crate::inspections::effects::Effects;
use crate::inspections::settings::{InspectionSettings, Rules};
use crate::inspections::words::{InspectedRole, Method, Purpose};
use chrono::NaiveDate;

/// What the fold is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The version of the rules under which the inspection was drawn.
    pub rules: &'a Rules,
    /// What its result may cause.
    pub effects: Effects,
    /// The calendar of working days.
    pub calendar: &'a Calendar,
}

/// What does not change while an inspection goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basics {
    /// How the product is looked at.
    pub method: Method,
    /// For what purpose it is inspected: routine, special, follow-up and so on.
    pub purpose: Purpose,
    /// As what the operator is inspected.
    pub role: InspectedRole,
    /// Whether the label names a producer.
    pub producer_named: bool,
}

/// The law for an inspection that was drawn on a day.
///
/// # Errors
/// 500 where the settings have no rules, which they are checked for at the start.
pub fn law_on<'a>(
    drawn_on: NaiveDate,
    basics: &Basics,
    settings: &'a InspectionSettings,
    catalogue: &'a Catalogue,
) -> Result<Law<'a>, Problem> {
    let missing = || Problem::internal("no rules of inspections in the settings");
    let rules = settings.rules_on(drawn_on).ok_or_else(missing)?;
    let effects = settings.effects_on(drawn_on).ok_or_else(missing)?.of(basics.method, basics.purpose);
    Ok(Law { rules, effects, calendar: &catalogue.calendar })
}
