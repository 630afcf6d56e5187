//! Questions: asked beforehand and during a session, moderated by who holds it.

use crate::consultations::open::{InTheNameOf, OpenConsultation};
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ConsultationId, EnterpriseId};
use crate::core::{Code, Problem, Text};
use crate::db::schema::{online_session_member, online_session_question};
use crate::db::{Command, Tx};
use crate::online_sessions::ids::{OnlineSessionId, QuestionId};
use crate::online_sessions::notices;
use crate::online_sessions::settings::OnlineSessionSettings;
use crate::online_sessions::state::{OnlineQuestionState, OnlineSessionStep, transition};
use crate::online_sessions::store::{self, not_now};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a question and of an answer.
const MAX: usize = 4_000;

/// Asks a question, of an enterprise that has signed up, until the session is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskQuestion {
    /// The session.
    pub id: OnlineSessionId,
    /// The question, at most 4,000 characters.
    pub text: String,
}

impl Command for AskQuestion {
    type Output = OnlineSessionId;
    const NAME: &'static str = "ask_in_online_session";

    fn run(&self, tx: &mut Tx) -> Result<OnlineSessionId, Problem> {
        use online_session_member as m;
        use online_session_question as q;
        let (row, enterprise) = store::invited(tx, self.id)?;
        transition(row.state, OnlineSessionStep::Ask)?;
        if tx.now >= row.ends_at {
            return Err(not_now("线上问诊会已经结束", "the session is over"));
        }
        let signed: Option<DateTime<Utc>> =
            m::table.find((row.id, enterprise)).select(m::signed_up_at).first(&mut *tx.conn)?;
        if signed.is_none() {
            return Err(not_now("请先报名", "sign up first"));
        }
        let mut fields = Fields::new();
        let text = fields.text("/text", &self.text, MAX);
        let most = tx.settings.section::<OnlineSessionSettings>().questions_per_enterprise;
        let asked: i64 = q::table
            .filter(q::session_id.eq(row.id))
            .filter(q::enterprise_id.eq(enterprise))
            .count()
            .get_result(&mut *tx.conn)?;
        fields.done()?;
        if asked >= i64::from(most) {
            let text = Text::new(
                format!("每家企业在一场线上问诊会中最多提 {most} 个问题"),
                format!("an enterprise asks at most {most} questions in a session"),
            );
            return Err(Problem::new(Code::TooManyQuestions, text));
        }
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        diesel::insert_into(q::table)
            .values((
                q::id.eq(QuestionId::new()),
                q::session_id.eq(row.id),
                q::enterprise_id.eq(enterprise),
                q::text.eq(&text),
                q::asked_by.eq(by),
                q::asked_at.eq(tx.now),
                q::during.eq(tx.now >= row.starts_at),
                q::state.eq(OnlineQuestionState::Waiting),
            ))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, OnlineSessionStep::Ask, None)?;
        store::audit(tx, &row, Self::NAME, json!({ "enterprise": enterprise }))?;
        Ok(row.id)
    }
}

crate::word_enum! {
    /// What becomes of a question.
    pub enum QuestionDecision {
        /// It is answered before all who signed up.
        Answer = "answer",
        /// It becomes a consultation of its enterprise.
        Consultation = "consultation",
        /// It is not for this session.
        Decline = "decline",
        /// Its answer was wrong and is replaced.
        Correct = "correct",
    }
}

impl QuestionDecision {
    /// The state of a question before it is decided so.
    pub const fn before(self) -> OnlineQuestionState {
        match self {
            Self::Correct => OnlineQuestionState::Answered,
            Self::Answer | Self::Consultation | Self::Decline => OnlineQuestionState::Waiting,
        }
    }
}

/// Deals with a question, once: answers it before all who signed up, turns it into a consultation, or declines it with a reason. An answer can be
/// corrected. Its enterprise is notified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideQuestion {
    /// The session.
    pub id: OnlineSessionId,
    /// The question.
    pub question: QuestionId,
    /// What becomes of it.
    pub decision: QuestionDecision,
    /// The answer, or the reason; not for a consultation.
    pub text: Option<String>,
}

/// The part of a question by which is decided.
#[derive(Queryable, Selectable)]
#[diesel(table_name = online_session_question, check_for_backend(Pg))]
struct Asked {
    enterprise_id: EnterpriseId,
    text: String,
    asked_by: AccountId,
    state: OnlineQuestionState,
}

impl Command for DecideQuestion {
    type Output = OnlineSessionId;
    const NAME: &'static str = "decide_online_question";

    fn run(&self, tx: &mut Tx) -> Result<OnlineSessionId, Problem> {
        use online_session_question as q;
        let row = store::load_managed(tx, self.id)?;
        transition(row.state, OnlineSessionStep::Answer)?;
        let asked: Asked = q::table
            .filter(q::id.eq(self.question))
            .filter(q::session_id.eq(row.id))
            .for_update()
            .select(Asked::as_select())
            .first(&mut *tx.conn)?;
        if asked.state != self.decision.before() {
            let (zh, en) = asked.state.words();
            let text =
                Text::new(format!("该提问{zh}"), format!("this can’t be done with the question now: {en}"));
            return Err(Problem::new(Code::OnlineSessionState, text));
        }
        let mut fields = Fields::new();
        let said = match self.decision {
            QuestionDecision::Consultation => None,
            QuestionDecision::Answer | QuestionDecision::Decline | QuestionDecision::Correct => {
                Some(fields.text("/text", self.text.as_deref().unwrap_or_default(), MAX))
            }
        };
        fields.done()?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        let (state, consultation) = match self.decision {
            QuestionDecision::Answer | QuestionDecision::Correct => (OnlineQuestionState::Answered, None),
            QuestionDecision::Decline => (OnlineQuestionState::Declined, None),
            QuestionDecision::Consultation => {
                let opened = self.open(tx, &row, &asked)?;
                (OnlineQuestionState::Consultation, Some(opened))
            }
        };
        diesel::update(q::table.find(self.question))
            .set((
                q::state.eq(state),
                q::answer.eq(&said),
                q::consultation_id.eq(consultation.map(|id| id.0)),
                q::answered_by.eq(by),
                q::answered_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, OnlineSessionStep::Answer, None)?;
        let data =
            json!({ "question": self.question, "decision": self.decision, "consultation": consultation });
        store::audit(tx, &row, Self::NAME, data)?;
        notices::decided(tx, &row, asked.enterprise_id)?;
        Ok(row.id)
    }
}

impl DecideQuestion {
    /// Opens a consultation of the enterprise with the question, within its limits, as it was asked by its person.
    fn open(&self, tx: &mut Tx, row: &store::Row, asked: &Asked) -> Result<ConsultationId, Problem> {
        let subject: String = asked.text.lines().next().unwrap_or_default().chars().take(100).collect();
        let opening = OpenConsultation {
            nonconformity: None,
            product_kind: row.product_kinds.first().cloned(),
            subject,
            question: asked.text.clone(),
            on_site: false,
            attachments: Vec::new(),
        };
        let whose = InTheNameOf {
            enterprise: asked.enterprise_id,
            account: asked.asked_by,
            system: Some(format!("线上问诊会：{}", row.topic)),
        };
        opening.open(tx, &whose)
    }
}
