//! Loading a support programme under the lock of its base.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::db::Tx;
use crate::db::officer_steps::audit_named;
use crate::db::schema::{support_kind, support_programme, support_region};
use crate::db::tx::Subject;
use crate::programmes::ids::{LaboratoryId, ProgrammeId};
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::store as base;
use crate::sampling_figures::effect::{Scope, province_of};
use crate::sampling_figures::intervals::Verdict;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use serde_json::Value;

/// A row of `support_programme`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = support_programme, check_for_backend(Pg))]
pub struct Row {
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The version of the rules.
    pub rules_version: String,
    /// Code of the product hospital that leads it.
    pub lead_hospital: String,
    /// Who takes part beside it.
    pub partners: Vec<String>,
    /// The target in hundredths of a per cent.
    pub target_hundredths: Option<i32>,
    /// By how many results it is judged at least.
    pub target_samples: Option<i32>,
    /// How many months the baseline counts.
    pub baseline_months: i32,
    /// Why it goes on though another one claims the same enterprises.
    pub overlap_reason: Option<String>,
    /// How the lead hospital recuses itself.
    pub recusal: Option<String>,
    /// Who verifies in its place.
    pub verified_by: Option<String>,
    /// The verdict of the last evaluation.
    pub verdict: Option<Verdict>,
    /// Its day.
    pub evaluated_on: Option<NaiveDate>,
}

/// The scope of a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRows {
    /// Codes of its regions.
    pub regions: Vec<String>,
    /// Codes of its product kinds; none where it is for all of them.
    pub kinds: Vec<String>,
    /// Code of the province.
    pub province: String,
    /// The laboratories of the lead hospital: their results say nothing of whether its own programme helped.
    pub own_laboratories: Vec<LaboratoryId>,
}

impl ScopeRows {
    /// Calls with the scope as the figures take it.
    pub fn with<T>(&self, call: impl FnOnce(&Scope<'_>) -> T) -> T {
        let kinds: Vec<&str> = self.kinds.iter().map(String::as_str).collect();
        let regions: Vec<&str> = self.regions.iter().map(String::as_str).collect();
        let without = self.own_laboratories.as_slice();
        call(&Scope { kinds: &kinds, regions: &regions, province: &self.province, without })
    }

    /// The same with the results of those laboratories as well: what is left out is the difference.
    #[must_use]
    pub fn with_own(&self) -> Self {
        Self { own_laboratories: Vec::new(), ..self.clone() }
    }

    /// Whether its regions are the whole province.
    pub fn is_whole_province(&self) -> bool {
        self.regions.contains(&self.province)
    }
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Own {
    #[diesel(sql_type = SqlUuid)]
    id: LaboratoryId,
}

/// The laboratories that belong to the hospital which leads a programme, as far as that was known before a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn own_laboratories(
    conn: &mut PgConnection,
    id: ProgrammeId,
    at: DateTime<Utc>,
) -> Result<Vec<LaboratoryId>, Problem> {
    let rows: Vec<Own> = diesel::sql_query(
        "SELECT l.id FROM published.laboratory l JOIN support_programme s ON s.lead_hospital = l.hospital
         WHERE s.programme_id = $1 AND l.hospital_since < $2 ORDER BY l.id",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(at)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The scope of a programme, as its rows are; of the laboratories those that belong to the lead hospital by now.
///
/// # Errors
/// When the database can't be asked.
pub fn scope(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    id: ProgrammeId,
    now: DateTime<Utc>,
) -> Result<ScopeRows, Problem> {
    let regions: Vec<String> = support_region::table
        .filter(support_region::programme_id.eq(id))
        .order(support_region::region)
        .select(support_region::region)
        .load(conn)?;
    let kinds = support_kind::table
        .filter(support_kind::programme_id.eq(id))
        .order(support_kind::product_kind)
        .select(support_kind::product_kind)
        .load(conn)?;
    let province = regions.first().and_then(|region| province_of(catalogue, region)).unwrap_or_default();
    let own_laboratories = own_laboratories(conn, id, now + TimeDelta::microseconds(1))?;
    Ok(ScopeRows { province: province.to_owned(), regions, kinds, own_laboratories })
}

/// A programme as a command has loaded it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Its base, which is locked.
    pub base: base::Row,
    /// Its row.
    pub row: Row,
    /// Its scope.
    pub scope: ScopeRows,
}

/// Loads and locks a support programme that the officer manages.
///
/// # Errors
/// 404 where the actor may not know of it, 403 where others keep it, 409 `programme_kind` where it is of another kind.
pub fn load(tx: &mut Tx, id: ProgrammeId) -> Result<Loaded, Problem> {
    let base = base::load_of_kind(tx, id, ProgrammeKind::Support)?;
    let row = support_programme::table.find(id).select(Row::as_select()).first(&mut *tx.conn)?;
    let catalogue = tx.catalogue.clone();
    let scope = scope(&mut tx.conn, &catalogue, id, tx.now)?;
    Ok(Loaded { base, row, scope })
}

/// Writes a row of the audit about a programme, for the officers of its organiser.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, base: &base::Row, action: &str, data: Value) -> Result<(), Problem> {
    let subject = Subject::new("support_programme", base.id.0).in_region(&base.organiser_region);
    audit_named(tx, action, subject, ("name", &base.name), data)
}
