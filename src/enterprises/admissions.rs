//! Credit codes that the national register has and a rule of GB 32100-2015 refuses: an officer lets one in, with a reason and where it was found.
//! It is then taken from lists and from whoever types it, and its enterprise bears a mark.

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::account;
use crate::db::schema::{region_scope, uscc_admission as a};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::enterprises::ids::AdmissionId;
use crate::enterprises::{Uscc, UsccFault};
use crate::web::room::Metric;
use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

crate::word_enum! {
    /// Whether a code is let in.
    pub enum AdmissionState {
        /// It is let in now.
        InForce = "in_force",
        /// It was, and is not any more.
        Withdrawn = "withdrawn",
    }
}

/// A code that was let in against the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AdmissionView {
    /// Its id.
    pub id: AdmissionId,
    /// The code.
    pub uscc: String,
    /// The rule that it breaks: `authority`, `region`, `checksum` (the last character) or `organisation` (place 17).
    pub fault: String,
    /// Code of the region for which it was let in.
    pub region: String,
    /// Why, in the officer's words.
    pub reason: String,
    /// Where the code was found.
    pub checked_in: String,
    /// The officer's name.
    pub admitted_by: String,
    /// When it was let in.
    pub admitted_at: DateTime<Utc>,
    /// Whether it is in force.
    #[schema(inline)]
    pub state: AdmissionState,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
}

/// A page of codes that were let in, with the count of all that are in force.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Admissions {
    /// The codes, newest first.
    #[serde(flatten)]
    pub page: Page<AdmissionView>,
    /// How many are in force, of all that the caller may know of.
    pub in_force: i64,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct AdmissionFilter {
    /// Part of the code: its beginning, or its end from six characters on.
    pub q: Option<String>,
    /// Only those of this state.
    pub state: Option<AdmissionState>,
}

/// A condition on admissions.
pub type Visible = Box<dyn BoxableExpression<a::table, Pg, SqlType = Bool>>;

/// The admissions that the actor may know of: an officer those of its region and all under it, the operator all.
pub fn visible_to(actor: &Actor) -> Visible {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => Box::new(true.into_sql::<Bool>()),
        (_, Some(Scope::Admin(scope))) => Box::new(a::region.eq_any(
            region_scope::table.filter(region_scope::scope.eq(scope.clone())).select(region_scope::region),
        )),
        _ => Box::new(false.into_sql::<Bool>()),
    }
}

/// Whether the actor may know of the admission of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = a::table.filter(visible_to(actor)).filter(a::id.eq(AdmissionId(id))).into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor has any part in admissions.
///
/// # Errors
/// 401 without a log-in; 403 for enterprises and experts.
fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Operator)) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = a, check_for_backend(Pg))]
struct Record {
    id: AdmissionId,
    uscc: String,
    fault: String,
    region: String,
    reason: String,
    checked_in: String,
    admitted_by: AccountId,
    admitted_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_reason: Option<String>,
}

impl Record {
    fn view(self, names: &HashMap<AccountId, String>) -> AdmissionView {
        AdmissionView {
            id: self.id,
            uscc: self.uscc,
            fault: self.fault,
            region: self.region,
            reason: self.reason,
            checked_in: self.checked_in,
            admitted_by: names.get(&self.admitted_by).cloned().unwrap_or_default(),
            admitted_at: self.admitted_at,
            state: match self.withdrawn_at {
                None => AdmissionState::InForce,
                Some(_) => AdmissionState::Withdrawn,
            },
            withdrawn_at: self.withdrawn_at,
            withdrawn_reason: self.withdrawn_reason,
        }
    }
}

fn views(conn: &mut PgConnection, rows: Vec<Record>) -> Result<Vec<AdmissionView>, Problem> {
    let officers: Vec<AccountId> = rows.iter().map(|row| row.admitted_by).collect();
    let names: Vec<(AccountId, String)> = account::table
        .filter(account::id.eq_any(officers))
        .select((account::id, account::name))
        .load(conn)?;
    let names: HashMap<AccountId, String> = names.into_iter().collect();
    Ok(rows.into_iter().map(|row| row.view(&names)).collect())
}

