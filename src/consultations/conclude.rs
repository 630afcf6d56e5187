//! The end: the expert concludes, the enterprise rates.

use crate::consultations::answer::lock_for;
use crate::consultations::panel::rise;
use crate::consultations::policy::Action;
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{StepNote, announce, audit, history, opener, recipient, step};
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{consultation, expert};
use crate::db::{Command, Tx};
use crate::experts::wake::MATCHER;
use crate::notifications::{Mail, outbox};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Concludes a consultation. The statutory clock of the case goes on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConcludeConsultation {
    /// Which.
    pub id: ConsultationId,
    /// What came of it.
    pub conclusion: String,
}

/// Rates a concluded consultation, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RateConsultation {
    /// Which.
    pub id: ConsultationId,
    /// 1 to 5.
    pub rating: i32,
    /// Said with it.
    pub comment: Option<String>,
}

impl Command for ConcludeConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "conclude_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut row = lock_for(tx, self.id, Action::Lead)?;
        let mut fields = Fields::new();
        let conclusion = fields.text("/conclusion", &self.conclusion, 8000);
        fields.done()?;
        let expert = row.expert_id;
        step(tx, &mut row, Step::Conclude, StepNote { expert, note: None })?;
        row.concluded_at = Some(tx.now);
        diesel::update(consultation::table.find(row.id))
            .set((
                consultation::status.eq(row.status),
                consultation::concluded_at.eq(row.concluded_at),
                consultation::conclusion.eq(&conclusion),
                consultation::answer_due_at.eq(None::<DateTime<Utc>>),
                consultation::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        rise(tx, row.id)?;
        if let Some(to) = recipient(&opener(tx, &row)?) {
            let mail = Mail::ConsultationConcluded {
                subject: row.subject.clone(),
                conclusion: conclusion.into(),
                link: tx.link(&format!("/consultations/{}", row.id)),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        audit(tx, &row, Self::NAME, json!({}))?;
        announce(tx, &row)?;
        // The expert has a place free.
        tx.wake(MATCHER);
        Ok(row.id)
    }
}

impl Command for RateConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "rate_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let row = lock_for(tx, self.id, Action::Rate)?;
        let mut fields = Fields::new();
        fields.require((1..=5).contains(&self.rating), "/rating", "须为 1 到 5", "must be from 1 to 5");
        let comment = fields.optional_text("/comment", self.comment.as_deref(), 2000);
        fields.done()?;
        if row.status != Status::Concluded {
            return Err(Problem::new(
                Code::NotConcluded,
                Text::new("问诊办结后方可评价", "a consultation can be rated once it is concluded"),
            ));
        }
        if row.rating.is_some() {
            return Err(Problem::new(Code::AlreadyRated, Text::new("已经评价过", "it is rated already")));
        }
        diesel::update(consultation::table.find(row.id))
            .set((
                consultation::rating.eq(self.rating),
                consultation::rating_comment.eq(comment),
                consultation::rated_at.eq(tx.now),
                consultation::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        if let Some(id) = row.expert_id {
            diesel::update(expert::table.find(id))
                .set((
                    expert::rating_count.eq(expert::rating_count + 1),
                    expert::rating_sum.eq(expert::rating_sum + self.rating),
                ))
                .execute(&mut *tx.conn)?;
        }
        history(tx, &row, "rate", Some(row.status), StepNote::default())?;
        audit(tx, &row, Self::NAME, json!({ "rating": self.rating }))?;
        Ok(row.id)
    }
}
