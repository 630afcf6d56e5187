//! Lists of letters, interviews and listings. Each query starts from what the actor may know of.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{oversight, oversight_basis, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::oversight::ids::OversightId;
use crate::oversight::policy::{Standing, permit, sees, visible_to};
use crate::oversight::rows::OversightRow;
use crate::oversight::state::OversightState;
use crate::oversight::view::OversightView;
use crate::oversight::words::{BasisKind, OversightKind, RecipientKind};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

crate::word_enum! {
    /// Whose move it is.
    pub enum Side {
        /// To be answered by the caller.
        ToAnswer = "to_answer",
        /// Issued by the caller's side.
        Issued = "issued",
        /// Waiting for the caller's side: proposed, answered, applied for, reported, signed by the interviewed, to be held or minuted.
        ToDecide = "to_decide",
    }
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct OversightFilter {
    /// Only those of this kind.
    pub kind: Option<OversightKind>,
    /// Only those of this state.
    pub state: Option<OversightState>,
    /// Only those with this move.
    pub side: Option<Side>,
    /// Only those to this region or one under it.
    pub region: Option<String>,
    /// Only those to this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those about this product kind.
    pub product_kind: Option<String>,
    /// Only those that rest on this alert.
    pub alert: Option<Uuid>,
    /// Only those whose day has passed, or only those whose has not.
    pub overdue: Option<bool>,
    /// Only those in whose title, number or recipient these words stand.
    pub q: Option<String>,
}

/// Where they are searched: title, recipient, number of the document.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_name(oversight.title) || E'\\n')",
        "(search_name(oversight.to_name) || E'\\n')",
        "(search_fold(coalesce(oversight.document_no, '')) || E'\\n')",
    ],
    readings: &[
        "search_readings(search_name(oversight.title))",
        "search_readings(search_name(oversight.to_name))",
    ],
    code: false,
};

type Query = oversight::BoxedQuery<'static, Pg>;

/// Those with this move. Minutes that the interviewed have signed, and a rectification that was reported, wait for the issuing side: nothing is due then.
fn on_side(query: Query, actor: &Actor, side: Side, today: NaiveDate) -> Query {
    use oversight as o;
    let theirs = [OversightState::Minuted, OversightState::Rectifying];
    let waits: Vec<OversightState> =
        OversightState::ALL.iter().copied().filter(|state| state.waits_for_recipient()).collect();
    let regional = vec![RecipientKind::Authority, RecipientKind::Government];
    let from_here = || o::from_region.eq_any(crate::db::regional::seen_regions(actor));
    match (side, actor.officer_region()) {
        (Side::ToAnswer, Some(own)) => query
            .filter(o::issued_on.is_not_null())
            .filter(o::state.eq_any(waits))
            .filter(o::state.ne_all(theirs).or(o::due_on.is_not_null()))
            .filter(o::to_kind.eq_any(regional))
            .filter(o::to_region.eq(own.to_owned())),
        (Side::ToAnswer, None) => {
            query.filter(o::state.eq_any(waits)).filter(o::state.ne_all(theirs).or(o::due_on.is_not_null()))
        }
        (Side::Issued, Some(_)) => query.filter(from_here()),
        (Side::ToDecide, Some(_)) => {
            let states = [
                OversightState::Replied,
                OversightState::Applied,
                OversightState::Proposed,
                OversightState::Approved,
                OversightState::Held,
                OversightState::NotAttended,
                OversightState::Signed,
                OversightState::Verified,
            ];
            let told = o::state.eq(OversightState::Notified).and(o::due_on.is_not_null());
            query.filter(from_here()).filter(
                o::state
                    .eq_any(states)
                    .or(o::state.eq_any(theirs).and(o::due_on.is_null()))
                    // The day of the interview has passed: whether it was held is to be entered.
                    .or(told.and(o::due_on.assume_not_null().lt(today))),
            )
        }
        // Who is addressed issues nothing and decides nothing.
        (Side::Issued | Side::ToDecide, None) => query.filter(o::issued_on.is_null()),
    }
}

