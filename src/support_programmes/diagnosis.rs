//! What is wrong in the scope of a programme: the items that fail most often, and the causes that concluded consultations named. Counted while the programme is
//! written, and frozen with its approval.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_midnight;
use crate::core::ids::{ConsultationId, EnterpriseId};
use crate::db::regional::sees;
use crate::inspections::ids::InspectionId;
use crate::remediation::ids::CaseId;
use crate::support_programmes::causes::{CauseKind, kind};
use crate::support_programmes::store::ScopeRows;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most links of an item, and the most examples of a cause.
const MOST_LINKS: usize = 5;
/// The most failures and the most consultations that are read.
const MOST_ROWS: usize = 50_000;

/// An item that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SupportItem)]
pub struct Item {
    /// Its name; empty where the report names none.
    pub item: String,
    /// How often it failed.
    pub failures: i64,
    /// How many enterprises it failed at.
    pub enterprises: i64,
    /// Up to five of the cases, the newest first.
    pub cases: Vec<CaseId>,
    /// Up to five of the inspections that made no record, the newest first.
    pub inspections: Vec<InspectionId>,
}

/// A consultation that named a cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SupportCauseExample)]
pub struct Example {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Code of the region of its enterprise.
    pub region: String,
    /// The cause, in the expert's words.
    pub cause: String,
}

/// A kind of cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SupportCause)]
pub struct Cause {
    /// Where the cause lies.
    #[schema(inline)]
    pub kind: CauseKind,
    /// How many concluded consultations named it.
    pub consultations: i64,
    /// Up to five of them, the newest first, as far as the reader may know of them.
    pub examples: Vec<Example>,
}

