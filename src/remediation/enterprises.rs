//! An enterprise with its nonconformities and the states of their cases.

use crate::core::actor::Scope;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::{Actor, Problem};
use crate::db::published::{enterprise, expert, matching_assignment, nonconformity, remediation_case};
use crate::db::schema::product_kind;
use crate::enterprises::ids::NonconformityId;
use crate::enterprises::{InspectionLevel, OperatingStatus, Uscc};
use crate::remediation::ids::CaseId;
use crate::remediation::policy::{departed_visible_to, enterprises_visible_to};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use diesel::prelude::*;
use serde::Serialize;

/// An enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable, utoipa::ToSchema)]
#[diesel(table_name = enterprise)]
pub struct EnterpriseView {
    /// Its id.
    pub id: EnterpriseId,
    /// Its unified social credit code.
    #[schema(value_type = String)]
    pub uscc: Uscc,
    /// Whether the code breaks the rule of the standard and was let in by an officer.
    pub uscc_admitted: bool,
    /// Its name.
    pub name: String,
    /// The status in the register.
    pub operating_status: OperatingStatus,
    /// Code of its region.
    pub region: String,
    /// Its address.
    pub address: Option<String>,
    /// Name of the person to ask for.
    pub contact_name: Option<String>,
    /// Telephone number.
    pub contact_phone: Option<String>,
    /// Mail address.
    pub contact_email: Option<String>,
}

/// An enterprise with its nonconformities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EnterpriseDetail {
    /// The enterprise.
    #[serde(flatten)]
    pub enterprise: EnterpriseView,
    /// Its zero-out status, which follows from its cases alone: whether every nonconformity is settled.
    pub cleared: bool,
    /// Its nonconformities, the newest first.
    pub nonconformities: Vec<NonconformityView>,
    /// Whom the applied plan of circuit consultation assigns to it; told to the enterprise and to officers.
    pub round_expert: Option<RoundExpert>,
}

/// The expert whom the rounds assign to an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, utoipa::ToSchema)]
pub struct RoundExpert {
    /// Id of the expert.
    pub id: ExpertId,
    /// The name.
    pub name: String,
    /// The professional title.
    pub title: String,
}

/// One failed product report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NonconformityView {
    /// Its id.
    pub id: NonconformityId,
    /// Code of the product kind.
    pub product_kind: String,
    /// The kind's Chinese name.
    pub product_kind_zh: String,
    /// The kind's English name.
    pub product_kind_en: String,
    /// Number of the report.
    pub report_no: String,
    /// When the sample was taken.
    pub inspected_on: NaiveDate,
    /// Who ordered the sampling.
    pub inspection_level: Option<InspectionLevel>,
    /// What failed.
    pub failed_items: Vec<String>,
    /// When rectification was ordered.
    pub order_issued_on: Option<NaiveDate>,
    /// The remediation case, once there was an order.
    pub case: Option<CaseId>,
    /// The case's state.
    pub case_state: Option<String>,
    /// Whether nothing is open against the enterprise here: the case is cleared, or a re-test overturned the result.
    pub cleared: bool,
}

diesel::define_sql_function! {
    /// Whether nothing is open against an enterprise in a case of this state any more; false where there is no case.
    /// `remediation::CaseState::settles` says the same.
    fn case_settles(state: diesel::sql_types::Nullable<diesel::sql_types::Text>) -> Bool;
}

/// One enterprise with its nonconformities.
///
/// # Errors
/// 404 where there is none that the actor may see.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: EnterpriseId) -> Result<EnterpriseDetail, Problem> {
    let enterprise = enterprise::table
        .filter(enterprises_visible_to(actor))
        .filter(enterprise::id.eq(id))
        .select(EnterpriseView::as_select())
        .first(conn)?;
    let rows = nonconformity::table
        .inner_join(product_kind::table.on(product_kind::code.eq(nonconformity::product_kind)))
        .left_join(remediation_case::table.on(remediation_case::nonconformity_id.eq(nonconformity::id)))
        .filter(nonconformity::enterprise_id.eq(id))
        .order(nonconformity::id.desc())
        .select((
            Record::as_select(),
            Kind::as_select(),
            Option::<Case>::as_select(),
            case_settles(remediation_case::state.nullable()),
        ))
        .load::<(Record, Kind, Option<Case>, bool)>(conn)?;
    let nonconformities: Vec<NonconformityView> = rows.into_iter().map(view).collect();
    let cleared = nonconformities.iter().all(|n| n.cleared);
    let round_expert = round_expert(conn, actor, id)?;
    Ok(EnterpriseDetail { enterprise, cleared, nonconformities, round_expert })
}

/// Whom the rounds assign to an enterprise that the actor may know of.
fn round_expert(
    conn: &mut PgConnection,
    actor: &Actor,
    id: EnterpriseId,
) -> Result<Option<RoundExpert>, Problem> {
    if !matches!(actor.scope(), Some(Scope::Enterprise(_) | Scope::Admin(_))) {
        return Ok(None);
    }
    Ok(matching_assignment::table
        .inner_join(expert::table.on(expert::id.eq(matching_assignment::expert_id)))
        .filter(matching_assignment::enterprise_id.eq(id))
        .select((expert::id, expert::name, expert::title))
        .first(conn)
        .optional()?)
}

/// An enterprise that left the list with an import that was withdrawn.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = enterprise)]
pub struct Departed {
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: Uscc,
    /// Code of its region.
    pub region: String,
    /// When it left.
    #[diesel(select_expression = enterprise::withdrawn_at.assume_not_null())]
    pub at: DateTime<Utc>,
}

/// An enterprise that left the list, for officers whose region it was in and for operators; none where it is on the list, or not theirs to know of.
///
/// # Errors
/// When the database can't be asked.
pub fn departed(
    conn: &mut PgConnection,
    actor: &Actor,
    id: EnterpriseId,
) -> Result<Option<Departed>, Problem> {
    Ok(enterprise::table
        .filter(departed_visible_to(actor))
        .filter(enterprise::id.eq(id))
        .select(Departed::as_select())
        .first(conn)
        .optional()?)
}

/// A nonconformity as it is stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = nonconformity)]
pub struct Record {
    pub(crate) id: NonconformityId,
    product_kind: String,
    report_no: String,
    inspected_on: NaiveDate,
    inspection_level: Option<InspectionLevel>,
    failed_items: Vec<String>,
    order_issued_on: Option<NaiveDate>,
}

/// The names of its product kind.
#[derive(Queryable, Selectable)]
#[diesel(table_name = product_kind)]
pub struct Kind {
    name_zh: String,
    name_en: String,
}

/// Its case.
#[derive(Queryable, Selectable)]
#[diesel(table_name = remediation_case)]
pub struct Case {
    id: CaseId,
    state: String,
}

/// A nonconformity with its kind and case, as people see it; `settled` says whether the case settles it.
pub fn view((record, kind, case, settled): (Record, Kind, Option<Case>, bool)) -> NonconformityView {
    let (case, case_state) = case.map_or((None, None), |case| (Some(case.id), Some(case.state)));
    NonconformityView {
        id: record.id,
        product_kind: record.product_kind,
        product_kind_zh: kind.name_zh,
        product_kind_en: kind.name_en,
        report_no: record.report_no,
        inspected_on: record.inspected_on,
        inspection_level: record.inspection_level,
        failed_items: record.failed_items,
        order_issued_on: record.order_issued_on,
        case,
        cleared: settled,
        case_state,
    }
}
