//! The zero-out list and the enterprises on it, as people see them: who sees which, the lists, one enterprise with its nonconformities.

use crate::core::actor::Scope;
use crate::core::ids::{CaseId, EnterpriseId, NonconformityId};
use crate::core::page::{Page, Slice};
use crate::core::{Actor, Problem};
use crate::db::planned::with_custom_plan;
use crate::db::published::{consultation, enterprise, nonconformity, remediation_case};
use crate::db::schema::{product_kind, region_scope};
use crate::db::search::{LOOK_THROUGH, Typed};
use crate::enterprises::queries::named;
use crate::enterprises::{InspectionLevel, OperatingStatus, Uscc};
use chrono::NaiveDate;
use diesel::PgConnection;
use diesel::dsl::{exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::Serialize;
use std::collections::HashMap;

/// An enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, Selectable, utoipa::ToSchema)]
#[diesel(table_name = enterprise)]
pub struct EnterpriseView {
    /// Its id.
    pub id: EnterpriseId,
    /// Its unified social credit code.
    #[schema(value_type = String)]
    pub uscc: Uscc,
    /// Its name.
    pub name: String,
    /// How it stands with the register.
    pub operating_status: OperatingStatus,
    /// Code of its region.
    pub region: String,
    /// Its address.
    pub address: Option<String>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// Where to call.
    pub contact_phone: Option<String>,
    /// Where to write.
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
    /// Whether nothing stands against the enterprise here: the case is cleared, or a re-test overturned the result.
    pub cleared: bool,
}

/// One line of the zero-out list: a nonconformity with its enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ZeroOutItem {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its code.
    #[schema(value_type = String)]
    pub uscc: Uscc,
    /// Its name.
    pub enterprise_name: String,
    /// How it stands with the register.
    pub operating_status: OperatingStatus,
    /// Code of its region.
    pub region: String,
    /// The nonconformity.
    pub nonconformity: NonconformityView,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the name, or the beginning of the code.
    pub q: Option<String>,
    /// The region, with all under it.
    pub region: Option<String>,
    /// How the enterprise stands with the register.
    pub operating_status: Option<OperatingStatus>,
    /// Of enterprises: whether every nonconformity is cleared. Of the list: whether this one is.
    pub cleared: Option<bool>,
}

/// A condition on enterprises.
pub type Visible = Box<dyn BoxableExpression<enterprise::table, Pg, SqlType = Bool>>;

diesel::define_sql_function! {
    /// Whether nothing stands against an enterprise in a case of this state any more; false where there is no case.
    /// `remediation::CaseState::settles` says the same.
    fn case_settles(state: diesel::sql_types::Nullable<diesel::sql_types::Text>) -> Bool;
}

/// The enterprises that an actor may see: an enterprise itself, an expert those of its
/// consultations, an admin those of its region and all under it, the operator and the system all.
pub fn visible_to(actor: &Actor) -> Visible {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => Box::new(true.into_sql::<Bool>()),
        (_, Some(Scope::Enterprise(id))) => Box::new(enterprise::id.eq(*id)),
        (_, Some(Scope::Expert(id))) => Box::new(
            enterprise::id.eq_any(
                consultation::table
                    .filter(consultation::expert_id.assume_not_null().eq(*id))
                    .select(consultation::enterprise_id),
            ),
        ),
        (_, Some(Scope::Admin(region))) => Box::new(in_region(region.clone())),
        _ => Box::new(false.into_sql::<Bool>()),
    }
}

fn in_region(scope: String) -> Visible {
    let under = region_scope::table.filter(region_scope::scope.eq(scope)).select(region_scope::region);
    Box::new(enterprise::region.eq_any(under))
}

fn matching(filter: &Filter) -> Visible {
    let mut all: Visible = Box::new(true.into_sql::<Bool>());
    if let Some(q) = Typed::of(filter.q.as_deref()) {
        all = Box::new(all.and(named(&q)));
    }
    if let Some(region) = &filter.region {
        all = Box::new(all.and(in_region(region.clone())));
    }
    if let Some(status) = filter.operating_status {
        all = Box::new(all.and(enterprise::operating_status.eq(status)));
    }
    all
}

/// The enterprises that an actor may see, the newest first.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &Filter,
    slice: Slice,
) -> Result<Page<EnterpriseView>, Problem> {
    let mut query = enterprise::table
        .filter(visible_to(actor))
        .filter(matching(filter))
        .select(EnterpriseView::as_select())
        .order(enterprise::id.desc())
        .limit(slice.limit.saturating_add(1))
        .into_boxed();
    if let Some(cleared) = filter.cleared {
        let open = nonconformity::table
            .left_join(remediation_case::table.on(remediation_case::nonconformity_id.eq(nonconformity::id)))
            .filter(nonconformity::enterprise_id.eq(enterprise::id))
            .filter(not(case_settles(remediation_case::state.nullable())));
        query = if cleared { query.filter(not(exists(open))) } else { query.filter(exists(open)) };
    }
    if let Some(after) = slice.after {
        query = query.filter(enterprise::id.lt(after));
    }
    let rows = with_custom_plan(conn, |conn| Ok(query.load(conn)?))?;
    Ok(Page::cut(rows, slice, |row: &EnterpriseView| row.id.0))
}

