//! Reading the audit, and proving it. Its rows are written by the commands themselves (`Tx::audit`), in their transactions, and
//! never changed; [`crate::db::chain`] links and seals them.

pub mod api;
mod exports;
mod names;
pub mod pages;
pub mod particulars;
mod personal;
pub mod policy;
mod room;
mod room_words;
pub mod verify;
pub mod words;

pub use room::ROOM;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

use crate::audit::policy::{permit, visible_to};
use crate::core::clock::{shanghai_day_end, shanghai_midnight};
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::published::{account, audit_entry};
use crate::db::schema::region_scope;
use crate::db::search::{Columns, SearchTerms};
use crate::db::total::total;

/// A row of the audit.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// When it was done.
    pub at: DateTime<Utc>,
    /// Whose account; absent for the platform itself and for nobody logged in.
    pub actor_id: Option<Uuid>,
    /// The account's name, in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    /// In which role: a role's word, `system` or `anonymous`.
    pub actor_role: String,
    /// The command.
    #[schema(example = "log_in")]
    pub action: String,
    /// What kind of thing it was done to.
    #[schema(example = "account")]
    pub subject_type: String,
    /// Its id.
    pub subject_id: Option<Uuid>,
    /// Its name, in a list, where it has one that the reader may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_name: Option<String>,
    /// The region whose regulators see the row.
    pub region: Option<String>,
    /// The request that it came by.
    pub request_id: Option<Uuid>,
    /// Particulars, by action.
    #[schema(value_type = Object)]
    pub data: Value,
    /// The chain of the row.
    pub lane: Option<i32>,
    /// The row's number in the chain.
    pub seq: Option<i64>,
    /// SHA-256 over the hash of the row before it in the chain and its content, in hexadecimal digits.
    pub hash: Option<String>,
}

/// Which rows are wanted; all where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only this action.
    pub action: Option<String>,
    /// Only what this account did.
    pub actor: Option<Uuid>,
    /// Only what was done to this thing.
    pub subject: Option<Uuid>,
    /// Only what was done to things of this kind.
    pub subject_type: Option<String>,
    /// Only what accounts did in whose name, or log-in name, these words stand, or whose name is read so.
    pub by: Option<String>,
    /// Only what was done on this day, in Asia/Shanghai, or later.
    pub from: Option<NaiveDate>,
    /// Only what was done on this day or earlier.
    pub to: Option<NaiveDate>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_entry, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: i64,
    at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    actor_role: String,
    action: String,
    subject_type: String,
    subject_id: Option<Uuid>,
    region: Option<String>,
    request_id: Option<Uuid>,
    data: Value,
    lane: Option<i32>,
    seq: Option<i64>,
    hash: Option<Vec<u8>>,
}

impl From<Row> for AuditEntry {
    fn from(row: Row) -> Self {
        Self {
            at: row.at,
            actor_id: row.actor_id,
            actor_name: None,
            actor_role: row.actor_role,
            action: row.action,
            subject_type: row.subject_type,
            subject_id: row.subject_id,
            subject_name: None,
            region: row.region,
            request_id: row.request_id,
            data: row.data,
            lane: row.lane,
            seq: row.seq,
            hash: row.hash.as_deref().map(verify::hex),
        }
    }
}

/// All that was done to one thing, oldest first. Whoever calls has decided that the reader may see it.
///
/// # Errors
/// When the database can't be asked.
pub fn of_subject(conn: &mut PgConnection, kind: &str, id: Uuid) -> Result<Vec<AuditEntry>, Problem> {
    let rows: Vec<Row> = audit_entry::table
        .filter(audit_entry::subject_id.eq(id))
        .filter(audit_entry::subject_type.eq(kind))
        .order(audit_entry::id)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}

