//! The enterprises that an engagement of these kinds names.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::published::enterprise;
use diesel::prelude::*;
use std::collections::HashMap;

/// An enterprise, as far as engagements name it.
#[derive(Debug, Clone)]
pub struct Firm {
    /// The enterprise.
    pub id: EnterpriseId,
    /// Code of its region.
    pub region: String,
}

/// An enterprise that the officer names by its id or its credit code: one of the own region that is on record. Faults go to the field that names it.
///
/// # Errors
/// When the database can't be asked.
pub fn named_firm(
    tx: &mut Tx,
    fields: &mut Fields,
    (id, uscc): (Option<EnterpriseId>, Option<&str>),
) -> Result<Option<Firm>, Problem> {
    let code = uscc.map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty());
    let query = enterprise::table.filter(enterprise::withdrawn_at.is_null()).into_boxed();
    let (query, pointer) = match (id, code) {
        (Some(_), Some(_)) => {
            let (zh, en) =
                ("已填写企业编号的，不再填写统一社会信用代码", "is for where no enterprise_id is named");
            fields.fault("/uscc", zh, en);
            return Ok(None);
        }
        (Some(id), None) => (query.filter(enterprise::id.eq(id)), "/enterprise_id"),
        (None, Some(code)) => (query.filter(enterprise::uscc.eq(code)), "/uscc"),
        (None, None) => {
            fields.fault("/enterprise_id", "须填写企业或者其统一社会信用代码", "or uscc is needed");
            return Ok(None);
        }
    };
    let found: Option<(EnterpriseId, String)> =
        query.select((enterprise::id, enterprise::region)).first(&mut *tx.conn).optional()?;
    let firm = found
        .map(|(id, region)| Firm { id, region })
        .filter(|firm| crate::db::regional::sees(&tx.actor, &firm.region, &tx.catalogue));
    let (zh, en) = ("不是本人辖区内的企业", "is no enterprise of your region");
    fields.require(firm.is_some(), pointer, zh, en);
    Ok(firm)
}

/// Names and credit codes of enterprises.
pub type Named = HashMap<EnterpriseId, (String, String)>;

/// The names and credit codes of these enterprises.
///
/// # Errors
/// When the database can't be asked.
pub fn names(conn: &mut PgConnection, ids: &[EnterpriseId]) -> QueryResult<Named> {
    let found: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(ids))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    Ok(found.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect())
}
