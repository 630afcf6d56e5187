//! Reading cases. Each query starts from what the actor may know of.

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::custom_plan::with_custom_plan;
use crate::db::order::in_order;
use crate::db::published::{case_deadline, enterprise, nonconformity_ever as nonconformity};
use crate::db::schema::{case_action, remediation_case};
use crate::db::search::LOOK_THROUGH;
use crate::db::total::total;
use crate::enterprises::ids::NonconformityId;
use crate::remediation::action::ActionState;
use crate::remediation::case_filter::{CaseFilter, Mine, NOT_ENDED, actionable, narrow};
use crate::remediation::case_search::CaseSearch;
use crate::remediation::case_view::{CaseDetail, CaseView};
use crate::remediation::clearance;
use crate::remediation::detail::{actions, event_files, evidence, history, names};
use crate::remediation::history::{EventRow, histories};
use crate::remediation::ids::CaseId;
use crate::remediation::law::law_of;
use crate::remediation::load::LoadedCase;
use crate::remediation::policy::{indexed_subqueries, visible_to};
use crate::remediation::settings::RemediationSettings;
use crate::remediation::state::CaseState;
use crate::remediation::store::Row;
use crate::remediation::view::{AllowedEvent, allowed_events, clocks, hold, later_rules};
use chrono::NaiveDate;
use diesel::dsl::{count_star, min, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use std::collections::HashMap;

/// A page of cases, newest first, within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CaseFilter,
    slice: Slice,
) -> Result<Page<CaseView>, Problem> {
    if slice.order.is_some() {
        return list_sorted(app, conn, actor, filter, slice);
    }
    let search = CaseSearch::of(filter);
    let ranks = search.as_ref().map_or(1, CaseSearch::ranks);
    let page = with_custom_plan(conn, |conn| {
        let load = |slice: Slice| -> QueryResult<Vec<CaseId>> {
            let mut found: Vec<CaseId> = Vec::new();
            for at in 0..indexed_subqueries(actor).len() {
                let subquery = || {
                    let query = narrow(indexed_subqueries(actor).swap_remove(at), filter);
                    match slice.after {
                        Some(after) => query.filter(remediation_case::id.lt(CaseId(after))),
                        None => query,
                    }
                };
                found.extend(newest(conn, subquery, search.as_ref(), slice)?);
            }
            found.sort_unstable_by(|a, b| b.cmp(a));
            found.dedup();
            found.truncate(usize::try_from(slice.limit + 1).unwrap_or(usize::MAX));
            Ok(found)
        };
        Ok(Page::by_rank(ranks, slice, load, |id| id.0)?)
    })?;
    let rows = visible_to(actor)
        .filter(remediation_case::id.eq_any(&page.items))
        .select(Row::as_select())
        .load(conn)?;
    let mut items: Vec<CaseView> =
        views(app, conn, actor, rows)?.into_iter().map(|whole| whole.case).collect();
    items.sort_by_key(|case| page.items.iter().position(|id| *id == case.id));
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// A page of cases in an order that the reader chose.
fn list_sorted(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &CaseFilter,
    slice: Slice,
) -> Result<Page<CaseView>, Problem> {
    let mut query = narrow(visible_to(actor), filter);
    if let Some(search) = CaseSearch::of(filter) {
        query = query.filter(search.any());
    }
    let query = query
        .select(Row::as_select())
        .order(in_order(slice, remediation_case::id.desc()))
        .offset(slice.skip)
        .limit(slice.limit.saturating_add(1));
    let rows = with_custom_plan(conn, |conn| Ok(query.load(conn)?))?;
    let Page { items, next_cursor } = Page::cut_sorted(rows, slice);
    let items = views(app, conn, actor, items)?.into_iter().map(|whole| whole.case).collect();
    Ok(Page { items, next_cursor })
}

/// How many cases a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &CaseFilter) -> Result<Total, Problem> {
    let mut query = narrow(visible_to(actor), filter).select(remediation_case::id);
    if let Some(search) = CaseSearch::of(filter) {
        query = query.filter(search.any());
    }
    with_custom_plan(conn, |conn| Ok(total(conn, query)?))
}

