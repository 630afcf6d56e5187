//! A concluded consultation is reopened, or one that was merged into another goes on by itself again: with the same expert if the expert has capacity, else with the one whom
//! matching finds.

use crate::consultations::changes::{Change, NewOffer, Round, StepNote};
use crate::consultations::consultation::{Consultation, Row};
use crate::consultations::contacts::{enterprise_name, enterprise_recipients, expert_follows, link};
use crate::consultations::mails::Mail;
use crate::consultations::merged_talks;
use crate::consultations::needs::need;
use crate::consultations::offers::{first_answer, offer_or_wait};
use crate::consultations::policy::{Action, load_for};
use crate::consultations::quota::permit_opening;
use crate::consultations::status::{Closing, Status, Step, transition};
use crate::consultations::store::{announce, audit, save};
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::schema::{consultation, consultation_panel};
use crate::db::{Command, Tx};
use crate::experts::ratings;
use crate::matching::choice::choose_this;
use crate::matching::need::Need;
use crate::matching::settings::MatchingSettings;
use crate::notifications::outbox;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Reopens a concluded consultation, within the days that the settings allow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReopenConsultation {
    /// The consultation to reopen.
    pub id: ConsultationId,
    /// The reason, kept in the history.
    pub reason: String,
}

/// Refuses to reopen a consultation in another status, one that ended more than so many days ago, and to its enterprise one that was merged into another.
/// Who may reopen at all is decided by [`permit`](crate::consultations::policy::permit).
///
/// # Errors
/// 409 with the reason.
pub fn require(actor: &Actor, row: &Row, days: u32, now: DateTime<Utc>) -> Result<(), Problem> {
    if row.closed == Some(Closing::Merged) && matches!(actor.scope(), Some(Scope::Enterprise(_))) {
        return Err(Problem::new(
            Code::ConsultationStatus,
            Text::new(
                "该问诊已合并到另一件问诊，请在那件问诊中继续；合并有误的，请联系监管人员恢复",
                "it was merged into another consultation; go on in that one, or ask the regulator to undo the merge",
            ),
        ));
    }
    transition(row.status, Step::Reopen)?;
    if row.concluded_at.is_none_or(|at| now - at > Duration::days(i64::from(days))) {
        return Err(Problem::new(
            Code::ReopenTooLate,
            Text::new(
                format!("办结已超过 {days} 天，请另行发起问诊"),
                format!("it was concluded more than {days} days ago; open another consultation"),
            ),
        ));
    }
    Ok(())
}

impl Command for ReopenConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "reopen_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Reopen)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let (former, merged) = (c.expert_id, c.closed == Some(Closing::Merged));
        require(&tx.actor, &c, tx.settings.section::<MatchingSettings>().reopen_days, tx.now)?;
        c.step(Step::Reopen, StepNote { expert: former, note: Some(reason.clone()) })?;
        if let Some(Scope::Enterprise(me)) = tx.actor.scope().cloned() {
            permit_opening(tx, me)?;
        }
        no_other_is_open(tx, &c)?;
        if let (Some(rating), Some(expert)) = (c.take_rating_back(), former) {
            ratings::take_back(tx, expert, rating)?;
        }
        let into = if merged { merged_talks::undo(tx, c.id)? } else { None };
        audit(tx, &c, Self::NAME, json!({ "reason": reason, "merged_into": into }))?;
        if let Some(into) = into {
            announce(tx, into)?;
        }
        c.begin_again(tx.now);
        save(tx, &mut c)?;
        let need = need(tx, &c)?;
        reseat(tx, &mut c, &need, former)?;
        let choice = match former {
            Some(former) => choose_this(tx, &need, former, true)?.ok(),
            None => None,
        };
        let Some(choice) = choice else {
            if let Some(former) = former {
                c.change(Change::Leaves(former));
            }
            c.release(Round::New, tx.now)?;
            mail_people(tx, &c, None, &reason)?;
            offer_or_wait(tx, &mut c, true)?;
            return Ok(self.id);
        };
        let expert = choice.expert;
        c.step(Step::Assign, StepNote { expert: Some(expert), note: None })?;
        c.pin(false);
        c.hold(expert, choice.account, tx.now, first_answer(tx))?;
        c.change(Change::Offer(Box::new(NewOffer::accepted(choice, tx.now))));
        c.announce();
        save(tx, &mut c)?;
        mail_people(tx, &c, Some(expert), &reason)?;
        Ok(self.id)
    }
}

/// A nonconformity has one open consultation at a time.
fn no_other_is_open(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let Some(about) = row.nonconformity_id else { return Ok(()) };
    let others = consultation::table
        .filter(consultation::nonconformity_id.eq(about))
        .filter(consultation::status.ne(Status::Concluded))
        .count();
    if others.get_result::<i64>(&mut *tx.conn)? > 0 {
        return Err(Problem::new(
            Code::ConsultationOpenAlready,
            Text::new(
                "该不合格记录已有进行中的问诊",
                "there is an open consultation about this nonconformity already",
            ),
        ));
    }
    Ok(())
}

/// Experts of the panel whom the rules still allow get their seats again; the others no longer take part.
fn reseat(tx: &mut Tx, c: &mut Consultation, need: &Need, lead: Option<ExpertId>) -> Result<(), Problem> {
    use consultation_panel as p;
    let members: Vec<ExpertId> = p::table
        .filter(p::consultation_id.eq(c.id))
        .filter(p::expert_id.ne_all(lead))
        .order(p::expert_id)
        .select(p::expert_id)
        .load(&mut *tx.conn)?;
    for member in members {
        let allowed = choose_this(tx, need, member, true)?.is_ok();
        c.change(if allowed { Change::Seat(member) } else { Change::Leaves(member) });
    }
    save(tx, c)
}

/// Informs the enterprise by mail, and the expert who holds it again, where one does.
fn mail_people(tx: &mut Tx, row: &Row, expert: Option<ExpertId>, reason: &str) -> Result<(), Problem> {
    let enterprise = enterprise_name(tx, row)?;
    let mut people = enterprise_recipients(tx, row)?;
    if let Some(expert) = expert {
        people.extend(expert_follows(tx, expert)?);
    }
    for to in people {
        let mail = Mail::ConsultationReopened {
            subject: row.subject.clone(),
            enterprise: enterprise.clone(),
            same_expert: expert.is_some(),
            reason: reason.into(),
            link: link(tx, row.id),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}
