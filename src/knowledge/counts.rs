//! How often articles were shown and opened, helped, and spared a consultation: as of a day, for each article and in sum. Counts alone leave here,
//! of nobody in particular.
//!
//! An article spared a consultation where someone said that it helped, and the enterprise opened none on the same record (or about the same
//! product kind, where the question was about no record) within the days of the setting. Before these days are over it waits. In sum a
//! question counts once, however many articles helped with it.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::page::{Page, Slice, Total};
use crate::core::problem::FieldError;
use crate::core::text::Text;
use crate::db::order::in_order;
use crate::db::schema::{knowledge_article, knowledge_event};
use crate::db::search::Search;
use crate::db::total::total;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::policy::Articles;
use crate::knowledge::queries::TEXTS;
use crate::knowledge::state::{ArticleState, ArticleStep};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Counts of use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeCounts)]
pub struct Counts {
    /// How often it was shown while a question was typed.
    pub shown: i64,
    /// Of these, how often it was opened.
    pub opened: i64,
    /// Of these, how often someone said that it solved the problem.
    pub helped: i64,
    /// Of these, how often no consultation was opened within the days of the setting.
    pub spared: i64,
    /// Of those that helped, how many are within these days.
    pub waiting: i64,
}

/// The counts of an article.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeUsage)]
pub struct Usage {
    /// The article.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// `published` or `withdrawn`.
    pub state: ArticleState,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
}

/// The counts of all articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeTotals)]
pub struct Totals {
    /// The day at whose end they are.
    pub as_of: NaiveDate,
    /// Days without a consultation after which one counts as spared.
    pub spared_days: u32,
    /// Articles that were published then: what was withdrawn by the end of the day is none of them.
    pub articles: i64,
    /// The counts. A question is counted once, however many articles were shown with it.
    #[serde(flatten)]
    pub counts: Counts,
}

/// A moment as of which is counted, and the days of the setting.
#[derive(Debug, Clone, Copy)]
pub struct AsOf {
    /// The day.
    pub day: NaiveDate,
    /// Its end, or now.
    until: DateTime<Utc>,
    days: u32,
}

impl AsOf {
    /// The day that is asked for, or today.
    ///
    /// # Errors
    /// 422 for a day ahead.
    pub fn of(asked: Option<NaiveDate>, now: DateTime<Utc>, days: u32) -> Result<Self, Problem> {
        let today = shanghai_date(now);
        let day = asked.unwrap_or(today);
        if day > today {
            let text = Text::new("不能晚于今天", "must not be in the future");
            return Err(Problem::invalid(vec![FieldError::query("as_of", text)]));
        }
        Ok(Self { day, until: shanghai_day_end(day).min(now), days })
    }
}

/// Each use until a moment ($1), with whether it spared a consultation within so many days ($2). A consultation that is opened in the moment
/// in which someone says that an article helped is one that it did not spare.
const USES: &str = "
    SELECT u.article_id, u.account_id, u.question, u.opened_at <= $1 AS opened, h.helped,
           h.helped AND NOT h.asked AND u.helped_at + make_interval(days => $2) <= $1 AS spared,
           h.helped AND NOT h.asked AND u.helped_at + make_interval(days => $2) > $1 AS waiting
    FROM knowledge_use u
    CROSS JOIN LATERAL (
        SELECT coalesce(u.helped_at <= $1, false) AS helped, u.helped_at IS NOT NULL AND EXISTS (
            SELECT FROM published.consultation c
            WHERE c.enterprise_id = u.enterprise_id AND c.opened_at >= u.helped_at
              AND c.opened_at < u.helped_at + make_interval(days => $2) AND c.opened_at <= $1
              AND CASE WHEN u.nonconformity_id IS NOT NULL THEN c.nonconformity_id = u.nonconformity_id
                       WHEN u.product_kind IS NOT NULL THEN c.product_kind = u.product_kind ELSE true END
        ) AS asked
    ) h
    WHERE u.shown_at <= $1";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    shown: i64,
    #[diesel(sql_type = BigInt)]
    opened: i64,
    #[diesel(sql_type = BigInt)]
    helped: i64,
    #[diesel(sql_type = BigInt)]
    spared: i64,
    #[diesel(sql_type = BigInt)]
    waiting: i64,
}

#[derive(QueryableByName)]
struct RowOf {
    #[diesel(sql_type = SqlUuid)]
    article_id: ArticleId,
    #[diesel(embed)]
    counts: Row,
}