/// How many cases of each state an officer may take a step of today, as a list with [`CaseFilter::mine`] has them.
///
/// # Errors
/// When the database can't be asked.
pub fn actionable_by_state(conn: &mut PgConnection, mine: &Mine) -> Result<Vec<(CaseState, i64)>, Problem> {
    // Whose authority handles a case may know of it, so nothing else is asked.
    Ok(remediation_case::table
        .filter(sql::<Bool>(NOT_ENDED))
        .filter(actionable(mine))
        .group_by(remediation_case::state)
        .select((remediation_case::state, count_star()))
        .load(conn)?)
}

/// Ids of the newest cases of a subquery that the search finds at the rank of the slice: in no order and perhaps more than wanted, but none
/// that is left out is newer than as many as are wanted.
fn newest(
    conn: &mut PgConnection,
    subquery: impl Fn() -> remediation_case::BoxedQuery<'static, Pg>,
    search: Option<&CaseSearch>,
    slice: Slice,
) -> QueryResult<Vec<CaseId>> {
    let wanted = slice.limit + 1;
    let ordered = || subquery().order(remediation_case::id.desc()).select(remediation_case::id);
    let Some(search) = search else { return ordered().limit(wanted).load(conn) };
    let mut found: Vec<CaseId> = Vec::new();
    // A name or number that is all of what was typed is one of few.
    if slice.rank > 0 {
        let floor: Option<CaseId> = ordered().offset(LOOK_THROUGH).first(conn).optional()?;
        let mut near = ordered().filter(search.each(slice.rank)).limit(wanted);
        if let Some(floor) = floor {
            near = near.filter(remediation_case::id.ge(floor));
        }
        found = near.load(conn)?;
        if floor.is_none() || i64::try_from(found.len()).is_ok_and(|found| found >= wanted) {
            return Ok(found);
        }
    }
    for condition in search.by_index(slice.rank) {
        found.extend(ordered().filter(condition).limit(wanted).load::<CaseId>(conn)?);
    }
    Ok(found)
}

/// Cases by their ids, as far as the actor may know of them, in no order.
///
/// # Errors
/// When the database can't be asked.
pub fn of_ids(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &[CaseId],
) -> Result<Vec<CaseView>, Problem> {
    let rows =
        visible_to(actor).filter(remediation_case::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    Ok(views(app, conn, actor, rows)?.into_iter().map(|whole| whole.case).collect())
}

/// What an enterprise has to do with the actions of a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenActions {
    /// Actions that wait for its answer.
    pub to_answer: i64,
    /// Actions it took on and has not carried out.
    pub to_do: i64,
}

/// The open actions of cases that the actor sees.
///
/// # Errors
/// When the database can't be asked.
pub fn open_actions(
    conn: &mut PgConnection,
    ids: &[CaseId],
) -> Result<HashMap<CaseId, OpenActions>, Problem> {
    let counted: Vec<(Option<CaseId>, ActionState, i64)> = case_action::table
        .filter(case_action::case_id.eq_any(ids))
        .filter(case_action::state.eq_any([ActionState::Proposed, ActionState::Accepted]))
        .group_by((case_action::case_id, case_action::state))
        .select((case_action::case_id, case_action::state, count_star()))
        .load(conn)?;
    let mut found: HashMap<CaseId, OpenActions> = HashMap::new();
    for (case, state, n) in counted {
        let Some(case) = case else { continue };
        let open = found.entry(case).or_default();
        *(if state == ActionState::Proposed { &mut open.to_answer } else { &mut open.to_do }) = n;
    }
    Ok(found)
}

/// A case in short: its report, and the next day by which the law wants something of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextDeadline {
    /// Number of the inspection report.
    pub report_no: String,
    /// The first of the statutory deadlines that run, in Asia/Shanghai.
    pub due_on: Option<NaiveDate>,
}

/// The case of a nonconformity with its next statutory deadline; none where the actor knows of no such case.
///
/// # Errors
/// When the database can't be asked.
pub fn next_deadline(
    conn: &mut PgConnection,
    actor: &Actor,
    about: NonconformityId,
) -> Result<Option<NextDeadline>, Problem> {
    let known: Option<CaseId> = visible_to(actor)
        .filter(remediation_case::nonconformity_id.eq(about))
        .filter(remediation_case::withdrawn_at.is_null())
        .select(remediation_case::id)
        .first(conn)
        .optional()?;
    let Some(case) = known else { return Ok(None) };
    let due_on: Option<NaiveDate> = case_deadline::table
        .filter(case_deadline::case_id.eq(case))
        .select(min(case_deadline::due_on))
        .first(conn)?;
    let report_no = nonconformity::table.find(about).select(nonconformity::report_no).first(conn)?;
    Ok(Some(NextDeadline { report_no, due_on }))
}

