//! Reading signals.

use crate::accounts::store::names;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::order::in_order;
use crate::db::schema::{region_scope, signal, signal_event, signal_use};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::signals::hazard::Hazard;
use crate::signals::ids::SignalId;
use crate::signals::policy::{permit, visible_to};
use crate::signals::recognise::RecognisedPart;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::state::{SignalState, SignalStep};
use crate::signals::store::{MatchedBy, Named};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Signals that are counted of each state; of more it is said that there are more.
pub const MOST_COUNTED: i64 = 1_000;

/// A signal.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalView {
    /// Its id.
    pub id: SignalId,
    /// Where it comes from.
    #[schema(inline)]
    pub source: SignalSource,
    /// What its source calls it.
    pub external_id: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// The day on which it was published.
    pub published_on: NaiveDate,
    /// The day on which it was observed.
    pub observed_on: NaiveDate,
    /// Code of the region that it is about, where that is known.
    pub region: Option<String>,
    /// Code of the product kind that it is about, where that is known.
    pub product_kind: Option<String>,
    /// The enterprise that it is about, where that is known.
    pub enterprise_id: Option<EnterpriseId>,
    /// Its name.
    pub enterprise: Option<String>,
    /// The region whose officers work on it.
    pub scope: String,
    /// What its text names, as the source has it.
    pub named: Named,
    /// The barcode.
    pub barcode: Option<String>,
    /// The hazard.
    #[schema(inline)]
    pub hazard: Option<Hazard>,
    /// The severity, from 1 to 4.
    pub severity: Option<i32>,
    /// The title.
    pub title: String,
    /// The text.
    pub text: String,
    /// How far it is relied on: `official`, `attributed` or `rumour`.
    #[schema(inline)]
    pub reliability: Reliability,
    /// How sure the match is, from 0 (none) to 100 (a person said so).
    pub match_confidence: i32,
    /// Who made the match.
    #[schema(inline)]
    pub matched_by: Option<MatchedBy>,
    /// What is believed of it and why, what is only proposed, and why nothing more is.
    pub match_reasons: Vec<RecognisedPart>,
    /// The state.
    #[schema(inline)]
    pub state: SignalState,
    /// The signal with the same content, where it was merged into one.
    pub merged_into: Option<SignalId>,
    /// How many were merged into this one.
    pub doubles: i32,
    /// When it was triaged.
    pub triaged_at: Option<DateTime<Utc>>,
    /// When its text was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// The number of its last event, for commands that are to refuse when there is a later one.
    pub version: i32,
}

/// The row of a signal.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = signal, check_for_backend(Pg))]
struct Record {
    id: SignalId,
    source: SignalSource,
    external_id: String,
    url: Option<String>,
    published_on: NaiveDate,
    observed_on: NaiveDate,
    region: Option<String>,
    product_kind: Option<String>,
    enterprise_id: Option<EnterpriseId>,
    scope: String,
    named: Value,
    barcode: Option<String>,
    hazard: Option<Hazard>,
    severity: Option<i32>,
    title: String,
    text: String,
    reliability: Reliability,
    match_confidence: i32,
    matched_by: Option<MatchedBy>,
    match_reasons: Value,
    state: SignalState,
    merged_into: Option<SignalId>,
    doubles: i32,
    triaged_at: Option<DateTime<Utc>>,
    erased_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    version: i32,
}

#[derive(QueryableByName)]
struct Called {
    #[diesel(sql_type = SqlUuid)]
    id: EnterpriseId,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The names of enterprises.
fn called(conn: &mut PgConnection, ids: Vec<Uuid>) -> QueryResult<HashMap<EnterpriseId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<Called> =
        diesel::sql_query("SELECT id, name FROM published.enterprise WHERE id = ANY ($1)")
            .bind::<Array<SqlUuid>, _>(ids)
            .load(conn)?;
    Ok(found.into_iter().map(|one| (one.id, one.name)).collect())
}

