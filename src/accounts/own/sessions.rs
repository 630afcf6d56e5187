//! The sessions of the own account: where they are used, when they were last, and how they are ended.

use crate::accounts::device::{device, place};
use crate::accounts::sessions::{EndReason, end_session, end_sessions_of};
use crate::accounts::settings::AuthSettings;
use crate::core::actor::Person;
use crate::core::ids::SessionId;
use crate::core::{Language, Problem};
use crate::db::schema::login_session;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A session of one's own.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The program in plain words, as it names itself.
    #[schema(example = "Windows 电脑上的 Edge 浏览器")]
    pub device: String,
    /// The address from which it was last renewed.
    pub address: Option<String>,
    /// Where that address is, as far as it says so itself: this machine, the internal network, or a network of the Internet.
    #[schema(example = "内网")]
    pub place: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub ends_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = login_session, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: SessionId,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
}

/// The open sessions of a person, the present one first, then those that were used last.
///
/// # Errors
/// When the database can't be asked.
pub fn own(
    conn: &mut PgConnection,
    person: &Person,
    auth: &AuthSettings,
    now: DateTime<Utc>,
    language: Language,
) -> Result<Vec<SessionView>, Problem> {
    let idle = now - auth.idle(person.scope.role());
    let rows: Vec<Row> = login_session::table
        .filter(login_session::account_id.eq(person.account))
        .filter(login_session::ended_at.is_null())
        .filter(login_session::ends_at.is_null().or(login_session::ends_at.gt(now)))
        .select(Row::as_select())
        .load(conn)?;
    let mut views: Vec<SessionView> = rows
        .into_iter()
        .map(|row| SessionView {
            id: row.id,
            current: row.id == person.session,
            device: device(row.user_agent.as_deref()).get(language).to_owned(),
            place: place(row.address.as_deref()).get(language).to_owned(),
            address: row.address,
            created_at: row.created_at,
            last_used_at: row.last_used_at.unwrap_or(row.created_at),
            ends_at: row.ends_at,
        })
        // One that has lain idle for too long can't be renewed.
        .filter(|view| view.current || view.last_used_at > idle)
        .collect();
    views.sort_by_key(|view| (!view.current, std::cmp::Reverse(view.last_used_at), view.id));
    Ok(views)
}

/// Ends a session of one's own, with its sockets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndSession {
    /// The session.
    pub id: SessionId,
}

impl Command for EndSession {
    type Output = ();
    const NAME: &'static str = "end_session";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
        let _own: SessionId = login_session::table
            .find(self.id)
            .filter(login_session::account_id.eq(person.account))
            .filter(login_session::ended_at.is_null())
            .select(login_session::id)
            .for_update()
            .first(&mut *tx.conn)?;
        end_session(tx, self.id, EndReason::ByOwner)?;
        tx.audit(Self::NAME, Subject::new("account", person.account.0), json!({ "session": self.id }))
    }
}

/// Ends all sessions of one's own but this one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndOtherSessions {}

impl Command for EndOtherSessions {
    type Output = ();
    const NAME: &'static str = "end_other_sessions";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
        let ended = end_sessions_of(tx, person.account, Some(person.session), EndReason::ByOwner)?;
        tx.audit(Self::NAME, Subject::new("account", person.account.0), json!({ "sessions_ended": ended }))
    }
}
