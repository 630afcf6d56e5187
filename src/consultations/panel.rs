//! A panel (会诊): the lead invites experts, each gives one opinion, revisable until the conclusion.
//!
//! A seat counts as one consultation of the expert's capacity, and the hard rules hold for it.

use crate::consultations::changes::{Change, StepNote};
use crate::consultations::consultation::{Consultation, Row};
use crate::consultations::contacts::{enterprise_name, expert_recipient, link};
use crate::consultations::mails::Mail;
use crate::consultations::needs::need;
use crate::consultations::offers::excluded;
use crate::consultations::policy::{Action, load_for};
use crate::consultations::status::Status;
use crate::consultations::store::{audit, is_seated, save};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use crate::matching::choice::{Choice, choose_this};
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Invites an expert to the panel of a consultation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InviteExpert {
    /// The consultation.
    pub id: ConsultationId,
    /// The expert.
    pub expert: ExpertId,
    /// What the expert is invited for.
    pub note: Option<String>,
}

/// Gives one's opinion on a consultation, or revises it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveOpinion {
    /// The consultation.
    pub id: ConsultationId,
    /// The opinion.
    pub opinion: String,
}

fn under_way(row: &Row) -> Result<(), Problem> {
    if row.status == Status::Active {
        return Ok(());
    }
    let status = row.status.text();
    Err(Problem::new(
        Code::ConsultationStatus,
        Text::new(
            format!("问诊当前状态为“{}”，不能进行此操作", status.zh),
            format!("the consultation is {}; a panel sits while it is under way", status.en),
        ),
    ))
}

impl Command for InviteExpert {
    type Output = ConsultationId;
    const NAME: &'static str = "invite_expert";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Invite)?;
        let mut fields = Fields::new();
        let note = fields.optional_text("/note", self.note.as_deref(), 1000);
        let leads = c.expert_id == Some(self.expert);
        fields.require(!leads, "/expert", "该专家就是主诊专家", "leads the consultation");
        fields.done()?;
        under_way(&c)?;
        if is_seated(tx, c.id, self.expert)? == Some(true) {
            return Err(Problem::new(
                Code::OnPanelAlready,
                Text::new("该专家已在会诊中", "this expert is on the panel already"),
            ));
        }
        let need = need(tx, &c)?;
        let choice = choose_this(tx, &need, self.expert, true)?.map_err(|rule| excluded(&tx.actor, rule))?;
        seat(tx, &mut c, &choice, note)?;
        audit(tx, &c, Self::NAME, json!({ "expert": self.expert }))?;
        Ok(c.id)
    }
}

/// Gives the expert who was chosen a seat on the panel, and informs the expert by mail.
///
/// # Errors
/// When the database refuses.
pub fn seat(tx: &mut Tx, c: &mut Consultation, choice: &Choice, note: Option<String>) -> Result<(), Problem> {
    c.change(Change::Seat(choice.expert));
    c.change(Change::Joins(choice.account, "expert", false));
    c.note("invite", StepNote { expert: Some(choice.expert), note: note.clone() });
    c.announce();
    save(tx, c)?;
    if let Some(to) = expert_recipient(tx, choice.expert)? {
        let mail = Mail::PanelInvitation {
            subject: c.subject.clone(),
            enterprise: enterprise_name(tx, c)?,
            note: note.unwrap_or_default().into(),
            link: link(tx, c.id),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

impl Command for GiveOpinion {
    type Output = ConsultationId;
    const NAME: &'static str = "give_opinion";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Opine)?;
        let mut fields = Fields::new();
        let opinion = fields.text("/opinion", &self.opinion, 8000);
        fields.done()?;
        under_way(&c)?;
        let Some(Scope::Expert(me)) = tx.actor.scope().cloned() else { return Err(Problem::forbidden()) };
        let invited = is_seated(tx, c.id, me)?.is_some();
        if c.expert_id != Some(me) && !invited {
            return Err(Problem::forbidden());
        }
        c.change(Change::Opinion(me, opinion));
        c.note("opinion", StepNote { expert: Some(me), note: None });
        // The enterprise sees the opinions with the conclusion.
        c.announce_inside();
        save(tx, &mut c)?;
        audit(tx, &c, Self::NAME, json!({ "expert": me }))?;
        Ok(c.id)
    }
}
