//! Reading keys. No query here reads a hash.

use crate::accounts::people::officer_acts;
use crate::api_keys::ids::ApiKeyId;
use crate::api_keys::policy::{permit, visible_to};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::key_scope::KeyScope;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::account;
use crate::db::schema::api_key;
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

crate::word_enum! {
    /// How a key stands.
    pub enum KeyState {
        /// Calls are taken with it.
        Good = "good",
        /// Its officer may not see its region any more.
        Resting = "resting",
        /// Its time is over.
        Expired = "expired",
        /// It was revoked.
        Revoked = "revoked",
    }
}

/// An API key, without what is presented.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApiKeyView {
    /// The key.
    pub id: ApiKeyId,
    /// The name of the system that has it.
    pub name: String,
    /// Its beginning, by which people tell keys apart.
    #[schema(example = "zdk_Qm3xT1")]
    pub hint: String,
    /// What it may be used for.
    pub scopes: Vec<KeyScope>,
    /// Code of the region in which it acts, with all under it.
    pub region: String,
    /// The name of the officer who made it.
    pub officer: String,
    /// Whether the key works, has expired or was revoked.
    #[schema(inline)]
    pub state: KeyState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its time is over.
    pub expires_at: DateTime<Utc>,
    /// The hour of its last use.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_key, check_for_backend(Pg))]
struct Record {
    id: ApiKeyId,
    account_id: AccountId,
    name: String,
    hint: String,
    scopes: Vec<KeyScope>,
    region: String,
    #[diesel(select_expression = officer_acts(api_key::account_id, api_key::region))]
    officer_acts: bool,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl Record {
    fn state(&self, now: DateTime<Utc>) -> KeyState {
        match (self.revoked_at, self.expires_at <= now, self.officer_acts) {
            (Some(_), ..) => KeyState::Revoked,
            (None, true, _) => KeyState::Expired,
            (None, false, false) => KeyState::Resting,
            (None, false, true) => KeyState::Good,
        }
    }
}

/// Where keys are searched: the name and the beginning.
const TEXTS: Columns = Columns {
    texts: &["(search_fold(api_key.name) || E'\\n')", "(search_fold(api_key.hint) || E'\\n')"],
    readings: &["search_readings(search_fold(api_key.name))"],
    code: false,
};

fn narrowed(actor: &Actor, found: Option<Condition>) -> api_key::BoxedQuery<'static, Pg> {
    let query = visible_to(actor);
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

fn views(conn: &mut PgConnection, rows: Vec<Record>, now: DateTime<Utc>) -> Result<Vec<ApiKeyView>, Problem> {
    let officers: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let names: Vec<(AccountId, String)> = account::table
        .filter(account::id.eq_any(officers))
        .select((account::id, account::name))
        .load(conn)?;
    let names: HashMap<AccountId, String> = names.into_iter().collect();
    let view = |row: Record| ApiKeyView {
        state: row.state(now),
        id: row.id,
        name: row.name,
        hint: row.hint,
        scopes: row.scopes,
        region: row.region,
        officer: names.get(&row.account_id).cloned().unwrap_or_default(),
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of keys, the newest first within the ranks of a search, as they stand at a moment.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    q: Option<&str>,
    slice: Slice,
    now: DateTime<Utc>,
) -> Result<Page<ApiKeyView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = narrowed(actor, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(api_key::id.lt(ApiKeyId(after)));
        }
        let rows = query
            .order(in_order(slice, api_key::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1));
        rows.select(Record::as_select()).load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items, now)?, next_cursor })
}

/// How many keys a search finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(conn: &mut PgConnection, actor: &Actor, q: Option<&str>) -> Result<Total, Problem> {
    permit(actor)?;
    Ok(total(conn, narrowed(actor, Search::new(q, TEXTS).any()).select(api_key::id))?)
}

/// One key.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<ApiKeyView, Problem> {
    permit(actor)?;
    let row = visible_to(actor).filter(api_key::id.eq(id)).select(Record::as_select()).first(conn)?;
    views(conn, vec![row], now)?.into_iter().next().ok_or_else(Problem::not_found)
}
