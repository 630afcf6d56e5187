//! What is shown of a sampling list, and to whom.

use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::order::in_order;
use crate::db::published::account;
use crate::db::schema::{sampling_list as lists, sampling_list_proposal as proposals};
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::jobs::resumable::JobProblem;
use crate::list_files::header::Warning;
use crate::list_files::imports::ImportState;
use crate::list_files::imports::checked::imported_as;
use crate::list_files::imports::withdrawal::ListWithdrawal;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::list::row::Defaults;
use crate::sampling_lists::policy::{permit, visible_to};
use crate::sampling_lists::proposal_state::ProposalState;
use crate::sampling_lists::request::TABLES;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A sampling list. `rows = inserted + updated + unchanged + rejected`, all 0 before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SamplingListView {
    /// Its id.
    pub id: SamplingListId,
    /// The state: queued, running, done, failed or withdrawn.
    #[schema(inline)]
    pub state: ImportState,
    /// The name of the file, or of the system that handed the forms over.
    pub file_name: String,
    /// Whether a system handed it over.
    pub from_system: bool,
    /// Code of the region whose authority organises the inspections.
    pub region: String,
    /// Whether nothing but this report was to come of it.
    pub dry_run: bool,
    /// What was said for all rows.
    #[schema(value_type = Object)]
    pub defaults: Defaults,
    /// Rows that are not wholly blank.
    pub rows: i32,
    /// Rows of inspections that are new.
    pub inserted: i32,
    /// Rows that brought the result of an inspection that stood already.
    pub updated: i32,
    /// Rows that said nothing new.
    pub unchanged: i32,
    /// Rows that were not taken.
    pub rejected: i32,
    /// Of these, the rows that are no records, such as totals and remarks.
    pub not_records: i32,
    /// The samples that the rows make: several rows may be one.
    pub samples: i32,
    /// Enterprises that the list names without their codes and that may be in the register: an officer decides.
    pub open_proposals: i64,
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
    /// Whether it can be withdrawn, as long as nothing stands on its rows.
    pub withdrawable: bool,
    /// That it was withdrawn.
    pub withdrawal: Option<ListWithdrawal>,
    /// Of a check: until when its file is kept to be imported from here; none where it is not kept any more.
    pub file_until: Option<DateTime<Utc>>,
    /// Of a check: the import of its file, once it was asked for.
    pub imported_as: Option<SamplingListId>,
    /// Of an import from the record of a check: that check.
    pub check: Option<SamplingListId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = lists)]
struct Record {
    id: SamplingListId,
    state: ImportState,
    file_name: String,
    source: String,
    region: String,
    dry_run: bool,
    defaults: Value,
    rows: i32,
    inserted: i32,
    updated: i32,
    unchanged: i32,
    rejected: i32,
    not_records: i32,
    samples: i32,
    processed: i32,
    total: Option<i32>,
    warnings: Option<Value>,
    problem: Option<Value>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    withdrawal: Option<Value>,
    file_until: Option<DateTime<Utc>>,
    #[diesel(select_expression = lists::file.is_not_null())]
    has_file: bool,
    check_id: Option<SamplingListId>,
}

crate::import_view! {
    SamplingListView of Record: |record| {
        from_system: record.source == "system",
        region: record.region,
        defaults: serde_json::from_value(record.defaults)?,
        samples: record.samples,
        open_proposals: 0,
        withdrawable: record.state == ImportState::Done
            && !record.dry_run
            && record.inserted + record.updated + record.unchanged > 0,
        withdrawal: record.withdrawal.map(serde_json::from_value).transpose()?,
    }
}

/// One list.
///
/// # Errors
/// 404 where there is none that the actor may know of; 401 and 403 as [`permit`].
pub fn list_status(
    conn: &mut PgConnection,
    actor: &Actor,
    id: SamplingListId,
) -> Result<SamplingListView, Problem> {
    permit(actor)?;
    let view = lists::table
        .filter(visible_to(actor))
        .filter(lists::id.eq(id))
        .select(Record::as_select())
        .first(conn)?
        .view()?;
    complete(conn, vec![view])?.pop().ok_or_else(Problem::not_found)
}

/// Says what other rows know of these lists.
fn complete(
    conn: &mut PgConnection,
    mut views: Vec<SamplingListView>,
) -> Result<Vec<SamplingListView>, Problem> {
    let ids: Vec<Uuid> = views.iter().map(|view| view.id.0).collect();
    let imported = imported_as(conn, TABLES, &ids)?;
    let open: Vec<(SamplingListId, i64)> = proposals::table
        .filter(proposals::import_id.eq_any(&ids))
        .filter(proposals::state.eq(ProposalState::Open))
        .group_by(proposals::import_id)
        .select((proposals::import_id, diesel::dsl::count_star()))
        .load(conn)?;
    let open: HashMap<SamplingListId, i64> = open.into_iter().collect();
    for view in &mut views {
        view.imported_as = imported.get(&view.id.0).copied().map(SamplingListId);
        view.open_proposals = open.get(&view.id).copied().unwrap_or(0);
    }
    Ok(views)
}

/// Where lists are searched: the name of the file, and who asked for it.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_fold(sampling_list.file_name) || E'\\n')",
        "coalesce((SELECT a.search_text FROM published.account a WHERE a.id = sampling_list.requested_by), '')",
    ],
    readings: &[
        "search_readings(search_fold(sampling_list.file_name))",
        "coalesce((SELECT a.search_readings FROM published.account a WHERE a.id = sampling_list.requested_by), '')",
    ],
    code: false,
};

/// The lists that an actor may know of, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn all(
    conn: &mut PgConnection,
    actor: &Actor,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<SamplingListView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = lists::table
            .filter(visible_to(actor))
            .select(Record::as_select())
            .order(in_order(slice, lists::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .into_boxed();
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(lists::id.lt(after));
        }
        query.load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let rows = items.into_iter().map(Record::view).collect::<Result<Vec<_>, _>>()?;
    Ok(Page { items: complete(conn, rows)?, next_cursor })
}

/// How many lists that finds.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn count(conn: &mut PgConnection, actor: &Actor, q: Option<&str>) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = lists::table.filter(visible_to(actor)).select(lists::id).into_boxed();
    if let Some(found) = Search::new(q, TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// The role and the region of who asked for something, as a history names them.
///
/// # Errors
/// When the database can't be asked.
pub fn author(conn: &mut PgConnection, by: Option<AccountId>) -> Result<(String, Option<String>), Problem> {
    match by {
        Some(id) => Ok(account::table.find(id).select((account::role, account::region)).first(conn)?),
        None => Ok((Actor::System.role_word().to_owned(), None)),
    }
}
