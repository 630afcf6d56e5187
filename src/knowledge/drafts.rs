//! Articles as those see them who make them: the expert of the consultation, and the officers of the region.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{knowledge_article, knowledge_event};
use crate::db::search::Search;
use crate::db::total::total;
use crate::knowledge::findings::{self, Finding, FindingDecision};
use crate::knowledge::ids::ArticleId;
use crate::knowledge::policy::{permit, visible_to};
use crate::knowledge::queries::{ArticleView, TEXTS, view};
use crate::knowledge::state::{ArticleState, ArticleStep};
use crate::knowledge::store::Article;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// An article in a list of those who make them.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeDraftLine)]
pub struct DraftLine {
    /// The draft of the article.
    #[serde(flatten)]
    pub article: ArticleView,
    /// The state.
    pub state: ArticleState,
    /// The consultation that it comes from; none once that was erased.
    pub consultation: Option<ConsultationId>,
    /// Code of the region whose officers decide.
    pub region: String,
    /// Name of the expert.
    pub expert: String,
    /// Why it was returned or withdrawn.
    pub reason: Option<String>,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A finding, with who confirmed it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeFindingView)]
pub struct FindingView {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// Who confirmed it.
    pub decided_by: Option<String>,
}

/// A line of the history of an article.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeEvent)]
pub struct EventView {
    /// Its number, from 1.
    pub seq: i32,
    /// The step.
    pub step: ArticleStep,
    /// The state before.
    pub from_state: Option<ArticleState>,
    /// The state after.
    pub to_state: ArticleState,
    /// Name of who took the step.
    pub by: Option<String>,
    /// The reason that was given.
    pub note: Option<String>,
    /// The moment of the step.
    pub at: DateTime<Utc>,
}

/// An article with its findings and its history.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeDraft)]
pub struct DraftView {
    /// The draft as it stands in a list.
    #[serde(flatten)]
    pub line: DraftLine,
    /// What the stripping found, in the order of the text; those that were replaced at the end.
    pub findings: Vec<FindingView>,
    /// How many of them are to be confirmed yet.
    pub open_findings: usize,
    /// Its history.
    pub events: Vec<EventView>,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct DraftFilter {
    /// Only those of this state.
    pub state: Option<ArticleState>,
    /// Only those in which these words stand.
    pub q: Option<String>,
}

/// How many articles wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeDraftCounts)]
pub struct DraftCounts {
    /// Those that wait for the caller: for an officer those to be approved, for an expert those that were returned.
    pub waiting: i64,
    /// Those that are being written.
    pub draft: i64,
    /// Those that are to be approved.
    pub submitted: i64,
    /// Those that were returned.
    pub returned: i64,
}

fn narrowed(actor: &Actor, filter: &DraftFilter) -> crate::knowledge::policy::Articles {
    let query = visible_to(actor);
    match filter.state {
        Some(state) => query.filter(knowledge_article::state.eq(state)),
        None => query.filter(knowledge_article::state.ne(ArticleState::Discarded)),
    }
}

/// A page of the articles that the actor may work on, newest first within the ranks of a search; those that were given up only where they are
/// asked for.
///
/// # Errors
/// 403 for who has no part in making articles.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    filter: &DraftFilter,
    slice: Slice,
) -> Result<Page<DraftLine>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Article>> {
        let mut query = narrowed(actor, filter);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(knowledge_article::id.lt(ArticleId(after)));
        }
        let rows = query
            .order(in_order(slice, knowledge_article::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1);
        rows.select(Article::as_select()).load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: lines(conn, catalogue, items)?, next_cursor })
}

