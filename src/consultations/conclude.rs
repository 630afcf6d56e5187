//! The end: the expert concludes, the enterprise rates.

use crate::consultations::contacts::{enterprise_recipients, link};
use crate::consultations::mails::Mail;
use crate::consultations::policy::{Action, load_for};
use crate::consultations::status::{Closing, Status};
use crate::consultations::store::{audit, save};
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use crate::experts::ratings;
use crate::experts::wake::MATCHER;
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Concludes a consultation. The statutory clock of the case goes on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConcludeConsultation {
    /// The consultation to conclude.
    pub id: ConsultationId,
    /// The conclusion, at most 8,000 characters.
    pub conclusion: String,
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

impl Command for ConcludeConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "conclude_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Lead)?;
        let mut fields = Fields::new();
        let conclusion = fields.text("/conclusion", &self.conclusion, 8000);
        fields.done()?;
        c.conclude(conclusion.clone(), tx.now)?;
        c.announce();
        save(tx, &mut c)?;
        for to in enterprise_recipients(tx, &c)? {
            let mail = Mail::ConsultationConcluded {
                subject: c.subject.clone(),
                conclusion: conclusion.as_str().into(),
                link: link(tx, c.id),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        audit(tx, &c, Self::NAME, json!({}))?;
        // The expert has a place free.
        tx.wake(MATCHER);
        Ok(c.id)
    }
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
