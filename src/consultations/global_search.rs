//! What searches ask of consultations: which an actor may know of, and what they are called.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;

use crate::app::App;
use crate::consultations::policy::{indexed_subqueries, visible_to};
use crate::consultations::queries::{ConsultationFilter, list};
use crate::core::actor::Actor;
use crate::core::ids::{ConsultationId, EnterpriseId};
use crate::core::page::Slice;
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::db::published::enterprise;
use crate::db::schema::consultation;
use crate::web::global_search::{Findings, Hit, excerpt, pieces};

/// Looks for consultations.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    _: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let filter = ConsultationFilter { q: Some(typed.text().to_owned()), ..ConsultationFilter::default() };
    Ok(Findings::of(list(conn, actor, &filter, slice)?, |view| {
        let names = [Some(view.enterprise.name), view.expert.map(|expert| expert.name), Some(view.question)];
        let about: Vec<String> = names.into_iter().flatten().collect();
        Hit {
            id: view.id.to_string(),
            link: format!("/consultations/{}", view.id),
            title: pieces(&view.subject, typed),
            excerpt: excerpt(&about.join(" · "), typed),
            at: Some(view.opened_at),
            reply_to: None,
        }
    }))
}

/// Of these consultations those that the actor may know of, each with its subject and the name of its enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn visible_among(
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &[Uuid],
) -> QueryResult<HashMap<Uuid, (String, String)>> {
    let rows: Vec<(ConsultationId, String, EnterpriseId)> = visible_to(actor)
        .filter(consultation::id.eq_any(ids))
        .select((consultation::id, consultation::subject, consultation::enterprise_id))
        .load(conn)?;
    let names: HashMap<EnterpriseId, String> = enterprise::table
        .filter(enterprise::id.eq_any(rows.iter().map(|row| row.2)))
        .select((enterprise::id, enterprise::name))
        .load(conn)?
        .into_iter()
        .collect();
    let named = |(id, subject, of): (ConsultationId, String, _)| {
        (id.0, (subject, names.get(&of).cloned().unwrap_or_default()))
    };
    Ok(rows.into_iter().map(named).collect())
}

/// All consultations that the actor may know of, where they are no more than so many. An enterprise that moves takes a moment to be among
/// those of its new region, so what is found by this is checked by [`visible_among`].
///
/// # Errors
/// When the database can't be asked.
pub fn all_if_few(conn: &mut PgConnection, actor: &Actor, most: i64) -> QueryResult<Option<Vec<Uuid>>> {
    let mut all: Vec<Uuid> = Vec::new();
    for query in indexed_subqueries(actor) {
        let ids: Vec<ConsultationId> = query.select(consultation::id).limit(most + 1).load(conn)?;
        all.extend(ids.into_iter().map(|id| id.0));
    }
    all.sort_unstable();
    all.dedup();
    Ok((i64::try_from(all.len()).unwrap_or(i64::MAX) <= most).then_some(all))
}
