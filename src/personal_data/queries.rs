//! Reading requests: everyone the own ones, officers those of their region.

use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Code, Problem, Role, Text};
use crate::db::order::in_order;
use crate::db::published::account;
use crate::db::schema::{personal_copy, personal_request as r};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::jobs::resumable::JobProblem;
use crate::personal_data::decide::Outcome;
use crate::personal_data::ids::PersonalRequestId;
use crate::personal_data::policy::{own_of, permit, visible_to};
use crate::personal_data::state::{RequestKind, RequestState, not_in};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// What a person asked for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonalRequestView {
    /// Id of the request.
    pub id: PersonalRequestId,
    /// What is asked for.
    #[schema(inline)]
    pub kind: RequestKind,
    /// State of the request.
    #[schema(inline)]
    pub state: RequestState,
    /// What is to be corrected, or what the officer is to know.
    pub text: Option<String>,
    /// The account of the person who made the request.
    pub account_id: AccountId,
    /// The name of the person, a pseudonym after an erasure.
    pub account_name: String,
    /// The role of the person.
    pub role: Role,
    /// The region whose officers decide.
    pub region: String,
    /// When the request was made, UTC.
    pub created_at: DateTime<Utc>,
    /// The last day for the answer, in Asia/Shanghai.
    pub due_on: NaiveDate,
    /// Whether that day is over without an answer.
    pub late: bool,
    /// When it was decided, or the copy was made, UTC.
    pub decided_at: Option<DateTime<Utc>>,
    /// The officer's reason.
    pub reason: Option<String>,
    /// What an erasure came to.
    #[schema(value_type = Option<Outcome>)]
    pub outcome: Option<Value>,
    /// How many parts of a copy are made.
    pub done: i32,
    /// Of how many.
    pub total: i32,
    /// Why a copy could not be made.
    #[schema(value_type = Option<JobProblem>)]
    pub problem: Option<Value>,
    /// Bytes of the copy.
    pub size: Option<i64>,
    /// Until when the copy can be fetched, UTC.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Which requests are wanted.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// Only those of people in whose name or user name these words stand.
    pub q: Option<String>,
    /// Only those of this kind.
    pub kind: Option<RequestKind>,
    /// Only those of this state.
    pub state: Option<RequestState>,
    /// Only those whose last day is over without an answer, or only the others.
    pub late: Option<bool>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = r, check_for_backend(Pg))]
struct Row {
    id: PersonalRequestId,
    account_id: AccountId,
    kind: RequestKind,
    state: RequestState,
    text: Option<String>,
    region: String,
    created_at: DateTime<Utc>,
    due_on: NaiveDate,
    decided_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    outcome: Option<Value>,
    done: i32,
    total: i32,
    problem: Option<Value>,
    size: Option<i64>,
    expires_at: Option<DateTime<Utc>>,
}

/// Where requests are searched: the person.
const PERSON: Columns =
    Columns { texts: &["account.search_text"], readings: &["account.search_readings"], code: false };

type Query = r::BoxedQuery<'static, Pg>;

fn narrowed(mut query: Query, filter: &RequestFilter, found: Option<Condition>, today: NaiveDate) -> Query {
    if let Some(found) = found {
        let people = account::table.filter(found).select(account::id);
        query = query.filter(r::account_id.eq_any(people));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(r::kind.eq(kind));
    }
    if let Some(state) = filter.state {
        query = query.filter(r::state.eq(state));
    }
    match filter.late {
        Some(true) => query.filter(r::state.eq_any(RequestState::OPEN)).filter(r::due_on.lt(today)),
        Some(false) => query.filter(r::due_on.ge(today).or(r::state.ne_all(RequestState::OPEN))),
        None => query,
    }
}

/// How many requests wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PersonalRequestCounts)]
pub struct RequestCounts {
    /// Corrections and erasures that officers have to decide on.
    pub waiting: i64,
    /// Those of them whose last day is over.
    pub late: i64,
}

/// How many requests of the officer's region wait for a decision.
///
/// # Errors
/// 401 and 403 for who decides on none.
pub fn counts(conn: &mut PgConnection, actor: &Actor, today: NaiveDate) -> Result<RequestCounts, Problem> {
    permit(actor)?;
    let waiting = || visible_to(actor).filter(r::state.eq(RequestState::Received));
    Ok(RequestCounts {
        waiting: waiting().count().get_result(conn)?,
        late: waiting().filter(r::due_on.lt(today)).count().get_result(conn)?,
    })
}

