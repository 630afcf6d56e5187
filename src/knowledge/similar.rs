//! What is like a question: articles and standards, by the words of the question, the product kind and the failed items.
//!
//! The score of an article is 0 to 100 and the sum of three parts that can be told in a sentence: up to 60 for the share of the question's
//! words that it has (rare words count for more, those of very many articles for nothing), 25 for the same product kind or 10 for one of the
//! same class, 15 for a failed item of the same name. A standard has the score of the best article that rests on it.
//!
//! The time is bounded: the question is short, a word looks at no more articles than `COMMON`, and no more articles than `LOOKED_AT` are
//! scored.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::search::folded;
use crate::db::schema::knowledge_article;
use crate::knowledge::content::StandardRef;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::policy::published_to;
use crate::knowledge::queries::{KindRef, kinds};
use crate::knowledge::store::Article;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The most characters of a question.
pub const MAX_TEXT: usize = 500;
/// Articles that have a word, from which on it says nothing.
const COMMON: i64 = 1_000;
/// Articles that are scored.
const LOOKED_AT: i64 = 100;
/// The least score of an article that is shown.
const LEAST: u32 = 8;
/// Characters of an excerpt.
const EXCERPT: usize = 120;

/// What a question is about.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Its words.
    pub text: String,
    /// Codes of product kinds.
    pub product_kinds: Vec<String>,
    /// Failed items.
    pub failed_items: Vec<String>,
}

/// Why an article is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeReasons)]
pub struct Reasons {
    /// The share of the question's words that it has, in percent; rare words count for more.
    pub words: u32,
    /// It is about the same product kind.
    pub same_kind: bool,
    /// It is about a kind of the same class.
    pub same_class: bool,
    /// The failed items that both name.
    pub failed_items: Vec<String>,
}

/// An article that is like a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeSimilarArticle)]
pub struct SimilarArticle {
    /// Identifier of the article.
    pub id: ArticleId,
    /// One line.
    pub title: String,
    /// The beginning of what came of it.
    pub excerpt: String,
    /// The product kinds.
    pub product_kinds: Vec<KindRef>,
    /// The failed items.
    pub failed_items: Vec<String>,
    /// The standards.
    pub standards: Vec<StandardRef>,
    /// How like it is, 0 to 100.
    pub score: u32,
    /// What the score is made of.
    pub reasons: Reasons,
}

/// A standard on which articles rest that are like a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeSimilarStandard)]
pub struct SimilarStandard {
    /// The standard.
    pub standard: String,
    /// The clauses that these articles name.
    pub clauses: Vec<String>,
    /// How many of them rest on it.
    pub articles: u32,
    /// The score of the best of them, 0 to 100.
    pub score: u32,
}

/// What is like a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = KnowledgeSimilar)]
pub struct Similar {
    /// Articles, the most like first.
    pub articles: Vec<SimilarArticle>,
    /// Standards, those of the articles most like first.
    pub standards: Vec<SimilarStandard>,
}

#[derive(QueryableByName)]
struct Share {
    #[diesel(sql_type = SqlUuid)]
    id: ArticleId,
    #[diesel(sql_type = Double)]
    share: f64,
}

/// The share of the weight of a question's words that an article has; of those articles that have the most of it, and of the newest that are about
/// the same kind. A word weighs the more the fewer articles have it.
const SHARES: &str = "
    WITH asked AS MATERIALIZED (
        SELECT w.word, (SELECT count(*) FROM (
                   SELECT FROM knowledge_word k WHERE k.word = w.word LIMIT $3 + 1) AS part) AS articles
        FROM unnest(knowledge_words($1)) AS w(word)
    ), total AS (SELECT greatest(count(*), 1)::float8 AS articles FROM (
        SELECT FROM knowledge_article WHERE state = 'published' LIMIT 10000) AS part
    ), weighed AS MATERIALIZED (
        SELECT a.word, ln(1 + t.articles / greatest(a.articles, 1)) AS weight
        FROM asked a, total t WHERE a.articles <= $3
    ), shared AS (
        SELECT k.article_id AS id, sum(w.weight) / (SELECT sum(weight) FROM weighed) AS share
        FROM weighed w JOIN knowledge_word k ON k.word = w.word
        GROUP BY k.article_id ORDER BY 2 DESC LIMIT $4
    ), of_kind AS (
        SELECT id FROM knowledge_article WHERE state = 'published' AND product_kinds && $2 ORDER BY id DESC LIMIT $4
    )
    SELECT id, share::float8 AS share FROM shared
    UNION ALL
    SELECT k.id, 0 FROM of_kind k WHERE NOT EXISTS (SELECT FROM shared s WHERE s.id = k.id)";

