//! The zero-out list and the enterprises on it, as far as people see them.

use crate::core::ids::EnterpriseId;
use crate::core::page::{ListOrder, Page, Slice, Total};
use crate::core::problem::FieldError;
use crate::core::{Actor, Problem, Text};
use crate::db::custom_plan::with_custom_plan;
use crate::db::order::in_order;
use crate::db::published::{enterprise, nonconformity, remediation_case};
use crate::db::schema::{product_kind, zero_out_import as imports, zero_out_row as row};
use crate::db::search::{Condition, LOOK_THROUGH, Search, SearchTerms};
use crate::db::total::total;
use crate::enterprises::ids::NonconformityId;
use crate::enterprises::queries::{NAMES, REPORTS};
use crate::enterprises::{OperatingStatus, Uscc};
use crate::remediation::enterprises::{
    Case, EnterpriseView, Kind, NonconformityView, Record, case_settles, view,
};
use crate::remediation::policy::{EnterpriseCondition, enterprises_visible_to, enterprises_within};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::Outcome;
use crate::zero_out::import::view::require_known;
use diesel::PgConnection;
use diesel::dsl::{exists, not, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Uuid as SqlUuid};
use serde::Serialize;
use std::collections::HashMap;

/// One line of the zero-out list: a nonconformity with its enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ZeroOutItem {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its code.
    #[schema(value_type = String)]
    pub uscc: Uscc,
    /// Whether the code breaks the rule of the standard and was let in by an officer.
    pub uscc_admitted: bool,
    /// Its name.
    pub enterprise_name: String,
    /// The status in the register.
    pub operating_status: OperatingStatus,
    /// Code of its region.
    pub region: String,
    /// The nonconformity.
    pub nonconformity: NonconformityView,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words of the name, how it is read, or a part of the code; of the list also the beginning of the report's number.
    pub q: Option<String>,
    /// The region, with all under it.
    pub region: Option<String>,
    /// The status of the enterprise in the register.
    pub operating_status: Option<OperatingStatus>,
    /// Of enterprises: whether every nonconformity is cleared. Of the list: whether this one is.
    pub cleared: Option<bool>,
    /// What an import brought or named. The actor must know of it.
    pub import: Option<ImportId>,
    /// Of the list, with an import: what became of the nonconformity in it.
    pub outcome: Option<Outcome>,
}

impl Filter {
    /// Refuses what can't be asked for.
    ///
    /// # Errors
    /// 422 naming `?import` or `?outcome`.
    pub fn check(&self, conn: &mut PgConnection, actor: &Actor) -> Result<(), Problem> {
        match (self.import, self.outcome) {
            (Some(import), _) => require_known(conn, actor, import),
            (None, Some(_)) => {
                let text = Text::new("须与 import 一并给出", "must go with import");
                Err(Problem::invalid(vec![FieldError::query("outcome", text)]))
            }
            (None, None) => Ok(()),
        }
    }
}

diesel::define_sql_function! {
    /// The elements of an array.
    fn unnest(all: Nullable<Array<SqlUuid>>) -> SqlUuid;
}

/// The nonconformities of an import.
fn records_of(import: ImportId, outcome: Option<Outcome>) -> row::BoxedQuery<'static, Pg, SqlUuid> {
    let mut all = row::table.filter(row::import_id.eq(import)).select(row::nonconformity_id).into_boxed();
    if let Some(outcome) = outcome {
        all = all.filter(row::outcome.eq(outcome));
    }
    all
}

fn matching(filter: &Filter, found: Option<Condition>) -> EnterpriseCondition {
    let mut all: EnterpriseCondition = Box::new(true.into_sql::<Bool>());
    if let Some(found) = found {
        all = Box::new(all.and(found));
    }
    if let Some(region) = &filter.region {
        all = Box::new(all.and(enterprises_within(region.clone())));
    }
    if let Some(status) = filter.operating_status {
        all = Box::new(all.and(enterprise::operating_status.eq(status)));
    }
    all
}

