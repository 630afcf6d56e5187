//! The expert asks the enterprise for information: until it answers, the time within which it is to be answered does not run
//! (`response_targets`, above).
//!
//! The question is a line of the history that the enterprise sees. Its next message is the answer; that it came is noted by the platform
//! a moment later, or by the next question.

use crate::chat::streams;
use crate::consultations::consultation::Consultation;
use crate::consultations::contacts::{enterprise_recipients, link};
use crate::consultations::mails::Mail;
use crate::consultations::policy::{Action, load_for};
use crate::consultations::status::Status;
use crate::consultations::store::{audit, load, save};
use crate::core::actor::Role;
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Asks the enterprise for information.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskInformation {
    /// The consultation.
    pub id: ConsultationId,
    /// What is to be handed in, at most 1,000 characters.
    pub question: String,
}

/// Withdraws the question for information.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelInformationRequest {
    /// The consultation.
    pub id: ConsultationId,
}

/// Notes that the enterprise has answered the question for information. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReceiveInformation {
    /// The consultation.
    pub id: ConsultationId,
}

/// Notes the answer of the enterprise, where it has written since it was asked.
fn note_answer(tx: &mut Tx, c: &mut Consultation) -> Result<bool, Problem> {
    let Some(asked) = c.information_asked_at else { return Ok(false) };
    if !streams::has_role_written(&mut tx.conn, c.id, Role::Enterprise, asked)? {
        return Ok(false);
    }
    c.information_received();
    Ok(true)
}

impl Command for AskInformation {
    type Output = ConsultationId;
    const NAME: &'static str = "ask_information";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Lead)?;
        let mut fields = Fields::new();
        let question = fields.text("/question", &self.question, 1000);
        fields.done()?;
        if c.status != Status::Active {
            let status = c.status.text();
            return Err(Problem::new(
                Code::ConsultationStatus,
                Text::new(
                    format!("问诊当前状态为“{}”，不能请企业补充材料", status.zh),
                    format!(
                        "the consultation is {}; the enterprise is asked for information while it is under way",
                        status.en
                    ),
                ),
            ));
        }
        if c.information_asked_at.is_some() && !note_answer(tx, &mut c)? {
            return Err(Problem::new(
                Code::ConsultationStatus,
                Text::new(
                    "已请企业补充材料，企业尚未答复",
                    "the enterprise is asked for information already and has not answered yet",
                ),
            ));
        }
        c.ask_information(question.clone(), tx.now);
        c.announce();
        save(tx, &mut c)?;
        for to in enterprise_recipients(tx, &c)? {
            let (subject, link) = (c.subject.clone(), link(tx, c.id));
            let mail = Mail::InformationAsked { subject, question: question.as_str().into(), link };
            outbox::enqueue(tx, &to, &mail)?;
        }
        audit(tx, &c, Self::NAME, json!({}))?;
        Ok(c.id)
    }
}

impl Command for CancelInformationRequest {
    type Output = ConsultationId;
    const NAME: &'static str = "cancel_information_request";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Lead)?;
        if c.information_asked_at.is_none() {
            return Err(Problem::new(
                Code::ConsultationStatus,
                Text::new("没有待企业补充的材料", "the enterprise is not asked for information"),
            ));
        }
        c.stop_asking();
        c.announce();
        save(tx, &mut c)?;
        audit(tx, &c, Self::NAME, json!({}))?;
        Ok(c.id)
    }
}

impl Command for ReceiveInformation {
    type Output = bool;
    const NAME: &'static str = "receive_information";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let mut c = load(tx, self.id)?;
        let noted = note_answer(tx, &mut c)?;
        if noted {
            c.announce();
            save(tx, &mut c)?;
        }
        Ok(noted)
    }
}
