//! One letter, interview or listing with everything that its reader may see of it.

use crate::accounts::store::names;
use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::oversight::course::Details;
use crate::oversight::facts::{self, Facts};
use crate::oversight::files;
use crate::oversight::ids::OversightId;
use crate::oversight::policy::{Standing, is_internal, may_take};
use crate::oversight::preconditions::{self, Now};
use crate::oversight::queries;
use crate::oversight::rows::EventRow;
use crate::oversight::settings::OversightSettings;
use crate::oversight::state::{OversightStep, allowed};
use crate::oversight::store;
use crate::oversight::view::{EventView, OversightDetail};
use crate::remediation::clocks::provisional;
use chrono::NaiveDate;
use diesel::PgConnection;

/// What a detail is made with.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The rules, version by version.
    pub settings: &'a OversightSettings,
    /// The reference data.
    pub catalogue: &'a Catalogue,
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
}

/// One of them.
///
/// # Errors
/// 403 for who has no part in any; 404 where the actor may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: OversightId,
    context: Context<'_>,
) -> Result<OversightDetail, Problem> {
    let Context { settings, catalogue, today } = context;
    let row = queries::row(conn, actor, id)?;
    let (kind, state, version) = (row.written.kind, row.course.state, row.written.rules_version.clone());
    let view = queries::view(actor, row, catalogue, today);
    let (matter, rows) = (store::matter(conn, id)?, store::events(conn, id)?);
    let course = store::fold(kind, &rows)?;
    let officer = actor.officer_region().is_some() || *actor == Actor::System;
    let basis = if officer { store::basis(conn, id)? } else { Vec::new() };
    let basis = facts::named(conn, &basis)?;
    let rules = settings.rules_of(&version, today);
    let mut responsibilities = store::responsibilities(conn, id)?;
    responsibilities.sort_by_key(|row| row.kind);
    let standing = view.standing;
    let most_extensions = rules.map_or(0, |rules| rules.most_extensions);
    let now = Now { course: &course, responsibilities: &responsibilities, today, most_extensions };
    let above = catalogue.regions.ancestors(&view.from_region).nth(1).is_some();
    let allowed = allowed(kind, state).into_iter().filter(|step| {
        let taken =
            may_take(standing, *step) || (*step == OversightStep::Change && standing == Standing::Issuer);
        taken && preconditions::require(now, *step).is_ok() && (*step != OversightStep::Escalate || above)
    });
    let allowed: Vec<OversightStep> = allowed.collect();
    let said = |step: OversightStep| {
        let last = rows.iter().rev().find(|event| event.step == step.as_str());
        last.and_then(|event| event.details.get("text")).and_then(|text| text.as_str()).map(str::to_owned)
    };
    Ok(OversightDetail {
        invitee: matter.invitee,
        invitee_post: matter.invitee_post,
        meets_on: course.meets_on,
        place: course.place.clone(),
        basis,
        facts: serde_json::from_value::<Facts>(matter.facts)?,
        facts_note: matter.facts_note,
        requirements: matter.requirements,
        provisional: rules.is_none_or(|rules| rules.provisional),
        rules_version: version,
        due_provisional: view.due_on.is_some_and(|day| provisional(day, &catalogue.calendar)),
        responsibilities,
        received_on: course.received_on,
        corrected_words: said(OversightStep::CorrectMinutes),
        minutes: said(OversightStep::Minute),
        interviewed_done: course.interviewed_done,
        escalates_id: matter.escalates_id.filter(|_| officer),
        allowed,
        events: events(conn, id, rows, officer)?,
        oversight: view,
    })
}

/// The history as its reader sees it: names of officers are for officers.
fn events(
    conn: &mut PgConnection,
    id: OversightId,
    rows: Vec<EventRow>,
    officer: bool,
) -> Result<Vec<EventView>, Problem> {
    let people: Vec<AccountId> = rows.iter().filter_map(|row| row.actor_id).collect();
    let people = if officer { names(conn, &people)? } else { std::collections::HashMap::new() };
    let mut files = files::of(conn, id)?;
    rows.into_iter()
        .filter(|row| officer || !row.step.parse().is_ok_and(is_internal))
        .map(|row| {
            let mut details = serde_json::from_value::<Details>(row.details)?;
            if !officer {
                details.escalated_to = None;
            }
            Ok(EventView {
                ordinal: row.ordinal,
                step: row.step.parse().map_err(Problem::internal)?,
                to_state: row.to_state,
                occurred_on: row.occurred_on,
                recorded_at: row.recorded_at,
                by: row.actor_id.and_then(|id| people.get(&id).cloned()),
                role: row.actor_role,
                details,
                attachments: files.remove(&row.ordinal).unwrap_or_default(),
            })
        })
        .collect()
}
