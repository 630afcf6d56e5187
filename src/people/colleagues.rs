//! The people of an enterprise, as they see each other.

use crate::accounts::people;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::Slice;
use crate::people::invitation_state::InvitationState;
use crate::people::invitations::{self, InvitationFilter, InvitationView};
use crate::people::policy::own_enterprise;
use diesel::PgConnection;
use serde::Serialize;

/// A person of the caller's enterprise.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ColleagueView {
    /// Id of the account.
    pub id: AccountId,
    /// The name shown to others.
    pub name: String,
    /// The name to log in with.
    pub username: String,
    /// The confirmed mail address; none where the account has none.
    pub email: Option<String>,
    /// Whether it is the first of the enterprise's people, who invites and removes the others.
    pub first: bool,
    /// Whether it is the caller.
    pub me: bool,
}

/// The people of an enterprise.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Colleagues {
    /// Those who are active, the first one first.
    pub items: Vec<ColleagueView>,
    /// Always absent: all are given.
    pub next_cursor: Option<String>,
    /// The invitations that are open.
    pub invitations: Vec<InvitationView>,
    /// Whether the caller invites and removes colleagues.
    pub may_manage: bool,
}

/// The people of the caller's enterprise, with the open invitations.
///
/// # Errors
/// 403 for whoever does not work for an enterprise.
pub fn of_caller(conn: &mut PgConnection, actor: &Actor) -> Result<Colleagues, Problem> {
    let (person, id) = own_enterprise(actor)?;
    let rows = people::colleagues(conn, id)?;
    let first = rows.first().map(|row| row.id);
    let view = |row: crate::accounts::store::AccountRow| ColleagueView {
        first: first == Some(row.id),
        me: row.id == person.account,
        id: row.id,
        name: row.name,
        username: row.username,
        email: row.email,
    };
    let slice = Slice { limit: crate::core::page::MAX_LIMIT, ..Slice::default() };
    let filter = InvitationFilter { state: Some(InvitationState::Open), ..InvitationFilter::default() };
    let open = invitations::list(conn, actor, filter, slice)?;
    Ok(Colleagues {
        may_manage: first == Some(person.account),
        items: rows.into_iter().map(view).collect(),
        next_cursor: None,
        invitations: open.items,
    })
}
