//! The sheet of a support programme that everybody reads, from its approval on: what is to become better, what is done, and whether it helped. It names no
//! enterprise, no consultation and no person.

use crate::app::App;
use crate::core::Problem;
use crate::db::schema::support_programme;
use crate::programmes::ids::ProgrammeId;
use crate::sampling_figures::effect::Effect;
use crate::sampling_figures::intervals::{Change, Rate, Verdict};
use crate::support_programmes::causes::CauseKind;
use crate::support_programmes::detail::course;
use crate::support_programmes::diagnosis::Diagnosis;
use crate::support_programmes::effects::{Baseline, Month, Outcome, frozen};
use crate::support_programmes::entries::{amounts, evaluations, measures};
use crate::support_programmes::queries::views;
use crate::support_programmes::state::{
    AmountKind, MeasureKind, MeasureState, PaidBy, SupportScope, SupportStage,
};
use crate::support_programmes::store::Row;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

/// A measure, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicSupportMeasure {
    /// The kind of measure.
    #[schema(inline)]
    pub kind: MeasureKind,
    /// In words.
    pub description: String,
    /// Code of the product hospital that carries it out.
    pub hospital: Option<String>,
    /// Who else carries it out.
    pub carried_by: Option<String>,
    /// Its first day, as it is planned.
    pub starts_on: NaiveDate,
    /// Its last day, as it is planned.
    pub ends_on: NaiveDate,
    /// Its state.
    #[schema(inline)]
    pub state: MeasureState,
}

/// A fee that a hospital takes, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicSupportFee {
    /// Code of the product hospital.
    pub hospital: String,
    /// What the money is for.
    pub description: String,
    /// In fen.
    pub amount_fen: i64,
    /// The party that pays the fee.
    #[schema(inline)]
    pub paid_by: PaidBy,
}

/// A failed item, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicSupportItem {
    /// Its name; empty where reports name none.
    pub item: String,
    /// How often it failed.
    pub failures: i64,
}

/// A kind of cause, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicSupportCause {
    /// Where the cause lies.
    #[schema(inline)]
    pub kind: CauseKind,
    /// How many concluded consultations named it.
    pub consultations: i64,
}

/// An evaluation, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PublicSupportEvaluation {
    /// The last day that counts.
    pub day: NaiveDate,
    /// The verdict on the target.
    #[schema(inline)]
    pub verdict: Verdict,
    /// The rate after the approval.
    pub after: Rate,
    /// That of the rest of the province.
    pub rest_after: Rate,
    /// How much more the rate changed than that of the rest (difference in differences).
    pub did: Option<Change>,
}

/// The sheet of a support programme.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PublicSupport {
    /// The programme.
    pub id: ProgrammeId,
    /// Its name.
    pub name: String,
    /// Whether it is for a place or for products.
    #[schema(inline)]
    pub scope: SupportScope,
    /// Stage of the programme.
    #[schema(inline)]
    pub stage: SupportStage,
    /// Code of the region whose authority organises it.
    pub organiser_region: String,
    /// Its first day.
    pub period_from: NaiveDate,
    /// Its last day.
    pub period_until: NaiveDate,
    /// The number of the document that orders it.
    pub document_no: Option<String>,
    /// Codes of the regions that it is for.
    pub regions: Vec<String>,
    /// Codes of the product kinds that it is for; none where it is for all of them.
    pub kinds: Vec<String>,
    /// Code of the product hospital that leads it.
    pub lead_hospital: String,
    /// Who takes part beside it.
    pub partners: Vec<String>,
    /// How many failures the diagnosis counted.
    pub failures: i64,
    /// The items that failed most often.
    pub items: Vec<PublicSupportItem>,
    /// The causes that concluded consultations named.
    pub causes: Vec<PublicSupportCause>,
    /// The frozen baseline.
    pub baseline: Baseline,
    /// What the rate is to come down to, in percent.
    pub target_percent: Option<f64>,
    /// By how many results that is judged at least.
    pub target_samples: Option<i32>,
    /// The measures.
    pub measures: Vec<PublicSupportMeasure>,
    /// The fees that hospitals take.
    pub fees: Vec<PublicSupportFee>,
    /// How the lead hospital recuses itself.
    pub recusal: Option<String>,
    /// Who verifies in its place.
    pub verified_by: Option<String>,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// The rates month by month.
    pub months: Vec<Month>,
    /// Results in the scope since the approval that do not count, since a laboratory of the lead hospital tested them.
    pub left_out: i64,
    /// From the frozen baseline to the time since the approval.
    pub effect: Option<Effect>,
    /// Who recovered, and at what cost.
    pub outcome: Option<Outcome>,
    /// The last evaluation; absent where there is none.
    pub evaluation: Option<PublicSupportEvaluation>,
}

