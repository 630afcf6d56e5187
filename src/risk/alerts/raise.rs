//! Raising alerts by the index and by assessments, keeping the figures of open ones true, and closing those that subside.

use crate::core::Problem;
use crate::db::Tx;
use crate::db::schema::quality_alert;
use crate::db::tx::Subject;
use crate::risk::alerts::record::add_event;
use crate::risk::alerts::state::{AlertCause, AlertState, AlertStep, transition};
use crate::risk::ids::{AlertId, AssessmentId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

/// The figures of an alert of the index.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = quality_alert, check_for_backend(diesel::pg::Pg))]
pub struct IndexFigures {
    /// Results within the window.
    pub tested: Option<i32>,
    /// Failures.
    pub nonconformities: i32,
    /// Operators that failed.
    pub enterprises: i32,
    /// The lower end of the interval, in millionths.
    pub rate_low: Option<i32>,
    /// The rate of the class, in millionths.
    pub class_rate: Option<i32>,
    /// The index, in hundredths.
    pub index_value: Option<i32>,
}

/// Only one raises alerts at a time: two at once would raise the same alert twice.
///
/// # Errors
/// When the database refuses.
pub fn lock_all(tx: &mut Tx) -> Result<(), Problem> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('quality_alert'))").execute(&mut *tx.conn)?;
    Ok(())
}

/// When an alert of a cause on a kind in a region was last dealt with or dismissed: only what came to be known later can raise the next one.
///
/// # Errors
/// When the database can't be asked.
pub fn dealt_with(
    conn: &mut PgConnection,
    cause: AlertCause,
    kind: &str,
    region: &str,
) -> Result<Option<DateTime<Utc>>, Problem> {
    use quality_alert as a;
    type Moment = Option<DateTime<Utc>>;
    let earlier: Vec<(Moment, Moment)> = a::table
        .filter(a::cause.eq(cause))
        .filter(a::product_kind.eq(kind))
        .filter(a::region.eq(region))
        .filter(a::state.eq_any([
            AlertState::Meeting,
            AlertState::Measure,
            AlertState::Closed,
            AlertState::Dismissed,
        ]))
        .select((a::answered_at, a::closed_at))
        .load(conn)?;
    Ok(earlier.into_iter().filter_map(|(answered, closed)| answered.or(closed)).max())
}

/// The open alert of a cause on a kind in a region, locked.
///
/// # Errors
/// When the database can't be asked.
pub fn open(tx: &mut Tx, cause: AlertCause, kind: &str, region: &str) -> Result<Option<AlertId>, Problem> {
    use quality_alert as a;
    Ok(a::table
        .filter(a::cause.eq(cause))
        .filter(a::state.eq(AlertState::Open))
        .filter(a::product_kind.eq(kind))
        .filter(a::region.eq(region))
        .select(a::id)
        .for_update()
        .first(&mut *tx.conn)
        .optional()?)
}

/// Raises an alert of the index. The caller holds [`lock_all`].
///
/// # Errors
/// When the database refuses.
pub fn by_index(
    tx: &mut Tx,
    (kind, region): (&str, &str),
    (window, least, version): (i32, i32, &str),
    figures: &IndexFigures,
) -> Result<AlertId, Problem> {
    use quality_alert as a;
    let id = AlertId::new();
    diesel::insert_into(a::table)
        .values((
            a::id.eq(id),
            a::cause.eq(AlertCause::Index),
            a::product_kind.eq(kind),
            a::region.eq(region),
            a::state.eq(AlertState::Open),
            (
                a::tested.eq(figures.tested),
                a::nonconformities.eq(figures.nonconformities),
                a::enterprises.eq(figures.enterprises),
                a::rate_low.eq(figures.rate_low),
                a::class_rate.eq(figures.class_rate),
                a::index_value.eq(figures.index_value),
            ),
            a::window_days.eq(window),
            a::threshold.eq(least),
            a::rules_version.eq(version),
            a::opened_at.eq(tx.now),
            a::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    add_event(tx, id, (AlertStep::Raise, None, AlertState::Open), None)?;
    let data = json!({
        "cause": AlertCause::Index, "product_kind": kind, "tested": figures.tested, "nonconformities": figures.nonconformities,
        "rate_low": figures.rate_low, "class_rate": figures.class_rate, "rules": version,
    });
    tx.audit("raise_alert", Subject::new("quality_alert", id.0).in_region(region), data)?;
    Ok(id)
}

/// Writes the figures of an open alert of the index, where they have changed.
///
/// # Errors
/// When the database refuses.
pub fn follow(tx: &mut Tx, id: AlertId, figures: &IndexFigures) -> Result<(), Problem> {
    use quality_alert as a;
    let kept: IndexFigures = a::table.find(id).select(IndexFigures::as_select()).first(&mut *tx.conn)?;
    if kept != *figures {
        diesel::update(a::table.find(id)).set((figures, a::updated_at.eq(tx.now))).execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// Closes an open alert of the index whose rate has fallen below the lower bound.
///
/// # Errors
/// Where it is not open.
pub fn subside(tx: &mut Tx, id: AlertId, region: &str) -> Result<(), Problem> {
    use quality_alert as a;
    let to = transition(AlertState::Open, AlertStep::Subside)?;
    diesel::update(a::table.find(id))
        .set((a::state.eq(to), a::closed_at.eq(tx.now), a::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    add_event(tx, id, (AlertStep::Subside, Some(AlertState::Open), to), None)?;
    tx.audit("subside_alert", Subject::new("quality_alert", id.0).in_region(region), json!({}))
}

/// Raises an alert by an assessment of the level serious, or lets the open one name it. The caller holds [`lock_all`].
///
/// # Errors
/// When the database refuses.
pub fn by_assessment(
    tx: &mut Tx,
    (kind, region): (&str, &str),
    assessment: AssessmentId,
) -> Result<AlertId, Problem> {
    use quality_alert as a;
    if let Some(id) = open(tx, AlertCause::Assessment, kind, region)? {
        diesel::update(a::table.find(id))
            .set((a::assessment_id.eq(assessment), a::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        return Ok(id);
    }
    let id = AlertId::new();
    diesel::insert_into(a::table)
        .values((
            a::id.eq(id),
            a::cause.eq(AlertCause::Assessment),
            a::product_kind.eq(kind),
            a::region.eq(region),
            a::state.eq(AlertState::Open),
            a::nonconformities.eq(0),
            a::enterprises.eq(0),
            a::assessment_id.eq(assessment),
            a::opened_at.eq(tx.now),
            a::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    add_event(tx, id, (AlertStep::Raise, None, AlertState::Open), None)?;
    let data = json!({ "cause": AlertCause::Assessment, "product_kind": kind, "assessment": assessment });
    tx.audit("raise_alert", Subject::new("quality_alert", id.0).in_region(region), data)?;
    Ok(id)
}