impl From<Row> for Counts {
    fn from(row: Row) -> Self {
        let Row { shown, opened, helped, spared, waiting } = row;
        Self { shown, opened, helped, spared, waiting }
    }
}

/// A row of the list, before it is counted.
type Line = (ArticleId, String, ArticleState, Option<DateTime<Utc>>);

fn permit(actor: &Actor) -> Result<(), Problem> {
    match actor.scope() {
        Some(Scope::Admin(_)) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

fn ever_published(as_of: AsOf, q: Option<&str>) -> (Articles, Search) {
    let query = knowledge_article::table
        .filter(knowledge_article::state.eq_any([ArticleState::Published, ArticleState::Withdrawn]))
        .filter(knowledge_article::published_at.le(as_of.until))
        .into_boxed();
    (query, Search::new(q, TEXTS))
}

/// A page of the articles that were ever published, newest first within the ranks of a search, with their counts as of a day.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    as_of: AsOf,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<Usage>, Problem> {
    permit(actor)?;
    let ranks = ever_published(as_of, q).1.ranks();
    let load = |slice: Slice| -> QueryResult<Vec<Line>> {
        let (mut query, search) = ever_published(as_of, q);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(knowledge_article::id.lt(ArticleId(after)));
        }
        use knowledge_article as a;
        let rows = query.order(in_order(slice, a::id.desc())).offset(slice.skip).limit(slice.limit + 1);
        rows.select((a::id, a::title, a::state, a::published_at)).load(conn)
    };
    let page = Page::by_rank(ranks, slice, load, |row| row.0.0)?;
    let ids: Vec<ArticleId> = page.items.iter().map(|row| row.0).collect();
    let counted: Vec<RowOf> = diesel::sql_query(format!(
        "SELECT article_id, count(*) AS shown, count(*) FILTER (WHERE opened) AS opened,
                count(*) FILTER (WHERE helped) AS helped, count(*) FILTER (WHERE spared) AS spared,
                count(*) FILTER (WHERE waiting) AS waiting
         FROM ({USES} AND u.article_id = ANY($3)) AS uses GROUP BY article_id"
    ))
    .bind::<Timestamptz, _>(as_of.until)
    .bind::<Integer, _>(i32::try_from(as_of.days).unwrap_or(i32::MAX))
    .bind::<Array<SqlUuid>, _>(ids)
    .load(conn)?;
    let mut counts: HashMap<ArticleId, Counts> =
        counted.into_iter().map(|row| (row.article_id, row.counts.into())).collect();
    Ok(page.map(|(id, title, state, published_at)| Usage {
        id,
        title,
        state,
        published_at,
        counts: counts.remove(&id).unwrap_or_default(),
    }))
}

/// How many articles that finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, as_of: AsOf, q: Option<&str>) -> Result<Total, Problem> {
    permit(actor)?;
    let (query, search) = ever_published(as_of, q);
    let mut query = query.select(knowledge_article::id);
    if let Some(found) = search.any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// The counts of all articles as of a day.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn totals(conn: &mut PgConnection, actor: &Actor, as_of: AsOf) -> Result<Totals, Problem> {
    use {knowledge_article as a, knowledge_event as e};
    permit(actor)?;
    let row: Row = diesel::sql_query(format!(
        "SELECT count(*) AS shown, count(*) FILTER (WHERE opened) AS opened, count(*) FILTER (WHERE helped) AS helped,
                count(*) FILTER (WHERE spared) AS spared, count(*) FILTER (WHERE waiting AND NOT spared) AS waiting
         FROM (SELECT account_id, question, bool_or(coalesce(opened, false)) AS opened, bool_or(helped) AS helped,
                      bool_or(coalesce(spared, false)) AS spared, bool_or(coalesce(waiting, false)) AS waiting
               FROM ({USES}) AS uses GROUP BY account_id, question) AS questions"
    ))
    .bind::<Timestamptz, _>(as_of.until)
    .bind::<Integer, _>(i32::try_from(as_of.days).unwrap_or(i32::MAX))
    .get_result(conn)?;
    // What was withdrawn later was published then.
    let withdrawn = e::table
        .filter(e::article_id.eq(a::id))
        .filter(e::step.eq(ArticleStep::Withdraw))
        .filter(e::at.le(as_of.until));
    let published = a::table.filter(a::published_at.le(as_of.until)).filter(not(exists(withdrawn)));
    let articles: i64 = published.count().get_result(conn)?;
    Ok(Totals { as_of: as_of.day, spared_days: as_of.days, articles, counts: row.into() })
}