/// How many requests of the officer's region a filter finds.
///
/// # Errors
/// 401 and 403 for who decides on none.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RequestFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), PERSON);
    Ok(total(conn, narrowed(visible_to(actor), filter, search.any(), today).select(r::id))?)
}

/// The requests of the officer's region, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 for who decides on none.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RequestFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<PersonalRequestView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), PERSON);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let query = narrowed(visible_to(actor), filter, search.of(slice), today);
        let mut query = query
            .select(Row::as_select())
            .order(in_order(slice, r::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1));
        if let Some(after) = slice.after {
            query = query.filter(r::id.lt(PersonalRequestId(after)));
        }
        query.load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items, today)?, next_cursor })
}

/// One request of the officer's region.
///
/// # Errors
/// 404 where the officer may not know of it; 403 for who decides on none.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PersonalRequestId,
    today: NaiveDate,
) -> Result<PersonalRequestView, Problem> {
    permit(actor)?;
    let row = visible_to(actor).filter(r::id.eq(id)).select(Row::as_select()).first(conn)?;
    views(conn, vec![row], today)?.into_iter().next().ok_or_else(Problem::not_found)
}

/// The own requests, the newest first.
///
/// # Errors
/// 401 for nobody.
pub fn own(
    conn: &mut PgConnection,
    actor: &Actor,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<PersonalRequestView>, Problem> {
    let account = actor.account().ok_or_else(Problem::unauthenticated)?;
    let mut query = own_of(account).order(r::id.desc()).limit(slice.limit.saturating_add(1));
    if let Some(after) = slice.after {
        query = query.filter(r::id.lt(PersonalRequestId(after)));
    }
    let rows: Vec<Row> = query.select(Row::as_select()).load(conn)?;
    let Page { items, next_cursor } = Page::cut(rows, slice, |row| row.id.0);
    Ok(Page { items: views(conn, items, today)?, next_cursor })
}

/// One of the own requests.
///
/// # Errors
/// 404 where there is none of the caller's.
pub fn own_one(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PersonalRequestId,
    today: NaiveDate,
) -> Result<PersonalRequestView, Problem> {
    let account = actor.account().ok_or_else(Problem::unauthenticated)?;
    let row = own_of(account).filter(r::id.eq(id)).select(Row::as_select()).first(conn)?;
    views(conn, vec![row], today)?.into_iter().next().ok_or_else(Problem::not_found)
}

/// The file of an own copy, for one who has it yet.
///
/// # Errors
/// 404 where there is no such request of the caller's, 409 where its copy is not ready or has gone.
pub fn file(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PersonalRequestId,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, Problem> {
    let account = actor.account().ok_or_else(Problem::unauthenticated)?;
    let row: Row = own_of(account).filter(r::id.eq(id)).select(Row::as_select()).first(conn)?;
    if row.kind != RequestKind::Copy {
        return Err(Problem::not_found());
    }
    let over = row.expires_at.is_some_and(|until| until <= now);
    if row.state == RequestState::Ready && over {
        return Err(Problem::new(
            Code::PersonalRequestState,
            Text::new("副本已过期，请重新申请", "the copy has expired; ask for another"),
        ));
    }
    if row.state != RequestState::Ready {
        return Err(not_in(row.state));
    }
    Ok(personal_copy::table.find(id).select(personal_copy::bytes).first(conn)?)
}

fn views(
    conn: &mut PgConnection,
    rows: Vec<Row>,
    today: NaiveDate,
) -> Result<Vec<PersonalRequestView>, Problem> {
    let ids: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let people: Vec<(AccountId, String, Role)> = account::table
        .filter(account::id.eq_any(ids))
        .select((account::id, account::name, account::role))
        .load(conn)?;
    let people: HashMap<AccountId, (String, Role)> =
        people.into_iter().map(|(id, name, role)| (id, (name, role))).collect();
    let view = |row: Row| {
        let (account_name, role) = people.get(&row.account_id).cloned()?;
        Some(PersonalRequestView {
            id: row.id,
            kind: row.kind,
            state: row.state,
            text: row.text,
            account_id: row.account_id,
            account_name,
            role,
            region: row.region,
            created_at: row.created_at,
            due_on: row.due_on,
            late: row.state.is_open() && row.due_on < today,
            decided_at: row.decided_at,
            reason: row.reason,
            outcome: row.outcome,
            done: row.done,
            total: row.total,
            problem: row.problem,
            size: row.size,
            expires_at: row.expires_at,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}
