//! Mail addresses from which mails came back. Nothing is sent to them until somebody resumes them.

use crate::core::Problem;
use crate::core::page::{Page, Slice};
use crate::db::Tx;
use crate::db::schema::mail_pause;
use crate::db::search::{Columns, Search};
use crate::notifications::ids::{MailId, PauseId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::HashMap;

/// A mail address to which nothing is sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = mail_pause, check_for_backend(diesel::pg::Pg))]
pub struct PauseView {
    /// The id of the pause.
    pub id: PauseId,
    /// The address, in lower case.
    pub address: String,
    /// Since when, UTC.
    pub since: DateTime<Utc>,
    /// Why, as it was reported.
    pub reason: String,
    /// The mail that came back.
    pub mail_id: Option<MailId>,
}

/// Why an address is paused; none where it is not.
///
/// # Errors
/// When the database can't be asked.
pub fn reason(conn: &mut PgConnection, address: &str) -> Result<Option<String>, Problem> {
    Ok(mail_pause::table
        .filter(mail_pause::address.eq(address.trim().to_lowercase()))
        .select(mail_pause::reason)
        .first(conn)
        .optional()?)
}

/// Which of these addresses are paused, in lower case, and why.
///
/// # Errors
/// When the database can't be asked.
pub fn among<'a>(
    conn: &mut PgConnection,
    addresses: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, String>, Problem> {
    let addresses: Vec<String> = addresses.map(|address| address.trim().to_lowercase()).collect();
    let paused: Vec<(String, String)> = mail_pause::table
        .filter(mail_pause::address.eq_any(addresses))
        .select((mail_pause::address, mail_pause::reason))
        .load(conn)?;
    Ok(paused.into_iter().collect())
}

/// Pauses an address; one that is paused stays so, with its first reason.
///
/// # Errors
/// When the database refuses.
pub fn pause(tx: &mut Tx, address: &str, reason: &str, mail: MailId) -> Result<(), Problem> {
    diesel::insert_into(mail_pause::table)
        .values((
            mail_pause::id.eq(PauseId::new()),
            mail_pause::address.eq(address.trim().to_lowercase()),
            mail_pause::since.eq(tx.now),
            mail_pause::reason.eq(reason),
            mail_pause::mail_id.eq(mail),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Ends the pause of an address, where it has one. Whoever calls has decided that the actor may.
///
/// # Errors
/// When the database refuses.
pub fn resume(tx: &mut Tx, address: &str) -> Result<(), Problem> {
    diesel::delete(mail_pause::table.filter(mail_pause::address.eq(address.trim().to_lowercase())))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Where paused addresses are searched.
const ADDRESS: Columns =
    Columns { texts: &["(search_fold(mail_pause.address) || E'\\n')"], readings: &[], code: false };

/// A page of paused addresses, the newest first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(conn: &mut PgConnection, q: Option<&str>, slice: Slice) -> Result<Page<PauseView>, Problem> {
    let search = Search::new(q, ADDRESS);
    let load = |slice: Slice| -> QueryResult<Vec<PauseView>> {
        let mut query = mail_pause::table.into_boxed::<diesel::pg::Pg>();
        if let Some(found) = search.rank(slice.rank) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(mail_pause::id.lt(PauseId(after)));
        }
        let rows = query.order(mail_pause::id.desc()).limit(slice.limit.saturating_add(1));
        rows.select(PauseView::as_select()).load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?)
}