fn narrowed(actor: &Actor, filter: &Filter, found: Option<Condition>) -> enterprise::BoxedQuery<'static, Pg> {
    let mut query =
        enterprise::table.filter(enterprises_visible_to(actor)).filter(matching(filter, found)).into_boxed();
    if let Some(cleared) = filter.cleared {
        let open = nonconformity::table
            .left_join(remediation_case::table.on(remediation_case::nonconformity_id.eq(nonconformity::id)))
            .filter(nonconformity::enterprise_id.eq(enterprise::id))
            .filter(not(case_settles(remediation_case::state.nullable())));
        query = if cleared { query.filter(not(exists(open))) } else { query.filter(exists(open)) };
    }
    if let Some(import) = filter.import {
        let named = imports::table.filter(imports::id.eq(import)).select(unnest(imports::enterprises));
        query = query.filter(enterprise::id.eq_any(named));
    }
    query
}

/// How many enterprises a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &Filter) -> Result<Total, Problem> {
    filter.check(conn, actor)?;
    let found = Search::new(filter.q.as_deref(), NAMES).any();
    let query = narrowed(actor, filter, found).select(enterprise::id);
    with_custom_plan(conn, |conn| Ok(total(conn, query)?))
}

/// The enterprises that an actor may see, the newest first, within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &Filter,
    slice: Slice,
) -> Result<Page<EnterpriseView>, Problem> {
    filter.check(conn, actor)?;
    let search = Search::new(filter.q.as_deref(), NAMES);
    let load = |conn: &mut PgConnection, slice: Slice| {
        let mut query = narrowed(actor, filter, search.of(slice))
            .select(EnterpriseView::as_select())
            .order(in_order(slice, enterprise::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1));
        if let Some(after) = slice.after {
            query = query.filter(enterprise::id.lt(after));
        }
        Ok(query.load(conn)?)
    };
    with_custom_plan(conn, |conn| {
        Page::by_rank(search.ranks(), slice, |slice| load(conn, slice), |row: &EnterpriseView| row.id.0)
    })
}

/// The orders of the list of enterprises.
pub const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "deadline",
        "期限最近在前",
        "nearest deadline first",
        "(SELECT min(d.due_on) FROM published.case_deadline d WHERE d.enterprise_id = enterprise.id) ASC NULLS LAST",
    )
    .of_officers(),
    ListOrder::new(
        "records",
        "不合格记录最多在前",
        "most nonconformities first",
        "(SELECT count(*) FROM published.nonconformity n WHERE n.enterprise_id = enterprise.id) DESC",
    ),
    ListOrder::new(
        "last_consultation",
        "最近问诊在前",
        "last consultation first",
        "(SELECT max(c.opened_at) FROM published.consultation c WHERE c.enterprise_id = enterprise.id) DESC NULLS LAST",
    )
    .of_officers(),
    ListOrder::new("name", "按名称（拼音）", "by name", "enterprise.search_readings"),
    ListOrder::new("region", "按地区", "by region", "enterprise.region"),
    ListOrder::new("operating_status", "按经营状态", "by operating status", "enterprise.operating_status"),
];

type Line = (EnterpriseId, Record, Kind, Option<Case>, bool);

/// Each of several words stands in the enterprise's name or code or begins the report's number; or, where `read` says so, is how the
/// name is read.
fn named_or_reported(typed: &SearchTerms, read: bool) -> Condition {
    Condition::all(typed.words().iter().map(|word| {
        let mut ways = vec![NAMES.stands(word), REPORTS.begins_with(word)];
        ways.extend(read.then(|| NAMES.reads(word)).flatten());
        Condition::any(ways)
    }))
}

/// The line's enterprise, where the actor may see it and it fits; for a condition on both of them.
fn owner(actor: &Actor, filter: &Filter, found: Condition) -> enterprise::BoxedQuery<'static, Pg, SqlUuid> {
    enterprise::table
        .filter(enterprises_visible_to(actor))
        .filter(matching(filter, Some(found)))
        .filter(sql::<Bool>("enterprise.id = nonconformity.enterprise_id"))
        .select(enterprise::id)
        .into_boxed()
}