/// The articles and standards that are most like a question, at most so many of each.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    question: &Question,
    most: usize,
) -> Result<Similar, Problem> {
    let text = format!("{}\n{}", question.text, question.failed_items.join("\n"));
    let shares: Vec<Share> = diesel::sql_query(SHARES)
        .bind::<Text, _>(text)
        .bind::<Array<Text>, _>(&question.product_kinds)
        .bind::<BigInt, _>(COMMON)
        .bind::<BigInt, _>(LOOKED_AT)
        .load(conn)?;
    let shares: HashMap<ArticleId, f64> = shares.into_iter().map(|row| (row.id, row.share)).collect();
    let rows: Vec<Article> = published_to(actor)
        .filter(knowledge_article::id.eq_any(shares.keys().copied().collect::<Vec<_>>()))
        .select(Article::as_select())
        .load(conn)?;
    let scored = |row: Article| {
        let share = shares.get(&row.id).copied().unwrap_or(0.0);
        scored(row, share, question, catalogue)
    };
    let mut all: Vec<SimilarArticle> =
        rows.into_iter().map(scored).filter(|article| article.score >= LEAST).collect();
    all.sort_by(|a, b| b.score.cmp(&a.score).then(b.id.cmp(&a.id)));
    let standards = standards(&all, most);
    all.truncate(most);
    Ok(Similar { articles: all, standards })
}

/// A share of 0 to 1 in percent.
fn percent(share: f64) -> u32 {
    (0..=100).rev().find(|n| f64::from(*n) <= share * 100.0 + 0.5).unwrap_or(0)
}

fn scored(row: Article, share: f64, question: &Question, catalogue: &Catalogue) -> SimilarArticle {
    let class = |code: &String| catalogue.products.kind(code).map(|kind| kind.class.clone());
    let same_kind = row.product_kinds.iter().any(|code| question.product_kinds.contains(code));
    let classes: Vec<String> = question.product_kinds.iter().filter_map(class).collect();
    let same_class = row.product_kinds.iter().filter_map(class).any(|class| classes.contains(&class));
    let asked: Vec<String> = question.failed_items.iter().map(|item| folded(item)).collect();
    let shared = |item: &&String| {
        let item = folded(item);
        asked.iter().any(|one| !one.is_empty() && (item.contains(one) || one.contains(&item)))
    };
    let failed_items: Vec<String> = row.failed_items.iter().filter(shared).cloned().collect();
    let words = percent(share);
    let kind = if same_kind { 25 } else { u32::from(same_class) * 10 };
    let score = words * 60 / 100 + kind + u32::from(!failed_items.is_empty()) * 15;
    let content = row.content();
    SimilarArticle {
        id: row.id,
        excerpt: content.result.chars().take(EXCERPT).collect(),
        title: content.title,
        product_kinds: kinds(&content.product_kinds, catalogue),
        failed_items: content.failed_items,
        standards: content.standards,
        score: score.min(100),
        reasons: Reasons { words, same_kind, same_class, failed_items },
    }
}

/// The standards of articles, which stand in the order of their scores.
fn standards(articles: &[SimilarArticle], most: usize) -> Vec<SimilarStandard> {
    let mut all: Vec<SimilarStandard> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for article in articles {
        let mut counted: Vec<usize> = Vec::new();
        for one in &article.standards {
            let at = *places.entry(folded(&one.standard)).or_insert_with(|| {
                all.push(SimilarStandard {
                    standard: one.standard.clone(),
                    clauses: Vec::new(),
                    articles: 0,
                    score: article.score,
                });
                all.len() - 1
            });
            let Some(found) = all.get_mut(at) else { continue };
            if let Some(clause) = one.clause.as_ref().filter(|clause| !found.clauses.contains(clause)) {
                found.clauses.push(clause.clone());
            }
            if !counted.contains(&at) {
                counted.push(at);
                found.articles += 1;
            }
        }
    }
    all.truncate(most);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_percents() {
        assert_eq!([0.0, 0.004, 0.006, 0.5, 1.0, 2.0].map(percent), [0, 0, 1, 50, 100, 100]);
        assert_eq!(percent(f64::NAN), 0);
    }

    #[test]
    fn standards_are_told_once_in_the_order_of_their_articles() {
        let article = |score, standards: &[(&str, &str)]| SimilarArticle {
            id: ArticleId::new(),
            title: String::new(),
            excerpt: String::new(),
            product_kinds: Vec::new(),
            failed_items: Vec::new(),
            standards: standards
                .iter()
                .map(|(standard, clause)| StandardRef {
                    standard: (*standard).to_owned(),
                    clause: Some((*clause).to_owned()),
                })
                .collect(),
            score,
            reasons: Reasons { words: 0, same_kind: false, same_class: false, failed_items: Vec::new() },
        };
        let all = [
            article(80, &[("GB/T 3956-2008", "5.1"), ("GB/T 3956-2008", "5.2")]),
            article(40, &[("GB 5023", "1"), ("gb/t3956—2008", "5.1")]),
        ];
        let told: Vec<_> = standards(&all, 5)
            .into_iter()
            .map(|s| format!("{} {} {} {}", s.standard, s.clauses.join("+"), s.articles, s.score))
            .collect();
        assert_eq!(told, ["GB/T 3956-2008 5.1+5.2 2 80", "GB 5023 1 1 40"]);
        assert_eq!(standards(&all, 1).len(), 1);
    }
}
