//! Log-ins: how one begins, when it was last used, how it ends.

use crate::accounts::device::Device;
use crate::accounts::events::SessionEnded;
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::AccountRow;
use crate::core::Problem;
use crate::core::ids::{AccountId, SessionId};
use crate::db::Tx;
use crate::db::schema::{account, login_session};
use crate::web::client_address::{ClientAddress, Network};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// What is proved of the person as a session begins.
#[derive(Debug, Clone, Copy)]
pub struct Beginning {
    /// When the person proved who it is.
    pub proved_at: Option<DateTime<Utc>>,
    /// A second factor was among it.
    pub by_factor: bool,
    /// The session can only set up a second factor.
    pub sets_up_only: bool,
}

/// Opens a session of an account. Gives it with the moment at which it ends at the latest.
///
/// # Errors
/// When the database refuses.
pub fn open_session(
    tx: &mut Tx,
    row: &AccountRow,
    device: &Device,
    begins: Beginning,
) -> Result<(SessionId, DateTime<Utc>), Problem> {
    let session = SessionId::new();
    let ends_at = tx.now + tx.settings.section::<AuthSettings>().longest(row.role);
    diesel::insert_into(login_session::table)
        .values((
            login_session::id.eq(session),
            login_session::account_id.eq(row.id),
            login_session::created_at.eq(tx.now),
            login_session::last_used_at.eq(tx.now),
            login_session::ends_at.eq(ends_at),
            login_session::user_agent.eq(&device.user_agent),
            login_session::address.eq(&device.address),
            login_session::proved_at.eq(begins.proved_at),
            login_session::by_factor.eq(begins.by_factor),
            login_session::sets_up_only.eq(begins.sets_up_only),
        ))
        .execute(&mut *tx.conn)?;
    Ok((session, ends_at))
}

/// Notes from where a session is used now.
///
/// # Errors
/// When the database refuses.
pub fn note_device(tx: &mut Tx, session: SessionId, device: &Device) -> Result<(), Problem> {
    diesel::update(login_session::table.find(session))
        .set((
            login_session::last_used_at.eq(tx.now),
            login_session::user_agent.eq(&device.user_agent),
            login_session::address.eq(&device.address),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// As many of the last sessions of an account are looked at.
const SESSIONS_LOOKED_AT: i64 = 200;

/// Whether the account of a name has had a session in this network lately.
///
/// # Errors
/// When the database can't be asked.
pub fn logged_in_from(conn: &mut PgConnection, username: &str, network: Network) -> QueryResult<bool> {
    let addresses: Vec<Option<String>> = login_session::table
        .inner_join(account::table)
        .filter(account::username.eq(username))
        .order(login_session::created_at.desc())
        .limit(SESSIONS_LOOKED_AT)
        .select(login_session::address)
        .load(conn)?;
    let networks = addresses.iter().flatten().filter_map(|text| text.parse().ok());
    Ok(networks.map(|address| ClientAddress(address).network()).any(|of_session| of_session == network))
}

/// Why a log-in ended, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// Its person logged out.
    LogOut,
    /// A refresh token was used again.
    Replay,
    /// Its person ended it from another one.
    ByOwner,
    /// The password was changed or reset.
    PasswordChanged,
    /// The account may not log in any more.
    Disabled,
    /// What the account may do was changed.
    AccountChanged,
    /// Who is in charge of the account ended it.
    ByOfficer,
}

impl EndReason {
    fn word(self) -> &'static str {
        match self {
            Self::LogOut => "logout",
            Self::Replay => "replay",
            Self::ByOwner => "ended_by_owner",
            Self::PasswordChanged => "password_changed",
            Self::Disabled => "disabled",
            Self::AccountChanged => "account_changed",
            Self::ByOfficer => "ended_by_officer",
        }
    }
}

/// Ends a log-in, with its tokens and its sockets.
///
/// # Errors
/// When the database refuses.
pub fn end_session(tx: &mut Tx, session: SessionId, reason: EndReason) -> Result<(), Problem> {
    diesel::update(login_session::table.find(session).filter(login_session::ended_at.is_null()))
        .set((login_session::ended_at.eq(tx.now), login_session::end_reason.eq(reason.word())))
        .execute(&mut *tx.conn)?;
    tx.emit(SessionEnded(session));
    Ok(())
}

/// Ends all log-ins of an account but for one, with their tokens and their sockets, and says how many there were.
///
/// # Errors
/// When the database refuses.
pub fn end_sessions_of(
    tx: &mut Tx,
    account: AccountId,
    except: Option<SessionId>,
    reason: EndReason,
) -> Result<usize, Problem> {
    let mut open: Vec<SessionId> = login_session::table
        .filter(login_session::account_id.eq(account))
        .filter(login_session::ended_at.is_null())
        .order(login_session::id)
        .select(login_session::id)
        .for_update()
        .load(&mut *tx.conn)?;
    open.retain(|session| Some(*session) != except);
    for session in &open {
        end_session(tx, *session, reason)?;
    }
    Ok(open.len())
}
