//! The end: the expert concludes, the enterprise rates.

use crate::consultations::conclusion::{ConclusionAction, ConclusionDocument, ConclusionOpinion, issue};
use crate::consultations::consultation::Consultation;
use crate::consultations::contacts::{enterprise_recipients, link};
use crate::consultations::mails::Mail;
use crate::consultations::panel_store::opinions_concluded;
use crate::consultations::panel_views::panels;
use crate::consultations::policy::{Action, load_for};
use crate::consultations::status::{Closing, Status, Step, transition};
use crate::consultations::store::{audit, save};
use crate::consultations::views::PanelView;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::published::{enterprise, expert};
use crate::db::{Command, Tx};
use crate::experts::ratings;
use crate::experts::wake::MATCHER;
use crate::notifications::outbox;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What an expert concludes, checked.
#[derive(Debug, Clone)]
pub struct NewConclusion {
    /// The conclusion.
    pub conclusion: String,
    /// What caused the problem.
    pub cause: Option<String>,
    /// The actions that the enterprise was advised.
    pub actions: Vec<ConclusionAction>,
    /// Why it is signed though experts of the panel have given no opinion.
    pub missing_opinions_reason: Option<String>,
}

/// Rates a concluded consultation, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RateConsultation {
    /// The consultation to rate.
    pub id: ConsultationId,
    /// The rating, 1 to 5.
    pub rating: i32,
    /// The comment, at most 2,000 characters.
    pub comment: Option<String>,
}

/// Concludes a consultation that the actor leads: gives the conclusion its number, informs the enterprise, and gives the number. The
/// statutory clock of the case goes on. What the conclusion names of cases is the caller's, from above.
///
/// # Errors
/// Where the status does not allow it; 409 `opinions_missing`.
pub fn conclude(tx: &mut Tx, c: &mut Consultation, new: NewConclusion) -> Result<String, Problem> {
    transition(c.status, Step::Conclude)?;
    let document = document(tx, c, new)?;
    opinions_concluded(tx, c.id)?;
    let number = issue(tx, c.id, &document)?;
    c.conclude(document.conclusion.clone(), number.clone(), tx.now)?;
    c.announce();
    save(tx, c)?;
    for to in enterprise_recipients(tx, c)? {
        let mail = Mail::ConsultationConcluded {
            subject: c.subject.clone(),
            conclusion: document.conclusion.as_str().into(),
            link: link(tx, c.id),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    // The expert has a place free.
    tx.wake(MATCHER);
    Ok(number)
}

/// The document of a conclusion, with the names as they are now.
fn document(tx: &mut Tx, c: &Consultation, new: NewConclusion) -> Result<ConclusionDocument, Problem> {
    let (enterprise, uscc) = enterprise::table
        .find(c.enterprise_id)
        .select((enterprise::name, enterprise::uscc))
        .first::<(String, String)>(&mut *tx.conn)?;
    let expert: Option<(String, String)> = match c.expert_id {
        Some(id) => Some(expert::table.find(id).select((expert::name, expert::title)).first(&mut *tx.conn)?),
        None => None,
    };
    let (name, title) = expert.unwrap_or_default();
    let catalogue = tx.catalogue.clone();
    let kind = catalogue.products.kind(&c.product_kind);
    let panel = panels(&mut tx.conn, &[c.id])?.remove(&c.id).unwrap_or_default();
    let missing = missing_opinions(c.expert_id, &panel);
    if !missing.is_empty() && new.missing_opinions_reason.is_none() {
        return Err(opinions_missing(&missing));
    }
    let opinion = |member: PanelView| {
        let PanelView { expert, name, opinion, agreement, reason, .. } = member;
        Some(ConclusionOpinion { expert: Some(expert), name, opinion: opinion?, agreement, reason })
    };
    Ok(ConclusionDocument {
        enterprise,
        uscc,
        product_zh: kind.map_or_else(|| c.product_kind.clone(), |k| k.name_zh.clone()),
        product_en: kind.map_or_else(|| c.product_kind.clone(), |k| k.name_en.clone()),
        subject: c.subject.clone(),
        signed_by: name.clone(),
        expert: name,
        expert_title: title,
        cause: new.cause,
        conclusion: new.conclusion,
        actions: new.actions,
        opinions: panel.into_iter().filter_map(opinion).collect(),
        missing_opinions_reason: new.missing_opinions_reason.filter(|_| !missing.is_empty()),
        missing_opinions: missing,
    })
}

/// The experts who sit on the panel and have given no opinion, by name.
pub fn missing_opinions(lead: Option<ExpertId>, panel: &[PanelView]) -> Vec<String> {
    panel
        .iter()
        .filter(|member| member.seated && member.opinion.is_none() && Some(member.expert) != lead)
        .map(|member| member.name.clone())
        .collect()
}

fn opinions_missing(names: &[String]) -> Problem {
    let mut problem = Problem::new(
        Code::OpinionsMissing,
        Text::new(
            format!("{} 尚未发表会诊意见，请等待其发表意见，或说明不等待的原因", names.join("、")),
            format!("no opinion yet from {}; wait for it, or say why you sign without", names.join(", ")),
        ),
    );
    let text = Text::new("请说明不等待会诊意见的原因", "say why you sign without the opinions");
    problem.errors.push(FieldError::body("/missing_opinions_reason", text));
    problem
}

impl Command for RateConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "rate_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Rate)?;
        let mut fields = Fields::new();
        fields.require((1..=5).contains(&self.rating), "/rating", "须为 1 到 5", "must be from 1 to 5");
        let comment = fields.optional_text("/comment", self.comment.as_deref(), 2000);
        fields.done()?;
        if c.status != Status::Concluded {
            return Err(Problem::new(
                Code::NotConcluded,
                Text::new("问诊办结后方可评价", "a consultation can be rated once it is concluded"),
            ));
        }
        if c.closed == Some(Closing::Merged) {
            return Err(Problem::new(
                Code::ConsultationStatus,
                Text::new(
                    "该问诊已合并到另一件问诊，请在那件问诊办结后评价",
                    "it was merged into another consultation; rate that one once it is concluded",
                ),
            ));
        }
        if !c.closed.is_none_or(Closing::was_answered) {
            return Err(Problem::new(
                Code::ConsultationStatus,
                Text::new(
                    "专家尚未答复，问诊即已由企业撤回或结束，不能评价",
                    "your enterprise ended the consultation before an expert had answered; it can't be rated",
                ),
            ));
        }
        if c.rating.is_some() {
            return Err(Problem::new(Code::AlreadyRated, Text::new("已经评价过", "it is rated already")));
        }
        c.rate(self.rating, comment, tx.now);
        save(tx, &mut c)?;
        if let Some(expert) = c.expert_id {
            ratings::add(tx, expert, self.rating)?;
        }
        audit(tx, &c, Self::NAME, json!({ "rating": self.rating }))?;
        Ok(c.id)
    }
}
