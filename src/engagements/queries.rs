//! Reading engagements: each reader gets what the policy grants, and no more.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::{enterprise, expert};
use crate::db::schema::{engagement, engagement_enterprise, engagement_expert, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::engagements::ids::EngagementId;
use crate::engagements::policy::{permit, standing, visible_to};
use crate::engagements::settings::EngagementSettings;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::programmes::ids::ProgrammeId;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The most enterprises that a line of the list names.
const MOST_NAMED: usize = 20;
/// The most engagements that are counted by their days.
const MOST_COUNTED: i64 = 20_000;

/// A row of `engagement`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = engagement, check_for_backend(Pg))]
pub struct EngagementRow {
    /// Id of the engagement.
    pub id: EngagementId,
    /// Its kind.
    #[schema(inline)]
    pub kind: EngagementKind,
    /// The state.
    #[schema(inline)]
    pub state: EngagementState,
    /// The programme to which it belongs.
    pub programme_id: Option<ProgrammeId>,
    /// The round of that programme.
    pub round_no: Option<i32>,
    /// Code of its region.
    pub region: String,
    /// Its day, in Asia/Shanghai; none before one is agreed.
    pub on_day: Option<NaiveDate>,
    /// When it begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// Where it takes place.
    pub place: Option<String>,
    /// The topic.
    pub topic: String,
    /// How many events its history has.
    pub version: i32,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When the platform learned that it was held.
    pub held_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// As what somebody called it off, or noted that nobody came.
    pub cancelled_by_role: Option<String>,
    /// Reason why it was called off or did not take place.
    pub reason: Option<String>,
}

/// An expert of an engagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ExpertOf {
    /// The expert.
    pub id: ExpertId,
    /// The expert's name.
    pub name: String,
    /// Whether this one leads.
    pub lead: bool,
}

/// An enterprise that is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EnterpriseOf {
    /// The enterprise.
    pub id: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Whether it came; nothing before that is known.
    pub attended: Option<bool>,
    /// Whether it came without being in the cohort of the programme.
    pub outside_cohort: bool,
}

/// An engagement with who takes part in it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngagementView {
    /// The engagement.
    #[serde(flatten)]
    pub row: EngagementRow,
    /// The experts who help, the one who leads first.
    pub experts: Vec<ExpertOf>,
    /// The enterprises that are invited, at most 20; an enterprise sees itself alone.
    pub enterprises: Vec<EnterpriseOf>,
    /// Whether it was agreed, was not held, and its day is past for longer than the rules allow.
    pub overdue: bool,
    /// What the caller is in it: `expert`, `enterprise` or `officer`.
    pub standing: String,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct EngagementFilter {
    /// Only those of this kind.
    pub kind: Option<EngagementKind>,
    /// Only those of this state.
    pub state: Option<EngagementState>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those of this programme.
    pub programme: Option<ProgrammeId>,
    /// Only those to which this enterprise is invited.
    pub enterprise: Option<EnterpriseId>,
    /// Only those in which this expert helps.
    pub expert: Option<ExpertId>,
    /// Only those on this day or later.
    pub from: Option<NaiveDate>,
    /// Only those on this day or earlier.
    pub until: Option<NaiveDate>,
    /// Only those that are overdue, or only those that are not.
    pub overdue: Option<bool>,
    /// Only those that the caller set up.
    pub mine: bool,
    /// Only those in whose topic, place or enterprise these words stand.
    pub q: Option<String>,
}

/// Where engagements are searched: topic and place, and the names and codes of the first enterprises.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_name(engagement.topic) || E'\\n' || search_name(coalesce(engagement.place, '')) || E'\\n')",
        "coalesce((SELECT string_agg(n.search_text, '') FROM (SELECT i.search_text FROM engagement_enterprise x \
         JOIN published.enterprise i ON i.id = x.enterprise_id WHERE x.engagement_id = engagement.id LIMIT 20) AS n), '')",
    ],
    readings: &[
        "search_readings(search_name(engagement.topic))",
        "coalesce((SELECT string_agg(n.search_readings, ' ') FROM (SELECT i.search_readings FROM engagement_enterprise x \
         JOIN published.enterprise i ON i.id = x.enterprise_id WHERE x.engagement_id = engagement.id LIMIT 20) AS n), '')",
    ],
    code: false,
};

/// The same for an enterprise: which others are invited is not for it to find out.
const OWN_TEXTS: Columns = Columns {
    texts: &[
        "(search_name(engagement.topic) || E'\\n' || search_name(coalesce(engagement.place, '')) || E'\\n')",
    ],
    readings: &["search_readings(search_name(engagement.topic))"],
    code: false,
};

