//! What becomes of articles when the texts of their consultation are erased: one that was published stands, since it names nobody, and leads
//! nowhere any more; what was never published goes with the consultation.

use crate::core::ids::ConsultationId;
use crate::db::schema::{knowledge_article, knowledge_finding};
use crate::knowledge::ids::ArticleId;
use crate::knowledge::state::ArticleState;
use diesel::prelude::*;

/// Forgets a consultation. Locks its articles.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut PgConnection, id: ConsultationId) -> QueryResult<()> {
    use knowledge_article as a;
    let unpublished: Vec<ArticleId> = a::table
        .filter(a::consultation_id.eq(id))
        .filter(a::published_at.is_null())
        .order(a::id)
        .for_update()
        .select(a::id)
        .load(conn)?;
    diesel::delete(knowledge_finding::table.filter(knowledge_finding::article_id.eq_any(&unpublished)))
        .execute(conn)?;
    diesel::update(a::table.filter(a::id.eq_any(&unpublished)))
        .set((
            a::state.eq(ArticleState::Discarded),
            a::title.eq(""),
            a::failed_items.eq(Vec::<String>::new()),
            a::standards.eq(Vec::<String>::new()),
            a::clauses.eq(Vec::<String>::new()),
            a::question.eq(""),
            a::cause.eq(""),
            a::actions.eq(""),
            a::result.eq(""),
        ))
        .execute(conn)?;
    diesel::update(a::table.filter(a::consultation_id.eq(id)))
        .set(a::consultation_id.eq(None::<ConsultationId>))
        .execute(conn)?;
    Ok(())
}
