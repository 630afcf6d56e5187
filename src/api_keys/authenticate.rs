//! Who calls with a key: the officer who made it, in the region of the key, with its scopes.

use crate::accounts;
use crate::accounts::people::officer_acts;
use crate::accounts::store::find;
use crate::api_keys::ids::ApiKeyId;
use crate::api_keys::settings::ApiKeySettings;
use crate::app::App;
use crate::core::actor::{Person, Proof, Scope};
use crate::core::ids::{AccountId, SessionId};
use crate::core::key_scope::{KeyScope, KeyUse};
use crate::core::secret::sha256;
use crate::core::{Code, Problem, Text, Throttle};
use crate::db::schema::api_key;
use chrono::{DateTime, Duration, DurationRound, Utc};
use diesel::prelude::*;
use std::sync::{Arc, OnceLock};

/// What stands before a key, and before no access token.
pub const PREFIX: &str = "zdk_";
/// Within what time the calls of a key are counted.
const WINDOW: std::time::Duration = std::time::Duration::from_secs(60);

/// How often each key called within the minute, at this server. Made at the first call, with the limit that holds then.
#[derive(Debug, Default)]
struct Calls(OnceLock<Throttle<ApiKeyId>>);

/// The person behind an access token, or behind a key.
///
/// # Errors
/// 401 where it is not good; 429 where a key calls too often; 503 without the database.
pub fn authenticate(app: &App, token: &str) -> Result<Person, Problem> {
    if token.starts_with(PREFIX) { by_key(app, token) } else { accounts::authenticate_now(app, token) }
}

type Row = (ApiKeyId, AccountId, String, Vec<KeyScope>, String, Option<DateTime<Utc>>);

fn by_key(app: &App, token: &str) -> Result<Person, Problem> {
    let (now, mut conn) = (app.clock().now(), app.conn()?);
    let row: Option<Row> = api_key::table
        .filter(api_key::hash.eq(sha256(token.as_bytes())))
        .filter(api_key::revoked_at.is_null())
        .filter(api_key::expires_at.gt(now))
        .filter(officer_acts(api_key::account_id, api_key::region))
        .select((
            api_key::id,
            api_key::account_id,
            api_key::name,
            api_key::scopes,
            api_key::region,
            api_key::last_used_at,
        ))
        .first(&mut *conn)
        .optional()?;
    let (id, account, name, scopes, region, last_used_at) = row.ok_or_else(invalid_key)?;
    take(app, id, now)?;
    note_use(&mut conn, id, last_used_at, now)?;
    let key = Some(Arc::new(KeyUse { id: id.0, name, scopes }));
    let person = find(&mut conn, account)?.person(SessionId(id.0), Proof { key, ..Proof::default() })?;
    Ok(Person { scope: Scope::Admin(region), ..person })
}

fn invalid_key() -> Problem {
    Problem::new(
        Code::InvalidToken,
        Text::new(
            "接口密钥无效、已撤销、已过期，或其创建人已无权查看该地区",
            "the API key is not valid, was revoked or has expired, or its officer may not see the region any more",
        ),
    )
}

/// Counts a call.
fn take(app: &App, id: ApiKeyId, now: DateTime<Utc>) -> Result<(), Problem> {
    let calls = app.cache().of::<Calls>();
    let most = app.settings().section::<ApiKeySettings>().calls_per_minute;
    let limit = calls.0.get_or_init(|| Throttle::new(usize::try_from(most).unwrap_or(usize::MAX), WINDOW));
    let now = (now - DateTime::UNIX_EPOCH).to_std().unwrap_or_default();
    if limit.take(id, now) {
        return Ok(());
    }
    let wait = limit.wait(&id, now).map_or(1, |wait| wait.as_secs().max(1));
    let mut problem = Problem::new(
        Code::KeyTooBusy,
        Text::new(
            format!("该接口密钥每分钟最多调用 {most} 次，请 {wait} 秒后再试"),
            format!("the key may make {most} calls within a minute; try again in {wait} seconds"),
        ),
    );
    problem.retry_after = Some(wait);
    Err(problem)
}

/// Notes the hour of the last use, once. Written without a command: it changes nothing that anyone decides by.
fn note_use(
    conn: &mut PgConnection,
    id: ApiKeyId,
    last_used_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let hour = now.duration_trunc(Duration::hours(1)).unwrap_or(now);
    if last_used_at != Some(hour) {
        diesel::update(api_key::table.find(id)).set(api_key::last_used_at.eq(hour)).execute(conn)?;
    }
    Ok(())
}
