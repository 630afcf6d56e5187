//! What a letter, an interview or a listing rests on, and the facts that are counted from it: by product kind and failed item.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::Tx;
use crate::oversight::words::BasisKind;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The most things that one can rest on.
pub const MOST_BASIS: usize = 200;
/// The most lines of counts that are kept; the others are in the sums.
const MOST_COUNTS: usize = 200;

/// A thing that it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OversightBasis)]
pub struct Basis {
    /// The kind of record that it rests on.
    #[schema(inline)]
    pub kind: BasisKind,
    /// Its id.
    pub id: Uuid,
}

/// How often an item failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OversightCount)]
pub struct Count {
    /// Code of the product kind; none where it is not known.
    pub product_kind: Option<String>,
    /// The failed item.
    pub item: String,
    /// In how many results: each nonconformity, failed inspection or hazard once.
    pub count: i64,
    /// Of how many enterprises.
    pub enterprises: i64,
}

/// What is counted from the basis, as it was on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OversightFacts)]
pub struct Facts {
    /// The day on which it was counted, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// How many things of each kind it rests on.
    pub basis: BTreeMap<BasisKind, i64>,
    /// Failed results and hazards, each once.
    pub results: i64,
    /// Enterprises with failed results or hazards.
    pub enterprises: i64,
    /// The first day of them.
    pub first_on: Option<NaiveDate>,
    /// The last day of them.
    pub last_on: Option<NaiveDate>,
    /// By product kind and item, the most frequent first; at most 200 lines.
    pub counts: Vec<Count>,
}

impl Facts {
    /// Whether hazards are counted beside results.
    pub fn has_hazards(&self) -> bool {
        self.basis.contains_key(&BasisKind::Hazard)
    }
}

/// A thing that is known.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Known {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    region: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    product_kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    named: Option<String>,
}

/// A failed item of a result.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Finding {
    /// The nonconformity, inspection or hazard.
    #[diesel(sql_type = SqlUuid)]
    pub finding: Uuid,
    /// The enterprise that the record is about.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub enterprise: Option<Uuid>,
    /// Code of the product kind.
    #[diesel(sql_type = Nullable<Text>)]
    pub product_kind: Option<String>,
    /// The item.
    #[diesel(sql_type = Text)]
    pub item: String,
    /// When the sample was taken.
    #[diesel(sql_type = Nullable<Date>)]
    pub on_day: Option<NaiveDate>,
}

fn ids_of(basis: &[Basis], kind: BasisKind) -> Vec<Uuid> {
    basis.iter().filter(|one| one.kind == kind).map(|one| one.id).collect()
}

fn known(conn: &mut PgConnection, kind: BasisKind, ids: &[Uuid]) -> QueryResult<Vec<Known>> {
    diesel::sql_query("SELECT id, region, product_kind, named FROM oversight_basis_known($1, $2)")
        .bind::<Text, _>(kind.as_str())
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)
}

/// Checks a basis: each thing is there, once, and lies in the region that issues or under it. Gives the product kinds that it is about.
///
/// # Errors
/// When the database can't be asked. Faults go to `fields`, by the places in `/basis`.
pub fn checked(
    tx: &mut Tx,
    fields: &mut Fields,
    basis: &[Basis],
    from_region: &str,
) -> Result<Vec<String>, Problem> {
    if basis.len() > MOST_BASIS {
        fields.fault("/basis", format!("最多 {MOST_BASIS} 项"), format!("must be at most {MOST_BASIS}"));
        return Ok(Vec::new());
    }
    let mut kinds = BTreeSet::new();
    let mut seen: BTreeSet<Basis> = BTreeSet::new();
    let mut here: BTreeSet<Basis> = BTreeSet::new();
    for &kind in BasisKind::ALL {
        let ids = ids_of(basis, kind);
        if ids.is_empty() {
            continue;
        }
        for row in known(&mut tx.conn, kind, &ids)? {
            let within =
                row.region.as_deref().is_some_and(|code| tx.catalogue.regions.contains(from_region, code));
            if within {
                here.insert(Basis { kind, id: row.id });
                kinds.extend(row.product_kind);
            }
        }
    }
    for (at, one) in basis.iter().enumerate() {
        let pointer = format!("/basis/{at}");
        fields.require(seen.insert(*one), &pointer, "重复", "is named twice");
        fields.require(here.contains(one), &pointer, "不是本辖区内的事项", "is nothing of your region");
    }
    Ok(kinds.into_iter().collect())
}

/// Counts the facts of a basis as they are on a day.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, basis: &[Basis], as_of: NaiveDate) -> Result<Facts, Problem> {
    let findings: Vec<Finding> = diesel::sql_query("SELECT * FROM oversight_findings($1, $2, $3, $4, $5)")
        .bind::<Array<SqlUuid>, _>(ids_of(basis, BasisKind::Alert))
        .bind::<Array<SqlUuid>, _>(ids_of(basis, BasisKind::Inspection))
        .bind::<Array<SqlUuid>, _>(ids_of(basis, BasisKind::Case))
        .bind::<Array<SqlUuid>, _>(ids_of(basis, BasisKind::Hazard))
        .bind::<Date, _>(as_of)
        .load(conn)?;
    Ok(summed(basis, &findings, as_of))
}

