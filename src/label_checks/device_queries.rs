//! Reading the devices of quick tests.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::inspection;
use crate::db::regional;
use crate::db::schema::{quick_calibration, quick_device, quick_test, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::label_checks::ids::DeviceId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count_star, exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A device for quick tests.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeviceView {
    /// The device.
    #[serde(flatten)]
    pub device: DeviceRow,
    /// Until when its latest calibration holds.
    pub calibrated_until: Option<NaiveDate>,
    /// Whether it can be used today: in use and calibrated.
    pub usable: bool,
    /// How many tests were made by it, as far as they stand.
    pub tests: i64,
    /// Its calibrations, the latest first; the last 50.
    pub calibrations: Vec<CalibrationView>,
}

/// A row of `quick_device`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = quick_device, check_for_backend(Pg))]
pub struct DeviceRow {
    /// Id of the device.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// Its model.
    pub model: Option<String>,
    /// Its number.
    pub serial_no: String,
    /// Code of the region that keeps it.
    pub region: String,
    /// Whether it is in use.
    pub active: bool,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// A calibration of a device.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = quick_calibration, check_for_backend(Pg))]
pub struct CalibrationView {
    /// Its number, from 1.
    pub ordinal: i32,
    /// Its day.
    pub calibrated_on: NaiveDate,
    /// The last day on which it holds.
    pub calibrated_until: NaiveDate,
    /// The number of its certificate.
    pub certificate_no: Option<String>,
    /// When it was entered.
    pub entered_at: DateTime<Utc>,
    /// When it was annulled, because it was entered wrongly.
    pub annulled_at: Option<DateTime<Utc>>,
    /// Why it was annulled.
    pub annul_reason: Option<String>,
}

/// Whether the actor has any part in devices.
///
/// # Errors
/// 401 without a log-in; 403 for who makes no quick tests.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match actor.scope() {
        Some(Scope::Sampler(_)) => Ok(()),
        _ => regional::permit(actor),
    }
}

/// The devices that the actor may know of: an officer those of the own region, of those under it and of those above it; a body that takes
/// samples all, since it works for any region. [`sees`] says the same of one.
pub fn visible_to(actor: &Actor) -> quick_device::BoxedQuery<'static, Pg> {
    let query = quick_device::table.into_boxed();
    if matches!(actor.scope(), Some(Scope::Sampler(_))) {
        return query;
    }
    let around = region_scope::table
        .filter(region_scope::region.eq(actor.officer_region().unwrap_or_default().to_owned()))
        .select(region_scope::scope);
    query.filter(
        quick_device::region.eq_any(regional::seen_regions(actor)).or(quick_device::region.eq_any(around)),
    )
}

/// Whether the actor may know of the device of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(quick_device::id.eq(DeviceId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may know of a device of this region.
pub fn sees(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    let own = actor.officer_region();
    matches!(actor.scope(), Some(Scope::Sampler(_)))
        || regional::sees(actor, region, catalogue)
        || own.is_some_and(|own| catalogue.regions.contains(region, own))
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct DeviceFilter {
    /// Only those in use, or only those out of use.
    pub active: Option<bool>,
    /// Only those in whose name or number these words stand.
    pub q: Option<String>,
}

/// Where devices are searched: name and number.
const TEXTS: Columns = Columns {
    texts: &["(search_name(quick_device.name) || E'\\n')", "(search_fold(quick_device.serial_no) || E'\\n')"],
    readings: &["search_readings(search_name(quick_device.name))"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &DeviceFilter,
    found: Option<Condition>,
) -> quick_device::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if let Some(active) = filter.active {
        query = query.filter(quick_device::active.eq(active));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A test after which no other one was entered for its inspection.
const LAST: &str =
    "NOT EXISTS (SELECT FROM quick_test later WHERE later.inspection_id = quick_test.inspection_id
    AND later.event > quick_test.event)";

fn view(conn: &mut PgConnection, device: DeviceRow, today: NaiveDate) -> QueryResult<DeviceView> {
    use quick_calibration as c;
    let calibrations: Vec<CalibrationView> = c::table
        .filter(c::device_id.eq(device.id))
        .order(c::ordinal.desc())
        .limit(50)
        .select(CalibrationView::as_select())
        .load(conn)?;
    // One that was annulled never was made.
    let stands = inspection::table.filter(inspection::outcome.is_not_null()).select(inspection::id);
    let tests = quick_test::table
        .filter(quick_test::device_id.eq(device.id))
        .filter(quick_test::inspection_id.eq_any(stands))
        .filter(sql::<Bool>(LAST))
        .select(count_star())
        .first(conn)?;
    let stands = || calibrations.iter().filter(|c| c.annulled_at.is_none());
    let holds = stands().any(|c| (c.calibrated_on..=c.calibrated_until).contains(&today));
    Ok(DeviceView {
        calibrated_until: stands().map(|c| c.calibrated_until).max(),
        usable: device.active && holds,
        tests,
        calibrations,
        device,
    })
}

/// A page of devices, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for who makes no quick tests.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &DeviceFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<DeviceView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<DeviceRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(quick_device::id.lt(DeviceId(after)));
        }
        query
            .order(in_order(slice, quick_device::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(DeviceRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let items = items.into_iter().map(|row| view(conn, row, today)).collect::<QueryResult<_>>()?;
    Ok(Page { items, next_cursor })
}

/// How many devices a filter finds.
///
/// # Errors
/// 403 for who makes no quick tests.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &DeviceFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(quick_device::id))?)
}

/// One device.
///
/// # Errors
/// 403 for who makes no quick tests, 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: DeviceId,
    today: NaiveDate,
) -> Result<DeviceView, Problem> {
    permit(actor)?;
    let query = visible_to(actor).filter(quick_device::id.eq(id));
    let row: DeviceRow = query.select(DeviceRow::as_select()).first(conn)?;
    Ok(view(conn, row, today)?)
}
