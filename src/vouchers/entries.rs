//! Reading the movements on vouchers: what the treasury gets, and what a product hospital has redeemed.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::core::page::{Page, Slice, Total};
use crate::db::published::{enterprise, expert, laboratory};
use crate::db::schema::{voucher, voucher_entry, voucher_issue};
use crate::db::total::total;
use crate::vouchers::ids::{EntryId, IssueId, VoucherId};
use crate::vouchers::policy::visible_vouchers;
use crate::vouchers::state::VoucherEntryKind;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A movement on a voucher. All amounts are in fen.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VoucherEntryView {
    /// The movement.
    #[serde(flatten)]
    pub entry: VoucherEntryRow,
    /// The issue.
    pub issue_id: IssueId,
    /// Its name.
    pub issue: String,
    /// The enterprise whose voucher it is.
    pub enterprise: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// The name of the laboratory.
    pub laboratory: Option<String>,
    /// Who entered it; for officers.
    pub by: Option<String>,
    /// Whether a redemption was given back.
    pub reversed: bool,
}

/// A row of `voucher_entry`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = voucher_entry, check_for_backend(Pg))]
pub struct VoucherEntryRow {
    /// Id of the movement.
    pub id: EntryId,
    /// The voucher.
    pub voucher_id: VoucherId,
    /// Which movement of the voucher it is, from 1.
    pub ordinal: i32,
    /// The kind of movement.
    #[schema(inline)]
    pub kind: VoucherEntryKind,
    /// Amount of the movement, in fen.
    pub amount_fen: i64,
    /// Code of the product hospital of a redemption.
    pub hospital: Option<String>,
    /// The laboratory of a redemption.
    pub laboratory_id: Option<LaboratoryId>,
    /// What was done for it.
    pub service: Option<String>,
    /// The number of the report.
    pub report_no: Option<String>,
    /// Why it was given back or revoked.
    pub reason: Option<String>,
    /// The redemption that it gives back.
    pub reverses: Option<EntryId>,
    /// When it was entered.
    pub at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = voucher_entry, check_for_backend(Pg))]
struct Record {
    #[diesel(embed)]
    row: VoucherEntryRow,
    account_id: Option<AccountId>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// Only those of this issue.
    pub issue: Option<IssueId>,
    /// Only those of this voucher.
    pub voucher: Option<VoucherId>,
    /// Only those of this kind.
    pub kind: Option<VoucherEntryKind>,
    /// Only those of this day or later, in Asia/Shanghai.
    pub from: Option<NaiveDate>,
    /// Only those of this day or earlier.
    pub until: Option<NaiveDate>,
}

/// The product hospital of an expert.
fn hospital_of(conn: &mut PgConnection, actor: &Actor) -> QueryResult<Option<String>> {
    match actor.scope() {
        Some(Scope::Expert(id)) => {
            let found: Option<Option<String>> =
                expert::table.filter(expert::id.eq(*id)).select(expert::hospital).first(conn).optional()?;
            Ok(found.flatten())
        }
        _ => Ok(None),
    }
}

fn visible(actor: &Actor, hospital: Option<String>) -> voucher_entry::BoxedQuery<'static, Pg> {
    use voucher_entry as e;
    let query = e::table.into_boxed();
    match (actor.scope(), hospital) {
        (Some(Scope::Laboratory(id)), _) => query.filter(e::laboratory_id.eq(*id)),
        (Some(Scope::Expert(_)), Some(hospital)) => query.filter(e::hospital.eq(hospital)),
        (Some(Scope::Expert(_)), None) => query.filter(sql::<Bool>("FALSE")),
        _ => query.filter(e::voucher_id.eq_any(visible_vouchers(actor).select(voucher::id))),
    }
}

fn narrowed(
    actor: &Actor,
    hospital: Option<String>,
    filter: &EntryFilter,
) -> voucher_entry::BoxedQuery<'static, Pg> {
    use voucher_entry as e;
    let mut query = visible(actor, hospital);
    if let Some(issue) = filter.issue {
        let of = voucher::table.filter(voucher::issue_id.eq(issue)).select(voucher::id);
        query = query.filter(e::voucher_id.eq_any(of));
    }
    if let Some(id) = filter.voucher {
        query = query.filter(e::voucher_id.eq(id));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(e::kind.eq(kind));
    }
    if let Some(from) = filter.from {
        query = query.filter(
            sql::<Bool>("(voucher_entry.at AT TIME ZONE 'Asia/Shanghai')::date >= ").bind::<Date, _>(from),
        );
    }
    if let Some(until) = filter.until {
        query = query.filter(
            sql::<Bool>("(voucher_entry.at AT TIME ZONE 'Asia/Shanghai')::date <= ").bind::<Date, _>(until),
        );
    }
    query
}

fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _)
        | (_, Some(Scope::Admin(_) | Scope::Enterprise(_) | Scope::Expert(_) | Scope::Laboratory(_))) => {
            Ok(())
        }
        _ => Err(Problem::forbidden()),
    }
}

type Holder = (VoucherId, IssueId, EnterpriseId);

fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    records: Vec<Record>,
) -> Result<Vec<VoucherEntryView>, Problem> {
    let of: Vec<VoucherId> = records.iter().map(|record| record.row.voucher_id).collect();
    let holders: Vec<Holder> = voucher::table
        .filter(voucher::id.eq_any(of))
        .select((voucher::id, voucher::issue_id, voucher::enterprise_id))
        .load(conn)?;
    let of: Vec<EnterpriseId> = holders.iter().map(|holder| holder.2).collect();
    let firms: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(of))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    let of: Vec<IssueId> = holders.iter().map(|holder| holder.1).collect();
    let issues: Vec<(IssueId, String)> = voucher_issue::table
        .filter(voucher_issue::id.eq_any(of))
        .select((voucher_issue::id, voucher_issue::name))
        .load(conn)?;
    let of: Vec<LaboratoryId> = records.iter().filter_map(|record| record.row.laboratory_id).collect();
    let bodies: Vec<(LaboratoryId, String)> = laboratory::table
        .filter(laboratory::id.eq_any(of))
        .select((laboratory::id, laboratory::name))
        .load(conn)?;
    let of: Vec<EntryId> = records.iter().map(|record| record.row.id).collect();
    let reversed: Vec<Option<EntryId>> = voucher_entry::table
        .filter(voucher_entry::reverses.eq_any(of))
        .select(voucher_entry::reverses)
        .load(conn)?;
    let officer = actor.officer_region().is_some();
    let people: Vec<AccountId> = records.iter().filter_map(|record| record.account_id).collect();
    let people = if officer { names(conn, &people)? } else { HashMap::new() };
    let holders: HashMap<VoucherId, (IssueId, EnterpriseId)> =
        holders.into_iter().map(|(id, issue, firm)| (id, (issue, firm))).collect();
    let firms: HashMap<EnterpriseId, (String, String)> =
        firms.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect();
    let issues: HashMap<IssueId, String> = issues.into_iter().collect();
    let bodies: HashMap<LaboratoryId, String> = bodies.into_iter().collect();
    let mut found = Vec::with_capacity(records.len());
    for Record { row, account_id } in records {
        let (issue_id, firm) = holders
            .get(&row.voucher_id)
            .copied()
            .ok_or_else(|| Problem::internal("a movement of no voucher"))?;
        let (enterprise, uscc) = firms.get(&firm).cloned().unwrap_or_default();
        found.push(VoucherEntryView {
            issue_id,
            issue: issues.get(&issue_id).cloned().unwrap_or_default(),
            enterprise,
            uscc,
            laboratory: row.laboratory_id.and_then(|id| bodies.get(&id).cloned()),
            by: account_id.and_then(|id| people.get(&id).cloned()),
            reversed: reversed.contains(&Some(row.id)),
            entry: row,
        });
    }
    Ok(found)
}

/// A page of movements, the newest first.
///
/// # Errors
/// 403 for the operator.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &EntryFilter,
    slice: Slice,
) -> Result<Page<VoucherEntryView>, Problem> {
    permit(actor)?;
    let hospital = hospital_of(conn, actor)?;
    let mut query = narrowed(actor, hospital, filter);
    if let Some(after) = slice.after {
        query = query.filter(voucher_entry::id.lt(EntryId(after)));
    }
    let records: Vec<Record> = query
        .order(voucher_entry::id.desc())
        .limit(slice.limit + 1)
        .select(Record::as_select())
        .load(conn)?;
    let Page { items, next_cursor } = Page::cut(records, slice, |record| record.row.id.0);
    Ok(Page { items: views(conn, actor, items)?, next_cursor })
}

/// How many movements a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &EntryFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let hospital = hospital_of(conn, actor)?;
    Ok(total(conn, narrowed(actor, hospital, filter).select(voucher_entry::id))?)
}
