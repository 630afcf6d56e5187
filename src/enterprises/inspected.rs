//! Records of the list that come of an inspection, one by one: listed, and taken off again.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::schema::{enterprise, nonconformity};
use crate::enterprises::ids::NonconformityId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

/// A failed product report.
#[derive(Debug, Clone, Copy)]
pub struct FailedReport<'a> {
    /// Whose product failed.
    pub enterprise: EnterpriseId,
    /// Code of the product kind.
    pub product_kind: &'a str,
    /// Number of the report.
    pub report_no: &'a str,
    /// When the sample was taken, in Asia/Shanghai.
    pub inspected_on: NaiveDate,
    /// The level that organised it, by its word.
    pub level: &'a str,
    /// The items that failed.
    pub failed_items: &'a [String],
    /// Who tested.
    pub laboratory: Option<&'a str>,
    /// Who signed the report.
    pub signed_by: Option<&'a str>,
}

/// Puts a failed report on the list, and its enterprise where it was not there any more. One that is there already stays as it is, and is given.
/// Locks the record and the enterprise, in the order of all who build on them.
///
/// # Errors
/// When the database refuses.
pub fn list(
    conn: &mut PgConnection,
    report: &FailedReport<'_>,
    now: DateTime<Utc>,
) -> Result<NonconformityId, Problem> {
    use nonconformity as n;
    let known: Option<NonconformityId> = n::table
        .filter(n::enterprise_id.eq(report.enterprise))
        .filter(n::product_kind.eq(report.product_kind))
        .filter(n::report_no.eq(report.report_no))
        .filter(n::withdrawn_at.is_null())
        .select(n::id)
        .for_no_key_update()
        .first(conn)
        .optional()?;
    enterprise::table
        .find(report.enterprise)
        .select(enterprise::id)
        .for_no_key_update()
        .first::<EnterpriseId>(conn)?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = NonconformityId::new();
    diesel::insert_into(n::table)
        .values((
            n::id.eq(id),
            n::enterprise_id.eq(report.enterprise),
            n::product_kind.eq(report.product_kind),
            n::report_no.eq(report.report_no),
            n::inspected_on.eq(report.inspected_on),
            n::inspection_level.eq(report.level),
            n::failed_items.eq(report.failed_items),
            n::laboratory.eq(report.laboratory),
            n::signed_by.eq(report.signed_by),
            n::report_key.eq(""),
            n::created_at.eq(now),
            n::updated_at.eq(now),
        ))
        .execute(conn)?;
    diesel::update(enterprise::table.find(report.enterprise))
        .filter(enterprise::withdrawn_at.is_not_null())
        .set((enterprise::withdrawn_at.eq(None::<DateTime<Utc>>), enterprise::updated_at.eq(now)))
        .execute(conn)?;
    Ok(id)
}

/// When a record was put on the list.
///
/// # Errors
/// When the database refuses.
pub fn listed_at(conn: &mut PgConnection, id: NonconformityId) -> Result<DateTime<Utc>, Problem> {
    Ok(nonconformity::table.find(id).select(nonconformity::created_at).first(conn)?)
}

/// The code of the product kind of a record.
///
/// # Errors
/// When the database refuses.
pub fn kind_of(conn: &mut PgConnection, id: NonconformityId) -> Result<String, Problem> {
    Ok(nonconformity::table.find(id).select(nonconformity::product_kind).first(conn)?)
}

/// Locks a record until the transaction ends: who builds on it does the same.
///
/// # Errors
/// When the database refuses.
pub fn lock(conn: &mut PgConnection, id: NonconformityId) -> Result<(), Problem> {
    let locked = nonconformity::table.find(id).select(nonconformity::id).for_no_key_update();
    locked.first::<NonconformityId>(conn)?;
    Ok(())
}

/// Takes a record off the list. It keeps its row, so that it counts on the days on which it was there.
///
/// # Errors
/// When the database refuses.
pub fn take_off(conn: &mut PgConnection, id: NonconformityId, now: DateTime<Utc>) -> Result<(), Problem> {
    diesel::update(nonconformity::table.find(id))
        .filter(nonconformity::withdrawn_at.is_null())
        .set((nonconformity::withdrawn_at.eq(now), nonconformity::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
