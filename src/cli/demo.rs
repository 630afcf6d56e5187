//! `demo`: people, lists and consultations to look at.
//!
//! Everything is made by the same commands that people use, in the names of the demo people. Only
//! the accounts of enterprises are made directly (nobody reads their mail), and mails that were queued meanwhile are deleted.

mod advice;
mod bulletins;
mod campaigns;
mod cases;
mod certificates;
mod clusters;
mod companies;
mod consultations;
mod credit;
mod credit_codes;
mod cross_inspections;
mod engagement_kinds;
mod history;
mod imports;
mod inspection_steps;
mod inspections;
mod knowledge;
mod labels;
mod message;
mod named_enterprises;
mod oversight;
mod past;
mod people;
mod plans;
mod programmes;
mod recent;
mod recordings;
mod risk;
mod rounds;
mod signals;
mod specialists;
mod support;
mod tables;
mod uscc;
mod visits;

use crate::app::App;
use crate::cli::CliError;
use named_enterprises::ENTERPRISES;
use past::Past;
use people::{EXPERTS, PASSWORD, STAFF};

/// Adds them, once: a second call changes nothing.
///
/// # Errors
/// When a command is refused, which means that the database holds other people's data.
pub fn run(app: &App) -> Result<(), CliError> {
    if tables::has_account(app, "admin-guangdong")? {
        return Ok(());
    }
    let past = Past::beside(app);
    history::begin(&past);
    people::create(&past.app)?;
    specialists::create(&past.app)?;
    history::replay(&past)?;
    recent::leave_and_requests(&past)?;
    recent::suspension_and_replies(&past)?;
    people::applicants(app)?;
    named_enterprises::create(app)?;
    credit_codes::applied(&past)?;
    recent::unmatched(&past)?;
    recent::personal_request(&past)?;
    cross_inspections::held(&past)?;
    labels::checked(&past)?;
    engagement_kinds::held(&past)?;
    consultations::create(app)?;
    plans::waiting(&past)?;
    knowledge::create(app)?;
    inspections::recent(&past)?;
    credit::recent(&past)?;
    visits::made(&past)?;
    signals::collected(&past)?;
    oversight::under_way(&past)?;
    support::supported(&past)?;
    rounds::recent(&past)?;
    campaigns::held(&past)?;
    // Behind all that makes inspections.
    recordings::recorded(&past)?;
    risk::assessed(&past)?;
    tables::remove_figures_and_mails(app)?;
    Ok(())
}

/// The demo log-ins, a line for each.
pub fn log_ins() -> Vec<String> {
    let staff = STAFF.iter().map(|(username, name, ..)| (*username, *name));
    let experts = EXPERTS.iter().filter(|e| e.4).map(|(username, name, ..)| (*username, *name));
    let enterprises = ENTERPRISES.iter().map(|(username, name, ..)| (*username, *name));
    let bodies = inspections::PEOPLE.iter().map(|(username, name, ..)| (*username, *name));
    staff
        .chain(bodies)
        .chain(experts)
        .chain(enterprises)
        .map(|(username, name)| format!("{username:<20} {PASSWORD}   {name}"))
        .collect()
}
