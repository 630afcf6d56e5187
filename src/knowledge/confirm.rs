//! Confirming what the stripping found: each is replaced, or said to be harmless.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::schema::knowledge_finding;
use crate::db::{Command, Tx};
use crate::knowledge::content::{ArticleField, Content};
use crate::knowledge::draft::known;
use crate::knowledge::findings::{self, Finding, FindingDecision, refresh};
use crate::knowledge::ids::{ArticleId, FindingId};
use crate::knowledge::state::{ArticleStep, transition};
use crate::knowledge::store::{load, save, take};
use crate::knowledge::stripping::{MOST, replace};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is decided on one finding.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingToConfirm {
    /// The finding.
    pub finding: FindingId,
    /// `replaced` or `harmless`.
    pub decision: ConfirmedAs,
    /// What is to stand in its place, at most 40 characters; what is proposed where nothing is named.
    #[serde(default)]
    pub replacement: Option<String>,
}

crate::word_enum! {
    /// How a finding is confirmed.
    pub enum ConfirmedAs {
        /// It is replaced.
        Replaced = "replaced",
        /// It leads to nobody and stays.
        Harmless = "harmless",
    }
}

/// Confirms findings of an article that is not submitted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfirmFindings {
    /// The article.
    pub id: ArticleId,
    /// What is decided, 1 to 500.
    pub decisions: Vec<FindingToConfirm>,
}

/// The most characters of a replacement.
const MAX_REPLACEMENT: usize = 40;

impl Command for ConfirmFindings {
    type Output = ArticleId;
    const NAME: &'static str = "confirm_findings";

    fn run(&self, tx: &mut Tx) -> Result<ArticleId, Problem> {
        let article = load(tx, self.id)?;
        transition(article.state, ArticleStep::Confirm)?;
        let all = findings::of(&mut tx.conn, article.id)?;
        let mut fields = Fields::new();
        fields.require(
            (1..=MOST).contains(&self.decisions.len()),
            "/decisions",
            "须有 1 到 500 项",
            "must be 1 to 500",
        );
        let mut decided: Vec<(&Finding, ConfirmedAs, String)> = Vec::new();
        for (n, one) in self.decisions.iter().enumerate().take(MOST) {
            let is_place = |finding: &&Finding| {
                finding.id == one.finding && finding.decision != FindingDecision::Replaced
            };
            let Some(finding) = all.iter().find(is_place).filter(|f| decided.iter().all(|d| d.0.id != f.id))
            else {
                fields.fault(
                    format!("/decisions/{n}/finding"),
                    "没有这一项待确认的脱敏结果",
                    "is no finding of this article that can be confirmed",
                );
                continue;
            };
            let asked = one.replacement.as_deref().unwrap_or(&finding.replacement);
            let at = format!("/decisions/{n}/replacement");
            let replacement = fields.text(&at, asked, MAX_REPLACEMENT);
            fields.require(
                !replacement.contains(['\n', '\r', '\t']),
                &at,
                "须为一行文字",
                "must be one line",
            );
            decided.push((finding, one.decision, replacement));
        }
        fields.done()?;
        for (finding, decision, replacement) in &decided {
            write(tx, finding.id, *decision, replacement)?;
        }
        let content = replaced(article.content(), &decided);
        save(tx, article.id, &content)?;
        let known = known(tx, &article)?;
        refresh(tx, article.id, &content, &known, &[])?;
        take(tx, &article, ArticleStep::Confirm, None)?;
        tx.audit(Self::NAME, article.subject(), json!({ "findings": decided.len() }))?;
        Ok(article.id)
    }
}

fn write(tx: &mut Tx, id: FindingId, decision: ConfirmedAs, replacement: &str) -> Result<(), Problem> {
    use knowledge_finding as f;
    let decision = match decision {
        ConfirmedAs::Replaced => FindingDecision::Replaced,
        ConfirmedAs::Harmless => FindingDecision::Harmless,
    };
    diesel::update(f::table.find(id))
        .set((
            f::decision.eq(decision),
            f::replacement.eq(replacement),
            f::decided_by.eq(tx.actor.account()),
            f::decided_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// What an article says when some places are replaced.
fn replaced(mut content: Content, decided: &[(&Finding, ConfirmedAs, String)]) -> Content {
    for field in ArticleField::ALL {
        let places: Vec<(usize, usize, &str)> = decided
            .iter()
            .filter(|(finding, how, _)| finding.field == *field && *how == ConfirmedAs::Replaced)
            .map(|(finding, _, by)| (finding.span().0, finding.span().1, by.as_str()))
            .collect();
        if !places.is_empty() {
            content.set(*field, replace(&content.field(*field), &places));
        }
    }
    content
}