/// Where admissions are searched: the code.
const CODES: Columns =
    Columns { texts: &["(lower(uscc_admission.uscc) || E'\\n')"], readings: &[], code: true };

fn narrowed(
    actor: &Actor,
    state: Option<AdmissionState>,
    found: Option<Condition>,
) -> a::BoxedQuery<'static, Pg> {
    let mut query = a::table.filter(visible_to(actor)).into_boxed();
    if let Some(found) = found {
        query = query.filter(found);
    }
    match state {
        Some(AdmissionState::InForce) => query.filter(a::withdrawn_at.is_null()),
        Some(AdmissionState::Withdrawn) => query.filter(a::withdrawn_at.is_not_null()),
        None => query,
    }
}

/// How many admissions a filter finds.
///
/// # Errors
/// 401 and 403 for who has no part in them.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &AdmissionFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), CODES);
    Ok(total(conn, narrowed(actor, filter.state, search.any()).select(a::id))?)
}

/// The admissions that an actor may know of, the newest first.
///
/// # Errors
/// 401 and 403 for who has no part in them.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &AdmissionFilter,
    slice: Slice,
) -> Result<Admissions, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), CODES);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = narrowed(actor, filter.state, search.of(slice))
            .select(Record::as_select())
            .order(in_order(slice, a::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1));
        if let Some(after) = slice.after {
            query = query.filter(a::id.lt(AdmissionId(after)));
        }
        query.load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let in_force = a::table.filter(visible_to(actor)).filter(a::withdrawn_at.is_null()).count();
    let in_force = in_force.get_result(conn)?;
    Ok(Admissions { page: Page { items: views(conn, items)?, next_cursor }, in_force })
}

/// One admission.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: AdmissionId) -> Result<AdmissionView, Problem> {
    permit(actor)?;
    let row =
        a::table.filter(visible_to(actor)).filter(a::id.eq(id)).select(Record::as_select()).first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// The codes that are let in now. Their rows stay locked (FOR SHARE) until the transaction ends, so that none is withdrawn while a list is
/// brought in with it.
///
/// # Errors
/// When the database can't be asked.
pub fn lock_in_force(conn: &mut PgConnection) -> Result<BTreeSet<Uscc>, Problem> {
    let rows: Vec<Uscc> =
        a::table.filter(a::withdrawn_at.is_null()).order(a::id).select(a::uscc).for_share().load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Reads a code that someone types, as [`Uscc::typed`], or one that was let in.
///
/// # Errors
/// The inner one: what is wrong with the code. The outer one: the database can't be asked.
pub fn typed(conn: &mut PgConnection, text: &str) -> Result<Result<Uscc, UsccFault>, Problem> {
    let fault = match Uscc::typed(text) {
        Ok(uscc) => return Ok(Ok(uscc)),
        Err(fault) => fault,
    };
    let Ok(uscc) = Uscc::shaped(text) else { return Ok(Err(fault)) };
    let admitted = a::table.filter(a::uscc.eq(uscc)).filter(a::withdrawn_at.is_null());
    let admitted: bool = diesel::select(exists(admitted)).get_result(conn)?;
    Ok(if admitted { Ok(uscc) } else { Err(fault) })
}

/// How many codes are let in, for those who watch the server.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
pub(super) fn metrics(app: &App) -> Vec<Metric> {
    let count = app.conn().and_then(|mut conn| {
        Ok(a::table.filter(a::withdrawn_at.is_null()).count().get_result::<i64>(&mut *conn)?)
    });
    vec![Metric {
        name: "zerodesk_uscc_admitted",
        help: "Credit codes against the rule that officers let in",
        value: count.ok().map(|count| count as f64),
    }]
}