fn views(conn: &mut PgConnection, records: Vec<Record>) -> Result<Vec<SignalView>, Problem> {
    let ids: Vec<Uuid> = records.iter().filter_map(|record| record.enterprise_id).map(|id| id.0).collect();
    let firms = called(conn, ids)?;
    let view = |record: Record| {
        Ok(SignalView {
            enterprise: record.enterprise_id.and_then(|id| firms.get(&id).cloned()),
            named: serde_json::from_value(record.named)?,
            match_reasons: serde_json::from_value(record.match_reasons)?,
            id: record.id,
            source: record.source,
            external_id: record.external_id,
            url: record.url,
            published_on: record.published_on,
            observed_on: record.observed_on,
            region: record.region,
            product_kind: record.product_kind,
            enterprise_id: record.enterprise_id,
            scope: record.scope,
            barcode: record.barcode,
            hazard: record.hazard,
            severity: record.severity,
            title: record.title,
            text: record.text,
            reliability: record.reliability,
            match_confidence: record.match_confidence,
            matched_by: record.matched_by,
            state: record.state,
            merged_into: record.merged_into,
            doubles: record.doubles,
            triaged_at: record.triaged_at,
            erased_at: record.erased_at,
            created_at: record.created_at,
            version: record.version,
        })
    };
    records.into_iter().map(view).collect()
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct SignalFilter {
    /// Only those of this state.
    pub state: Option<SignalState>,
    /// Only those that an officer has yet to look at.
    pub open: bool,
    /// Only those of this source.
    pub source: Option<SignalSource>,
    /// Only those that are relied on so far.
    pub reliability: Option<Reliability>,
    /// Only those about this kind.
    pub product_kind: Option<String>,
    /// Only those about this region or one under it.
    pub region: Option<String>,
    /// Only those about this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those that were merged into this one.
    pub merged_into: Option<SignalId>,
    /// Only those that tell these words.
    pub q: Option<String>,
}

/// Where signals are searched: title, number, and what the text names.
const TEXTS: Columns = Columns { texts: &["signal.search_text"], readings: &[], code: false };
/// Signals that have the pieces of all words in them, up to which they are looked for by their pieces. Of more, so many are among the newest that
/// going through these from the newest on finds a page sooner.
const MOST_BY_PIECES: i64 = 2_000;

/// The words of a search, where few signals have all their pieces in them, so that these are found by them; else nothing.
fn rare(conn: &mut PgConnection, search: &Search) -> QueryResult<Option<String>> {
    let Some(typed) = search.typed() else { return Ok(None) };
    // A single character has no piece.
    let words: Vec<&str> =
        typed.words().iter().map(|word| word.text()).filter(|word| word.chars().count() > 1).collect();
    if words.is_empty() {
        return Ok(None);
    }
    let words = words.join("\n");
    let sql = "SELECT count(*) AS rows FROM (SELECT FROM signal WHERE search_pieces @> signal_pieces($1) LIMIT $2) AS listed";
    let counted: Counted = diesel::sql_query(sql)
        .bind::<Text, _>(&words)
        .bind::<BigInt, _>(MOST_BY_PIECES + 1)
        .get_result(conn)?;
    Ok((counted.rows <= MOST_BY_PIECES).then_some(words))
}

fn narrowed(
    actor: &Actor,
    filter: &SignalFilter,
    found: Option<Condition>,
    rare: Option<&str>,
) -> signal::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(signal::state.eq(state));
    }
    if filter.open {
        query = query.filter(signal::state.eq_any([SignalState::New, SignalState::Matched]));
    }
    if let Some(source) = filter.source {
        query = query.filter(signal::source.eq(source));
    }
    if let Some(reliability) = filter.reliability {
        query = query.filter(signal::reliability.eq(reliability));
    }
    if let Some(kind) = filter.product_kind.clone() {
        query = query.filter(signal::product_kind.eq(kind));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(signal::scope.eq_any(under));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(signal::enterprise_id.eq(enterprise));
    }
    if let Some(root) = filter.merged_into {
        query = query.filter(signal::merged_into.eq(root));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    if let Some(words) = rare {
        // All words stand in what is found, whatever its rank.
        let has =
            sql::<Bool>("signal.search_pieces @> signal_pieces(").bind::<Text, _>(words.to_owned()).sql(")");
        query = query.filter(has);
    }
    query
}

