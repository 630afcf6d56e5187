//! Consultations that belong to one: those that were merged with it or linked to it by hand, and the earlier ones about the same record, of the
//! same enterprise or about the same product kind. Each reader finds those that the reader may see, and learns nothing of others.

use crate::consultations::consultation::Row;
use crate::consultations::policy::{Action, permit, visible_to};
use crate::consultations::queries::row;
use crate::consultations::status::{Closing, Status};
use crate::consultations::views::{
    ConsultationRef, ConsultationView, EnterpriseRef, ExpertRef, ProductRef, views,
};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::page::{Page, Slice, Total};
use crate::db::schema::{consultation, consultation_link, consultation_merge};
use crate::db::total::total;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// Why a consultation belongs to another one.
    pub enum RelatedBy {
        /// One was merged into the other.
        Merged = "merged",
        /// They were linked by hand.
        Linked = "linked",
        /// They are about the same record of a failed sampling.
        Nonconformity = "nonconformity",
        /// They are of the same enterprise.
        Enterprise = "enterprise",
        /// They are about the same product kind.
        ProductKind = "product_kind",
    }
}

/// A consultation that belongs to another one.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RelatedView {
    /// Id of the consultation.
    pub id: ConsultationId,
    /// The number of its latest conclusion, such as `诊〔2026〕000123 号`.
    pub number: Option<String>,
    /// Subject, one line.
    pub subject: String,
    /// The state.
    pub status: Status,
    /// How it ended without a conclusion.
    pub closed: Option<Closing>,
    /// The enterprise that asks.
    pub enterprise: EnterpriseRef,
    /// The product kind it is about.
    pub product_kind: ProductRef,
    /// The expert who has accepted the consultation.
    pub expert: Option<ExpertRef>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it was concluded, taken back, closed or merged.
    pub concluded_at: Option<DateTime<Utc>>,
    /// Why it is here.
    pub relations: Vec<RelatedBy>,
}

/// What was said by hand of a consultation: which were merged with it, and which were linked to it.
struct Tied {
    merged: Vec<ConsultationId>,
    linked: Vec<ConsultationId>,
}

impl Tied {
    fn of(conn: &mut PgConnection, id: ConsultationId) -> Result<Self, Problem> {
        use consultation_merge as m;
        let into = m::table.filter(m::consultation_id.eq(id)).select(m::into_id);
        let mut merged: Vec<ConsultationId> = into.load(conn)?;
        let others = m::table.filter(m::into_id.eq(id)).select(m::consultation_id);
        merged.extend(others.load::<ConsultationId>(conn)?);
        Ok(Self { merged, linked: linked_ids(conn, id)? })
    }

    fn all(&self) -> Vec<ConsultationId> {
        self.merged.iter().chain(&self.linked).copied().collect()
    }
}

/// The ids of those to which one is linked by hand.
///
/// # Errors
/// When the database can't be asked.
pub fn linked_ids(conn: &mut PgConnection, id: ConsultationId) -> Result<Vec<ConsultationId>, Problem> {
    use consultation_link as l;
    let mut linked: Vec<ConsultationId> =
        l::table.filter(l::first_id.eq(id)).select(l::second_id).load(conn)?;
    let before = l::table.filter(l::second_id.eq(id)).select(l::first_id);
    linked.extend(before.load::<ConsultationId>(conn)?);
    Ok(linked)
}

/// Merged or linked; about the same record; of the same enterprise and kind; of the same enterprise; about the same kind.
const RANKS: usize = 5;