/// Where an actor searches.
fn texts(actor: &Actor) -> Columns {
    match actor.scope() {
        Some(Scope::Enterprise(_)) => OWN_TEXTS,
        _ => TEXTS,
    }
}

/// Whether the actor may ask for the engagements of an enterprise: an enterprise asks for its own alone, or it would learn who else is invited.
pub fn may_name(actor: &Actor, enterprise: EnterpriseId) -> bool {
    match actor.scope() {
        Some(Scope::Enterprise(own)) => *own == enterprise,
        _ => true,
    }
}

/// The states in which an agreed visit waits to be held.
const WAITING: [EngagementState; 2] = [EngagementState::Confirmed, EngagementState::Started];

/// What decides on what is overdue: the last agreed day that is.
#[derive(Debug, Clone, Copy)]
pub struct Today(Option<NaiveDate>);

impl Today {
    /// By the rules of a day.
    pub fn of(settings: &EngagementSettings, today: NaiveDate) -> Self {
        let days = settings.rules_on(today).map_or(7, |rules| rules.overdue_days);
        Self(today.checked_sub_days(Days::new(days.saturating_add(1))))
    }

    fn is_overdue(self, row: &EngagementRow) -> bool {
        WAITING.contains(&row.state) && row.on_day.zip(self.0).is_some_and(|(day, last)| day <= last)
    }
}

fn narrowed(
    actor: &Actor,
    filter: &EngagementFilter,
    today: Today,
    found: Option<Condition>,
) -> engagement::BoxedQuery<'static, Pg> {
    use engagement as e;
    let mut query = visible_to(actor);
    if let Some(kind) = filter.kind {
        query = query.filter(e::kind.eq(kind));
    }
    if let Some(state) = filter.state {
        query = query.filter(e::state.eq(state));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(e::region.eq_any(under));
    }
    if let Some(programme) = filter.programme {
        query =
            query.filter(e::programme_id.is_not_null().and(e::programme_id.assume_not_null().eq(programme)));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(may_name(actor, enterprise).into_sql::<Bool>());
        let of = engagement_enterprise::table
            .filter(engagement_enterprise::enterprise_id.eq(enterprise))
            .select(engagement_enterprise::engagement_id);
        query = query.filter(e::id.eq_any(of));
    }
    if let Some(expert) = filter.expert {
        let of = engagement_expert::table
            .filter(engagement_expert::expert_id.eq(expert))
            .select(engagement_expert::engagement_id);
        query = query.filter(e::id.eq_any(of));
    }
    if let Some(from) = filter.from {
        query = query.filter(e::on_day.is_not_null().and(e::on_day.assume_not_null().ge(from)));
    }
    if let Some(until) = filter.until {
        query = query.filter(e::on_day.is_not_null().and(e::on_day.assume_not_null().le(until)));
    }
    if let (Some(wanted), Some(last)) = (filter.overdue, today.0) {
        let overdue =
            e::state.eq_any(WAITING).and(e::on_day.is_not_null()).and(e::on_day.assume_not_null().le(last));
        query = if wanted { query.filter(overdue) } else { query.filter(diesel::dsl::not(overdue)) };
    }
    if filter.mine && actor.officer_region().is_some() {
        let own = actor.account().unwrap_or(AccountId(Uuid::nil()));
        query = query.filter(e::created_by.is_not_null().and(e::created_by.assume_not_null().eq(own)));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// Rows with who takes part in them, as the actor may know it.
///
/// # Errors
/// When the database can't be asked.
pub fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    today: Today,
    rows: Vec<EngagementRow>,
) -> Result<Vec<EngagementView>, Problem> {
    let ids: Vec<EngagementId> = rows.iter().map(|row| row.id).collect();
    let helping: Vec<(EngagementId, ExpertId, bool, String)> = engagement_expert::table
        .inner_join(expert::table.on(expert::id.eq(engagement_expert::expert_id)))
        .filter(engagement_expert::engagement_id.eq_any(&ids))
        .order((engagement_expert::lead.desc(), expert::id))
        .select((
            engagement_expert::engagement_id,
            engagement_expert::expert_id,
            engagement_expert::lead,
            expert::name,
        ))
        .load(conn)?;
    let mut experts: HashMap<EngagementId, Vec<ExpertOf>> = HashMap::new();
    for (of, id, lead, name) in helping {
        experts.entry(of).or_default().push(ExpertOf { id, name, lead });
    }
    let mut enterprises: HashMap<EngagementId, Vec<EnterpriseOf>> = HashMap::new();
    for id in &ids {
        let named = named(conn, actor, *id)?;
        enterprises.insert(*id, named);
    }
    let view = |row: EngagementRow| EngagementView {
        experts: experts.remove(&row.id).unwrap_or_default(),
        enterprises: enterprises.remove(&row.id).unwrap_or_default(),
        overdue: today.is_overdue(&row),
        standing: standing(actor).as_str().to_owned(),
        row,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The first enterprises of an engagement, of which the actor may know.
fn named(conn: &mut PgConnection, actor: &Actor, id: EngagementId) -> QueryResult<Vec<EnterpriseOf>> {
    use engagement_enterprise as x;
    let mut query = x::table
        .inner_join(enterprise::table.on(enterprise::id.eq(x::enterprise_id)))
        .filter(x::engagement_id.eq(id))
        .select((x::enterprise_id, enterprise::name, x::attended, x::outside_cohort))
        .order(x::enterprise_id)
        .limit(i64::try_from(MOST_NAMED).unwrap_or(i64::MAX))
        .into_boxed();
    if let Some(Scope::Enterprise(own)) = actor.scope() {
        query = query.filter(x::enterprise_id.eq(*own));
    }
    let rows: Vec<(EnterpriseId, String, Option<bool>, bool)> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, attended, outside_cohort)| EnterpriseOf { id, name, attended, outside_cohort })
        .collect())
}

