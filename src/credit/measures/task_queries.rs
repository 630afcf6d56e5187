//! Reading measures and tasks.

use crate::accounts::store::names;
use crate::conduct::words::Grade;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::core::{Problem, Text};
use crate::credit::ids::{CreditTaskId, MeasureId};
use crate::credit::measures::view::{MeasureView, TaskCounts, TaskView};
use crate::credit::policy::{permit, visible_tasks};
use crate::credit::words::TaskState;
use crate::db::order::in_order;
use crate::db::published::enterprise;
use crate::db::schema::{credit_measure, credit_task, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::inspections::words::InspectedRole;
use chrono::{Days, NaiveDate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text as SqlText};
use std::collections::HashMap;

/// What the list of tasks is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Only those of this state.
    pub state: Option<TaskState>,
    /// Only those that are late, or only those that are not.
    pub late: Option<bool>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those of this operator.
    pub enterprise: Option<EnterpriseId>,
    /// Only those of operators in whose name or code these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where tasks are searched: name and credit code of the operator.
const TEXTS: Columns = Columns {
    texts: &["(SELECT e.search_text FROM published.enterprise e WHERE e.id = credit_task.enterprise_id)"],
    readings: &[
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = credit_task.enterprise_id)",
    ],
    code: true,
};

/// A row of `credit_task`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = credit_task, check_for_backend(Pg))]
struct Row {
    id: CreditTaskId,
    measure_id: MeasureId,
    enterprise_id: EnterpriseId,
    region: String,
    due_on: NaiveDate,
    state: TaskState,
    done_by: Option<AccountId>,
    done_on: Option<NaiveDate>,
    note: Option<String>,
}

/// A row of `credit_measure`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = credit_measure, check_for_backend(Pg))]
struct MeasureRow {
    id: MeasureId,
    role: InspectedRole,
    key: String,
    grade: Grade,
    trial: bool,
    text_zh: String,
    text_en: String,
    from_day: NaiveDate,
    until_day: Option<NaiveDate>,
}

fn narrowed(
    actor: &Actor,
    filter: &TaskFilter,
    today: NaiveDate,
    found: Option<Condition>,
) -> credit_task::BoxedQuery<'static, Pg> {
    use credit_task as t;
    let mut query = visible_tasks(actor);
    if let Some(state) = filter.state {
        query = query.filter(t::state.eq(state));
    }
    if let Some(late) = filter.late {
        let overdue = t::state.eq(TaskState::Open).and(t::due_on.lt(today));
        query = if late { query.filter(overdue) } else { query.filter(diesel::dsl::not(overdue)) };
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(t::region.eq_any(under));
    }
    if let Some(id) = filter.enterprise {
        query = query.filter(t::enterprise_id.eq(id));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of tasks, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &TaskFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<TaskView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(actor, filter, today, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(credit_task::id.lt(CreditTaskId(after)));
        }
        query
            .order(in_order(slice, credit_task::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Row::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, today, items)?, next_cursor })
}

/// How many tasks a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &TaskFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, today, found).select(credit_task::id))?)
}

/// Objections and applications for credit repair that offices of a region, or of one under it, have to decide.
const DECISIONS: &str = "
    SELECT count(*) AS count
    FROM published.conduct c JOIN region_scope s ON s.region = c.authority_region AND s.scope = $1
    WHERE c.state IN ('contested', 'repair_pending')";

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Decisions {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How much waits for the officers of the caller's region and those under it: tasks that are late or due within so many days, and decisions.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn counts(
    conn: &mut PgConnection,
    actor: &Actor,
    today: NaiveDate,
    remind_days: i32,
) -> Result<TaskCounts, Problem> {
    permit(actor)?;
    let soon = today.checked_add_days(Days::new(u64::try_from(remind_days).unwrap_or(0))).unwrap_or(today);
    let open = || visible_tasks(actor).filter(credit_task::state.eq(TaskState::Open));
    let due: i64 = open().filter(credit_task::due_on.le(soon)).count().get_result(conn)?;
    let late = open().filter(credit_task::due_on.lt(today)).count().get_result(conn)?;
    let decisions: Decisions = diesel::sql_query(DECISIONS)
        .bind::<SqlText, _>(actor.officer_region().unwrap_or_default())
        .get_result(conn)?;
    Ok(TaskCounts { waiting: due + decisions.count, late, decisions: decisions.count })
}

