//! Reading events: the list, one of them, and the sums over what a filter finds.

use crate::attachments::Attachment;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{engagement, outreach, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::engagements::common::files::files_of;
use crate::engagements::common::words::PlaceKind;
use crate::engagements::ids::EngagementId;
use crate::engagements::outreach::signals::{OutreachSignalView, of as signals_of};
use crate::engagements::policy;
use crate::engagements::state::EngagementState;
use crate::programmes::ids::ProgrammeId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count_star, sum};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// An event.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = outreach, check_for_backend(Pg))]
pub struct OutreachView {
    /// Id of the event, which is that of the engagement.
    pub id: EngagementId,
    /// Code of its region.
    pub region: String,
    /// The programme to which it belongs.
    pub programme_id: Option<ProgrammeId>,
    /// The topic.
    pub topic: String,
    /// The state: `planned`, `held`, `closed` or `cancelled`.
    #[schema(inline)]
    pub state: EngagementState,
    /// The day, in Asia/Shanghai.
    pub on_day: NaiveDate,
    /// Where it takes place.
    pub place: String,
    /// What kind of place that is.
    #[schema(inline)]
    pub place_kind: PlaceKind,
    /// How many people took part.
    pub people: Option<i32>,
    /// How many leaflets were given out.
    pub leaflets: Option<i32>,
    /// How many questions were answered.
    pub questions: Option<i32>,
    /// How many were asked whether they were satisfied.
    pub asked: Option<i32>,
    /// How many of them were.
    pub satisfied: Option<i32>,
    /// What else was said.
    pub note: Option<String>,
    /// How many signals it collected.
    pub signals: i32,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct OutreachFilter {
    /// Only those of this state.
    pub state: Option<EngagementState>,
    /// Only those in this kind of place.
    pub place_kind: Option<PlaceKind>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those of this programme.
    pub programme: Option<ProgrammeId>,
    /// Only those of this day or later.
    pub from: Option<NaiveDate>,
    /// Only those of this day or earlier.
    pub until: Option<NaiveDate>,
    /// Only those in whose topic or place these words stand.
    pub q: Option<String>,
}

const TEXTS: Columns =
    Columns { texts: &["outreach.search_text"], readings: &["outreach.search_readings"], code: false };

fn visible(actor: &Actor) -> outreach::BoxedQuery<'static, Pg> {
    let known = policy::visible_to(actor).select(engagement::id);
    outreach::table.filter(outreach::id.eq_any(known)).into_boxed()
}

fn narrowed(
    actor: &Actor,
    filter: &OutreachFilter,
    found: Option<Condition>,
) -> outreach::BoxedQuery<'static, Pg> {
    use outreach as o;
    let mut query = visible(actor);
    if let Some(state) = filter.state {
        query = query.filter(o::state.eq(state));
    }
    if let Some(kind) = filter.place_kind {
        query = query.filter(o::place_kind.eq(kind));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(o::region.eq_any(under));
    }
    if let Some(programme) = filter.programme {
        query = query.filter(o::programme_id.assume_not_null().eq(programme));
    }
    if let Some(from) = filter.from {
        query = query.filter(o::on_day.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(o::on_day.le(until));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

/// A page of events, the last planned first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &OutreachFilter,
    slice: Slice,
) -> Result<Page<OutreachView>, Problem> {
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<OutreachView>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(outreach::id.lt(EngagementId(after)));
        }
        query
            .order(in_order(slice, outreach::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(OutreachView::as_select())
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?)
}

/// How many events a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &OutreachFilter) -> Result<Total, Problem> {
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(outreach::id))?)
}

/// The sums over events that took place. Leaflets are counted for themselves and never as people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OutreachFigures {
    /// Events that took place.
    pub events: i64,
    /// People who took part.
    pub people: i64,
    /// Leaflets that were given out.
    pub leaflets: i64,
    /// Questions that were answered.
    pub questions: i64,
    /// People who were asked whether they were satisfied: the n of the share.
    pub asked: i64,
    /// People among them who were.
    pub satisfied: i64,
    /// Signals that were collected.
    pub signals: i64,
}

type Sums = (i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

/// The sums over the events that a filter finds and that took place.
///
/// # Errors
/// When the database can't be asked.
pub fn figures(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &OutreachFilter,
) -> Result<OutreachFigures, Problem> {
    use outreach as o;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    let sums: Sums = narrowed(actor, filter, found)
        .filter(o::people.is_not_null())
        .select((
            count_star(),
            sum(o::people),
            sum(o::leaflets),
            sum(o::questions),
            sum(o::asked),
            sum(o::satisfied),
            sum(o::signals),
        ))
        .first(conn)?;
    let (events, people, leaflets, questions, asked, satisfied, signals) = sums;
    Ok(OutreachFigures {
        events,
        people: people.unwrap_or_default(),
        leaflets: leaflets.unwrap_or_default(),
        questions: questions.unwrap_or_default(),
        asked: asked.unwrap_or_default(),
        satisfied: satisfied.unwrap_or_default(),
        signals: signals.unwrap_or_default(),
    })
}

/// An event with its signals and files.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OutreachDetail {
    /// The event.
    #[serde(flatten)]
    pub view: OutreachView,
    /// What people said of dangers, the first one first; at most 500.
    pub collected: Vec<OutreachSignalView>,
    /// Files that belong to it.
    pub files: Vec<Attachment>,
}

/// One event that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: EngagementId) -> Result<OutreachDetail, Problem> {
    let view: OutreachView =
        visible(actor).filter(outreach::id.eq(id)).select(OutreachView::as_select()).first(conn)?;
    let files = files_of(conn, id)?.into_iter().map(|(_, file)| file).collect();
    Ok(OutreachDetail { view, collected: signals_of(conn, id)?, files })
}
