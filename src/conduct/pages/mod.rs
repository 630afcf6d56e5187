//! The pages of conduct: the list, the form for a new entry, one entry with its due process, for officers and for the enterprise.

mod form;
pub mod list;
pub mod new;
pub mod one;
pub mod orders;

use crate::app::App;
use crate::conduct::ids::ConductId;
use crate::conduct::rules::{Behaviour, CreditRules};
use crate::conduct::state::ConductStep;
use crate::conduct::view::{LineView, Words};
use crate::conduct::words::ConductState;
use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::db::schema::conduct_event;
use crate::web::frame::Frame;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashSet;

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

/// The class of the style sheet that colours a state.
pub fn tone(state: ConductState) -> &'static str {
    match state {
        ConductState::Entered | ConductState::Notified => "",
        ConductState::Contested | ConductState::RepairPending => "warn",
        ConductState::Repaired => "good",
        ConductState::Annulled => "none",
    }
}

/// Words in the reader's language.
pub fn both<'a>(f: &Frame, words: &'a Words) -> &'a str {
    f.t(&words.zh, &words.en)
}

/// A product line by its names.
pub fn line_name(line: &LineView) -> String {
    let parts = [Some(&line.product_name), line.trademark.as_ref(), line.model.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Those of the entries of which an objection to what they say now was decided: there is no second one. Who calls it may know of the entries.
///
/// # Errors
/// When the database can't be asked.
pub fn objection_decided(
    conn: &mut PgConnection,
    entries: &[ConductId],
) -> Result<HashSet<ConductId>, Problem> {
    let (upheld, corrected) = (ConductStep::Uphold.as_str(), ConductStep::Correct.as_str());
    let steps: Vec<(ConductId, String)> = conduct_event::table
        .filter(conduct_event::conduct_id.eq_any(entries))
        .filter(conduct_event::step.eq_any([upheld, corrected]))
        .order((conduct_event::conduct_id, conduct_event::ordinal))
        .select((conduct_event::conduct_id, conduct_event::step))
        .load(conn)?;
    let mut decided = HashSet::new();
    for (id, step) in steps {
        if step == upheld {
            decided.insert(id);
        } else {
            decided.remove(&id);
        }
    }
    Ok(decided)
}

/// Whole points in words.
pub fn whole_points(f: &Frame, points: i64) -> String {
    f.t(&format!("{points} 分"), &format!("{points} {}", if points == 1 { "point" } else { "points" }))
        .to_owned()
}

/// A behaviour with its points, for a choice.
fn behaviour_choice(f: &Frame, behaviour: &Behaviour) -> (String, String) {
    let points = whole_points(f, i64::from(behaviour.points));
    let words = f.say(&behaviour.text);
    (behaviour.code.clone(), f.t(&format!("{words}（{points}）"), &format!("{words} ({points})")).to_owned())
}

/// The behaviours of a version of the rules, for a choice.
fn behaviours(f: &Frame, rules: Option<&CreditRules>) -> Vec<(String, String)> {
    let all = rules.map(|rules| rules.behaviours.as_slice()).unwrap_or_default();
    all.iter().map(|behaviour| behaviour_choice(f, behaviour)).collect()
}
