//! A panel (会诊): the lead invites experts; who accepts has a seat, and gives one opinion, which agrees with the lead, dissents or abstains. It
//! can be revised; what is given after the conclusion is marked as such, and is not in the conclusion.
//!
//! A seat counts as one consultation of the expert's capacity, an invitation does not. The hard rules hold when the expert is invited and
//! again when the expert accepts. Until then the expert sees of the consultation what an invitation says, and no more
//! ([`crate::consultations::invitations`]).

use crate::consultations::agreement::{Agreement, NewOpinion};
use crate::consultations::changes::{Change, StepNote};
use crate::consultations::consultation::{Consultation, Row};
use crate::consultations::contacts::{enterprise_name, expert_recipient};
use crate::consultations::invitation_state::PanelInvitationState;
use crate::consultations::invitations::may_answer;
use crate::consultations::mails::Mail;
use crate::consultations::needs::need;
use crate::consultations::offers::excluded;
use crate::consultations::panel_store::{is_invited, is_seated, places_taken};
use crate::consultations::policy::{Action, load_for};
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::Status;
use crate::consultations::store::{audit, load, save};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use crate::matching::assess;
use crate::matching::choice::choose_this;
use crate::matching::model::rules::Exclusion;
use crate::matching::roster::memory::Moment;
use crate::matching::settings::MatchingSettings;
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

/// Takes back an invitation that is not answered yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawInvitation {
    /// The consultation.
    pub id: ConsultationId,
    /// The expert who was invited.
    pub expert: ExpertId,
}

/// Accepts the invitation to the panel of a consultation: the expert has a seat from then on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptInvitation {
    /// The consultation.
    pub id: ConsultationId,
}

/// Declines the invitation to the panel of a consultation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclineInvitation {
    /// The consultation.
    pub id: ConsultationId,
    /// The reason, if the expert gives one.
    pub reason: Option<String>,
}

/// Gives one's opinion on a consultation, or revises it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveOpinion {
    /// The consultation.
    pub id: ConsultationId,
    /// The opinion.
    pub opinion: String,
    /// Whether the expert agrees with the lead.
    pub agreement: Agreement,
    /// The reasons of a dissent.
    pub reason: Option<String>,
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
        not_on_it(tx, &c, self.expert)?;
        has_room(tx, &c)?;
        if let Some(rule) = rule_against(tx, &c, self.expert)? {
            return Err(excluded(&tx.actor, rule));
        }
        invite(tx, &mut c, self.expert, note)?;
        audit(tx, &c, Self::NAME, json!({ "expert": self.expert }))?;
        Ok(c.id)
    }
}

/// Refuses to invite an expert who has a seat, or is invited already.
fn not_on_it(tx: &mut Tx, row: &Row, expert: ExpertId) -> Result<(), Problem> {
    let text = if is_seated(tx, row.id, expert)? == Some(true) {
        Text::new("该专家已在会诊中", "this expert is on the panel already")
    } else if is_invited(tx, row.id, expert)? {
        Text::new("该专家已受邀，尚未答复", "this expert is invited already and has not answered yet")
    } else {
        return Ok(());
    };
    Err(Problem::new(Code::OnPanelAlready, text))
}

/// Refuses an invitation beyond the places of a panel.
fn has_room(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let most = tx.settings.section::<ConsultationSettings>().panel_places;
    if places_taken(tx, row.id)? < i64::from(most) {
        return Ok(());
    }
    Err(Problem::new(
        Code::PanelFull,
        Text::new(
            format!("会诊专家和未答复的邀请合计最多 {most} 人，已满；可先撤回未答复的邀请"),
            format!(
                "a panel has {most} places, invitations included, and all are taken; withdraw one that is not answered"
            ),
        ),
    ))
}

/// The hard rule that keeps an expert from the panel, if one does. Asking gives the expert nothing: an invitation takes no place, and does not
/// count as something that the expert was given.
///
/// # Errors
/// When the database can't be asked.
pub fn rule_against(tx: &mut Tx, row: &Row, expert: ExpertId) -> Result<Option<Exclusion>, Problem> {
    let need = need(tx, row)?;
    let moment = Moment { now: tx.now, catalogue: &tx.catalogue, cache: &tx.cache };
    let settings = tx.settings.section::<MatchingSettings>();
    let assessed = assess(&mut tx.conn, &need, moment, settings, &[expert])?;
    Ok(assessed.into_iter().flat_map(|expert| expert.rules).find(|rule| rule.is_hard()))
}

