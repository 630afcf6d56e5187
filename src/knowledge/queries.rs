//! Reading published articles. What is shown leads neither to the consultation nor to the enterprise nor to the expert.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::knowledge_article;
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::knowledge::content::StandardRef;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::policy::{Articles, permit, published_to};
use crate::knowledge::store::Article;
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde::{Deserialize, Serialize};

/// A product kind of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeKind)]
pub struct KindRef {
    /// The code.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

/// A published article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeArticle)]
pub struct ArticleView {
    /// Identifier of the article.
    pub id: ArticleId,
    /// One line.
    pub title: String,
    /// The product kinds that it is about.
    pub product_kinds: Vec<KindRef>,
    /// The items that failed.
    pub failed_items: Vec<String>,
    /// The standards that it rests on.
    pub standards: Vec<StandardRef>,
    /// What was asked.
    pub question: String,
    /// What caused it; may be empty.
    pub cause: String,
    /// What was done about it; may be empty.
    pub actions: String,
    /// Result of the corrective actions.
    pub result: String,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

/// The product kinds of these codes.
#[must_use]
pub fn kinds(codes: &[String], catalogue: &Catalogue) -> Vec<KindRef> {
    let named = |code: &String| match catalogue.products.kind(code) {
        Some(kind) => {
            KindRef { code: kind.code.clone(), name_zh: kind.name_zh.clone(), name_en: kind.name_en.clone() }
        }
        None => KindRef { code: code.clone(), name_zh: code.clone(), name_en: code.clone() },
    };
    codes.iter().map(named).collect()
}

/// What everyone sees of an article.
#[must_use]
pub fn view(article: Article, catalogue: &Catalogue) -> ArticleView {
    let content = article.content();
    ArticleView {
        id: article.id,
        title: content.title,
        product_kinds: kinds(&content.product_kinds, catalogue),
        failed_items: content.failed_items,
        standards: content.standards,
        question: content.question,
        cause: content.cause,
        actions: content.actions,
        result: content.result,
        published_at: article.published_at,
    }
}

/// Where articles are searched.
pub const TEXTS: Columns = Columns {
    texts: &["knowledge_article.search_text"],
    readings: &["knowledge_article.search_readings"],
    code: false,
};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ArticleFilter {
    /// Only those in which these words stand, or whose title is read so.
    pub q: Option<String>,
    /// Code or name of a product kind.
    pub product_kind: Option<String>,
    /// Only those about this failed item, however it is written.
    pub failed_item: Option<String>,
    /// Only those that rest on this standard, however it is written.
    pub standard: Option<String>,
}

/// A text without NUL, which PostgreSQL does not take and no article has.
fn plain(text: &str) -> String {
    text.replace('\0', "")
}

fn narrowed(mut query: Articles, filter: &ArticleFilter, catalogue: &Catalogue) -> Articles {
    // As of a form: an empty field narrows nothing.
    let says = |text: &&str| !text.trim().is_empty();
    if let Some(kind) = filter.product_kind.as_deref().filter(says) {
        let code = catalogue.products.kind(kind).map_or_else(|| plain(kind), |kind| kind.code.clone());
        query = query.filter(knowledge_article::product_kinds.contains(vec![code]));
    }
    if let Some(item) = filter.failed_item.as_deref().filter(says) {
        query = query.filter(
            sql::<Bool>("EXISTS (SELECT FROM unnest(knowledge_article.failed_items) AS i WHERE strpos(search_fold(i), search_fold(")
                .bind::<Text, _>(plain(item))
                .sql(")) > 0)"),
        );
    }
    if let Some(standard) = filter.standard.as_deref().filter(says) {
        query = query.filter(
            sql::<Bool>("EXISTS (SELECT FROM unnest(knowledge_article.standards) AS s WHERE strpos(search_fold(s), search_fold(")
                .bind::<Text, _>(plain(standard))
                .sql(")) > 0)"),
        );
    }
    query
}

/// A page of the published articles, newest first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    filter: &ArticleFilter,
    slice: Slice,
) -> Result<Page<ArticleView>, Problem> {
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Article>> {
        let mut query = narrowed(published_to(actor), filter, catalogue);
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
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(page.map(|row| view(row, catalogue)))
}

/// How many published articles a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    filter: &ArticleFilter,
) -> Result<Total, Problem> {
    let mut query = narrowed(published_to(actor), filter, catalogue).select(knowledge_article::id);
    if let Some(found) = Search::new(filter.q.as_deref(), TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// One published article.
///
/// # Errors
/// 404 where there is none that the actor may read.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    id: ArticleId,
) -> Result<ArticleView, Problem> {
    let row: Article =
        published_to(actor).filter(knowledge_article::id.eq(id)).select(Article::as_select()).first(conn)?;
    Ok(view(row, catalogue))
}

/// Whether the actor may withdraw what it reads: officers of the article's region.
///
/// # Errors
/// When the database can't be asked.
pub fn may_work_on(conn: &mut PgConnection, actor: &Actor, id: ArticleId) -> Result<bool, Problem> {
    if permit(actor).is_err() {
        return Ok(false);
    }
    let seen = crate::knowledge::policy::visible_to(actor).filter(knowledge_article::id.eq(id));
    Ok(seen.count().get_result::<i64>(conn)? > 0)
}