/// The lines of one rank, and one more where there are more.
fn lines_found(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &Filter,
    search: &Search,
    slice: Slice,
) -> Result<Vec<Line>, Problem> {
    let wanted = slice.limit.saturating_add(1);
    let of = |found: Option<Condition>| {
        let all = enterprise::table.filter(enterprises_visible_to(actor)).filter(matching(filter, found));
        all.select(enterprise::id).into_boxed::<Pg>()
    };
    let seen = || of(search.rank(slice.rank));
    // A line is found by the number of its report as well, which ranks it like a name that is or begins so.
    let earlier = |rank: usize| search.typed().map(|typed| REPORTS.before(typed, rank));
    let reported = || {
        let found = search.typed().filter(|_| slice.rank < 2).map(|typed| REPORTS.rank(typed, slice.rank))?;
        let named = search.typed().map(|typed| NAMES.before(typed, slice.rank).negated());
        Some((found, named))
    };
    // Of several words some may stand in the name and others begin the report's number: at the ranks of words and of readings.
    let several = search.typed().filter(|typed| typed.words().len() > 1 && slice.rank >= 2);
    let together = |typed: &SearchTerms| {
        let before = match slice.rank {
            2 => NAMES.begins(typed),
            _ => Condition::any([NAMES.begins(typed), NAMES.whole(typed)]),
        };
        let found = Condition::all([named_or_reported(typed, slice.rank > 2), before.negated()]);
        let reported = Condition::any(typed.words().iter().map(|word| REPORTS.begins_with(word)));
        reported.and(exists(owner(actor, filter, found)))
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
        if let Some(import) = filter.import {
            query = query.filter(nonconformity::id.eq_any(records_of(import, filter.outcome)));
        }
        if let Some(after) = slice.after {
            query = query.filter(nonconformity::id.lt(after));
        }
        if let Some(typed) = several.filter(|_| slice.rank > 2) {
            query = query.filter(not(exists(owner(actor, filter, named_or_reported(typed, false)))));
        }
        query
    };
    let mut all = nonconformity::table.order(nonconformity::id.desc()).select(nonconformity::id).into_boxed();
    if let Some(after) = slice.after {
        all = all.filter(nonconformity::id.lt(after));
    }
    let floor: Option<NonconformityId> = all.offset(LOOK_THROUGH).first(conn).optional()?;
    let not_before = || earlier(slice.rank).map_or(Condition::all([]), Condition::negated);
    let mut found: Vec<Line> = match reported() {
        Some((found, named)) => {
            let among = nonconformity::enterprise_id.eq_any(of(named));
            lines().filter(found).filter(among).load(conn)?
        }
        None => Vec::new(),
    };
    if let Some(typed) = several {
        found.extend(lines().filter(not_before()).filter(together(typed)).load::<Line>(conn)?);
    }
    let among = nonconformity::enterprise_id.eq_any(seen());
    let newest = match floor {
        None => lines().filter(not_before()).filter(among).load::<Line>(conn)?,
        Some(floor) => {
            lines().filter(nonconformity::id.ge(floor)).filter(not_before()).filter(among).load(conn)?
        }
    };
    if floor.is_none() || i64::try_from(newest.len()).is_ok_and(|found| found >= wanted) {
        found.extend(newest);
    } else {
        // The planner does not merge a subquery with an OFFSET: who is seen is found first.
        let among = nonconformity::enterprise_id.eq_any(seen().offset(0));
        found.extend(lines().filter(not_before()).filter(among).load::<Line>(conn)?);
    }
    found.sort_by_key(|(_, record, ..)| std::cmp::Reverse(record.id));
    found.dedup_by_key(|(_, record, ..)| record.id);
    found.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
    Ok(found)
}

/// The zero-out list as far as an actor may see it, the newest first, within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn zero_out_list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &Filter,
    slice: Slice,
) -> Result<Page<ZeroOutItem>, Problem> {
    filter.check(conn, actor)?;
    let search = Search::new(filter.q.as_deref(), NAMES);
    let page = with_custom_plan(conn, |conn| {
        let load = |slice: Slice| lines_found(conn, actor, filter, &search, slice);
        Page::by_rank(search.ranks(), slice, load, |(_, record, ..): &Line| record.id.0)
    })?;
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
                uscc_admitted: owner.uscc_admitted,
                enterprise_name: owner.name.clone(),
                operating_status: owner.operating_status,
                region: owner.region.clone(),
                nonconformity: view((record, kind, case, settled)),
            })
        })
        .collect();
    Ok(Page { items, next_cursor: page.next_cursor })
}
