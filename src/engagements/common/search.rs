//! What the search over everything finds of commitments, trainings, check-ups and events.

use diesel::PgConnection;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::engagements::commitments::queries as commitments;
use crate::engagements::follow_ups::queries as follow_ups;
use crate::engagements::outreach::queries as outreach;
use crate::engagements::training::queries as training;
use crate::web::global_search::{Findings, Hit, pieces};

fn hit(id: String, link: String, (title, excerpt): (&str, &str), typed: &SearchTerms) -> Hit {
    let (title, excerpt) = (pieces(title, typed), pieces(excerpt, typed));
    Hit { id, link, title, excerpt, at: None, reply_to: None }
}

/// Looks for commitments.
///
/// # Errors
/// When the database can't be asked.
pub fn find_commitments(
    _: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let q = Some(typed.text().to_owned());
    let filter = commitments::CommitmentFilter { q, ..commitments::CommitmentFilter::default() };
    Ok(Findings::of(commitments::list(conn, actor, &filter, slice)?, |view| {
        let title = format!("{} · {}", view.enterprise_name, view.row.topic);
        let link = format!("/commitments/{}", view.row.id);
        hit(view.row.id.to_string(), link, (&title, &view.row.number), typed)
    }))
}

/// Looks for trainings.
///
/// # Errors
/// When the database can't be asked.
pub fn find_trainings(
    _: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let q = Some(typed.text().to_owned());
    let filter = training::TrainingFilter { q, ..training::TrainingFilter::default() };
    Ok(Findings::of(training::list(conn, actor, &filter, slice)?, |view| {
        let link = format!("/trainings/{}", view.id);
        hit(view.id.to_string(), link, (&view.topic, view.place.as_deref().unwrap_or_default()), typed)
    }))
}

/// Looks for check-ups.
///
/// # Errors
/// When the database can't be asked.
pub fn find_follow_ups(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let q = Some(typed.text().to_owned());
    let filter = follow_ups::FollowUpFilter { q, ..follow_ups::FollowUpFilter::default() };
    let found = follow_ups::list(conn, actor, (&filter, app.clock().now()), slice)?;
    Ok(Findings::of(found, |view| {
        let link = format!("/follow-ups/{}", view.row.id);
        hit(view.row.id.to_string(), link, (&view.enterprise_name, &view.row.topic), typed)
    }))
}

/// Looks for events.
///
/// # Errors
/// When the database can't be asked.
pub fn find_outreach(
    _: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let q = Some(typed.text().to_owned());
    let filter = outreach::OutreachFilter { q, ..outreach::OutreachFilter::default() };
    Ok(Findings::of(outreach::list(conn, actor, &filter, slice)?, |view| {
        let link = format!("/outreach/{}", view.id);
        hit(view.id.to_string(), link, (&view.topic, &view.place), typed)
    }))
}
