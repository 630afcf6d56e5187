//! Reading alerts.

use crate::alerts::AlertState;
use crate::alerts::ids::AlertId;
use crate::alerts::policy::{permit, visible_to};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{quality_alert, quality_meeting};
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// An alert, with its figures and what became of it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AlertView {
    /// The alert.
    #[serde(flatten)]
    pub alert: AlertRow,
    /// The meeting that dealt with it.
    pub meeting: Option<MeetingView>,
}

/// A row of `quality_alert`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = quality_alert, check_for_backend(Pg))]
pub struct AlertRow {
    /// Id of the alert.
    pub id: AlertId,
    /// Code of the product kind.
    pub product_kind: String,
    /// The item that failed.
    pub item: String,
    /// Code of the city or province.
    pub region: String,
    /// The state.
    pub state: AlertState,
    /// Nonconformities within the window; those at the closing, once closed.
    pub nonconformities: i32,
    /// Enterprises that they are of.
    pub enterprises: i32,
    /// The first sampling of them.
    pub first_on: Option<NaiveDate>,
    /// The last sampling of them.
    pub last_on: Option<NaiveDate>,
    /// Days of the window when it was raised.
    pub window_days: i32,
    /// The number that was exceeded when it was raised.
    pub threshold: i32,
    /// Why it was dismissed.
    pub reason: Option<String>,
    /// When it was raised.
    pub opened_at: DateTime<Utc>,
    /// When its figures last changed, or it was closed.
    pub updated_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// The record of a quality analysis meeting.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = quality_meeting, check_for_backend(Pg))]
pub struct MeetingView {
    /// On which day it was held.
    pub held_on: NaiveDate,
    /// Who took part.
    pub participants: Vec<String>,
    /// What was found.
    pub findings: String,
    /// What is to be done.
    pub measures: String,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
}

/// Where alerts are searched: the item, the product, the region.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_fold(quality_alert.item) || E'\\n')",
        "(SELECT search_fold(k.name_zh) || E'\\n' || search_fold(k.name_en) FROM product_kind k WHERE k.code = quality_alert.product_kind)",
        "(SELECT search_fold(r.name) || E'\\n' FROM region r WHERE r.code = quality_alert.region)",
    ],
    readings: &[
        "search_readings(search_fold(quality_alert.item))",
        "(SELECT search_readings(search_fold(k.name_zh)) FROM product_kind k WHERE k.code = quality_alert.product_kind)",
        "(SELECT search_readings(search_fold(r.name)) FROM region r WHERE r.code = quality_alert.region)",
    ],
    code: false,
};

/// A page of alerts, newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    state: Option<AlertState>,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<AlertView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<AlertRow>> {
        let mut query = visible_to(actor);
        if let Some(state) = state {
            query = query.filter(quality_alert::state.eq(state));
        }
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(quality_alert::id.lt(AlertId(after)));
        }
        let rows =
            query.order(in_order(slice, quality_alert::id.desc())).offset(slice.skip).limit(slice.limit + 1);
        rows.select(AlertRow::as_select()).load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many alerts that finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    state: Option<AlertState>,
    q: Option<&str>,
) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = visible_to(actor).select(quality_alert::id);
    if let Some(state) = state {
        query = query.filter(quality_alert::state.eq(state));
    }
    if let Some(found) = Search::new(q, TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// One alert.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: AlertId) -> Result<AlertView, Problem> {
    permit(actor)?;
    let row = visible_to(actor).filter(quality_alert::id.eq(id)).select(AlertRow::as_select()).first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

fn views(conn: &mut PgConnection, rows: Vec<AlertRow>) -> Result<Vec<AlertView>, Problem> {
    let meetings: Vec<(AlertId, MeetingView)> = quality_meeting::table
        .filter(quality_meeting::alert_id.eq_any(rows.iter().map(|row| row.id)))
        .select((quality_meeting::alert_id, MeetingView::as_select()))
        .load(conn)?;
    let mut meetings: HashMap<AlertId, MeetingView> = meetings.into_iter().collect();
    Ok(rows
        .into_iter()
        .map(|alert| {
            let meeting = meetings.remove(&alert.id);
            AlertView { alert, meeting }
        })
        .collect())
}
