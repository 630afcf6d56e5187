//! Reading trainings: the list, one of them, who is invited and who came.

use crate::attachments::Attachment;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::expert;
use crate::db::schema::{engagement, engagement_expert, region_scope, training, training_attendee};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::engagements::common::enterprises::names;
use crate::engagements::common::files::files_of;
use crate::engagements::ids::EngagementId;
use crate::engagements::policy;
use crate::engagements::queries::may_name;
use crate::engagements::state::EngagementState;
use crate::programmes::ids::ProgrammeId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};

/// A training.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = training, check_for_backend(Pg))]
pub struct TrainingView {
    /// Id of the training, which is that of the engagement.
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
    /// The day on which it begins, in Asia/Shanghai.
    pub on_day: NaiveDate,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Where it takes place.
    pub place: Option<String>,
    /// Where it is followed on line.
    pub online_url: Option<String>,
    /// Codes of the product kinds that it is about; none: all.
    pub product_kinds: Vec<String>,
    /// Whether those who come take a quiz.
    pub quiz: bool,
    /// How many enterprises are invited.
    pub invited: i32,
    /// How many enterprises came, invited or not.
    pub attended: i32,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct TrainingFilter {
    /// Only those of this state.
    pub state: Option<EngagementState>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those to which this enterprise is invited or came.
    pub enterprise: Option<EnterpriseId>,
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
    Columns { texts: &["training.search_text"], readings: &["training.search_readings"], code: false };

fn visible(actor: &Actor) -> training::BoxedQuery<'static, Pg> {
    let known = policy::visible_to(actor).select(engagement::id);
    training::table.filter(training::id.eq_any(known)).into_boxed()
}

fn narrowed(
    actor: &Actor,
    filter: &TrainingFilter,
    found: Option<Condition>,
) -> training::BoxedQuery<'static, Pg> {
    use training as t;
    let mut query = visible(actor);
    if let Some(state) = filter.state {
        query = query.filter(t::state.eq(state));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(t::region.eq_any(under));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(may_name(actor, enterprise).into_sql::<Bool>());
        let with = training_attendee::table
            .filter(training_attendee::enterprise_id.eq(enterprise))
            .select(training_attendee::training_id);
        query = query.filter(t::id.eq_any(with));
    }
    if let Some(programme) = filter.programme {
        query = query.filter(t::programme_id.assume_not_null().eq(programme));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::on_day.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(t::on_day.le(until));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

/// A page of trainings, the newest first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &TrainingFilter,
    slice: Slice,
) -> Result<Page<TrainingView>, Problem> {
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<TrainingView>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(training::id.lt(EngagementId(after)));
        }
        query
            .order(in_order(slice, training::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(TrainingView::as_select())
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?)
}

/// How many trainings a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &TrainingFilter) -> Result<Total, Problem> {
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(training::id))?)
}

/// The secret of a training that the actor may know of, and its state: for who runs it.
///
/// # Errors
/// 404 where the actor may not know of it; 403 for an enterprise.
pub fn secret(
    conn: &mut PgConnection,
    actor: &Actor,
    id: EngagementId,
) -> Result<(Vec<u8>, EngagementState), Problem> {
    let found = visible(actor)
        .filter(training::id.eq(id))
        .select((training::code_secret, training::state))
        .first::<(Vec<u8>, EngagementState)>(conn)?;
    match actor.scope() {
        Some(Scope::Admin(_) | Scope::Expert(_)) => Ok(found),
        _ => Err(Problem::forbidden()),
    }
}

/// Topic and beginning of a training by its id, whoever asks: for the page behind a scanned code.
///
/// # Errors
/// 404 where there is none.
pub fn scanned(
    conn: &mut PgConnection,
    id: EngagementId,
) -> Result<(String, DateTime<Utc>, Vec<u8>), Problem> {
    Ok(training::table
        .find(id)
        .select((training::topic, training::starts_at, training::code_secret))
        .first(conn)?)
}

/// A training with its material.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TrainingDetail {
    /// The training.
    #[serde(flatten)]
    pub view: TrainingView,
    /// Experts who hold it.
    pub experts: Vec<TrainerView>,
    /// Its material.
    pub material: Vec<Attachment>,
    /// The own part, for an enterprise.
    pub own: Option<AttendeeView>,
}

/// An expert who holds a training.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct TrainerView {
    /// The expert.
    pub id: ExpertId,
    /// The name.
    pub name: String,
}

/// An enterprise that is invited to a training or came.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttendeeView {
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Its part.
    #[serde(flatten)]
    pub row: AttendeeRow,
}

