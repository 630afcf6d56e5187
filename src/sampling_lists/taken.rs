//! The samples that a list brought in or named: what became of each, and where its inspection is now.

use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::published::{inspection, inspection_subject};
use crate::db::schema::sampling_list_row as rows;
use crate::db::total::total;
use crate::inspections::ids::InspectionId;
use crate::inspections::state::InspectionState;
use crate::inspections::words::Outcome as Finding;
use crate::list_files::imports::Outcome;
use crate::list_files::imports::row_pages::{after, cursor};
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::request::TABLES;
use crate::sampling_lists::view::list_status;
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of a list that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TakenSample {
    /// The sheet of the workbook; none in a text.
    pub sheet: Option<String>,
    /// The row as a spreadsheet numbers it.
    pub row: i32,
    /// What became of it: inserted, updated or unchanged.
    #[schema(inline)]
    pub outcome: Outcome,
    /// Its inspection.
    pub inspection: InspectionId,
    /// Number of its form.
    pub number: String,
    /// Product name (产品名称).
    pub product_name: String,
    /// Sampled operator (被抽样单位).
    pub operator_name: String,
    /// Nominal producer (标称生产者).
    pub producer_name: Option<String>,
    /// Where the inspection is now.
    #[schema(inline)]
    pub state: InspectionState,
    /// The finding for the caller's enterprise.
    #[schema(inline)]
    pub found: Option<Finding>,
}

/// The rows that were taken, in the order of the file.
///
/// # Errors
/// As [`list_status`].
pub fn taken(
    conn: &mut PgConnection,
    actor: &Actor,
    id: SamplingListId,
    outcome: Option<Outcome>,
    slice: Slice,
) -> Result<Page<TakenSample>, Problem> {
    list_status(conn, actor, id)?;
    let mut query = rows::table
        .filter(rows::import_id.eq(id))
        .filter(rows::row_no.gt(after(slice)))
        .order(rows::row_no)
        .limit(slice.limit.saturating_add(1))
        .select((rows::row_no, rows::outcome, rows::inspection_id))
        .into_boxed();
    if let Some(outcome) = outcome {
        query = query.filter(rows::outcome.eq(outcome));
    }
    let found: Vec<(i32, Outcome, InspectionId)> = query.load(conn)?;
    let Page { items, next_cursor } = Page::cut(found, slice, |(row_no, ..)| cursor(*row_no));
    let ids: Vec<InspectionId> = items.iter().map(|(_, _, id)| *id).collect();
    let known: Vec<(InspectionId, String, InspectionState, Option<Finding>)> = inspection::table
        .filter(inspection::id.eq_any(&ids))
        .select((inspection::id, inspection::number, inspection::state, inspection::outcome))
        .load(conn)?;
    let subjects: Vec<(InspectionId, String, String, Option<String>)> = inspection_subject::table
        .filter(inspection_subject::inspection_id.eq_any(&ids))
        .select((
            inspection_subject::inspection_id,
            inspection_subject::product_name,
            inspection_subject::operator_name,
            inspection_subject::producer_name,
        ))
        .load(conn)?;
    let headings = TABLES.kept(id.0).headings(conn)?;
    let items = items.into_iter().filter_map(|(row_no, outcome, id)| {
        let (_, number, state, found) = known.iter().find(|(known, ..)| *known == id)?.clone();
        let (_, product_name, operator_name, producer_name) =
            subjects.iter().find(|(known, ..)| *known == id)?.clone();
        let (sheet, row) = headings.sheet(row_no);
        let sheet = sheet.map(str::to_owned);
        Some(TakenSample {
            sheet,
            row,
            outcome,
            inspection: id,
            number,
            product_name,
            operator_name,
            producer_name,
            state,
            found,
        })
    });
    Ok(Page { items: items.collect(), next_cursor })
}

/// How many rows that are.
///
/// # Errors
/// As [`list_status`].
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    id: SamplingListId,
    outcome: Option<Outcome>,
) -> Result<Total, Problem> {
    list_status(conn, actor, id)?;
    let mut query = rows::table.filter(rows::import_id.eq(id)).select(rows::row_no).into_boxed();
    if let Some(outcome) = outcome {
        query = query.filter(rows::outcome.eq(outcome));
    }
    Ok(total(conn, query)?)
}
