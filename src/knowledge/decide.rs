//! Submitting an article, and deciding on it: approving, returning, withdrawing, giving up.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{knowledge_article, knowledge_finding};
use crate::db::{Command, Tx};
use crate::knowledge::draft::known;
use crate::knowledge::findings::{FindingDecision, refresh};
use crate::knowledge::ids::ArticleId;
use crate::knowledge::notices;
use crate::knowledge::state::{ArticleStep, transition};
use crate::knowledge::store::{Article, load, take};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Submits an article whose findings are all confirmed; by the expert of the consultation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubmitArticle {
    /// The article.
    pub id: ArticleId,
}

/// Approves an article, which is published by that; by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveArticle {
    /// The article.
    pub id: ArticleId,
}

/// Returns an article to its expert; by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReturnArticle {
    /// The article.
    pub id: ArticleId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

/// Withdraws a published article; by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawArticle {
    /// The article.
    pub id: ArticleId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

/// Gives up an article that is not submitted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DiscardArticle {
    /// The article.
    pub id: ArticleId,
}

/// The most characters of a reason.
const MAX_REASON: usize = 1_000;

/// Refuses anybody but an officer.
fn officer(tx: &Tx) -> Result<(), Problem> {
    match tx.actor.scope() {
        Some(Scope::Admin(_)) => Ok(()),
        _ => {
            let mut problem = Problem::forbidden();
            problem.detail = Text::new("由监管人员办理", "officers decide this");
            Err(problem)
        }
    }
}

/// Strips the text once more, since names may have come that were not known before, and refuses while anything is open.
fn confirmed(tx: &mut Tx, article: &Article) -> Result<(), Problem> {
    let known = known(tx, article)?;
    let open = refresh(tx, article.id, &article.content(), &known, &[])?;
    if open == 0 {
        return Ok(());
    }
    Err(Problem::new(
        Code::FindingsUnconfirmed,
        Text::new(
            format!("还有 {open} 项脱敏结果未确认"),
            format!("findings that are not confirmed yet: {open}"),
        ),
    ))
}

impl Command for SubmitArticle {
    type Output = ArticleId;
    const NAME: &'static str = "submit_article";

    fn run(&self, tx: &mut Tx) -> Result<ArticleId, Problem> {
        let article = load(tx, self.id)?;
        let (Some(account), Some(Scope::Expert(_))) = (tx.actor.account(), tx.actor.scope()) else {
            let mut problem = Problem::forbidden();
            problem.detail = Text::new("由主诊专家提交", "the expert who led the consultation submits it");
            return Err(problem);
        };
        transition(article.state, ArticleStep::Submit)?;
        let mut fields = Fields::new();
        article.content().check(&mut fields, &tx.catalogue);
        fields.done()?;
        confirmed(tx, &article)?;
        diesel::update(knowledge_article::table.find(article.id))
            .set((knowledge_article::submitted_by.eq(account), knowledge_article::submitted_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        take(tx, &article, ArticleStep::Submit, None)?;
        notices::submitted(tx, &article)?;
        tx.audit(Self::NAME, article.subject(), json!({}))?;
        Ok(article.id)
    }
}

impl Command for ApproveArticle {
    type Output = ArticleId;
    const NAME: &'static str = "approve_article";

    fn run(&self, tx: &mut Tx) -> Result<ArticleId, Problem> {
        let article = load(tx, self.id)?;
        officer(tx)?;
        transition(article.state, ArticleStep::Approve)?;
        if article.submitted_by == tx.actor.account() {
            return Err(Problem::forbidden());
        }
        confirmed(tx, &article)?;
        use {knowledge_article as a, knowledge_finding as f};
        diesel::update(a::table.find(article.id))
            .set((
                a::published_at.eq(tx.now),
                a::decided_by.eq(tx.actor.account()),
                a::reason.eq(None::<String>),
            ))
            .execute(&mut *tx.conn)?;
        // What was replaced is known to nobody from now on.
        diesel::update(
            f::table.filter(f::article_id.eq(article.id)).filter(f::decision.eq(FindingDecision::Replaced)),
        )
        .set(f::found.eq(None::<String>))
        .execute(&mut *tx.conn)?;
        take(tx, &article, ArticleStep::Approve, None)?;
        notices::published(tx, &article)?;
        tx.audit(Self::NAME, article.subject(), json!({}))?;
        Ok(article.id)
    }
}

/// Takes a step of an officer that needs a reason. Gives the article as it was, and the reason.
fn decide(tx: &mut Tx, id: ArticleId, step: ArticleStep, reason: &str) -> Result<(Article, String), Problem> {
    let article = load(tx, id)?;
    officer(tx)?;
    transition(article.state, step)?;
    let mut fields = Fields::new();
    let reason = fields.text("/reason", reason, MAX_REASON);
    fields.done()?;
    diesel::update(knowledge_article::table.find(article.id))
        .set((knowledge_article::reason.eq(&reason), knowledge_article::decided_by.eq(tx.actor.account())))
        .execute(&mut *tx.conn)?;
    take(tx, &article, step, Some(&reason))?;
    Ok((article, reason))
}

impl Command for ReturnArticle {
    type Output = ArticleId;
    const NAME: &'static str = "return_article";

    fn run(&self, tx: &mut Tx) -> Result<ArticleId, Problem> {
        let (article, reason) = decide(tx, self.id, ArticleStep::Return, &self.reason)?;
        notices::returned(tx, &article, &reason)?;
        tx.audit(Self::NAME, article.subject(), json!({ "reason": reason }))?;
        Ok(article.id)
    }
}

impl Command for WithdrawArticle {
    type Output = ArticleId;
    const NAME: &'static str = "withdraw_article";

    fn run(&self, tx: &mut Tx) -> Result<ArticleId, Problem> {
        let (article, reason) = decide(tx, self.id, ArticleStep::Withdraw, &self.reason)?;
        notices::withdrawn(tx, &article, &reason)?;
        tx.audit(Self::NAME, article.subject(), json!({ "reason": reason }))?;
        Ok(article.id)
    }
}

impl Command for DiscardArticle {
    type Output = ArticleId;
    const NAME: &'static str = "discard_article";

    fn run(&self, tx: &mut Tx) -> Result<ArticleId, Problem> {
        let article = load(tx, self.id)?;
        take(tx, &article, ArticleStep::Discard, None)?;
        tx.audit(Self::NAME, article.subject(), json!({}))?;
        Ok(article.id)
    }
}
