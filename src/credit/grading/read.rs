//! Reading the stored grades of operators.

use crate::core::ids::EnterpriseId;
use crate::credit::grading::row::SubjectRow;
use crate::db::schema::credit_subject;
use diesel::prelude::*;
use std::collections::HashMap;

/// Rows by their enterprise.
pub type Kept = HashMap<EnterpriseId, Vec<SubjectRow>>;

fn by_enterprise(rows: Vec<SubjectRow>) -> Kept {
    let mut kept = Kept::new();
    for row in rows {
        kept.entry(row.enterprise_id).or_default().push(row);
    }
    kept
}

/// The rows of some enterprises.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, enterprises: &[EnterpriseId]) -> QueryResult<Kept> {
    let rows = credit_subject::table
        .filter(credit_subject::enterprise_id.eq_any(enterprises))
        .select(SubjectRow::as_select())
        .load(conn)?;
    Ok(by_enterprise(rows))
}

/// All rows: some hundred bytes each.
///
/// # Errors
/// When the database can't be asked.
pub fn all(conn: &mut PgConnection) -> QueryResult<Kept> {
    Ok(by_enterprise(credit_subject::table.select(SubjectRow::as_select()).load(conn)?))
}
