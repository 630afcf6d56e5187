//! What is shown of an import, and to whom.

use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::core::problem::FieldError;
use crate::core::{Actor, Problem, Text};
use crate::db::order::in_order;
use crate::db::schema::zero_out_import as imports;
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::jobs::resumable::JobProblem;
use crate::list_files::header::Warning;
use crate::list_files::imports::checked::imported_as;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::command::TABLES;
use crate::zero_out::import::state::ImportState;
use crate::zero_out::import::withdrawal_run::{self, WithdrawalRun};
use crate::zero_out::policy::{permit, visible_to};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// An import. `rows = inserted + updated + unchanged + rejected`, all 0 before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ImportView {
    /// Its id.
    pub id: ImportId,
    /// The state.
    pub state: ImportState,
    /// The name of the file.
    pub file_name: String,
    /// Whether nothing but this report was to come of it.
    pub dry_run: bool,
    /// Rows that are not wholly blank.
    pub rows: i32,
    /// Rows whose nonconformity was new.
    pub inserted: i32,
    /// Rows that changed their nonconformity, its case or its enterprise.
    pub updated: i32,
    /// Rows that said nothing new.
    pub unchanged: i32,
    /// Rows that were not taken.
    pub rejected: i32,
    /// Of these, the rows that are no records, such as totals, heads of groups and remarks: nobody has to mend them.
    pub not_records: i32,
    /// Rows read so far.
    pub processed: i32,
    /// About how many rows there are; exact at the end, absent before the first were read.
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
    /// Whether it can be withdrawn, as long as nothing stands on its rows: it is done, wrote something, what it did is kept, and no withdrawal
    /// is under way.
    pub withdrawable: bool,
    /// That it was withdrawn.
    pub withdrawal: Option<Withdrawal>,
    /// Its withdrawal as a job: under way, or refused at its end. None where there is none, and where it is done.
    pub withdrawing: Option<WithdrawalRun>,
    /// Of a check: until when its file is kept to be imported from here, unless the same account checks so many others before that only
    /// theirs are kept (a setting); none where it is not kept any more.
    pub file_until: Option<DateTime<Utc>>,
    /// Of a check: the import of its file, once it was asked for.
    pub imported_as: Option<ImportId>,
    /// Of an import from the record of a check: that check.
    pub check: Option<ImportId>,
}

/// That an import was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Withdrawal {
    /// When it was withdrawn.
    pub at: DateTime<Utc>,
    /// The account of who withdrew it.
    pub by: Option<AccountId>,
    /// Why, in the officer's words.
    pub reason: String,
}

/// What a run gives: the import as it is at its end.
pub type ImportReport = ImportView;

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
struct Record {
    id: ImportId,
    state: ImportState,
    file_name: String,
    dry_run: bool,
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
    merge_no: Option<i64>,
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_by: Option<AccountId>,
    withdrawn_reason: Option<String>,
    file_until: Option<DateTime<Utc>>,
    #[diesel(select_expression = imports::file.is_not_null())]
    has_file: bool,
    check_id: Option<ImportId>,
}

impl ImportView {
    /// Whether a job is withdrawing it.
    #[must_use]
    pub fn is_withdrawing(&self) -> bool {
        self.withdrawing.as_ref().is_some_and(|run| run.state.is_open())
    }
}

crate::import_view! {
    ImportView of Record: |record| {
        withdrawable: record.state == ImportState::Done && !record.dry_run && record.merge_no.is_some(),
        withdrawal: record.withdrawn_at.zip(record.withdrawn_reason).map(|(at, reason)| Withdrawal {
            at,
            by: record.withdrawn_by,
            reason,
        }),
        withdrawing: None,
    }
}

/// One import.
///
/// # Errors
/// 404 where there is none that the actor may know of; 401 and 403 as [`permit`].
pub fn import_status(conn: &mut PgConnection, actor: &Actor, id: ImportId) -> Result<ImportView, Problem> {
    permit(actor)?;
    let view = imports::table
        .filter(visible_to(actor))
        .filter(imports::id.eq(id))
        .select(Record::as_select())
        .first(conn)?
        .view()?;
    complete(conn, vec![view])?.pop().ok_or_else(Problem::not_found)
}

/// Says what other rows know of these imports.
fn complete(conn: &mut PgConnection, views: Vec<ImportView>) -> Result<Vec<ImportView>, Problem> {
    let mut views = with_imports(conn, views)?;
    let ids: Vec<ImportId> = views.iter().filter(|view| view.withdrawable).map(|view| view.id).collect();
    if ids.is_empty() {
        return Ok(views);
    }
    let mut runs = withdrawal_run::of(conn, &ids)?;
    for view in &mut views {
        view.withdrawing = runs.remove(&view.id);
        view.withdrawable &= !view.is_withdrawing();
    }
    Ok(views)
}

/// Names the imports of checked files.
fn with_imports(conn: &mut PgConnection, mut views: Vec<ImportView>) -> Result<Vec<ImportView>, Problem> {
    let checks: Vec<Uuid> = views.iter().filter(|view| view.dry_run).map(|view| view.id.0).collect();
    if checks.is_empty() {
        return Ok(views);
    }
    let imported = imported_as(conn, TABLES, &checks)?;
    for view in &mut views {
        view.imported_as = imported.get(&view.id.0).copied().map(ImportId);
    }
    Ok(views)
}

/// Refuses an import that the actor may not know of, as a parameter of a list.
///
/// # Errors
/// 422 naming `?import`.
pub fn require_known(conn: &mut PgConnection, actor: &Actor, id: ImportId) -> Result<(), Problem> {
    if has_enterprises(conn, actor, id)?.is_some() {
        return Ok(());
    }
    let text = Text::new("没有这次导入", "is not an import that you may know of");
    Err(Problem::invalid(vec![FieldError::query("import", text)]))
}

/// Whether an import that the actor may know of has brought in enterprises; none where there is no such import.
///
/// # Errors
/// When the database refuses.
pub fn has_enterprises(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
) -> Result<Option<bool>, Problem> {
    Ok(imports::table
        .filter(visible_to(actor))
        .filter(imports::id.eq(id))
        .select(imports::enterprises.is_not_null())
        .first(conn)
        .optional()?)
}

/// Where imports are searched: the name of the file, and who asked for it.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_fold(zero_out_import.file_name) || E'\\n')",
        "coalesce((SELECT a.search_text FROM published.account a WHERE a.id = zero_out_import.requested_by), '')",
    ],
    readings: &[
        "search_readings(search_fold(zero_out_import.file_name))",
        "coalesce((SELECT a.search_readings FROM published.account a WHERE a.id = zero_out_import.requested_by), '')",
    ],
    code: false,
};

/// The imports that an actor may know of, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn list_imports(
    conn: &mut PgConnection,
    actor: &Actor,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<ImportView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = imports::table
            .filter(visible_to(actor))
            .select(Record::as_select())
            .order(in_order(slice, imports::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .into_boxed();
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(imports::id.lt(after));
        }
        query.load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let rows = items.into_iter().map(Record::view).collect::<Result<Vec<_>, _>>()?;
    Ok(Page { items: complete(conn, rows)?, next_cursor })
}

/// How many imports that finds.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn count_imports(conn: &mut PgConnection, actor: &Actor, q: Option<&str>) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = imports::table.filter(visible_to(actor)).select(imports::id).into_boxed();
    if let Some(found) = Search::new(q, TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// One import, for the platform itself.
pub(super) fn find(conn: &mut PgConnection, id: ImportId) -> Result<ImportView, Problem> {
    import_status(conn, &Actor::System, id)
}
