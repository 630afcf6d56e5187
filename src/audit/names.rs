//! The names of the things that rows of the audit are about, by what the rooms declare.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::app::App;
use crate::audit::AuditEntry;
use crate::core::page::Page;
use crate::core::{Actor, Problem};
use crate::web::known_rooms::known;
use crate::web::room::{AuditSubject, Room};

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The page of a kind of thing, where there is one that the role may open; none where its page is for others.
fn shown_to(rooms: &[&'static Room], subject: &AuditSubject, actor: &Actor) -> bool {
    if subject.page.is_empty() || matches!(actor, Actor::System) {
        return true;
    }
    let page = rooms.iter().flat_map(|room| room.pages).find(|declared| declared.path == subject.page);
    match (page, actor.scope()) {
        (Some(page), Some(scope)) => page.access.check(scope.role()).is_ok(),
        _ => false,
    }
}

/// Adds to the rows of a page the names of what they are about, one query for each kind of thing.
///
/// # Errors
/// When the database can't be asked.
pub fn add(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    mut page: Page<AuditEntry>,
) -> Result<Page<AuditEntry>, Problem> {
    let rooms = known(app.cache())?;
    for subject in rooms.iter().flat_map(|room| room.subjects) {
        let of_kind = |entry: &&AuditEntry| entry.subject_type == subject.kind;
        let ids: Vec<Uuid> = page.items.iter().filter(of_kind).filter_map(|entry| entry.subject_id).collect();
        if ids.is_empty() || subject.names.is_empty() || !shown_to(rooms, subject, actor) {
            continue;
        }
        let found: Vec<Named> =
            diesel::sql_query(subject.names).bind::<Array<SqlUuid>, _>(&ids).load(conn)?;
        let names: HashMap<Uuid, String> = found.into_iter().map(|row| (row.id, row.name)).collect();
        for entry in page.items.iter_mut().filter(|entry| entry.subject_type == subject.kind) {
            entry.subject_name = entry.subject_id.and_then(|id| names.get(&id).cloned());
        }
    }
    Ok(page)
}
