//! Drafting an article from a concluded consultation, and changing its text.

use crate::consultations::Status;
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::{Code, Problem, Text};
use crate::db::Command;
use crate::db::Tx;
use crate::db::schema::knowledge_article;
use crate::knowledge::content::{Content, StandardRef};
use crate::knowledge::findings::refresh;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::policy::permit;
use crate::knowledge::source::{self, Source};
use crate::knowledge::state::{ArticleState, ArticleStep, transition};
use crate::knowledge::store::{Article, columns, load, note_event, save, take};
use crate::knowledge::stripping::Known;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Drafts an article from a concluded consultation, by its expert or an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftArticle {
    /// The consultation, which its expert has concluded.
    pub consultation: ConsultationId,
}

impl Command for DraftArticle {
    type Output = ArticleId;
    const NAME: &'static str = "draft_article";

    fn run(&self, tx: &mut Tx) -> Result<ArticleId, Problem> {
        permit(&tx.actor)?;
        let actor = tx.actor.clone();
        let source = source::load(&mut tx.conn, &actor, self.consultation)?;
        let c = &source.consultation;
        let expert = c.expert.as_ref().map(|expert| expert.id);
        if let Some(Scope::Expert(me)) = actor.scope()
            && expert != Some(*me)
        {
            let mut problem = Problem::forbidden();
            problem.detail =
                Text::new("只有主诊专家可以整理知识条目", "only the expert who led it may draft the article");
            return Err(problem);
        }
        let (Some(expert), Some(account)) = (expert, actor.account()) else { return Err(not_concluded()) };
        if c.status != Status::Concluded || !c.is_concluded_by_expert() {
            return Err(not_concluded());
        }
        let content = source.draft(&mut tx.conn)?;
        let id = ArticleId::new();
        let (standards, clauses) = columns(&content);
        use knowledge_article as a;
        let written = diesel::insert_into(a::table)
            .values((
                a::id.eq(id),
                a::consultation_id.eq(self.consultation),
                a::region.eq(&c.enterprise.region),
                a::expert_id.eq(expert),
                a::state.eq(ArticleState::Draft),
                a::title.eq(&content.title),
                a::product_kinds.eq(&content.product_kinds),
                a::failed_items.eq(&content.failed_items),
                a::standards.eq(standards),
                a::clauses.eq(clauses),
                a::question.eq(&content.question),
                a::cause.eq(&content.cause),
                a::actions.eq(&content.actions),
                a::result.eq(&content.result),
                a::created_by.eq(account),
                a::created_at.eq(tx.now),
                a::updated_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if written == 0 {
            return Err(Problem::new(
                Code::ArticleExists,
                Text::new("该问诊已整理为知识条目", "the consultation has an article already"),
            ));
        }
        note_event(tx, id, (None, ArticleState::Draft), ArticleStep::Draft, None)?;
        let catalogue = tx.catalogue.clone();
        let known = source.known(&mut tx.conn, &catalogue)?;
        let open = refresh(tx, id, &content, &known, &[])?;
        let article: Article =
            knowledge_article::table.find(id).select(Article::as_select()).first(&mut *tx.conn)?;
        tx.audit(Self::NAME, article.subject(), json!({ "findings": open }))?;
        Ok(id)
    }
}

/// What a person may change of an article. What is not named stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleChange {
    /// The title, at most 200 characters.
    #[serde(default)]
    pub title: Option<String>,
    /// Codes or names of the product kinds, 1 to 5.
    #[serde(default)]
    pub product_kinds: Option<Vec<String>>,
    /// The items that failed, at most 20.
    #[serde(default)]
    pub failed_items: Option<Vec<String>>,
    /// The standards with their clauses, at most 20.
    #[serde(default)]
    pub standards: Option<Vec<StandardRef>>,
    /// What was asked, at most 8,000 characters.
    #[serde(default)]
    pub question: Option<String>,
    /// What caused it, at most 8,000 characters.
    #[serde(default)]
    pub cause: Option<String>,
    /// What was done about it, at most 8,000 characters.
    #[serde(default)]
    pub actions: Option<String>,
    /// What came of it, at most 8,000 characters.
    #[serde(default)]
    pub result: Option<String>,
}

impl ArticleChange {
    fn onto(&self, known: Content) -> Content {
        Content {
            title: self.title.clone().unwrap_or(known.title),
            product_kinds: self.product_kinds.clone().unwrap_or(known.product_kinds),
            failed_items: self.failed_items.clone().unwrap_or(known.failed_items),
            standards: self.standards.clone().unwrap_or(known.standards),
            question: self.question.clone().unwrap_or(known.question),
            cause: self.cause.clone().unwrap_or(known.cause),
            actions: self.actions.clone().unwrap_or(known.actions),
            result: self.result.clone().unwrap_or(known.result),
        }
    }
}

/// Changes the text of an article that is not submitted. It is stripped again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditArticle {
    /// The article.
    pub id: ArticleId,
    /// The change.
    pub change: ArticleChange,
}

impl Command for EditArticle {
    type Output = ArticleId;
    const NAME: &'static str = "edit_article";

    fn run(&self, tx: &mut Tx) -> Result<ArticleId, Problem> {
        let article = load(tx, self.id)?;
        transition(article.state, ArticleStep::Edit)?;
        let before = article.content();
        let mut fields = Fields::new();
        let content = self.change.onto(before.clone()).check(&mut fields, &tx.catalogue);
        fields.done()?;
        save(tx, article.id, &content)?;
        let known = known(tx, &article)?;
        refresh(tx, article.id, &content, &known, &before.changed(&content))?;
        take(tx, &article, ArticleStep::Edit, None)?;
        tx.audit(Self::NAME, article.subject(), json!({}))?;
        Ok(article.id)
    }
}

/// What must not be in an article. Of one whose consultation is gone nothing is known but its forms.
///
/// # Errors
/// When the database can't be asked.
pub fn known(tx: &mut Tx, article: &Article) -> Result<Known, Problem> {
    let catalogue = tx.catalogue.clone();
    let Some(id) = article.consultation_id else { return Ok(Known::of_regions(&catalogue)) };
    let source: Source = source::load(&mut tx.conn, &Actor::System, id)?;
    source.known(&mut tx.conn, &catalogue)
}

fn not_concluded() -> Problem {
    Problem::new(
        Code::ConsultationStatus,
        Text::new(
            "专家办结的问诊方可整理为知识条目",
            "an article is made of a consultation that its expert has concluded",
        ),
    )
}