/// A page of the consultations that belong to one: those tied by hand first, then the earlier ones, the nearest first and the newest first
/// among those.
///
/// # Errors
/// 404 where the actor may not know of the consultation.
pub fn related(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    slice: Slice,
) -> Result<Page<RelatedView>, Problem> {
    let this = row(conn, actor, id)?;
    let tied = Tied::of(conn, id)?;
    let all = tied.all();
    let load = |slice: Slice| -> QueryResult<Vec<ConsultationId>> {
        use consultation as c;
        let mut query = visible_to(actor).filter(c::id.ne(id));
        query = if slice.rank == 0 {
            query.filter(c::id.eq_any(all.clone()))
        } else {
            query.filter(c::id.ne_all(all.clone())).filter(c::opened_at.lt(this.opened_at))
        };
        if let (Some(about), 2..) = (this.nonconformity_id, slice.rank) {
            query = query.filter(c::nonconformity_id.is_distinct_from(about));
        }
        let kind = this.product_kind.clone();
        query = match (slice.rank, this.nonconformity_id) {
            (0, _) => query,
            (1, None) => return Ok(Vec::new()),
            (1, Some(about)) => query.filter(c::nonconformity_id.eq(about)),
            (2, _) => query.filter(c::enterprise_id.eq(this.enterprise_id)).filter(c::product_kind.eq(kind)),
            (3, _) => query.filter(c::enterprise_id.eq(this.enterprise_id)).filter(c::product_kind.ne(kind)),
            _ => query.filter(c::enterprise_id.ne(this.enterprise_id)).filter(c::product_kind.eq(kind)),
        };
        if let Some(after) = slice.after {
            query = query.filter(c::id.lt(ConsultationId(after)));
        }
        query.order(c::id.desc()).limit(slice.limit + 1).select(c::id).load(conn)
    };
    let page = Page::by_rank(RANKS, slice, load, |id| id.0)?;
    let items = views_of(conn, actor, (&this, &tied), &page.items)?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// How many consultations belong to one.
///
/// # Errors
/// 404 where the actor may not know of the consultation.
pub fn count(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<Total, Problem> {
    use consultation as c;
    let this = row(conn, actor, id)?;
    let tied = Tied::of(conn, id)?.all();
    let near = c::enterprise_id.eq(this.enterprise_id).or(c::product_kind.eq(this.product_kind));
    let query = visible_to(actor)
        .filter(c::id.ne(id))
        .filter(c::id.eq_any(tied).or(c::opened_at.lt(this.opened_at).and(near)));
    Ok(total(conn, query.select(c::id))?)
}

/// One of those that belong to a consultation.
///
/// # Errors
/// 404 where the actor may not know of either.
pub fn related_one(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    other: ConsultationId,
) -> Result<RelatedView, Problem> {
    let this = row(conn, actor, id)?;
    let tied = Tied::of(conn, id)?;
    let found = views_of(conn, actor, (&this, &tied), &[other])?;
    found.into_iter().next().ok_or_else(Problem::not_found)
}

/// How those of these that the actor sees belong to one, in their order.
fn views_of(
    conn: &mut PgConnection,
    actor: &Actor,
    (this, tied): (&Row, &Tied),
    ids: &[ConsultationId],
) -> Result<Vec<RelatedView>, Problem> {
    let rows = visible_to(actor).filter(consultation::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    let mut items = views(conn, actor, rows)?;
    items.sort_by_key(|view| ids.iter().position(|id| *id == view.id));
    let view = |c: ConsultationView| {
        let relations = [
            (RelatedBy::Merged, tied.merged.contains(&c.id)),
            (RelatedBy::Linked, tied.linked.contains(&c.id)),
            (RelatedBy::Nonconformity, c.nonconformity.is_some() && c.nonconformity == this.nonconformity_id),
            (RelatedBy::Enterprise, c.enterprise.id == this.enterprise_id),
            (RelatedBy::ProductKind, c.product_kind.code == this.product_kind),
        ];
        RelatedView {
            id: c.id,
            number: c.conclusion_number,
            subject: c.subject,
            status: c.status,
            closed: c.closed,
            enterprise: c.enterprise,
            product_kind: c.product_kind,
            expert: c.expert,
            opened_at: c.opened_at,
            concluded_at: c.concluded_at,
            relations: relations.into_iter().filter_map(|(why, applies)| applies.then_some(why)).collect(),
        }
    };
    Ok(items.into_iter().map(view).collect())
}

/// The consultations to which one is linked by hand, as far as the actor may see them, the newest first.
///
/// # Errors
/// When the database can't be asked.
pub fn linked(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    most: i64,
) -> Result<Vec<ConsultationRef>, Problem> {
    let ids = linked_ids(conn, id)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(ConsultationId, String)> = visible_to(actor)
        .filter(consultation::id.eq_any(ids))
        .order(consultation::id.desc())
        .limit(most)
        .select((consultation::id, consultation::subject))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, subject)| ConsultationRef { id, subject }).collect())
}

/// Into which open consultations of the same enterprise one can be merged by the actor, the oldest first.
///
/// # Errors
/// When the database can't be asked.
pub fn merge_targets(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    most: i64,
) -> Result<Vec<ConsultationView>, Problem> {
    let this = row(conn, actor, id)?;
    if permit(actor, Action::Merge, &this).is_err() || this.status == Status::Concluded {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = visible_to(actor)
        .filter(consultation::enterprise_id.eq(this.enterprise_id))
        .filter(consultation::id.ne(id))
        .filter(consultation::status.ne(Status::Concluded))
        .order(consultation::id)
        .limit(most)
        .select(Row::as_select())
        .load(conn)?;
    let rows = rows.into_iter().filter(|row| permit(actor, Action::Merge, row).is_ok()).collect();
    views(conn, actor, rows)
}