fn length(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

/// Sums findings up.
fn summed(basis: &[Basis], findings: &[Finding], as_of: NaiveDate) -> Facts {
    let mut by_kind: BTreeMap<BasisKind, i64> = BTreeMap::new();
    for one in basis {
        *by_kind.entry(one.kind).or_default() += 1;
    }
    // By product kind and item: the results and the enterprises.
    type Counted = (BTreeSet<Uuid>, BTreeSet<Uuid>);
    let mut lines: BTreeMap<(Option<&str>, &str), Counted> = BTreeMap::new();
    for found in findings {
        let (results, enterprises) =
            lines.entry((found.product_kind.as_deref(), found.item.as_str())).or_default();
        results.insert(found.finding);
        enterprises.extend(found.enterprise);
    }
    let mut counts: Vec<Count> = lines
        .into_iter()
        .map(|((kind, item), (results, enterprises))| Count {
            product_kind: kind.map(str::to_owned),
            item: item.to_owned(),
            count: length(results.len()),
            enterprises: length(enterprises.len()),
        })
        .collect();
    counts.sort_by_key(|line| std::cmp::Reverse(line.count));
    counts.truncate(MOST_COUNTS);
    let results: BTreeSet<Uuid> = findings.iter().map(|found| found.finding).collect();
    let enterprises: BTreeSet<Uuid> = findings.iter().filter_map(|found| found.enterprise).collect();
    Facts {
        as_of,
        basis: by_kind,
        results: length(results.len()),
        enterprises: length(enterprises.len()),
        first_on: findings.iter().filter_map(|found| found.on_day).min(),
        last_on: findings.iter().filter_map(|found| found.on_day).max(),
        counts,
    }
}

/// The enterprises that a basis is about on a day: those whose results it counts, and those of its cases, inspections and hazards. At most so many.
///
/// # Errors
/// When the database can't be asked.
pub fn enterprises(
    conn: &mut PgConnection,
    basis: &[Basis],
    day: NaiveDate,
    most: i64,
) -> Result<Vec<Uuid>, Problem> {
    #[derive(QueryableByName)]
    #[diesel(check_for_backend(diesel::pg::Pg))]
    struct Of {
        #[diesel(sql_type = SqlUuid)]
        enterprise: Uuid,
    }
    let found: Vec<Of> = diesel::sql_query(
        "SELECT DISTINCT f.enterprise FROM oversight_findings($1, $2, $3, $4, $5) f WHERE f.enterprise IS NOT NULL LIMIT $6",
    )
    .bind::<Array<SqlUuid>, _>(ids_of(basis, BasisKind::Alert))
    .bind::<Array<SqlUuid>, _>(ids_of(basis, BasisKind::Inspection))
    .bind::<Array<SqlUuid>, _>(ids_of(basis, BasisKind::Case))
    .bind::<Array<SqlUuid>, _>(ids_of(basis, BasisKind::Hazard))
    .bind::<Date, _>(day)
    .bind::<BigInt, _>(most)
    .load(conn)?;
    Ok(found.into_iter().map(|of| of.enterprise).collect())
}

/// A thing that it rests on, with how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BasisView {
    /// The kind of record that it rests on.
    #[schema(inline)]
    pub kind: BasisKind,
    /// Its id.
    pub id: Uuid,
    /// Its number, the failed item of an alert, or a title; none where it is gone.
    pub name: Option<String>,
}

/// The basis of a letter, an interview or a listing in its order, with names.
///
/// # Errors
/// When the database can't be asked.
pub fn named(conn: &mut PgConnection, basis: &[Basis]) -> Result<Vec<BasisView>, Problem> {
    let mut names: BTreeMap<Basis, Option<String>> = BTreeMap::new();
    for &kind in BasisKind::ALL {
        let ids = ids_of(basis, kind);
        if !ids.is_empty() {
            let found = known(conn, kind, &ids)?;
            names.extend(found.into_iter().map(|row| (Basis { kind, id: row.id }, row.named)));
        }
    }
    let view =
        |one: &Basis| BasisView { kind: one.kind, id: one.id, name: names.get(one).cloned().flatten() };
    Ok(basis.iter().map(view).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(n: u128, enterprise: u128, kind: &str, item: &str, day: &str) -> Finding {
        Finding {
            finding: Uuid::from_u128(n),
            enterprise: Some(Uuid::from_u128(enterprise)),
            product_kind: Some(kind.to_owned()),
            item: item.to_owned(),
            on_day: Some(day.parse().unwrap()),
        }
    }

    #[test]
    fn facts_are_counted_by_kind_and_item_and_each_result_once() {
        let findings = [
            finding(1, 1, "K0301", "导体电阻", "2026-01-05"),
            finding(1, 1, "K0301", "绝缘厚度", "2026-01-05"),
            finding(2, 1, "K0301", "导体电阻", "2026-01-09"),
            finding(3, 2, "K0301", "导体电阻", "2026-02-01"),
            finding(3, 2, "K0301", "导体电阻", "2026-02-01"),
            finding(4, 3, "K2301", "拔出力", "2026-01-20"),
        ];
        let basis = [
            Basis { kind: BasisKind::Alert, id: Uuid::from_u128(9) },
            Basis { kind: BasisKind::Case, id: Uuid::from_u128(8) },
            Basis { kind: BasisKind::Case, id: Uuid::from_u128(7) },
        ];
        let facts = summed(&basis, &findings, "2026-03-02".parse().unwrap());
        assert_eq!((facts.results, facts.enterprises), (4, 3));
        assert_eq!(facts.basis.get(&BasisKind::Case), Some(&2));
        let lines: Vec<_> = facts.counts.iter().map(|c| (c.item.as_str(), c.count, c.enterprises)).collect();
        assert_eq!(lines, [("导体电阻", 3, 2), ("绝缘厚度", 1, 1), ("拔出力", 1, 1)]);
        assert_eq!(facts.first_on.unwrap().to_string(), "2026-01-05");
        assert_eq!(summed(&[], &[], "2026-03-02".parse().unwrap()).results, 0);
    }
}
