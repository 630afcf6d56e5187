//! How much of consultations waits for somebody, for the navigation of every page.

use crate::chat::reading::{UnreadSummary, unread_summaries};
use crate::consultations::policy::visible_to;
use crate::consultations::queries::{ConsultationFilter, narrow};
use crate::consultations::status::Status;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::ConsultationId;
use crate::db::schema::consultation;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Consultations of which unread messages are counted, the newest.
const MOST: i64 = 1_000;

/// What waits for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsultationCounts {
    /// For an officer: consultations that wait for an expert. For others: messages that they have not read, of their 1,000 newest
    /// consultations with any, at most 100 of a stream.
    pub waiting: i64,
}

/// Counts what waits for the actor.
///
/// # Errors
/// 401 without a log-in, 403 for who has no part in consultations.
pub fn counts(conn: &mut PgConnection, actor: &Actor) -> Result<ConsultationCounts, Problem> {
    let waiting = match actor.scope() {
        None => return Err(Problem::unauthenticated()),
        Some(Scope::Admin(_)) => {
            let waiting = visible_to(actor).filter(consultation::status.eq(Status::Waiting));
            waiting.count().get_result(conn)?
        }
        Some(Scope::Enterprise(_) | Scope::Expert(_)) => {
            let filter = ConsultationFilter { unread: Some(true), ..ConsultationFilter::default() };
            let unread: Vec<ConsultationId> = narrow(visible_to(actor), actor, &filter, None)
                .order(consultation::id.desc())
                .limit(MOST)
                .select(consultation::id)
                .load(conn)?;
            unread_summaries(conn, actor, &unread)?.values().map(UnreadSummary::all_unread).sum()
        }
        Some(_) => return Err(Problem::forbidden()),
    };
    Ok(ConsultationCounts { waiting })
}