/// A row of `training_attendee`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = training_attendee, check_for_backend(Pg))]
pub struct AttendeeRow {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Whether it was invited.
    pub invited: bool,
    /// Whether it is none of the programme's cohort.
    pub outside_cohort: bool,
    /// When its attendance was marked; absent where it did not come.
    pub attended_at: Option<DateTime<Utc>>,
    /// Whether that was by the code.
    pub by_code: bool,
    /// Why it was marked by hand, or why a mark was taken back.
    pub reason: Option<String>,
    /// Its result in the quiz, 0 to 100.
    pub quiz: Option<i32>,
}

/// One training that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: EngagementId) -> Result<TrainingDetail, Problem> {
    let view: TrainingView =
        visible(actor).filter(training::id.eq(id)).select(TrainingView::as_select()).first(conn)?;
    let ids: Vec<ExpertId> = engagement_expert::table
        .filter(engagement_expert::engagement_id.eq(id))
        .order((engagement_expert::lead.desc(), engagement_expert::expert_id))
        .select(engagement_expert::expert_id)
        .load(conn)?;
    let experts: Vec<TrainerView> =
        expert::table.filter(expert::id.eq_any(ids)).select((expert::id, expert::name)).load(conn)?;
    let own = match actor.scope() {
        Some(Scope::Enterprise(own)) => attendee(conn, id, *own)?,
        _ => None,
    };
    let material = files_of(conn, id)?.into_iter().map(|(_, file)| file).collect();
    Ok(TrainingDetail { view, experts, material, own })
}

fn attendee(
    conn: &mut PgConnection,
    id: EngagementId,
    of: EnterpriseId,
) -> Result<Option<AttendeeView>, Problem> {
    let row: Option<AttendeeRow> =
        training_attendee::table.find((id, of)).select(AttendeeRow::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let (enterprise_name, uscc) = names(conn, &[of])?.remove(&of).unwrap_or_default();
    Ok(Some(AttendeeView { enterprise_name, uscc, row }))
}

/// What the list of attendees is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct AttendeeFilter {
    /// Only those who came, or only those who did not.
    pub attended: Option<bool>,
    /// Only those in whose name or credit code these words stand.
    pub q: Option<String>,
}

const ATTENDEE_TEXTS: Columns = Columns {
    texts: &[
        "(SELECT e.search_text FROM published.enterprise e WHERE e.id = training_attendee.enterprise_id)",
    ],
    readings: &[
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = training_attendee.enterprise_id)",
    ],
    code: true,
};

fn attendees_of(
    id: EngagementId,
    filter: &AttendeeFilter,
    found: Option<Condition>,
) -> training_attendee::BoxedQuery<'static, Pg> {
    use training_attendee as a;
    let mut query = a::table.filter(a::training_id.eq(id)).into_boxed();
    query = match filter.attended {
        Some(true) => query.filter(a::attended_at.is_not_null()),
        Some(false) => query.filter(a::attended_at.is_null()),
        None => query,
    };
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

/// Refuses who does not run the training: an enterprise learns of no other one.
fn require_run(conn: &mut PgConnection, actor: &Actor, id: EngagementId) -> Result<(), Problem> {
    secret(conn, actor, id).map(drop)
}

/// A page of the enterprises that are invited or came, for who runs the training.
///
/// # Errors
/// 404 where the actor may not know of it; 403 for an enterprise.
pub fn attendees(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, filter): (EngagementId, &AttendeeFilter),
    slice: Slice,
) -> Result<Page<AttendeeView>, Problem> {
    require_run(conn, actor, id)?;
    let search = Search::new(filter.q.as_deref(), ATTENDEE_TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<AttendeeRow>> {
        let mut query = attendees_of(id, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(training_attendee::enterprise_id.lt(EnterpriseId(after)));
        }
        query
            .order(in_order(slice, training_attendee::enterprise_id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(AttendeeRow::as_select())
            .load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.enterprise_id.0)?;
    let ids: Vec<EnterpriseId> = page.items.iter().map(|row| row.enterprise_id).collect();
    let named = names(conn, &ids)?;
    Ok(page.map(|row| {
        let (enterprise_name, uscc) = named.get(&row.enterprise_id).cloned().unwrap_or_default();
        AttendeeView { enterprise_name, uscc, row }
    }))
}

/// How many enterprises a filter finds.
///
/// # Errors
/// As [`attendees`].
pub fn count_attendees(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, filter): (EngagementId, &AttendeeFilter),
) -> Result<Total, Problem> {
    require_run(conn, actor, id)?;
    let found = Search::new(filter.q.as_deref(), ATTENDEE_TEXTS).any();
    Ok(total(conn, attendees_of(id, filter, found).select(training_attendee::enterprise_id))?)
}
