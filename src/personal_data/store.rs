//! Loading a request under a lock, for the commands.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::personal_request as r;
use crate::db::tx::Subject;
use crate::personal_data::ids::PersonalRequestId;
use crate::personal_data::state::{RequestKind, RequestState};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;

/// The part of a row that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = r, check_for_backend(Pg))]
pub(super) struct Row {
    /// Id of the request.
    pub id: PersonalRequestId,
    /// The account of the person who made the request.
    pub account_id: AccountId,
    /// What is asked for.
    pub kind: RequestKind,
    /// The state.
    pub state: RequestState,
    /// The region in charge.
    pub region: String,
    /// The day by which it is to be decided.
    pub due_on: NaiveDate,
    /// How often a copy was begun.
    pub attempts: i32,
}

impl Row {
    /// What rows of the audit about it are about.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject::new("personal_request", self.id.0).in_region(&self.region)
    }
}

/// Loads and locks a request.
///
/// # Errors
/// 404 where there is none.
pub(super) fn lock(tx: &mut Tx, id: PersonalRequestId) -> Result<Row, Problem> {
    Ok(r::table.find(id).for_no_key_update().select(Row::as_select()).first(&mut *tx.conn)?)
}

/// Loads one without locking it.
///
/// # Errors
/// 404 where there is none.
pub(super) fn row(conn: &mut PgConnection, id: PersonalRequestId) -> Result<Row, Problem> {
    Ok(r::table.find(id).select(Row::as_select()).first(conn)?)
}
