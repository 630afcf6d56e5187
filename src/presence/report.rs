//! Writing the changes of presence, and the events that report them.

use crate::accounts::store::names;
use crate::core::actor::Role;
use crate::core::ids::AccountId;
use crate::core::{Event, Problem};
use crate::db::feed;
use crate::presence::connections::{self, ChosenState};
use crate::presence::events::{PresenceChanged, PresentUser};
use crate::presence::local::LocalPresence;
use diesel::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// Gives the conversations in which a change of each of these experts is shown. The domain above that knows them
/// passes it.
pub type ShownIn<'a> = &'a dyn Fn(&mut PgConnection, &[AccountId]) -> QueryResult<Vec<(AccountId, Uuid)>>;

/// Writes who is connected to this server: those that changed, or all if `all` is set. Gives the events
/// that report it, which are in the feed by then.
///
/// # Errors
/// When the database is unavailable; then the changes are kept to be written again.
pub fn write_changes(
    conn: &mut PgConnection,
    server: i64,
    local: &LocalPresence,
    all: bool,
    shown_in: ShownIn<'_>,
) -> Result<Vec<Event>, Problem> {
    let changes = local.take_changes(all);
    if changes.connections.is_empty() {
        changes.written();
        return Ok(Vec::new());
    }
    let written =
        change(conn, server, shown_in, |conn| connections::write(conn, server, &changes.connections));
    match written {
        Ok(_) => changes.written(),
        Err(_) => local.put_back(changes),
    }
    written
}

/// Deletes the connections to servers that no longer run. Gives the events that report it, which are in the feed
/// by then.
///
/// # Errors
/// When the database is unavailable.
pub fn delete_dead_servers(
    conn: &mut PgConnection,
    server: i64,
    shown_in: ShownIn<'_>,
) -> Result<Vec<Event>, Problem> {
    change(conn, server, shown_in, connections::delete_dead_servers)
}

/// Changes the connections and writes to the feed the present state of the experts whose state changed by it.
fn change(
    conn: &mut PgConnection,
    server: i64,
    shown_in: ShownIn<'_>,
    write: impl FnOnce(&mut PgConnection) -> QueryResult<Vec<AccountId>>,
) -> Result<Vec<Event>, Problem> {
    conn.transaction(|conn| {
        let changed = write(conn)?;
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let states = connections::states(conn, &changed)?;
        let mut conversations: HashMap<AccountId, Vec<Uuid>> = HashMap::new();
        for (account, conversation) in shown_in(conn, &changed)? {
            conversations.entry(account).or_default().push(conversation);
        }
        let events: Vec<Event> =
            present(conn, states, |account| conversations.remove(&account).unwrap_or_default())?
                .into_iter()
                .map(Event::from)
                .collect();
        feed::write(conn, server, &events)?;
        Ok(events)
    })
}

/// The states of the experts of one conversation: those who are connected and chose a state.
///
/// # Errors
/// When the database is unavailable.
pub fn experts_in(
    conn: &mut PgConnection,
    conversation: Uuid,
    experts: &[AccountId],
) -> QueryResult<Vec<PresenceChanged>> {
    let states = connections::chosen_states(conn, experts)?;
    present(conn, states, |_| vec![conversation])
}

/// Adds the names to states.
fn present(
    conn: &mut PgConnection,
    states: Vec<ChosenState>,
    mut shown_in: impl FnMut(AccountId) -> Vec<Uuid>,
) -> QueryResult<Vec<PresenceChanged>> {
    if states.is_empty() {
        return Ok(Vec::new());
    }
    let accounts: Vec<_> = states.iter().map(|row| row.account).collect();
    let mut names = names(conn, &accounts)?;
    let change = |ChosenState { account: id, state }| {
        let name = names.remove(&id)?;
        let user = PresentUser { id, name, role: Role::Expert };
        Some(PresenceChanged { user, state, shown_in: shown_in(id) })
    };
    Ok(states.into_iter().filter_map(change).collect())
}
