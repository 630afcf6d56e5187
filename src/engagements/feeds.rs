//! Calendar feeds: a secret address of each person, under which a calendar programme reads what the person takes part in. The address needs no
//! session and is shown once; of its token the hash alone is kept. It can be revoked, and ends with the account.

use crate::accounts::store::find;
use crate::app::App;
use crate::core::actor::{Actor, Proof};
use crate::core::ids::{AccountId, SessionId};
use crate::core::secret::{random_token, sha256};
use crate::core::{Code, Language, Problem, Text};
use crate::db::count_lock::{Counted, check_limit};
use crate::db::published::enterprise;
use crate::db::schema::{calendar_feed, engagement, engagement_enterprise, visit_slot};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::engagements::ics::{Event, Status, calendar};
use crate::engagements::ids::{EngagementId, FeedId};
use crate::engagements::policy::{permit, visible_to};
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::engagements::store::account;
use chrono::{DateTime, Days, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// The most feeds of one account.
const MOST: u32 = 10;
/// The most events of a feed.
const MOST_EVENTS: i64 = 500;
/// Days back that a feed shows.
const DAYS_BACK: u64 = 90;

/// A calendar feed, without its address.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = calendar_feed, check_for_backend(Pg))]
pub struct FeedView {
    /// Id of the feed.
    pub id: FeedId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A feed that was just made.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NewFeed {
    /// Id of the feed.
    pub id: FeedId,
    /// Its address. It is shown this one time.
    pub address: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Makes a calendar feed of the actor's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeCalendarFeed {}

impl Command for MakeCalendarFeed {
    type Output = NewFeed;
    const NAME: &'static str = "make_calendar_feed";

    fn run(&self, tx: &mut Tx) -> Result<NewFeed, Problem> {
        use calendar_feed as c;
        permit(&tx.actor)?;
        let by = account(tx)?;
        let refusal = || {
            Problem::new(
                Code::TooManyCalendarFeeds,
                Text::new(
                    format!("日历订阅地址已达上限（{MOST} 个）"),
                    format!("there are {MOST} calendar feeds already"),
                ),
            )
        };
        let count = |conn: &mut PgConnection| {
            c::table.filter(c::account_id.eq(by)).filter(c::revoked_at.is_null()).count().get_result(conn)
        };
        check_limit(&mut tx.conn, (Counted::CalendarFeeds, by.0), MOST, count, refusal)?;
        let (id, token) = (FeedId::new(), random_token()?);
        diesel::insert_into(c::table)
            .values((
                c::id.eq(id),
                c::account_id.eq(by),
                c::token_hash.eq(sha256(token.as_bytes())),
                c::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("account", by.0), json!({ "feed": id }))?;
        let address = tx.link(&format!("/calendar/{token}.ics"));
        Ok(NewFeed { id, address, created_at: tx.now })
    }
}

/// Revokes a calendar feed of the actor's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeCalendarFeed {
    /// The feed.
    pub id: FeedId,
}

impl Command for RevokeCalendarFeed {
    type Output = ();
    const NAME: &'static str = "revoke_calendar_feed";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use calendar_feed as c;
        permit(&tx.actor)?;
        let by = account(tx)?;
        let own = c::table.find(self.id).filter(c::account_id.eq(by)).filter(c::revoked_at.is_null());
        if diesel::update(own).set(c::revoked_at.eq(tx.now)).execute(&mut *tx.conn)? == 0 {
            return Err(Problem::not_found());
        }
        tx.audit(Self::NAME, Subject::new("account", by.0), json!({ "feed": self.id }))
    }
}

/// The feeds of the actor that are not revoked, the first one first.
///
/// # Errors
/// When the database can't be asked.
pub fn own(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<FeedView>, Problem> {
    use calendar_feed as c;
    permit(actor)?;
    let Some(account) = actor.account() else { return Ok(Vec::new()) };
    Ok(c::table
        .filter(c::account_id.eq(account))
        .filter(c::revoked_at.is_null())
        .order(c::id)
        .select(FeedView::as_select())
        .load(conn)?)
}

/// Whose feed a token is of: the person as it is now, in no session.
fn reader(conn: &mut PgConnection, token: &str) -> Result<(Actor, Language), Problem> {
    use calendar_feed as c;
    let of: AccountId = c::table
        .filter(c::token_hash.eq(sha256(token.as_bytes())))
        .filter(c::revoked_at.is_null())
        .select(c::account_id)
        .first(conn)?;
    let row = find(conn, of)?;
    if !row.active {
        return Err(Problem::not_found());
    }
    let person = row.person(SessionId(Uuid::nil()), Proof::default())?;
    let language = person.language;
    Ok((Actor::Person(person), language))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = engagement, check_for_backend(Pg))]
struct Dated {
    id: EngagementId,
    kind: EngagementKind,
    topic: String,
    place: Option<String>,
    state: EngagementState,
    version: i32,
    updated_at: DateTime<Utc>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
}

/// The calendar of a token.
///
/// # Errors
/// 404 where nobody has it, it is revoked, or its account has ended.
pub fn read(app: &App, token: &str) -> Result<String, Problem> {
    use engagement as e;
    let conn = &mut *app.snapshot()?;
    let (actor, language) = reader(conn, token)?;
    let now = app.clock().now();
    let from = now.checked_sub_days(Days::new(DAYS_BACK)).unwrap_or(now);
    // What was agreed and is open again has no time of its own: it is shown as called off at the time that was agreed.
    let agreed = visit_slot::table
        .filter(visit_slot::chosen)
        .filter(visit_slot::starts_at.ge(from))
        .select(visit_slot::engagement_id);
    let rows: Vec<Dated> = visible_to(&actor)
        .filter(
            e::starts_at.is_not_null().and(e::starts_at.assume_not_null().ge(from)).or(e::id.eq_any(agreed)),
        )
        .order(e::id.desc())
        .limit(MOST_EVENTS)
        .select(Dated::as_select())
        .load(conn)?;
    let ids: Vec<EngagementId> = rows.iter().map(|row| row.id).collect();
    let before: HashMap<EngagementId, (DateTime<Utc>, DateTime<Utc>)> = visit_slot::table
        .filter(visit_slot::chosen)
        .filter(visit_slot::engagement_id.eq_any(&ids))
        .order(visit_slot::proposal)
        .select((visit_slot::engagement_id, (visit_slot::starts_at, visit_slot::ends_at)))
        .load::<(EngagementId, (DateTime<Utc>, DateTime<Utc>))>(conn)?
        .into_iter()
        .collect();
    let visits: Vec<EngagementId> =
        rows.iter().filter(|row| row.kind == EngagementKind::Visit).map(|row| row.id).collect();
    let names: HashMap<EngagementId, String> = engagement_enterprise::table
        .inner_join(enterprise::table.on(enterprise::id.eq(engagement_enterprise::enterprise_id)))
        .filter(engagement_enterprise::engagement_id.eq_any(&visits))
        .select((engagement_enterprise::engagement_id, enterprise::name))
        .load::<(EngagementId, String)>(conn)?
        .into_iter()
        .collect();
    let server = app.settings().section::<crate::settings::ServerSettings>();
    let public_url = server.public_url(server.port);
    let host = host_of(&public_url);
    let event = |row: &Dated| {
        let (starts_at, ends_at) = match row.starts_at.zip(row.ends_at) {
            Some(times) => times,
            None => *before.get(&row.id)?,
        };
        let off = matches!(row.state, EngagementState::Cancelled | EngagementState::NoShow);
        let status = if off || row.starts_at.is_none() { Status::Cancelled } else { Status::Confirmed };
        let what = format!("{} · {}", row.kind.text().get(language), row.topic);
        let summary = match names.get(&row.id) {
            Some(name) => format!("{what} · {name}"),
            None => what,
        };
        Some(Event {
            id: row.id.0,
            sequence: row.version,
            changed_at: row.updated_at,
            starts_at,
            ends_at,
            summary,
            place: row.place.clone().unwrap_or_default(),
            link: format!("{}/{}/{}", public_url.trim_end_matches('/'), pages(row.kind), row.id),
            status,
        })
    };
    let events: Vec<Event> = rows.iter().filter_map(event).collect();
    let name = Text::new("上门帮扶等活动", "Visits and engagements");
    Ok(calendar(name.get(language), host, &events))
}

/// The folder of the pages of a kind.
fn pages(kind: EngagementKind) -> &'static str {
    match kind {
        EngagementKind::Visit => "visits",
        EngagementKind::Training => "trainings",
        EngagementKind::Commitment => "commitments",
        EngagementKind::FollowUp => "follow-ups",
        EngagementKind::Outreach => "outreach",
    }
}

fn host_of(public_url: &str) -> &str {
    let bare = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    bare.split(['/', ':']).next().filter(|host| !host.is_empty()).unwrap_or("zerodesk")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address() {
        assert_eq!(host_of("https://zerodesk.example:8443/x"), "zerodesk.example");
        assert_eq!(host_of("http://127.0.0.1:80"), "127.0.0.1");
        assert_eq!(host_of(""), "zerodesk");
    }
}
