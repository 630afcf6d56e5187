//! Reading programmes and their history.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::db::officer_steps::is_second;
use crate::db::order::in_order;
use crate::db::regional::seen_regions;
use crate::db::schema::{programme, programme_event, programme_target, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::policy::{permit, visible_to};
use crate::programmes::state::{ProgrammeLevel, ProgrammeState, ProgrammeStep, allowed};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A programme with how far it has come.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProgrammeView {
    /// The programme.
    #[serde(flatten)]
    pub programme: ProgrammeRow,
    /// Name of the officer who wrote the programme.
    pub created_by: String,
    /// Who handed it in.
    pub submitted_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// How far it has come.
    pub progress: Progress,
}

/// A row of `programme`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = programme, check_for_backend(Pg))]
pub struct ProgrammeRow {
    /// Id of the programme.
    pub id: ProgrammeId,
    /// What it plans.
    #[schema(inline)]
    pub kind: ProgrammeKind,
    /// Its name.
    pub name: String,
    /// The level that organises it.
    #[schema(inline)]
    pub level: ProgrammeLevel,
    /// Code of the region whose authority organises it.
    pub organiser_region: String,
    /// Its first day.
    pub period_from: NaiveDate,
    /// Its last day.
    pub period_until: NaiveDate,
    /// The number of the document that orders it.
    pub document_no: Option<String>,
    /// The version of the rules of sampling; absent for other kinds.
    pub rules_version: Option<String>,
    /// The state.
    #[schema(inline)]
    pub state: ProgrammeState,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last handed in.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// How far a programme has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Progress {
    /// How many tasks it has.
    pub targets: i64,
    /// Samples that are planned.
    pub samples: i64,
    /// Samples that were taken.
    pub taken: i64,
    /// Samples whose result is final.
    pub finished: i64,
    /// Tasks that are late: past their day, with samples that were not taken, while the programme is under way.
    pub late: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = programme, check_for_backend(Pg))]