/// The sheet of a programme, as of today.
///
/// # Errors
/// 404 where there is none that everybody may read.
pub fn sheet(app: &App, conn: &mut PgConnection, id: ProgrammeId) -> Result<PublicSupport, Problem> {
    let row: Row = support_programme::table.find(id).select(Row::as_select()).first(conn)?;
    let view = views(app, conn, vec![row.clone()])?.into_iter().next().ok_or_else(Problem::not_found)?;
    let frozen = frozen(conn, id)?.filter(|_| view.stage.is_public()).ok_or_else(Problem::not_found)?;
    let diagnosis: Diagnosis = serde_json::from_value(frozen.diagnosis.clone()).map_err(Problem::internal)?;
    let scope = frozen.scope();
    let course = course(app, conn, (id, &scope), (Some(&frozen), frozen.from_day), None)?;
    let evaluation = evaluations(conn, id, Some(&frozen))?.into_iter().next();
    let fees = amounts(conn, id)?.into_iter().filter_map(|amount| {
        let fee = amount.kind == AmountKind::Fee && amount.reversed_at.is_none();
        let (hospital, paid_by) = (amount.hospital.filter(|_| fee)?, amount.paid_by?);
        Some(PublicSupportFee {
            hospital,
            description: amount.description,
            amount_fen: amount.amount_fen,
            paid_by,
        })
    });
    let measures = measures(conn, id)?.into_iter().map(|measure| PublicSupportMeasure {
        kind: measure.kind,
        description: measure.description,
        hospital: measure.hospital,
        carried_by: measure.carried_by,
        starts_on: measure.starts_on,
        ends_on: measure.ends_on,
        state: measure.state,
    });
    Ok(PublicSupport {
        id,
        name: view.name,
        scope: view.scope,
        stage: view.stage,
        organiser_region: view.organiser_region,
        period_from: view.period_from,
        period_until: view.period_until,
        document_no: view.document_no,
        regions: view.regions,
        kinds: view.kinds,
        lead_hospital: view.lead_hospital,
        partners: row.partners,
        failures: diagnosis.failures,
        items: diagnosis
            .items
            .into_iter()
            .map(|item| PublicSupportItem { item: item.item, failures: item.failures })
            .collect(),
        causes: diagnosis
            .causes
            .into_iter()
            .map(|cause| PublicSupportCause { kind: cause.kind, consultations: cause.consultations })
            .collect(),
        baseline: Baseline::from(&frozen),
        target_percent: view.target_percent,
        target_samples: view.target_samples,
        measures: measures.collect(),
        fees: fees.collect(),
        recusal: row.recusal,
        verified_by: row.verified_by,
        as_of: course.as_of,
        months: course.months,
        left_out: course.left_out,
        effect: course.effect,
        outcome: course.outcome,
        evaluation: evaluation.map(|last| PublicSupportEvaluation {
            day: last.day,
            verdict: last.verdict,
            after: last.after,
            rest_after: last.rest_after,
            did: last.did,
        }),
    })
}
