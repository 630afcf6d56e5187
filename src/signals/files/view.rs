//! What is shown of a file of signals, and to whom.

use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::order::in_order;
use crate::db::schema::signal_import as imports;
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::jobs::resumable::JobProblem;
use crate::list_files::header::Warning;
use crate::list_files::imports::ImportState;
use crate::list_files::imports::checked::imported_as;
use crate::signals::feed::Feed;
use crate::signals::files::request::{SignalFile, TABLES};
use crate::signals::ids::SignalImportId;
use crate::signals::policy::{imports_visible_to, permit};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// That a file was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalImportWithdrawal {
    /// When the file was withdrawn.
    pub at: DateTime<Utc>,
    /// The account that withdrew it.
    pub by: Option<AccountId>,
    /// Reason for the withdrawal.
    pub reason: String,
}

/// A file of signals. `rows = inserted + updated + unchanged + rejected`, all 0 before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalImportView {
    /// Its id.
    pub id: SignalImportId,
    /// The kind of file.
    #[schema(inline)]
    pub feed: Feed,
    /// The state: queued, running, done, failed or withdrawn.
    #[schema(inline)]
    pub state: ImportState,
    /// The name of the file.
    pub file_name: String,
    /// Code of the region of the officer who sent it in.
    pub region: String,
    /// Whether nothing but this report was to come of it.
    pub dry_run: bool,
    /// Rows that are not wholly blank; records of a file that is no table.
    pub rows: i32,
    /// Signals that are new.
    pub inserted: i32,
    /// Signals that their source has updated, such as addenda.
    pub updated: i32,
    /// Signals that were known as they are.
    pub unchanged: i32,
    /// Rows that were not taken.
    pub rejected: i32,
    /// Of these, the rows that are no records, such as totals and remarks.
    pub not_records: i32,
    /// Rows read so far.
    pub processed: i32,
    /// About how many rows there are; absent before the first were read.
    pub total: Option<i32>,
    /// What the importer should know of the file.
    pub warnings: Vec<Warning>,
    /// Why the file was refused as a whole.
    pub problem: Option<JobProblem>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the last run began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Whether it can be withdrawn, as long as nothing rests on its signals.
    pub withdrawable: bool,
    /// Its withdrawal.
    pub withdrawal: Option<SignalImportWithdrawal>,
    /// Until when the file of a check is kept, to be imported from there.
    pub file_until: Option<DateTime<Utc>>,
    /// The import of the file of this check.
    pub imported_as: Option<SignalImportId>,
    /// The check whose file this import took.
    pub check: Option<SignalImportId>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = imports, check_for_backend(Pg))]
struct Record {
    id: SignalImportId,
    state: ImportState,
    file_name: String,
    region: String,
    dry_run: bool,
    defaults: Value,
    rows: i32,
    inserted: i32,
    updated: i32,
    unchanged: i32,
    rejected: i32,
    not_records: i32,
    processed: i32,
    total: Option<i32>,
    warnings: Option<Value>,
    problem: Option<Value>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    withdrawal: Option<Value>,
    file_until: Option<DateTime<Utc>>,
    #[diesel(select_expression = imports::file.is_not_null())]
    has_file: bool,
    check_id: Option<SignalImportId>,
}

crate::import_view! {
    SignalImportView of Record: |record| {
        feed: serde_json::from_value::<SignalFile>(record.defaults)?.feed,
        region: record.region,
        withdrawable: record.state == ImportState::Done
            && !record.dry_run
            && record.inserted + record.updated > 0,
        withdrawal: record.withdrawal.map(serde_json::from_value).transpose()?,
    }
}

/// One file.
///
/// # Errors
/// 404 where there is none that the actor may know of; 401 and 403 as [`permit`].
pub fn status(
    conn: &mut PgConnection,
    actor: &Actor,
    id: SignalImportId,
) -> Result<SignalImportView, Problem> {
    permit(actor)?;
    let record: Record =
        imports_visible_to(actor).filter(imports::id.eq(id)).select(Record::as_select()).first(conn)?;
    complete(conn, vec![record.view()?])?.pop().ok_or_else(Problem::not_found)
}

/// Says which checks were imported.
fn complete(
    conn: &mut PgConnection,
    mut views: Vec<SignalImportView>,
) -> Result<Vec<SignalImportView>, Problem> {
    let ids: Vec<Uuid> = views.iter().map(|view| view.id.0).collect();
    let imported = imported_as(conn, TABLES, &ids)?;
    for view in &mut views {
        view.imported_as = imported.get(&view.id.0).copied().map(SignalImportId);
    }
    Ok(views)
}

/// Where files are searched: the name of the file.
const TEXTS: Columns = Columns {
    texts: &["(search_fold(signal_import.file_name) || E'\\n')"],
    readings: &["search_readings(search_fold(signal_import.file_name))"],
    code: false,
};

/// The files that an actor may know of, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn all(
    conn: &mut PgConnection,
    actor: &Actor,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<SignalImportView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = imports_visible_to(actor);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(imports::id.lt(SignalImportId(after)));
        }
        query
            .order(in_order(slice, imports::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .select(Record::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let rows = items.into_iter().map(Record::view).collect::<Result<Vec<_>, _>>()?;
    Ok(Page { items: complete(conn, rows)?, next_cursor })
}

/// How many files that finds.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn count(conn: &mut PgConnection, actor: &Actor, q: Option<&str>) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = imports_visible_to(actor);
    if let Some(found) = Search::new(q, TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query.select(imports::id))?)
}
