//! What withdrawing an import does to enterprises and their nonconformities. Each statement takes all rows of a temporary table of the caller.

use crate::core::Problem;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;

/// Locks the nonconformities and then the enterprises of a withdrawal, each in the order of their ids, until the transaction ends. Whoever
/// builds on one of them locks in the same order, and finds it withdrawn afterwards. `rows` has the columns `nonconformity_id` and
/// `enterprise_id`.
///
/// # Errors
/// When the database refuses.
pub fn lock_listed(conn: &mut PgConnection, rows: &'static str) -> Result<(), Problem> {
    for statement in [
        format!(
            "SELECT FROM nonconformity WHERE id IN (SELECT nonconformity_id FROM {rows}) ORDER BY id FOR NO KEY UPDATE"
        ),
        // An account or a claim refers to its enterprise by a key.
        format!(
            "SELECT FROM enterprise WHERE id IN (SELECT enterprise_id FROM {rows}) ORDER BY id FOR UPDATE"
        ),
    ] {
        diesel::sql_query(statement).execute(conn)?;
    }
    Ok(())
}

/// Takes nonconformities off the list, and gives others back what they said before. `rows` has the columns `nonconformity_id`, `fresh`
/// (it goes) and `before` (what goes back, by column).
///
/// # Errors
/// When the database refuses.
pub fn withdraw_nonconformities(
    conn: &mut PgConnection,
    rows: &'static str,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let off = format!(
        "UPDATE nonconformity n SET withdrawn_at = $1, updated_at = $1
         FROM {rows} w WHERE w.fresh AND n.id = w.nonconformity_id"
    );
    let back = format!(
        "UPDATE nonconformity n
         SET inspected_on = b.inspected_on, inspection_level = b.inspection_level, failed_items = b.failed_items,
             order_issued_on = b.order_issued_on, laboratory = b.laboratory, signed_by = b.signed_by, updated_at = $1
         FROM {rows} w
         JOIN nonconformity o ON o.id = w.nonconformity_id
         CROSS JOIN LATERAL jsonb_populate_record(o, w.before) b
         WHERE w.before IS NOT NULL AND n.id = o.id"
    );
    for statement in [off, back] {
        diesel::sql_query(statement).bind::<Timestamptz, _>(now).execute(conn)?;
    }
    Ok(())
}

/// Gives enterprises back what they said before, and takes those off the list that nothing keeps there; claims of these end, with their
/// links. `enterprises` has the columns `enterprise_id`, `before` (what goes back, by column) and `leaving`.
///
/// # Errors
/// When the database refuses.
pub fn withdraw_enterprises(
    conn: &mut PgConnection,
    enterprises: &'static str,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let back = format!(
        "UPDATE enterprise e
         SET name = b.name, operating_status = b.operating_status, region = b.region, address = b.address,
             contact_name = b.contact_name, contact_phone = b.contact_phone, contact_email = b.contact_email,
             updated_at = $1
         FROM {enterprises} w
         JOIN enterprise o ON o.id = w.enterprise_id
         CROSS JOIN LATERAL jsonb_populate_record(o, w.before) b
         WHERE w.before IS NOT NULL AND e.id = o.id"
    );
    let off = format!(
        "UPDATE enterprise e SET withdrawn_at = $1, updated_at = $1
         FROM {enterprises} w WHERE w.leaving AND e.id = w.enterprise_id AND e.withdrawn_at IS NULL"
    );
    let claims = format!(
        "UPDATE enterprise_registration r SET state = 'superseded', token_hash = NULL, decided_at = $1
         FROM {enterprises} w
         WHERE w.leaving AND r.enterprise_id = w.enterprise_id AND r.state IN ('mailed', 'to_approve')"
    );
    for statement in [back, off, claims] {
        diesel::sql_query(statement).bind::<Timestamptz, _>(now).execute(conn)?;
    }
    Ok(())
}
