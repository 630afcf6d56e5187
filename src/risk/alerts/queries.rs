//! Reading alerts.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{quality_alert, quality_alert_event, quality_meeting};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::risk::alerts::policy::{permit, visible_to};
use crate::risk::alerts::state::{AlertCause, AlertState, AlertStep};
use crate::risk::ids::{AlertId, AssessmentId};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// An alert, with its figures and what became of it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AlertView {
    /// The alert.
    #[serde(flatten)]
    pub alert: AlertRow,
    /// The meeting that dealt with it.
    pub meeting: Option<MeetingView>,
    /// Its history, step by step.
    pub history: Vec<AlertEventView>,
}

/// A step of an alert.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = quality_alert_event, check_for_backend(Pg))]
pub struct AlertEventView {
    /// The step that was taken.
    pub step: AlertStep,
    /// The state from then on.
    pub to_state: AlertState,
    /// When the step was taken.
    pub at: DateTime<Utc>,
    /// The letter, the interview or the listing.
    pub measure_id: Option<Uuid>,
}

/// A row of `quality_alert`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = quality_alert, check_for_backend(Pg))]
pub struct AlertRow {
    /// Id of the alert.
    pub id: AlertId,
    /// The cause of the alert.
    pub cause: AlertCause,
    /// Code of the product kind.
    pub product_kind: String,
    /// The item that failed; of a cluster only.
    pub item: Option<String>,
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
    /// Days of the window when it was raised; absent of an assessment.
    pub window_days: Option<i32>,
    /// The number that was exceeded (cluster) or reached by the results (index) when it was raised; absent of an assessment.
    pub threshold: Option<i32>,
    /// Of the index: the results that were counted.
    pub tested: Option<i32>,
    /// Of the index: the lower end of the interval of the rate, in millionths.
    pub rate_low: Option<i32>,
    /// Of the index: the rate of the class in the province, in millionths.
    pub class_rate: Option<i32>,
    /// Of the index: its value in hundredths.
    pub index_value: Option<i32>,
    /// Of the index: the version of the rules.
    pub rules_version: Option<String>,
    /// The assessment that raised it.
    pub assessment_id: Option<AssessmentId>,
    /// Why it was dismissed.
    pub reason: Option<String>,
    /// What came of it, once it is closed.
    pub outcome: Option<String>,
    /// When it was raised.
    pub opened_at: DateTime<Utc>,
    /// When its figures last changed, or it was closed.
    pub updated_at: DateTime<Utc>,
    /// When a meeting or a measure first dealt with it: what was known by then raises no further alert.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What the list of alerts is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    /// Only those of this state.
    pub state: Option<AlertState>,
    /// Only those of this cause.
    pub cause: Option<AlertCause>,
    /// Only those of this product kind.
    pub kind: Option<String>,
    /// Only those in whose item, product or region these words stand, or where one of them is read so.
    pub q: Option<String>,
}

fn narrowed(
    actor: &Actor,
    filter: &AlertFilter,
    found: Option<Condition>,
) -> quality_alert::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(quality_alert::state.eq(state));
    }
    if let Some(cause) = filter.cause {
        query = query.filter(quality_alert::cause.eq(cause));
    }
    if let Some(kind) = filter.kind.clone() {
        query = query.filter(quality_alert::product_kind.eq(kind));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// The record of a quality analysis meeting.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = quality_meeting, check_for_backend(Pg))]
pub struct MeetingView {
    /// On which day it was held.
    pub held_on: NaiveDate,
    /// Who took part.
    pub participants: Vec<String>,
    /// Findings of the meeting.
    pub findings: String,
    /// What is to be done.
    pub measures: String,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
}

/// Where alerts are searched: the item, the product, the region.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_fold(coalesce(quality_alert.item, '')) || E'\\n')",
        "(SELECT search_fold(k.name_zh) || E'\\n' || search_fold(k.name_en) FROM product_kind k WHERE k.code = quality_alert.product_kind)",
        "(SELECT search_fold(r.name) || E'\\n' FROM region r WHERE r.code = quality_alert.region)",
    ],
    readings: &[
        "search_readings(search_fold(coalesce(quality_alert.item, '')))",
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
    filter: &AlertFilter,
    slice: Slice,
) -> Result<Page<AlertView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<AlertRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
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
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &AlertFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(quality_alert::id))?)
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
    let events: Vec<(AlertId, AlertEventView)> = quality_alert_event::table
        .filter(quality_alert_event::alert_id.eq_any(rows.iter().map(|row| row.id)))
        .order((quality_alert_event::alert_id, quality_alert_event::ordinal))
        .select((quality_alert_event::alert_id, AlertEventView::as_select()))
        .load(conn)?;
    let mut histories: HashMap<AlertId, Vec<AlertEventView>> = HashMap::new();
    for (id, event) in events {
        histories.entry(id).or_default().push(event);
    }
    Ok(rows
        .into_iter()
        .map(|alert| {
            let (meeting, history) =
                (meetings.remove(&alert.id), histories.remove(&alert.id).unwrap_or_default());
            AlertView { alert, meeting, history }
        })
        .collect())
}
