//! An article in the database: loading and locking it, its text, its steps.

use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::schema::{knowledge_article, knowledge_event};
use crate::db::tx::Subject;
use crate::knowledge::content::{Content, StandardRef};
use crate::knowledge::ids::ArticleId;
use crate::knowledge::policy::{permit, sees};
use crate::knowledge::state::{ArticleState, ArticleStep, transition};
use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;

/// A row of `knowledge_article`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = knowledge_article, check_for_backend(Pg))]
pub struct Article {
    /// Identifier of the article.
    pub id: ArticleId,
    /// Where it comes from; none once the consultation was erased.
    pub consultation_id: Option<ConsultationId>,
    /// Code of the region whose officers decide.
    pub region: String,
    /// The expert of the consultation.
    pub expert_id: ExpertId,
    /// The state.
    pub state: ArticleState,
    /// The title.
    pub title: String,
    /// Codes of the product kinds.
    pub product_kinds: Vec<String>,
    /// The items that failed.
    pub failed_items: Vec<String>,
    /// The standards.
    pub standards: Vec<String>,
    /// The clause of each, empty where none is named.
    pub clauses: Vec<String>,
    /// What was asked.
    pub question: String,
    /// What caused it.
    pub cause: String,
    /// The corrective actions.
    pub actions: String,
    /// Result of the corrective actions.
    pub result: String,
    /// Why it was returned or withdrawn.
    pub reason: Option<String>,
    /// Who drafted it.
    pub created_by: AccountId,
    /// The moment when it was drafted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who submitted it last.
    pub submitted_by: Option<AccountId>,
    /// The moment of the last submission.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

impl Article {
    /// The texts of the article.
    #[must_use]
    pub fn content(&self) -> Content {
        let clause = |clause: &String| (!clause.is_empty()).then(|| clause.clone());
        let standards = self.standards.iter().zip(&self.clauses);
        Content {
            title: self.title.clone(),
            product_kinds: self.product_kinds.clone(),
            failed_items: self.failed_items.clone(),
            standards: standards
                .map(|(standard, of)| StandardRef { standard: standard.clone(), clause: clause(of) })
                .collect(),
            question: self.question.clone(),
            cause: self.cause.clone(),
            actions: self.actions.clone(),
            result: self.result.clone(),
        }
    }

    /// The subject of its entries of the audit.
    pub fn subject(&self) -> Subject<'_> {
        Subject::new("knowledge_article", self.id.0).in_region(&self.region)
    }
}

/// Loads and locks an article that the actor may work on.
///
/// # Errors
/// 404 where the actor may not know of it; 403 for who has no part in making articles.
pub fn load(tx: &mut Tx, id: ArticleId) -> Result<Article, Problem> {
    permit(&tx.actor)?;
    let row: Article =
        knowledge_article::table.find(id).for_update().select(Article::as_select()).first(&mut *tx.conn)?;
    if !sees(&tx.actor, &row.region, row.expert_id, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    Ok(row)
}

/// The columns with the clauses of standards.
pub fn columns(content: &Content) -> (Vec<&str>, Vec<&str>) {
    content.standards.iter().map(|s| (s.standard.as_str(), s.clause.as_deref().unwrap_or_default())).unzip()
}

/// Writes the text of an article.
///
/// # Errors
/// When the database refuses.
pub fn save(tx: &mut Tx, id: ArticleId, content: &Content) -> Result<(), Problem> {
    use knowledge_article as a;
    let (standards, clauses) = columns(content);
    diesel::update(a::table.find(id))
        .set((
            a::title.eq(&content.title),
            a::product_kinds.eq(&content.product_kinds),
            a::failed_items.eq(&content.failed_items),
            a::standards.eq(standards),
            a::clauses.eq(clauses),
            a::question.eq(&content.question),
            a::cause.eq(&content.cause),
            a::actions.eq(&content.actions),
            a::result.eq(&content.result),
            a::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Takes a step with an article: its state and its history. The command writes the audit. Gives the state after it.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn take(
    tx: &mut Tx,
    article: &Article,
    step: ArticleStep,
    note: Option<&str>,
) -> Result<ArticleState, Problem> {
    let to = transition(article.state, step)?;
    if to != article.state {
        diesel::update(knowledge_article::table.find(article.id))
            .set((knowledge_article::state.eq(to), knowledge_article::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
    }
    note_event(tx, article.id, (Some(article.state), to), step, note)?;
    Ok(to)
}

/// Adds a line to the history of an article, whose row is locked.
///
/// # Errors
/// When the database refuses.
pub fn note_event(
    tx: &mut Tx,
    id: ArticleId,
    (from, to): (Option<ArticleState>, ArticleState),
    step: ArticleStep,
    note: Option<&str>,
) -> Result<(), Problem> {
    use knowledge_event as e;
    let last: Option<i32> = e::table.filter(e::article_id.eq(id)).select(max(e::seq)).first(&mut *tx.conn)?;
    diesel::insert_into(e::table)
        .values((
            e::article_id.eq(id),
            e::seq.eq(last.unwrap_or(0) + 1),
            e::step.eq(step),
            e::from_state.eq(from),
            e::to_state.eq(to),
            e::account_id.eq(tx.actor.account()),
            e::note.eq(note),
            e::at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
