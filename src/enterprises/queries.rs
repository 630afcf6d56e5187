//! What other domains ask of enterprises.

use crate::core::Problem;
use crate::core::cells::compact;
use crate::core::ids::EnterpriseId;
use crate::db::schema::enterprise;
use crate::db::search::Typed;
use diesel::PgConnection;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text as SqlText};
use std::collections::HashMap;

/// The condition on `enterprise`, be it the table or the published view, that finds what someone typed: a part of the name, or the
/// beginning of the code.
pub fn named<T: 'static>(typed: &Typed) -> Box<dyn BoxableExpression<T, Pg, SqlType = Bool>> {
    let code = Typed::of(Some(&compact(typed.text()).to_uppercase()));
    let part = typed.within("enterprise.name");
    match code {
        Some(code) => {
            Box::new(part.or(sql::<Bool>("enterprise.uscc LIKE ").bind::<SqlText, _>(code.beginning())))
        }
        None => Box::new(part),
    }
}

/// Codes of the regions of enterprises.
///
/// # Errors
/// When the database can't be asked.
pub fn regions_of(
    conn: &mut PgConnection,
    ids: &[EnterpriseId],
) -> Result<HashMap<EnterpriseId, String>, Problem> {
    let rows: Vec<(EnterpriseId, String)> = enterprise::table
        .filter(enterprise::id.eq_any(ids))
        .select((enterprise::id, enterprise::region))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// What a password of an enterprise's person must not be made of besides: the name and the unified social credit code.
///
/// # Errors
/// When the database can't be asked.
pub fn about_enterprise(conn: &mut PgConnection, id: EnterpriseId) -> QueryResult<[String; 2]> {
    let columns = (enterprise::name, enterprise::uscc);
    let (name, uscc) = enterprise::table.find(id).select(columns).first(conn)?;
    Ok([name, uscc])
}

/// Code of the region of an enterprise.
///
/// # Errors
/// 404 where there is no such enterprise.
pub fn region_of(conn: &mut PgConnection, id: EnterpriseId) -> Result<String, Problem> {
    Ok(enterprise::table.find(id).select(enterprise::region).first(conn)?)
}