/// One case with all that belongs to it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(app: &App, conn: &mut PgConnection, actor: &Actor, id: CaseId) -> Result<CaseDetail, Problem> {
    let row = visible_to(actor).filter(remediation_case::id.eq(id)).select(Row::as_select()).first(conn)?;
    let criteria = clearance::criteria(conn, app.settings(), &row, row.state)?;
    let names = names(conn, id)?;
    let files = event_files(conn, id)?;
    let whole = views(app, conn, actor, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)?;
    let actions = actions(conn, id)?;
    let evidence = evidence(conn, id)?;
    Ok(CaseDetail {
        case: whole.case,
        allowed_events: whole.allowed,
        failed_items: whole.failed_items,
        actions,
        evidence,
        criteria,
        history: history(whole.events, &whole.late, &names, files),
    })
}

/// What a case shows of its enterprise and nonconformity: name, region, report number, product kind, failed items.
type Named = (String, String, String, String, String, Vec<String>);

/// A case with the result of its history.
struct Whole {
    case: CaseView,
    allowed: Vec<AllowedEvent>,
    failed_items: Vec<String>,
    events: Vec<EventRow>,
    /// Of the effective events, whether they came late.
    late: HashMap<i32, bool>,
}

fn views(app: &App, conn: &mut PgConnection, actor: &Actor, rows: Vec<Row>) -> Result<Vec<Whole>, Problem> {
    let mut named: HashMap<NonconformityId, Named> = nonconformity::table
        .inner_join(enterprise::table.on(enterprise::id.eq(nonconformity::enterprise_id)))
        .filter(nonconformity::id.eq_any(rows.iter().map(|r| r.nonconformity_id)))
        .select((
            nonconformity::id,
            (
                enterprise::uscc,
                enterprise::name,
                enterprise::region,
                nonconformity::report_no,
                nonconformity::product_kind,
                nonconformity::failed_items,
            ),
        ))
        .load::<(NonconformityId, Named)>(conn)?
        .into_iter()
        .collect();
    let ids: Vec<CaseId> = rows.iter().map(|row| row.id).collect();
    let mut events = histories(conn, &ids)?;
    rows.into_iter()
        .map(|row| {
            let named = named.remove(&row.nonconformity_id).unwrap_or_default();
            let events = events.remove(&row.id).unwrap_or_default();
            view(app, actor, row, named, events)
        })
        .collect()
}

/// A case as the actor sees it, from its row and history.
fn view(app: &App, actor: &Actor, row: Row, named: Named, events: Vec<EventRow>) -> Result<Whole, Problem> {
    let (uscc, enterprise_name, region, report_no, product_kind, failed_items) = named;
    let now = app.clock().now();
    let law = law_of(&row, app.settings().section::<RemediationSettings>(), app.catalogue())?;
    let LoadedCase { row, home: region, events, facts, late, course } =
        LoadedCase::fold(row, region, events, law)?;
    let allowed = allowed_events(actor, &course, law, now);
    let today = allowed.iter().filter(|event| event.open).flat_map(|event| event.steps.iter().copied());
    let case = CaseView {
        clocks: clocks(&course, law, now),
        on_hold: row.state.holds(),
        hold: hold(row.state, law.rules),
        allowed_steps: today.collect(),
        id: row.id,
        state: row.state,
        version: row.version,
        enterprise_id: row.enterprise_id,
        uscc,
        enterprise_name,
        region,
        authority: course.authority,
        handed_over_by: row.handed_over_by,
        held_by: row.held_by,
        nonconformity_id: row.nonconformity_id,
        report_no,
        product_kind,
        counted_by_later_rules: later_rules(
            row.ordered_on.into_iter().chain(row.stopped_on).min(),
            law.rules,
        ),
        rule_version: row.rule_version,
        stopped_on: row.stopped_on,
        ordered_on: row.ordered_on,
        announced_on: row.announced_on,
        reinspected_on: row.reinspected_on,
        cleared_at: row.cleared_at,
    };
    let late = facts.iter().map(|fact| fact.seq).zip(late).collect();
    Ok(Whole { case, allowed, failed_items, events, late })
}