/// A page of signals, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &SignalFilter,
    slice: Slice,
) -> Result<Page<SignalView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let rare = rare(conn, &search)?;
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = narrowed(actor, filter, search.of(slice), rare.as_deref());
        if let Some(after) = slice.after {
            query = query.filter(signal::id.lt(SignalId(after)));
        }
        query
            .order(in_order(slice, signal::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .select(Record::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |record| record.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many signals a filter finds.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &SignalFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let rare = rare(conn, &search)?;
    Ok(total(conn, narrowed(actor, filter, search.any(), rare.as_deref()).select(signal::id))?)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// How many signals of each state the actor may know of, up to [`MOST_COUNTED`] and one more.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn counts(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<(SignalState, i64)>, Problem> {
    permit(actor)?;
    let region = actor.officer_region().unwrap_or_default();
    let mut counts = Vec::new();
    for state in SignalState::ALL {
        // Without the bound the states of a million signals would be counted row by row.
        let sql = "SELECT count(*) AS rows FROM (SELECT FROM signal s WHERE s.state = $1 \
            AND s.scope IN (SELECT r.region FROM region_scope r WHERE r.scope = $2) LIMIT $3) AS listed";
        let counted: Counted = diesel::sql_query(sql)
            .bind::<Text, _>(state.as_str())
            .bind::<Text, _>(region)
            .bind::<BigInt, _>(MOST_COUNTED + 1)
            .get_result(conn)?;
        counts.push((*state, counted.rows));
    }
    Ok(counts)
}

/// One signal.
///
/// # Errors
/// 401 and 403 as [`permit`], 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: SignalId) -> Result<SignalView, Problem> {
    permit(actor)?;
    let record: Record =
        visible_to(actor).filter(signal::id.eq(id)).select(Record::as_select()).first(conn)?;
    views(conn, vec![record])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// An event of a signal.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalEventView {
    /// Its number, from 1.
    pub ordinal: i32,
    /// The step.
    #[schema(inline)]
    pub step: SignalStep,
    /// The state after it.
    #[schema(inline)]
    pub to_state: SignalState,
    /// When it was taken.
    pub at: DateTime<Utc>,
    /// The name of who took it; none of the platform itself.
    pub by: Option<String>,
    /// Reason that was given with the step.
    pub reason: Option<String>,
}

/// A signal with its history and what rests on it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalDetail {
    /// The signal.
    #[serde(flatten)]
    pub signal: SignalView,
    /// Its events, the first one first.
    pub history: Vec<SignalEventView>,
    /// The assessments and alerts that rest on it.
    pub used_in: Vec<Uuid>,
    /// Signals with the same content that were merged into it, at most 50.
    pub merged: Vec<SignalView>,
}

/// Events of one signal that are shown at most.
const MOST_EVENTS: i64 = 500;

/// One signal with its history.
///
/// # Errors
/// As [`get`].
pub fn detail(conn: &mut PgConnection, actor: &Actor, id: SignalId) -> Result<SignalDetail, Problem> {
    let signal = get(conn, actor, id)?;
    type Event = (i32, SignalStep, SignalState, DateTime<Utc>, Option<AccountId>, Option<String>);
    let mut events: Vec<Event> = signal_event::table
        .filter(signal_event::signal_id.eq(id))
        .order(signal_event::ordinal.desc())
        .limit(MOST_EVENTS)
        .select((
            signal_event::ordinal,
            signal_event::step,
            signal_event::to_state,
            signal_event::at,
            signal_event::actor_id,
            signal_event::reason,
        ))
        .load(conn)?;
    events.reverse();
    let people: Vec<AccountId> = events.iter().filter_map(|event| event.4).collect();
    let people = names(conn, &people)?;
    let history = events
        .into_iter()
        .map(|(ordinal, step, to_state, at, by, reason)| SignalEventView {
            ordinal,
            step,
            to_state,
            at,
            by: by.and_then(|by| people.get(&by).cloned()),
            reason,
        })
        .collect();
    let used_in = signal_use::table
        .filter(signal_use::signal_id.eq(id))
        .order(signal_use::used_in)
        .limit(100)
        .select(signal_use::used_in)
        .load(conn)?;
    let filter = SignalFilter { merged_into: Some(id), ..SignalFilter::default() };
    let merged = list(conn, actor, &filter, Slice::default())?.items;
    Ok(SignalDetail { signal, history, used_in, merged })
}