struct Record {
    #[diesel(embed)]
    row: ProgrammeRow,
    created_by: AccountId,
    submitted_by: Option<AccountId>,
    approved_by: Option<AccountId>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ProgrammeFilter {
    /// Only those of this state.
    pub state: Option<ProgrammeState>,
    /// Only those of this kind; those of sampling where there is none.
    pub kind: Option<ProgrammeKind>,
    /// Only those of this level.
    pub level: Option<ProgrammeLevel>,
    /// Only those that are organised by this region or one under it, or have tasks there.
    pub region: Option<String>,
    /// Only those with late tasks.
    pub late: Option<bool>,
    /// Only those in whose name or document number these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where programmes are searched: the name and the number of the document.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_name(programme.name) || E'\\n')",
        "(search_fold(coalesce(programme.document_no, '')) || E'\\n')",
    ],
    readings: &["search_readings(search_name(programme.name))"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &ProgrammeFilter,
    today: NaiveDate,
    found: Option<Condition>,
) -> programme::BoxedQuery<'static, Pg> {
    let mut query =
        visible_to(actor).filter(programme::kind.eq(filter.kind.unwrap_or(ProgrammeKind::Sampling)));
    if let Some(state) = filter.state {
        query = query.filter(programme::state.eq(state));
    }
    if let Some(level) = filter.level {
        query = query.filter(programme::level.eq(level));
    }
    if let Some(region) = filter.region.clone() {
        let under = || {
            region_scope::table.filter(region_scope::scope.eq(region.clone())).select(region_scope::region)
        };
        let charged = programme_target::table
            .filter(programme_target::programme_id.eq(programme::id))
            .filter(programme_target::region.eq_any(under()));
        query = query.filter(programme::organiser_region.eq_any(under()).or(exists(charged)));
    }
    if let Some(late) = filter.late {
        let tasks = programme_target::table
            .filter(programme_target::programme_id.eq(programme::id))
            .filter(programme_target::due_on.lt(today))
            .filter(programme_target::taken.lt(programme_target::samples));
        let is_late = programme::state.eq_any(ProgrammeState::UNDER_WAY).and(exists(tasks));
        query = if late { query.filter(is_late) } else { query.filter(diesel::dsl::not(is_late)) };
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Counted {
    #[diesel(sql_type = SqlUuid)]
    id: ProgrammeId,
    #[diesel(sql_type = BigInt)]
    targets: i64,
    #[diesel(sql_type = BigInt)]
    samples: i64,
    #[diesel(sql_type = BigInt)]
    taken: i64,
    #[diesel(sql_type = BigInt)]
    finished: i64,
    #[diesel(sql_type = BigInt)]
    late: i64,
}

/// How far some programmes have come on a day.
const PROGRESS: &str = "
    SELECT p.id, count(*) AS targets, sum(t.samples)::bigint AS samples, sum(t.taken)::bigint AS taken,
           sum(t.finished)::bigint AS finished,
           count(*) FILTER (WHERE p.state IN ('approved', 'running') AND t.due_on < $2 AND t.taken < t.samples) AS late
    FROM programme p
    JOIN programme_target t ON t.programme_id = p.id
    WHERE p.id = ANY ($1)
    GROUP BY p.id";

fn views(
    conn: &mut PgConnection,
    today: NaiveDate,
    rows: Vec<Record>,
) -> Result<Vec<ProgrammeView>, Problem> {
    let ids: Vec<ProgrammeId> = rows.iter().map(|record| record.row.id).collect();
    let counted: Vec<Counted> =
        diesel::sql_query(PROGRESS).bind::<Array<SqlUuid>, _>(ids).bind::<Date, _>(today).load(conn)?;
    let counted: HashMap<ProgrammeId, Progress> = counted
        .into_iter()
        .map(|c| {
            let Counted { id, targets, samples, taken, finished, late } = c;
            (id, Progress { targets, samples, taken, finished, late })
        })
        .collect();
    let people: Vec<AccountId> = rows
        .iter()
        .flat_map(|record| [Some(record.created_by), record.submitted_by, record.approved_by])
        .flatten()
        .collect();
    let names = names(conn, &people)?;
    let name = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
    let view = |record: Record| ProgrammeView {
        created_by: name(record.created_by),
        submitted_by: record.submitted_by.map(name),
        approved_by: record.approved_by.map(name),
        progress: counted.get(&record.row.id).copied().unwrap_or_default(),
        programme: record.row,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of programmes, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ProgrammeFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<ProgrammeView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = narrowed(actor, filter, today, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(programme::id.lt(ProgrammeId(after)));
        }
        query
            .order(in_order(slice, programme::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Record::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |record| record.row.id.0)?;
    Ok(Page { items: views(conn, today, items)?, next_cursor })
}

/// How many programmes a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ProgrammeFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, today, found).select(programme::id))?)
}

/// One programme.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ProgrammeId,
    today: NaiveDate,
) -> Result<ProgrammeView, Problem> {
    permit(actor)?;
    let query = visible_to(actor).filter(programme::id.eq(id));
    let record: Record = query.select(Record::as_select()).first(conn)?;
    views(conn, today, vec![record])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// A programme with its history and what can be done with it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProgrammeDetail {
    /// The programme.
    #[serde(flatten)]
    pub view: ProgrammeView,
    /// The steps that its state allows.
    #[schema(inline)]
    pub allowed: Vec<ProgrammeStep>,
    /// Its steps, the first one first; the last 200.
    pub history: Vec<ProgrammeEvent>,
}

/// A step of a programme.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProgrammeEvent {
    /// The step.
    #[schema(inline)]
    pub step: ProgrammeStep,
    /// The state before it; absent for the first one.
    #[schema(inline)]
    pub from: Option<ProgrammeState>,
    /// The state after it.
    #[schema(inline)]
    pub to: ProgrammeState,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Name of the officer who took the step.
    pub by: String,
    /// The moment of the step.
    pub at: DateTime<Utc>,
}

/// The kinds of the programmes that wait for the actor's approval, once for each programme: those which somebody else wrote and handed in.
///
/// # Errors
/// When the database can't be asked.
pub fn to_approve(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<ProgrammeKind>, Problem> {
    let submitted: Vec<(ProgrammeKind, AccountId, Option<AccountId>)> = programme::table
        .filter(programme::organiser_region.eq_any(seen_regions(actor)))
        .filter(programme::state.eq(ProgrammeState::Submitted))
        .select((programme::kind, programme::created_by, programme::submitted_by))
        .load(conn)?;
    let own = actor.account();
    let others = submitted
        .into_iter()
        .filter(|(_, created, handed_in)| own.is_some_and(|own| is_second(own, *created, *handed_in)));
    Ok(others.map(|(kind, ..)| kind).collect())
}

/// The most steps of a history.
const MOST_EVENTS: i64 = 200;

type Step = (ProgrammeStep, Option<ProgrammeState>, ProgrammeState, Option<String>, AccountId, DateTime<Utc>);

/// One programme with its history. Changes of drafts are left out of it.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ProgrammeId,
    today: NaiveDate,
) -> Result<ProgrammeDetail, Problem> {
    use programme_event as e;
    let view = get(conn, actor, id, today)?;
    let mut steps: Vec<Step> = e::table
        .filter(e::programme_id.eq(id))
        .filter(e::step.ne(ProgrammeStep::Change))
        .order(e::ordinal.desc())
        .limit(MOST_EVENTS)
        .select((e::step, e::from_state, e::to_state, e::reason, e::account_id, e::at))
        .load(conn)?;
    steps.reverse();
    let people: Vec<AccountId> = steps.iter().map(|step| step.4).collect();
    let names = names(conn, &people)?;
    let event = |(step, from, to, reason, by, at): Step| ProgrammeEvent {
        step,
        from,
        to,
        reason,
        by: names.get(&by).cloned().unwrap_or_default(),
        at,
    };
    let (created_by, submitted_by): (AccountId, Option<AccountId>) =
        programme::table.find(id).select((programme::created_by, programme::submitted_by)).first(conn)?;
    let second = actor.account().is_none_or(|own| is_second(own, created_by, submitted_by));
    Ok(ProgrammeDetail {
        allowed: allowed(view.programme.state)
            .into_iter()
            .filter(|step| *step != ProgrammeStep::Draw || view.programme.kind.has_targets())
            .filter(|step| *step != ProgrammeStep::Approve || second)
            .collect(),
        history: steps.into_iter().map(event).collect(),
        view,
    })
}
