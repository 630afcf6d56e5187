//! Merging of doubles: a consultation that asks the same as another one of its enterprise is merged into that one, and is over.
//!
//! Its talk stays where it is, is read as before, and is read by whoever holds the other one as well. Nothing is copied. A merge that was
//! wrong is undone by the officers, who reopen the consultation ([`crate::consultations::reopen`]).

use crate::accounts::store::of_expert;
use crate::consultations::changes::StepNote;
use crate::consultations::consultation::Consultation;
use crate::consultations::contacts::{
    enterprise_name, enterprise_recipients, expert_follows, expert_recipient, link,
};
use crate::consultations::mails::Mail;
use crate::consultations::merged_talks;
use crate::consultations::policy::{Action, permit, sees_loaded};
use crate::consultations::status::{Closing, Status};
use crate::consultations::store::{audit, load_both, save};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use crate::experts::wake::MATCHER;
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Merges a consultation into another one of the same enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MergeConsultation {
    /// The consultation that is over then.
    pub id: ConsultationId,
    /// The one that goes on.
    pub into: ConsultationId,
    /// The reason, which all who take part can read.
    pub reason: String,
}

impl Command for MergeConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "merge_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let (c, target) = load_both(tx, self.id, self.into)?;
        let Some(mut c) = c else { return Err(Problem::not_found()) };
        if !sees_loaded(tx, &c)? {
            return Err(Problem::not_found());
        }
        permit(&tx.actor, Action::Merge, &c)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        let target = self.checked(tx, &mut fields, &c, target)?;
        fields.done()?;
        let Some(mut target) = target else { return Err(Problem::not_found()) };
        permit(&tx.actor, Action::Merge, &target)?;
        if target.status == Status::Concluded {
            return Err(Problem::new(
                Code::ConsultationStatus,
                Text::new(
                    "目标问诊已结束，不能并入",
                    "the consultation into which it is to be merged is over",
                ),
            ));
        }
        let (expert, held) = (c.expert_id, c.status == Status::Active);
        c.close(Closing::Merged, Some(reason.clone()), tx.now)?;
        c.announce();
        save(tx, &mut c)?;
        merged_talks::note(tx, c.id, target.id)?;
        target.note("merged_in", StepNote { expert: None, note: Some(reason.clone()) });
        target.announce();
        save(tx, &mut target)?;
        if let Some(holder) = target.expert_id.filter(|_| target.status == Status::Active)
            && let Some(account) = of_expert(&mut tx.conn, holder)?
        {
            merged_talks::join(tx, target.id, account.id)?;
        }
        audit(tx, &c, Self::NAME, json!({ "into": target.id, "expert": expert, "reason": reason }))?;
        audit(tx, &target, "take_in_consultation", json!({ "merged": c.id, "reason": reason }))?;
        inform(tx, &c, &target, expert.map(|expert| (expert, held)), &reason)?;
        // The expert, and the enterprise among those that wait, have a place free.
        tx.wake(MATCHER);
        Ok(c.id)
    }
}

impl MergeConsultation {
    /// The one that goes on, where it can be named at all. What the actor may not see is the same as what does not exist.
    fn checked(
        &self,
        tx: &mut Tx,
        fields: &mut Fields,
        c: &Consultation,
        target: Option<Consultation>,
    ) -> Result<Option<Consultation>, Problem> {
        if self.id == self.into {
            fields.fault("/into", "不能合并到自身", "must be another consultation");
            return Ok(None);
        }
        let target = match target {
            Some(target) if sees_loaded(tx, &target)? => target,
            _ => {
                fields.fault("/into", "没有该问诊", "there is no such consultation");
                return Ok(None);
            }
        };
        let same = target.enterprise_id == c.enterprise_id;
        fields.require(same, "/into", "须为同一企业的问诊", "must be a consultation of the same enterprise");
        Ok(Some(target))
    }
}

/// Informs the people of both by mail: the enterprise, who had the one or was asked, and who holds the other. Only who sees the other one
/// is told which it is.
fn inform(
    tx: &mut Tx,
    c: &Consultation,
    target: &Consultation,
    former: Option<(ExpertId, bool)>,
    reason: &str,
) -> Result<(), Problem> {
    let enterprise = enterprise_name(tx, c)?;
    let mail = |into: &str, link: String| Mail::ConsultationMerged {
        subject: c.subject.clone(),
        enterprise: enterprise.clone(),
        into: into.to_owned(),
        reason: reason.into(),
        link,
    };
    let me = match tx.actor.scope() {
        Some(Scope::Expert(me)) => Some(*me),
        _ => None,
    };
    let holder = target.expert_id.filter(|holder| target.status == Status::Active && Some(*holder) != me);
    let mut people = enterprise_recipients(tx, c)?;
    if let Some(holder) = holder {
        people.extend(expert_follows(tx, holder)?);
    }
    for to in people {
        let mail = mail(&target.subject, link(tx, target.id));
        outbox::enqueue(tx, &to, &mail)?;
    }
    let Some((expert, held)) = former.filter(|(expert, _)| Some(*expert) != me && Some(*expert) != holder)
    else {
        return Ok(());
    };
    let (to, address) = if held {
        (expert_follows(tx, expert)?, link(tx, c.id))
    } else {
        (expert_recipient(tx, expert)?, String::new())
    };
    let Some(to) = to else { return Ok(()) };
    let mail = mail("", address);
    outbox::enqueue(tx, &to, &mail).map(drop)
}
