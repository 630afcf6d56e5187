//! Lists of entries. Each query starts from what the actor may know of.

use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::policy::visible_to;
use crate::conduct::rows::{ConductRow, LineRow};
use crate::conduct::rules::CreditRules;
use crate::conduct::settings::ConductSettings;
use crate::conduct::view::{ConductView, LineView, Words};
use crate::conduct::words::{ConductSource, ConductState};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::enterprise;
use crate::db::schema::{conduct, conduct_line, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ConductFilter {
    /// Only those of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those of enterprises of this region or one under it.
    pub region: Option<String>,
    /// Only those of this role.
    pub role: Option<InspectedRole>,
    /// Only those of this behaviour.
    pub behaviour: Option<String>,
    /// Only those of this state.
    pub state: Option<ConductState>,
    /// Only those that come from this.
    pub source: Option<ConductSource>,
    /// Only those about this fact.
    pub fact: Option<FactId>,
    /// Only those with a decision that is overdue, or only those without.
    pub overdue: Option<bool>,
    /// Only those in whose enterprise's name or code or in whose document number these words stand.
    pub q: Option<String>,
}

/// Where entries are searched: the enterprise's name and code, the number of the document.
const TEXTS: Columns = Columns {
    texts: &[
        "coalesce((SELECT e.search_text FROM published.enterprise e WHERE e.id = conduct.enterprise_id), '')",
        "(search_name(coalesce(conduct.document_no, '')) || E'\\n')",
    ],
    readings: &[
        "coalesce((SELECT e.search_readings FROM published.enterprise e WHERE e.id = conduct.enterprise_id), '')",
    ],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &ConductFilter,
    today: NaiveDate,
    found: Option<Condition>,
) -> conduct::BoxedQuery<'static, Pg> {
    use conduct as c;
    let mut query = visible_to(actor);
    if let Some(id) = filter.enterprise {
        query = query.filter(c::enterprise_id.eq(id));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        let there = enterprise::table.filter(enterprise::region.eq_any(under)).select(enterprise::id);
        query = query.filter(c::enterprise_id.eq_any(there));
    }
    if let Some(role) = filter.role {
        query = query.filter(c::role.eq(role));
    }
    if let Some(behaviour) = filter.behaviour.clone() {
        query = query.filter(c::behaviour.eq(behaviour));
    }
    if let Some(state) = filter.state {
        query = query.filter(c::state.eq(state));
    }
    if let Some(source) = filter.source {
        query = query.filter(c::source.eq(source));
    }
    if let Some(fact) = filter.fact {
        query = query.filter(c::fact_id.eq(fact));
    }
    if let Some(wanted) = filter.overdue {
        let overdue = c::due_on.is_not_null().and(c::due_on.assume_not_null().lt(today));
        query = if wanted { query.filter(overdue) } else { query.filter(diesel::dsl::not(overdue)) };
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of entries, the newest first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ConductFilter,
    (settings, today): (&ConductSettings, NaiveDate),
    slice: Slice,
) -> Result<Page<ConductView>, Problem> {
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<ConductRow>> {
        let mut query = narrowed(actor, filter, today, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(conduct::id.lt(ConductId(after)));
        }
        query
            .order(in_order(slice, conduct::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(ConductRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, settings, today, items)?, next_cursor })
}

/// How many entries a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ConductFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, today, found).select(conduct::id))?)
}

/// The rules that weigh an entry.
pub fn rules_of<'a>(settings: &'a ConductSettings, row: &ConductRow) -> Option<&'a CreditRules> {
    settings.version(&row.rules_version).or_else(|| settings.rules_on(row.decided_on))
}

/// Rows with the names beside them.
///
/// # Errors
/// When the database can't be asked.
pub fn views(
    conn: &mut PgConnection,
    settings: &ConductSettings,
    today: NaiveDate,
    rows: Vec<ConductRow>,
) -> Result<Vec<ConductView>, Problem> {
    let enterprises: Vec<Uuid> = rows.iter().map(|row| row.enterprise_id.0).collect();
    let enterprises: HashMap<Uuid, (String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(enterprises))
        .select((enterprise::id, (enterprise::name, enterprise::region)))
        .load::<(Uuid, (String, String))>(conn)?
        .into_iter()
        .collect();
    let lines: Vec<LineId> = rows.iter().filter_map(|row| row.line_id).collect();
    let lines: HashMap<LineId, LineView> = conduct_line::table
        .filter(conduct_line::id.eq_any(lines))
        .select(LineRow::as_select())
        .load::<LineRow>(conn)?
        .into_iter()
        .map(|row| (row.id, LineView::from(row)))
        .collect();
    let view = |row: ConductRow| {
        let rules = rules_of(settings, &row);
        let behaviour = rules.and_then(|rules| rules.behaviour(&row.behaviour));
        let code = || Words { zh: row.behaviour.clone(), en: row.behaviour.clone() };
        let none = || Words { zh: String::new(), en: String::new() };
        let (name, region) = enterprises.get(&row.enterprise_id.0).cloned().unwrap_or_default();
        ConductView {
            id: row.id,
            fact_id: row.fact_id,
            enterprise_id: row.enterprise_id,
            enterprise_name: name,
            region,
            role: row.role,
            line: row.line_id.and_then(|id| lines.get(&id).cloned()),
            behaviour_text: behaviour.map_or_else(code, |behaviour| Words::from(&behaviour.text)),
            article: behaviour.map_or_else(none, |behaviour| Words::from(&behaviour.article)),
            points: behaviour.map(|behaviour| behaviour.points),
            behaviour: row.behaviour.clone(),
            intent: row.intent,
            happened_on: row.happened_on,
            decided_on: row.decided_on,
            document_no: row.document_no.clone(),
            authority: row.authority.clone(),
            authority_region: row.authority_region.clone(),
            source: row.source,
            state: row.state,
            notified_on: row.notified_on,
            counts_from: row.counts_from,
            counts_until: row.counts_until,
            due_on: row.due_on,
            overdue: row.due_on.is_some_and(|due| due < today),
            repaired_on: row.repaired_on,
            annulled_on: row.annulled_on,
            rules_version: row.rules_version.clone(),
            provisional: rules.is_none_or(|rules| rules.provisional),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