/// Invites an expert whom the rules allow, and informs the expert by mail.
///
/// # Errors
/// When the database refuses.
pub fn invite(
    tx: &mut Tx,
    c: &mut Consultation,
    expert: ExpertId,
    note: Option<String>,
) -> Result<(), Problem> {
    c.change(Change::Invite(expert, note.clone()));
    c.note("invite", StepNote { expert: Some(expert), note: note.clone() });
    // The enterprise learns who sits on the panel, not who was asked to.
    c.announce_inside();
    save(tx, c)?;
    if let Some(to) = expert_recipient(tx, expert)? {
        let mail = Mail::PanelInvitation {
            subject: c.subject.clone(),
            enterprise: enterprise_name(tx, c)?,
            note: note.unwrap_or_default().into(),
            link: tx.link("/"),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

impl Command for WithdrawInvitation {
    type Output = ConsultationId;
    const NAME: &'static str = "withdraw_invitation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Invite)?;
        if !is_invited(tx, c.id, self.expert)? {
            return Err(none_open());
        }
        withdraw(tx, &mut c, self.expert, None)?;
        audit(tx, &c, Self::NAME, json!({ "expert": self.expert }))?;
        Ok(c.id)
    }
}

/// Takes the open invitation of an expert back, and saves the consultation.
///
/// # Errors
/// When the database refuses.
pub fn withdraw(
    tx: &mut Tx,
    c: &mut Consultation,
    expert: ExpertId,
    reason: Option<String>,
) -> Result<(), Problem> {
    c.change(Change::Invitation(expert, PanelInvitationState::Withdrawn, reason.clone()));
    c.note("withdraw_invitation", StepNote { expert: Some(expert), note: reason });
    c.announce_inside();
    save(tx, c)
}

fn none_open() -> Problem {
    Problem::new(
        Code::InvitationAnswered,
        Text::new(
            "没有待答复的会诊邀请：已答复、已撤回或问诊已结束",
            "no invitation to the panel waits for an answer",
        ),
    )
}

/// The consultation to whose panel the acting expert was invited, locked, with the expert.
///
/// # Errors
/// 404 where the expert may know of no invitation; 409 where none is open any more.
fn invited(tx: &mut Tx, id: ConsultationId) -> Result<(Consultation, ExpertId), Problem> {
    let Some(Scope::Expert(me)) = tx.actor.scope().cloned() else { return Err(Problem::forbidden()) };
    let c = load(tx, id)?;
    if is_invited(tx, c.id, me)? {
        return Ok((c, me));
    }
    let known = may_answer(&mut tx.conn, &tx.actor, id.0)?;
    Err(if known { none_open() } else { Problem::not_found() })
}

impl Command for AcceptInvitation {
    type Output = ConsultationId;
    const NAME: &'static str = "accept_invitation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let (mut c, me) = invited(tx, self.id)?;
        under_way(&c)?;
        let need = need(tx, &c)?;
        let choice = choose_this(tx, &need, me, true)?.map_err(|rule| {
            let text = rule.text();
            Problem::new(
                Code::PanelRule,
                Text::new(
                    format!("派单规则不允许您参加本次会诊：{}", text.zh),
                    format!("a rule keeps you from this panel: {}", text.en),
                ),
            )
        })?;
        c.change(Change::Invitation(me, PanelInvitationState::Accepted, None));
        c.change(Change::Seat(me));
        c.change(Change::Joins(choice.account, "expert", false));
        c.note("join_panel", StepNote { expert: Some(me), note: None });
        c.announce();
        save(tx, &mut c)?;
        audit(tx, &c, Self::NAME, json!({ "expert": me }))?;
        Ok(c.id)
    }
}

impl Command for DeclineInvitation {
    type Output = ();
    const NAME: &'static str = "decline_invitation";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let mut fields = Fields::new();
        let reason = fields.optional_text("/reason", self.reason.as_deref(), 1000);
        fields.done()?;
        let (mut c, me) = invited(tx, self.id)?;
        c.change(Change::Invitation(me, PanelInvitationState::Declined, reason.clone()));
        c.note("decline_invitation", StepNote { expert: Some(me), note: reason });
        c.announce_inside();
        save(tx, &mut c)?;
        audit(tx, &c, Self::NAME, json!({ "expert": me }))
    }
}

impl Command for GiveOpinion {
    type Output = ConsultationId;
    const NAME: &'static str = "give_opinion";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Opine)?;
        let late = c.status == Status::Concluded && c.closed.is_none();
        let mut fields = Fields::new();
        let opinion =
            NewOpinion::check(&mut fields, &self.opinion, self.agreement, self.reason.as_deref(), late);
        fields.done()?;
        if !late {
            under_way(&c)?;
        }
        let Some(Scope::Expert(me)) = tx.actor.scope().cloned() else { return Err(Problem::forbidden()) };
        let sat = is_seated(tx, c.id, me)?.is_some();
        if c.expert_id != Some(me) && !sat {
            return Err(Problem::forbidden());
        }
        c.change(Change::Opinion(me, opinion));
        c.note(if late { "late_opinion" } else { "opinion" }, StepNote { expert: Some(me), note: None });
        // The enterprise sees the opinions with the conclusion.
        if late {
            c.announce();
        } else {
            c.announce_inside();
        }
        save(tx, &mut c)?;
        let data = json!({ "expert": me, "agreement": self.agreement, "after_conclusion": late });
        audit(tx, &c, Self::NAME, data)?;
        Ok(c.id)
    }
}
