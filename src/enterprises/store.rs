//! Writing what belongs to enterprises, for the commands of other domains.

use crate::core::Problem;
use crate::db::schema::nonconformity;
use crate::enterprises::ids::NonconformityId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;

/// Sets the day of the rectification order of a nonconformity to that of its case. The caller holds the case's lock.
///
/// # Errors
/// When the database refuses.
pub fn set_order_day(
    conn: &mut PgConnection,
    id: NonconformityId,
    day: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    diesel::update(nonconformity::table.find(id))
        .filter(nonconformity::order_issued_on.is_distinct_from(day))
        .set((nonconformity::order_issued_on.eq(day), nonconformity::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Writes enterprises that a list names, by one statement over all of them: new ones in the order of the source, and changed ones.
/// `source` is a temporary table of the caller, in the order of the ids so that these go to the ends of the indexes. It has all columns of an
/// enterprise but the times, and `fresh` and `changed`, which say what is to be done with the row. What searches look for is in it too
/// ([`crate::enterprises::global_search::SearchTexts`]), or empty where triggers shall fold the name. A changed one is on the list again, if it
/// was not.
///
/// # Errors
/// When the database refuses.
pub fn write_listed_enterprises(
    conn: &mut PgConnection,
    source: &'static str,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let insert = format!(
        "INSERT INTO enterprise (id, uscc, name, operating_status, region, address, contact_name,
                                 contact_phone, contact_email, uscc_admitted, search_text, search_readings,
                                 created_at, updated_at)
         SELECT id, uscc, name, operating_status, region, address, contact_name,
                contact_phone, contact_email, uscc_admitted, search_text, search_readings, $1, $1
         FROM {source} WHERE fresh"
    );
    let update = format!(
        "UPDATE enterprise e
         SET name = f.name, operating_status = f.operating_status, region = f.region, address = f.address,
             contact_name = f.contact_name, contact_phone = f.contact_phone,
             contact_email = f.contact_email, uscc_admitted = e.uscc_admitted OR f.uscc_admitted,
             search_text = f.search_text, search_readings = f.search_readings,
             withdrawn_at = NULL, updated_at = $1
         FROM {source} f WHERE f.changed AND e.id = f.id"
    );
    for statement in [insert, update] {
        diesel::sql_query(statement).bind::<Timestamptz, _>(now).execute(conn)?;
    }
    Ok(())
}

/// Writes nonconformities of a list, as [`write_listed_enterprises`] does enterprises: new ones in the order of the source. `report_key` is
/// [`crate::enterprises::global_search::report_key`], or empty. `changed` says whether a row of the source is.
///
/// # Errors
/// When the database refuses.
pub fn write_listed_nonconformities(
    conn: &mut PgConnection,
    source: &'static str,
    changed: bool,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let insert = format!(
        "INSERT INTO nonconformity (id, enterprise_id, product_kind, report_no, inspected_on,
             inspection_level, failed_items, order_issued_on, laboratory, signed_by, report_key,
             created_at, updated_at)
         SELECT id, enterprise_id, product_kind, report_no, inspected_on,
             inspection_level, failed_items, order_issued_on, laboratory, signed_by, report_key, $1, $1
         FROM {source} WHERE fresh"
    );
    let update = format!(
        "UPDATE nonconformity n
         SET inspected_on = v.inspected_on, inspection_level = v.inspection_level,
             failed_items = v.failed_items, order_issued_on = v.order_issued_on,
             laboratory = v.laboratory, signed_by = v.signed_by, updated_at = $1
         FROM {source} v WHERE v.changed AND n.id = v.id"
    );
    for statement in std::iter::once(insert).chain(changed.then_some(update)) {
        diesel::sql_query(statement).bind::<Timestamptz, _>(now).execute(conn)?;
    }
    Ok(())
}