fn narrowed(actor: &Actor, filter: &OversightFilter, today: NaiveDate, found: Option<Condition>) -> Query {
    use oversight as o;
    let mut query = visible_to(actor);
    if let Some(kind) = filter.kind {
        query = query.filter(o::kind.eq(kind));
    }
    if let Some(state) = filter.state {
        query = query.filter(o::state.eq(state));
    }
    if let Some(side) = filter.side {
        query = on_side(query, actor, side, today);
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(o::to_region.eq_any(under));
    }
    if let Some(id) = filter.enterprise {
        query = query.filter(o::enterprise_id.assume_not_null().eq(id));
    }
    if let Some(kind) = filter.product_kind.clone() {
        query = query.filter(o::product_kinds.contains(vec![kind]));
    }
    if let Some(alert) = filter.alert {
        // Who is addressed is not told on which alerts it rests.
        let shown = *actor == Actor::System || actor.officer_region().is_some();
        query = query.filter(shown.into_sql::<Bool>());
        let on_it = oversight_basis::table
            .filter(oversight_basis::kind.eq(BasisKind::Alert))
            .filter(oversight_basis::ref_id.eq(alert))
            .select(oversight_basis::oversight_id);
        query = query.filter(o::id.eq_any(on_it));
    }
    if let Some(wanted) = filter.overdue {
        let waits: Vec<OversightState> =
            OversightState::ALL.iter().copied().filter(|state| state.waits_for_recipient()).collect();
        let overdue = o::state
            .eq_any(waits)
            .and(o::due_on.is_not_null())
            .and(o::due_on.assume_not_null().lt(today))
            .or(o::report_due_on.is_not_null().and(o::report_due_on.assume_not_null().lt(today)));
        query = if wanted { query.filter(overdue) } else { query.filter(diesel::dsl::not(overdue)) };
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of them, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for who has no part in any.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &OversightFilter,
    (catalogue, today): (&Catalogue, NaiveDate),
    slice: Slice,
) -> Result<Page<OversightView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<OversightRow>> {
        let mut query = narrowed(actor, filter, today, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(oversight::id.lt(OversightId(after)));
        }
        query
            .order(in_order(slice, oversight::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(OversightRow::as_select())
            .load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.written.id.0)?;
    Ok(page.map(|row| view(actor, row, catalogue, today)))
}

/// How many a filter finds.
///
/// # Errors
/// 403 for who has no part in any.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &OversightFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, today, found).select(oversight::id))?)
}

/// How many wait for the caller: to be answered, and to be decided.
///
/// # Errors
/// 403 for who has no part in any.
pub fn waiting(conn: &mut PgConnection, actor: &Actor, today: NaiveDate) -> Result<i64, Problem> {
    permit(actor)?;
    let mut sum = 0_i64;
    for side in [Side::ToAnswer, Side::ToDecide] {
        let filter = OversightFilter { side: Some(side), ..OversightFilter::default() };
        sum = sum.saturating_add(count(conn, actor, &filter, today)?.rows);
    }
    Ok(sum)
}

/// One row that the actor may know of.
///
/// # Errors
/// 403 for who has no part in any; 404 where the actor may not know of it.
pub fn row(conn: &mut PgConnection, actor: &Actor, id: OversightId) -> Result<OversightRow, Problem> {
    permit(actor)?;
    Ok(visible_to(actor).filter(oversight::id.eq(id)).select(OversightRow::as_select()).first(conn)?)
}

/// A row as its reader sees it.
pub fn view(actor: &Actor, row: OversightRow, catalogue: &Catalogue, today: NaiveDate) -> OversightView {
    let standing = sees(actor, row.holders(), catalogue).unwrap_or(Standing::Observer);
    let OversightRow { written, course, version, .. } = row;
    let due_on = course.due_on;
    let late = |day: Option<NaiveDate>| day.is_some_and(|day| day < today);
    let overdue = (course.state.waits_for_recipient() && late(due_on)) || late(course.report_due_on);
    OversightView {
        id: written.id,
        kind: written.kind,
        state: course.state,
        subject: written.subject,
        title: written.title,
        document_no: course.document_no,
        from_region: written.from_region,
        level: written.level,
        to_kind: written.to_kind,
        to_region: written.to_region,
        to_name: written.to_name,
        enterprise_id: written.enterprise_id,
        laboratory_id: written.laboratory_id,
        product_kinds: written.product_kinds,
        issued_on: course.issued_on,
        due_on,
        days_left: due_on.map(|day| day.signed_duration_since(today).num_days()),
        overdue,
        term_on: course.term_on,
        report_due_on: course.report_due_on,
        extensions: course.extensions,
        held_on: course.held_on,
        answered_on: course.answered_on,
        answered_in_time: course.answered_in_time,
        returns: course.returns,
        accepted_on: course.accepted_on,
        ended_on: course.ended_on,
        public: written.kind == OversightKind::Listing
            && course.issued_on.is_some()
            && course.state != OversightState::Withdrawn,
        standing,
        version,
        created_at: written.created_at,
    }
}