/// One enterprise with its nonconformities.
///
/// # Errors
/// 404 where there is none that the actor may see.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: EnterpriseId) -> Result<EnterpriseDetail, Problem> {
    let enterprise = enterprise::table
        .filter(visible_to(actor))
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
    Ok(EnterpriseDetail { enterprise, cleared, nonconformities })
}

type Line = (EnterpriseId, Record, Kind, Option<Case>, bool);

/// The zero-out list as far as an actor may see it, the newest first.
///
/// # Errors
/// When the database can't be asked.
pub fn zero_out_list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &Filter,
    slice: Slice,
) -> Result<Page<ZeroOutItem>, Problem> {
    let wanted = slice.limit.saturating_add(1);
    let seen = || {
        let all = enterprise::table.filter(visible_to(actor)).filter(matching(filter));
        all.select(enterprise::id).into_boxed::<Pg>()
    };
    let lines = || {
        let mut query = nonconformity::table
            .inner_join(product_kind::table.on(product_kind::code.eq(nonconformity::product_kind)))
            .left_join(remediation_case::table.on(remediation_case::nonconformity_id.eq(nonconformity::id)))
            .order(nonconformity::id.desc())
            .limit(wanted)
            .select((
                nonconformity::enterprise_id,
                Record::as_select(),
                Kind::as_select(),
                Option::<Case>::as_select(),
                case_settles(remediation_case::state.nullable()),
            ))
            .into_boxed::<Pg>();
        if let Some(cleared) = filter.cleared {
            let settled = case_settles(remediation_case::state.nullable());
            query = if cleared { query.filter(settled) } else { query.filter(not(settled)) };
        }
        if let Some(after) = slice.after {
            query = query.filter(nonconformity::id.lt(after));
        }
        query
    };
    let mut all = nonconformity::table.order(nonconformity::id.desc()).select(nonconformity::id).into_boxed();
    if let Some(after) = slice.after {
        all = all.filter(nonconformity::id.lt(after));
    }
    let rows = with_custom_plan(conn, |conn| {
        let floor: Option<NonconformityId> = all.offset(LOOK_THROUGH).first(conn).optional()?;
        let among = nonconformity::enterprise_id.eq_any(seen());
        let Some(floor) = floor else { return Ok(lines().filter(among).load(conn)?) };
        let newest: Vec<Line> = lines().filter(nonconformity::id.ge(floor)).filter(among).load(conn)?;
        if i64::try_from(newest.len()).is_ok_and(|found| found >= wanted) {
            return Ok(newest);
        }
        // An OFFSET is a wall to the planner: who is seen is found first.
        Ok(lines().filter(nonconformity::enterprise_id.eq_any(seen().offset(0))).load(conn)?)
    })?;
    let page = Page::cut(rows, slice, |(_, record, ..)| record.id.0);
    let owners: Vec<EnterpriseId> = page.items.iter().map(|(owner, ..)| *owner).collect();
    let owners: HashMap<EnterpriseId, EnterpriseView> = enterprise::table
        .filter(enterprise::id.eq_any(owners))
        .select(EnterpriseView::as_select())
        .load(conn)?
        .into_iter()
        .map(|owner| (owner.id, owner))
        .collect();
    let items = page
        .items
        .into_iter()
        .filter_map(|(owner, record, kind, case, settled)| {
            let owner = owners.get(&owner)?;
            Some(ZeroOutItem {
                enterprise: owner.id,
                uscc: owner.uscc,
                enterprise_name: owner.name.clone(),
                operating_status: owner.operating_status,
                region: owner.region.clone(),
                nonconformity: view((record, kind, case, settled)),
            })
        })
        .collect();
    Ok(Page { items, next_cursor: page.next_cursor })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = nonconformity)]
struct Record {
    id: NonconformityId,
    product_kind: String,
    report_no: String,
    inspected_on: NaiveDate,
    inspection_level: Option<InspectionLevel>,
    failed_items: Vec<String>,
    order_issued_on: Option<NaiveDate>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = product_kind)]
struct Kind {
    name_zh: String,
    name_en: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = remediation_case)]
struct Case {
    id: CaseId,
    state: String,
}

fn view((record, kind, case, settled): (Record, Kind, Option<Case>, bool)) -> NonconformityView {
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