/// One task.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: CreditTaskId,
    today: NaiveDate,
) -> Result<TaskView, Problem> {
    permit(actor)?;
    let row: Row =
        visible_tasks(actor).filter(credit_task::id.eq(id)).select(Row::as_select()).first(conn)?;
    views(conn, today, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

fn views(conn: &mut PgConnection, today: NaiveDate, rows: Vec<Row>) -> Result<Vec<TaskView>, Problem> {
    let measures: Vec<MeasureRow> = credit_measure::table
        .filter(credit_measure::id.eq_any(rows.iter().map(|row| row.measure_id)))
        .select(MeasureRow::as_select())
        .load(conn)?;
    let measures: HashMap<MeasureId, MeasureRow> = measures.into_iter().map(|row| (row.id, row)).collect();
    let enterprises: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let enterprises: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(enterprises))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    let enterprises: HashMap<EnterpriseId, (String, String)> =
        enterprises.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect();
    let people: Vec<AccountId> = rows.iter().filter_map(|row| row.done_by).collect();
    let people = names(conn, &people)?;
    let view = |row: Row| {
        let measure = measures.get(&row.measure_id)?;
        let (enterprise_name, uscc) = enterprises.get(&row.enterprise_id).cloned().unwrap_or_default();
        Some(TaskView {
            id: row.id,
            measure_id: row.measure_id,
            enterprise_id: row.enterprise_id,
            enterprise_name,
            uscc,
            region: row.region,
            role: measure.role,
            key: measure.key.clone(),
            text: Text::new(measure.text_zh.clone(), measure.text_en.clone()),
            grade: measure.grade,
            trial: measure.trial,
            due_on: row.due_on,
            state: row.state,
            late: row.state == TaskState::Open && row.due_on < today,
            done_by: row.done_by.map(|by| people.get(&by).cloned().unwrap_or_default()),
            done_on: row.done_on,
            note: row.note,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

/// The most measures of an operator that are shown.
const MOST: i64 = 100;

/// The measures of an operator that had begun by a day, the running ones first. Officers see the tasks as they are now.
///
/// # Errors
/// When the database can't be asked.
pub fn of_enterprise(
    conn: &mut PgConnection,
    actor: &Actor,
    enterprise: EnterpriseId,
    (day, today): (NaiveDate, NaiveDate),
) -> Result<Vec<MeasureView>, Problem> {
    use credit_measure as m;
    let measures: Vec<MeasureRow> = m::table
        .filter(m::enterprise_id.eq(enterprise))
        .filter(m::from_day.le(day))
        .order((m::until_day.desc().nulls_first(), m::from_day.desc(), m::id))
        .limit(MOST)
        .select(MeasureRow::as_select())
        .load(conn)?;
    let mut tasks: HashMap<MeasureId, Vec<TaskView>> = HashMap::new();
    if matches!(actor.scope(), Some(Scope::Admin(_))) && day == today {
        let rows: Vec<Row> = visible_tasks(actor)
            .filter(credit_task::enterprise_id.eq(enterprise))
            .order(credit_task::id.desc())
            .limit(MOST)
            .select(Row::as_select())
            .load(conn)?;
        for task in views(conn, today, rows)? {
            tasks.entry(task.measure_id).or_default().push(task);
        }
    }
    let view = |row: MeasureRow| MeasureView {
        tasks: tasks.remove(&row.id).unwrap_or_default(),
        id: row.id,
        role: row.role,
        key: row.key,
        text: Text::new(row.text_zh, row.text_en),
        grade: row.grade,
        from_day: row.from_day,
        until_day: row.until_day.filter(|until| *until <= day),
        trial: row.trial,
    };
    Ok(measures.into_iter().map(view).collect())
}
