//! The index of risk by which rows of a frame are weighted. It is kept by a domain above, which defines the function that is asked here.

use crate::core::Problem;
use crate::db::Tx;
use crate::programmes::draw::frame::Operator;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Integer, Text};
use std::collections::{BTreeSet, HashMap};

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Kept {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Text)]
    rules_version: String,
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Integer)]
    index_value: i32,
}

/// Of which day an index is, and by which version of its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexOf {
    /// The day.
    pub day: NaiveDate,
    /// The version of the rules of risk.
    pub rules_version: String,
}

/// Gives each operator the index of its product kind in its region, or in the nearest region around it for which there is one; 0 where there is none.
/// Says of which day it is; none where no index is kept of these kinds.
///
/// # Errors
/// When the database can't be asked.
pub fn weigh(tx: &mut Tx, operators: &mut [Operator]) -> Result<Option<IndexOf>, Problem> {
    let kinds: BTreeSet<&str> = operators.iter().map(|operator| operator.product_kind.as_str()).collect();
    let rows: Vec<Kept> = diesel::sql_query(
        "SELECT day, rules_version, product_kind, region, index_value FROM programme_risk_index($1)",
    )
    .bind::<Array<Text>, _>(kinds.into_iter().collect::<Vec<_>>())
    .load(&mut *tx.conn)?;
    let of = rows.first().map(|row| IndexOf { day: row.day, rules_version: row.rules_version.clone() });
    let kept: HashMap<(&str, &str), i32> =
        rows.iter().map(|row| ((row.product_kind.as_str(), row.region.as_str()), row.index_value)).collect();
    for operator in operators {
        let kind = operator.product_kind.as_str();
        let mut around = tx.catalogue.regions.ancestors(&operator.region);
        let found = around.find_map(|region| kept.get(&(kind, region.code.as_str())).copied());
        operator.index = found.unwrap_or(0);
    }
    Ok(of)
}
