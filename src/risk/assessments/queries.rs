//! Reading assessments.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{assessment, assessment_event, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::risk::assessments::evidence;
use crate::risk::assessments::policy::{permit, visible_to};
use crate::risk::assessments::state::{AssessmentState, AssessmentStep};
use crate::risk::assessments::view::{
    AssessmentDetail, AssessmentRow, AssessmentView, EventView, level_of, scenarios_of,
};
use crate::risk::ids::AssessmentId;
use crate::risk::index::keep::rules;
use crate::risk::method::table::Level;
use crate::risk::settings::RiskSettings;
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use std::collections::HashMap;

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct AssessmentFilter {
    /// Only those of this state.
    pub state: Option<AssessmentState>,
    /// Only those of this level.
    pub level: Option<Level>,
    /// Only those of this product kind.
    pub kind: Option<String>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those in whose hazard, product or region these words stand.
    pub q: Option<String>,
}

/// Where assessments are searched: the hazard, the product, the region.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_fold(assessment.hazard) || E'\\n')",
        "(SELECT search_fold(k.name_zh) || E'\\n' || search_fold(k.name_en) || E'\\n' FROM product_kind k WHERE k.code = assessment.product_kind)",
        "(SELECT search_fold(r.name) || E'\\n' FROM region r WHERE r.code = assessment.region)",
    ],
    readings: &[
        "search_readings(search_fold(assessment.hazard))",
        "(SELECT search_readings(search_fold(k.name_zh)) FROM product_kind k WHERE k.code = assessment.product_kind)",
        "(SELECT search_readings(search_fold(r.name)) FROM region r WHERE r.code = assessment.region)",
    ],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &AssessmentFilter,
    found: Option<Condition>,
) -> assessment::BoxedQuery<'static, Pg> {
    use assessment as a;
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(a::state.eq(state));
    }
    if let Some(level) = filter.level {
        query = query.filter(a::level.eq(level));
    }
    if let Some(kind) = filter.kind.clone() {
        query = query.filter(a::product_kind.eq(kind));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(a::region.eq_any(under));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of assessments, newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &AssessmentFilter,
    slice: Slice,
) -> Result<Page<AssessmentView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<AssessmentRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(assessment::id.lt(AssessmentId(after)));
        }
        query
            .order(in_order(slice, assessment::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(AssessmentRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many assessments wait to be validated by the actor: those that somebody else wrote and handed in.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn to_validate(conn: &mut PgConnection, actor: &Actor) -> Result<usize, Problem> {
    permit(actor)?;
    let mut query = visible_to(actor).filter(assessment::state.eq(AssessmentState::Submitted));
    if let Some(own) = actor.account() {
        query = query.filter(assessment::author_id.ne(own));
    }
    let count: i64 = query.count().get_result(conn)?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// How many assessments a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &AssessmentFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(assessment::id))?)
}

/// How many assessments wait for another officer than the actor.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn waiting(conn: &mut PgConnection, actor: &Actor) -> Result<i64, Problem> {
    permit(actor)?;
    let mut query = visible_to(actor).filter(assessment::state.eq(AssessmentState::Submitted));
    if let Some(own) = actor.account() {
        query = query.filter(assessment::author_id.ne(own));
    }
    Ok(query.count().get_result(conn)?)
}

fn views(conn: &mut PgConnection, rows: Vec<AssessmentRow>) -> Result<Vec<AssessmentView>, Problem> {
    let people: Vec<AccountId> =
        rows.iter().flat_map(|row| [Some(row.author_id), row.validator_id]).flatten().collect();
    let names: HashMap<AccountId, String> = names(conn, &people)?.into_iter().collect();
    Ok(rows.iter().map(|row| view(row, &names)).collect())
}

fn view(row: &AssessmentRow, names: &HashMap<AccountId, String>) -> AssessmentView {
    AssessmentView {
        id: row.id,
        product_kind: row.product_kind.clone(),
        region: row.region.clone(),
        hazard: row.hazard.clone(),
        state: row.state,
        level: row.level,
        severity: row.severity,
        probability: row.probability.clone(),
        author: names.get(&row.author_id).cloned(),
        validator: row.validator_id.and_then(|id| names.get(&id).cloned()),
        created_at: row.created_at,
        validated_at: row.validated_at,
        updated_at: row.updated_at,
    }
}

/// A row of the history.
type Event = (AssessmentStep, AssessmentState, DateTime<Utc>, AccountId, Option<String>);

/// One assessment with all that belongs to it.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    settings: &Settings,
    id: AssessmentId,
) -> Result<AssessmentDetail, Problem> {
    use assessment_event as e;
    permit(actor)?;
    let row: AssessmentRow =
        visible_to(actor).filter(assessment::id.eq(id)).select(AssessmentRow::as_select()).first(conn)?;
    let superseded_by: Option<AssessmentId> = assessment::table
        .filter(assessment::supersedes_id.eq(id))
        .select(assessment::id)
        .first(conn)
        .optional()?;
    let events: Vec<Event> = e::table
        .filter(e::assessment_id.eq(id))
        .order(e::ordinal)
        .select((e::step, e::to_state, e::at, e::account_id, e::reason))
        .load(conn)?;
    let people: Vec<AccountId> = events
        .iter()
        .map(|event| event.3)
        .chain([Some(row.author_id), row.validator_id].into_iter().flatten())
        .collect();
    let names: HashMap<AccountId, String> = names(conn, &people)?.into_iter().collect();
    let by_version = settings.section::<RiskSettings>().version(&row.rules_version);
    let day = crate::core::clock::shanghai_date(row.updated_at);
    let rules = by_version.map_or_else(|| rules(settings, day), Ok)?;
    Ok(AssessmentDetail {
        assessment: view(&row, &names),
        judgement: level_of(&row, rules)?,
        scenarios: scenarios_of(&row)?,
        evidence: evidence::of(conn, id)?,
        history: events
            .into_iter()
            .map(|(step, to_state, at, by, reason)| EventView {
                step,
                to_state,
                at,
                by: names.get(&by).cloned(),
                reason,
            })
            .collect(),
        own: actor.account() == Some(row.author_id),
        summary: row.summary,
        combination: row.method,
        units: row.units,
        urgency: row.urgency,
        social_impact: row.social_impact,
        reason: row.reason,
        supersedes_id: row.supersedes_id,
        superseded_by,
        rules: row.rules_version,
        version: row.version,
    })
}