/// The accounts that someone means: where it is the very name of some, only these.
fn accounts_found(conn: &mut PgConnection, actor: &Actor, typed: &SearchTerms) -> Result<Vec<Uuid>, Problem> {
    const NAME: Columns = Columns {
        texts: &["(split_part(account.search_text, E'\\n', 1) || E'\\n')"],
        readings: &["account.search_readings"],
        code: false,
    };
    const LOG_IN_NAME: Columns = Columns {
        texts: &["(split_part(account.search_text, E'\\n', 2) || E'\\n')"],
        readings: &[],
        code: false,
    };
    for equal in [true, false] {
        let of = |columns: Columns| if equal { columns.equal(typed) } else { columns.matches(typed) };
        let mut found: Vec<AccountId> = account::table.filter(of(NAME)).select(account::id).load(conn)?;
        // A log-in name finds whose the reader may know: officers see those of their region's officers.
        let mut logged_in = account::table.filter(of(LOG_IN_NAME)).into_boxed();
        if let Some(scope) = actor.officer_region() {
            let within = region_scope::table
                .filter(region_scope::scope.eq(scope.to_owned()))
                .select(region_scope::region.nullable());
            logged_in = logged_in.filter(account::region.eq_any(within));
        }
        found.extend(logged_in.select(account::id).load::<AccountId>(conn)?);
        if !found.is_empty() {
            return Ok(found.into_iter().map(|id| id.0).collect());
        }
    }
    Ok(Vec::new())
}

/// The rows that a filter finds, as far as the actor may know of them.
fn narrowed(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &AuditFilter,
) -> Result<audit_entry::BoxedQuery<'static, Pg>, Problem> {
    let mut query = visible_to(actor);
    if let Some(action) = &filter.action {
        query = query.filter(audit_entry::action.eq(action.clone()));
    }
    if let Some(actor) = filter.actor {
        query = query.filter(audit_entry::actor_id.eq(actor));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(audit_entry::subject_id.eq(subject));
    }
    if let Some(kind) = &filter.subject_type {
        query = query.filter(audit_entry::subject_type.eq(kind.clone()));
    }
    if let Some(typed) = SearchTerms::of(filter.by.as_deref()) {
        let accounts = accounts_found(conn, actor, &typed)?;
        query = query.filter(audit_entry::actor_id.eq_any(accounts));
    }
    if let Some(day) = filter.from {
        query = query.filter(audit_entry::at.ge(shanghai_midnight(day)));
    }
    if let Some(day) = filter.to {
        query = query.filter(audit_entry::at.lt(shanghai_day_end(day)));
    }
    Ok(query)
}

/// How many rows of the audit a filter finds.
///
/// # Errors
/// 403 for all but admins and operators.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &AuditFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let query = narrowed(conn, actor, filter)?.select(audit_entry::id);
    Ok(total(conn, query)?)
}

/// A page of the audit, newest first. The cursor is the row's number in the shape of an id.
///
/// # Errors
/// 403 for all but admins and operators.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &AuditFilter,
    slice: Slice,
) -> Result<Page<AuditEntry>, Problem> {
    permit(actor)?;
    let mut query = narrowed(conn, actor, filter)?;
    if let Some(after) = slice.after {
        // A number that no row has is before all of them.
        let after = i64::try_from(after.as_u128()).unwrap_or(0);
        query = query.filter(audit_entry::id.lt(after));
    }
    let rows = query
        .order(audit_entry::id.desc())
        .limit(slice.limit.saturating_add(1))
        .select(Row::as_select())
        .load(conn)?;
    let number = |row: &Row| Uuid::from_u128(u128::try_from(row.id).unwrap_or(0));
    let mut page = Page::cut(rows, slice, number).map(AuditEntry::from);
    let actors: Vec<AccountId> =
        page.items.iter().filter_map(|entry| entry.actor_id).map(AccountId).collect();
    let names: HashMap<AccountId, String> = account::table
        .filter(account::id.eq_any(actors))
        .select((account::id, account::name))
        .load(conn)?
        .into_iter()
        .collect();
    for entry in &mut page.items {
        entry.actor_name = entry.actor_id.and_then(|id| names.get(&AccountId(id)).cloned());
    }
    Ok(page)
}