/// A page of engagements, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for who has no part in engagements.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &EngagementFilter,
    today: Today,
    slice: Slice,
) -> Result<Page<EngagementView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), texts(actor));
    let load = |slice: Slice| -> QueryResult<Vec<EngagementRow>> {
        let mut query = narrowed(actor, filter, today, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(engagement::id.lt(EngagementId(after)));
        }
        query
            .order(in_order(slice, engagement::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(EngagementRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, actor, today, items)?, next_cursor })
}

/// How many engagements a filter finds.
///
/// # Errors
/// 403 for who has no part in engagements.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &EngagementFilter,
    today: Today,
) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), texts(actor)).any();
    Ok(total(conn, narrowed(actor, filter, today, found).select(engagement::id))?)
}

/// One engagement.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    today: Today,
    id: EngagementId,
) -> Result<EngagementView, Problem> {
    permit(actor)?;
    let row: EngagementRow =
        visible_to(actor).filter(engagement::id.eq(id)).select(EngagementRow::as_select()).first(conn)?;
    views(conn, actor, today, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// How many visits that were not called off are on each day of a period.
///
/// # Errors
/// 403 for who has no part in engagements.
pub fn by_day(
    conn: &mut PgConnection,
    actor: &Actor,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<NaiveDate, i64>, Problem> {
    use engagement as e;
    permit(actor)?;
    let days: Vec<NaiveDate> = visible_to(actor)
        .filter(e::kind.eq(EngagementKind::Visit))
        .filter(e::state.ne_all([EngagementState::Cancelled, EngagementState::NoShow]))
        .filter(e::on_day.is_not_null())
        .filter(e::on_day.assume_not_null().between(from, until))
        .limit(MOST_COUNTED)
        .select(e::on_day.assume_not_null())
        .load(conn)?;
    let mut counted = BTreeMap::new();
    for day in days {
        *counted.entry(day).or_insert(0) += 1;
    }
    Ok(counted)
}

/// The visits of an expert that are on a day, and those before it that were begun or held and have no confirmed minutes yet: by their times, then
/// by their addresses.
///
/// # Errors
/// 403 for who has no part in engagements.
pub fn of_day(
    conn: &mut PgConnection,
    actor: &Actor,
    day: NaiveDate,
    today: Today,
) -> Result<Vec<EngagementView>, Problem> {
    use engagement as e;
    permit(actor)?;
    let open = e::state.eq_any([EngagementState::Started, EngagementState::Held]);
    let rows: Vec<EngagementRow> = visible_to(actor)
        .filter(e::kind.eq(EngagementKind::Visit))
        .filter(e::on_day.is_not_null())
        .filter(e::on_day.assume_not_null().eq(day).or(e::on_day.assume_not_null().lt(day).and(open)))
        .order((e::starts_at, e::place, e::id))
        .limit(100)
        .select(EngagementRow::as_select())
        .load(conn)?;
    views(conn, actor, today, rows)
}
