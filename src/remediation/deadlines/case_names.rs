//! How mails about deadlines name a case.

use crate::core::{Language, Problem};
use crate::db::Tx;
use crate::db::published::{enterprise, nonconformity_ever as nonconformity};
use crate::enterprises::ids::NonconformityId;
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// Cases that a digest names; it counts all.
pub const NAMED: usize = 100;

/// A case as a mail names it.
pub struct Named {
    /// The enterprise's name.
    pub enterprise: String,
    /// Number of the report that found the nonconformity.
    pub report_no: String,
    /// Code of the product kind.
    pub kind: String,
}

/// The names of the cases of these nonconformities.
///
/// # Errors
/// When the database can't be asked.
pub fn named(
    conn: &mut PgConnection,
    ids: &HashSet<NonconformityId>,
) -> Result<HashMap<NonconformityId, Named>, Problem> {
    let rows: Vec<(NonconformityId, String, String, String)> = nonconformity::table
        .inner_join(enterprise::table.on(enterprise::id.eq(nonconformity::enterprise_id)))
        .filter(nonconformity::id.eq_any(ids))
        .select((nonconformity::id, enterprise::name, nonconformity::report_no, nonconformity::product_kind))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, enterprise, report_no, kind)| (id, Named { enterprise, report_no, kind }))
        .collect())
}

/// The name of a product kind.
pub fn product(tx: &Tx, kind: &str, language: Language) -> String {
    tx.catalogue.products.kind(kind).map_or(kind, |k| k.name(language)).to_owned()
}