/// How many articles that finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &DraftFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = narrowed(actor, filter).select(knowledge_article::id);
    if let Some(found) = Search::new(filter.q.as_deref(), TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// How many articles that the actor may work on wait.
///
/// # Errors
/// As [`list`].
pub fn counts(conn: &mut PgConnection, actor: &Actor) -> Result<DraftCounts, Problem> {
    permit(actor)?;
    let mut of = |state: ArticleState| -> QueryResult<i64> {
        visible_to(actor).filter(knowledge_article::state.eq(state)).count().get_result(conn)
    };
    let (draft, submitted, returned) =
        (of(ArticleState::Draft)?, of(ArticleState::Submitted)?, of(ArticleState::Returned)?);
    let waiting = if matches!(actor.scope(), Some(Scope::Expert(_))) { returned } else { submitted };
    Ok(DraftCounts { waiting, draft, submitted, returned })
}

/// A row of the history.
type Row =
    (i32, ArticleStep, Option<ArticleState>, ArticleState, Option<AccountId>, Option<String>, DateTime<Utc>);

/// One article.
///
/// # Errors
/// 404 where the actor may not know of it, 403 for who has no part in making articles.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    id: ArticleId,
) -> Result<DraftView, Problem> {
    permit(actor)?;
    let row: Article =
        visible_to(actor).filter(knowledge_article::id.eq(id)).select(Article::as_select()).first(conn)?;
    let line = lines(conn, catalogue, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)?;
    let findings = findings::of(conn, id)?;
    use knowledge_event as e;
    let events: Vec<Row> = e::table
        .filter(e::article_id.eq(id))
        .order(e::seq)
        .select((e::seq, e::step, e::from_state, e::to_state, e::account_id, e::note, e::at))
        .load(conn)?;
    let people = findings.iter().filter_map(|f| f.decided_by).chain(events.iter().filter_map(|e| e.4));
    let names = names(conn, people.map(|account| account.0).collect())?;
    let name = |account: Option<AccountId>| account.and_then(|account| names.get(&account.0).cloned());
    let open = findings.iter().filter(|f| f.decision == FindingDecision::Open).count();
    Ok(DraftView {
        line,
        open_findings: open,
        findings: findings
            .into_iter()
            .map(|finding| FindingView { decided_by: name(finding.decided_by), finding })
            .collect(),
        events: events
            .into_iter()
            .map(|(seq, step, from_state, to_state, by, note, at)| EventView {
                seq,
                step,
                from_state,
                to_state,
                by: name(by),
                note,
                at,
            })
            .collect(),
    })
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Names of accounts.
fn names(conn: &mut PgConnection, ids: Vec<Uuid>) -> QueryResult<HashMap<Uuid, String>> {
    let rows: Vec<Named> = diesel::sql_query("SELECT id, name FROM published.account WHERE id = ANY($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

fn lines(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    rows: Vec<Article>,
) -> Result<Vec<DraftLine>, Problem> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.expert_id.0).collect();
    let experts: Vec<Named> = diesel::sql_query("SELECT id, name FROM published.expert WHERE id = ANY($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .load(conn)?;
    let experts: HashMap<Uuid, String> = experts.into_iter().map(|row| (row.id, row.name)).collect();
    let line = |row: Article| DraftLine {
        state: row.state,
        consultation: row.consultation_id,
        region: row.region.clone(),
        expert: experts.get(&row.expert_id.0).cloned().unwrap_or_default(),
        reason: row.reason.clone(),
        submitted_at: row.submitted_at,
        updated_at: row.updated_at,
        article: view(row, catalogue),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// A consultation of which the expert may make an article.
#[derive(Debug, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Candidate {
    /// The consultation.
    #[diesel(sql_type = SqlUuid)]
    pub id: ConsultationId,
    /// Its subject.
    #[diesel(sql_type = Text)]
    pub subject: String,
}

/// The last consultations that the expert concluded and of which there is no article.
///
/// # Errors
/// When the database can't be asked.
pub fn candidates(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<Candidate>, Problem> {
    let Some(Scope::Expert(me)) = actor.scope() else { return Ok(Vec::new()) };
    Ok(diesel::sql_query(
        "SELECT c.id, c.subject FROM published.consultation c
         WHERE c.expert_id = $1 AND c.status = 'concluded'
           AND EXISTS (SELECT FROM published.consultation_event e WHERE e.consultation_id = c.id AND e.event = 'conclude')
           AND NOT EXISTS (SELECT FROM knowledge_article a WHERE a.consultation_id = c.id
                             AND a.state IN ('draft', 'submitted', 'returned', 'published'))
         ORDER BY c.concluded_at DESC LIMIT 20",
    )
    .bind::<SqlUuid, _>(*me)
    .load(conn)?)
}
