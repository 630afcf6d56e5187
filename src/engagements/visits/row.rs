//! What a visit has besides its engagement, as its steps and its findings read it.

use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::visit;
use crate::engagements::store::Row;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;

/// What a visit has besides its engagement.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = visit, check_for_backend(Pg))]
pub struct VisitRow {
    /// How often times were proposed.
    pub proposal: i32,
    /// When a time was agreed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The device's clock when it began.
    pub started_device_at: Option<DateTime<Utc>>,
    /// The minutes.
    pub minutes: Option<String>,
    /// When the experts confirmed them.
    pub expert_confirmed_at: Option<DateTime<Utc>>,
    /// When the enterprise confirmed them.
    pub enterprise_confirmed_at: Option<DateTime<Utc>>,
}

impl VisitRow {
    /// Whether any side has confirmed the minutes.
    pub fn is_confirmed(&self) -> bool {
        self.expert_confirmed_at.is_some() || self.enterprise_confirmed_at.is_some()
    }
}

/// What a visit has besides its engagement, which the caller has locked.
///
/// # Errors
/// 404 where the engagement is no visit.
pub fn load(tx: &mut Tx, row: &Row) -> Result<VisitRow, Problem> {
    Ok(visit::table.find(row.id).select(VisitRow::as_select()).first(&mut *tx.conn)?)
}

/// 409: minutes that a side has confirmed stay as they are.
pub fn minutes_confirmed() -> Problem {
    Problem::new(
        Code::MinutesConfirmed,
        Text::new(
            "纪要已有一方确认，不能再修改或者重复确认",
            "a side has confirmed the minutes: they are neither changed nor confirmed again",
        ),
    )
}