/// What is wrong in the scope of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SupportDiagnosis)]
pub struct Diagnosis {
    /// The first day whose failures and consultations count.
    pub from: NaiveDate,
    /// The day before which they count.
    pub before: NaiveDate,
    /// How many failures there are, each item of a report once.
    pub failures: i64,
    /// How many enterprises failed.
    pub enterprises: i64,
    /// The items that failed most often first.
    pub items: Vec<Item>,
    /// How many consultations were concluded.
    pub consultations: i64,
    /// The causes that most of them named first.
    pub causes: Vec<Cause>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Failure {
    #[diesel(sql_type = Text)]
    item: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    case_id: Option<CaseId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    inspection_id: Option<InspectionId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    enterprise_id: Option<EnterpriseId>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Concluded {
    #[diesel(sql_type = SqlUuid)]
    consultation_id: ConsultationId,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Nullable<Text>)]
    cause: Option<String>,
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The items of some failures, those that failed most often first.
fn items(failures: &[Failure], most: usize) -> Vec<Item> {
    let mut by_item: BTreeMap<String, Vec<&Failure>> = BTreeMap::new();
    for failure in failures {
        by_item.entry(failure.item.trim().to_owned()).or_default().push(failure);
    }
    let item = |(item, of): (String, Vec<&Failure>)| {
        let mut cases: Vec<CaseId> = Vec::new();
        let mut inspections: Vec<InspectionId> = Vec::new();
        for failure in &of {
            if let Some(id) = failure.case_id.filter(|id| cases.len() < MOST_LINKS && !cases.contains(id)) {
                cases.push(id);
            }
            let other = failure.inspection_id;
            if let Some(id) = other.filter(|id| inspections.len() < MOST_LINKS && !inspections.contains(id)) {
                inspections.push(id);
            }
        }
        let enterprises: BTreeSet<EnterpriseId> = of.iter().filter_map(|f| f.enterprise_id).collect();
        Item { item, failures: whole(of.len()), enterprises: whole(enterprises.len()), cases, inspections }
    };
    let mut items: Vec<Item> = by_item.into_iter().map(item).collect();
    items.sort_by(|a, b| b.failures.cmp(&a.failures).then_with(|| a.item.cmp(&b.item)));
    items.truncate(most);
    items
}

/// The causes of some consultations, those that most named first; those without a cause last.
fn causes(concluded: &[Concluded]) -> Vec<Cause> {
    let mut by_kind: BTreeMap<CauseKind, Vec<&Concluded>> = BTreeMap::new();
    for one in concluded {
        by_kind.entry(kind(one.cause.as_deref())).or_default().push(one);
    }
    let example = |one: &&Concluded| {
        one.cause.as_ref().map(|cause| Example {
            consultation: one.consultation_id,
            region: one.region.clone(),
            cause: cause.chars().take(200).collect(),
        })
    };
    let mut causes: Vec<Cause> = by_kind
        .into_iter()
        .map(|(kind, of)| Cause {
            kind,
            consultations: whole(of.len()),
            examples: of.iter().filter_map(example).take(MOST_LINKS).collect(),
        })
        .collect();
    causes.sort_by_key(|cause| {
        (cause.kind == CauseKind::None, std::cmp::Reverse(cause.consultations), cause.kind)
    });
    causes
}

/// What is wrong in a scope from a day to before another one, as it is known now.
///
/// # Errors
/// When the database can't be asked.
pub fn diagnose(
    conn: &mut PgConnection,
    scope: &ScopeRows,
    (from, before): (NaiveDate, NaiveDate),
    most: usize,
) -> Result<Diagnosis, Problem> {
    let failures: Vec<Failure> = diesel::sql_query(format!(
        "SELECT * FROM support_failures($1, $2, $3, $4) f ORDER BY f.on_day DESC, f.case_id, f.inspection_id LIMIT {MOST_ROWS}"
    ))
    .bind::<Array<Text>, _>(&scope.regions)
    .bind::<Array<Text>, _>(&scope.kinds)
    .bind::<Date, _>(from)
    .bind::<Date, _>(before)
    .load(conn)?;
    let concluded: Vec<Concluded> = diesel::sql_query(format!(
        "SELECT * FROM support_causes($1, $2, $3, $4) c ORDER BY c.concluded_at DESC LIMIT {MOST_ROWS}"
    ))
    .bind::<Array<Text>, _>(&scope.regions)
    .bind::<Array<Text>, _>(&scope.kinds)
    .bind::<Timestamptz, DateTime<Utc>>(shanghai_midnight(from))
    .bind::<Timestamptz, DateTime<Utc>>(shanghai_midnight(before))
    .load(conn)?;
    let enterprises: BTreeSet<EnterpriseId> = failures.iter().filter_map(|f| f.enterprise_id).collect();
    Ok(Diagnosis {
        from,
        before,
        failures: whole(failures.len()),
        enterprises: whole(enterprises.len()),
        items: items(&failures, most),
        consultations: whole(concluded.len()),
        causes: causes(&concluded),
    })
}

impl Diagnosis {
    /// The same with the experts' words of those consultations alone that the officer may know of.
    #[must_use]
    pub fn seen_by(mut self, actor: &Actor, catalogue: &Catalogue) -> Self {
        for cause in &mut self.causes {
            cause.examples.retain(|example| sees(actor, &example.region, catalogue));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_fails_most_often_stands_first() {
        let failure = |item: &str, enterprise: u128, case: u128| Failure {
            item: item.to_owned(),
            case_id: Some(CaseId(Uuid::from_u128(case))),
            inspection_id: None,
            enterprise_id: Some(EnterpriseId(Uuid::from_u128(enterprise))),
        };
        let failures =
            [failure("拉力", 1, 1), failure("阻燃", 1, 1), failure(" 阻燃", 2, 2), failure("阻燃", 1, 3)];
        let found = items(&failures, 10);
        assert_eq!(
            found.iter().map(|i| (i.item.as_str(), i.failures, i.enterprises)).collect::<Vec<_>>(),
            [("阻燃", 3, 2), ("拉力", 1, 1)]
        );
        assert_eq!(found[0].cases.len(), 3);
        assert_eq!(items(&failures, 1).len(), 1);
    }

    #[test]
    fn causes_are_counted_by_where_they_lie() {
        let one = |cause: Option<&str>| Concluded {
            consultation_id: ConsultationId(Uuid::nil()),
            region: "440305".to_owned(),
            cause: cause.map(str::to_owned),
        };
        let found = causes(&[
            one(Some("模具磨损")),
            one(None),
            one(None),
            one(Some("来料不合格")),
            one(Some("铜材不纯")),
        ]);
        let counts: Vec<_> = found.iter().map(|c| (c.kind, c.consultations, c.examples.len())).collect();
        assert_eq!(
            counts,
            [(CauseKind::Material, 2, 2), (CauseKind::Equipment, 1, 1), (CauseKind::None, 2, 0)]
        );
    }
}
