//! An enterprise excludes an expert: from what it opens later, and from what is open.

use crate::consultations::assign::mail_former;
use crate::consultations::changes::{Change, Round, StepNote};
use crate::consultations::consultation::Consultation;
use crate::consultations::offers::pass_on;
use crate::consultations::panel::withdraw;
use crate::consultations::panel_store::{invited_to, is_invited, is_seated};
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{audit, load, save};
use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId};
use crate::db::published::enterprise;
use crate::db::schema::{consultation, consultation_panel};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::refusals;
use crate::experts::wake::MATCHER;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Excludes an expert from all consultations of one's enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefuseExpert {
    /// The expert.
    pub expert: ExpertId,
    /// The reason, shown to the regulators.
    pub reason: String,
}

/// Takes the exclusion of an expert back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawRefusal {
    /// The expert.
    pub expert: ExpertId,
}

fn enterprise_of_caller(tx: &mut Tx, id: ExpertId) -> Result<EnterpriseId, Problem> {
    let me = match tx.actor.scope() {
        Some(Scope::Enterprise(me)) => *me,
        Some(_) => return Err(Problem::forbidden()),
        None => return Err(Problem::unauthenticated()),
    };
    if !refusals::is_approved(tx, id)? {
        return Err(Problem::not_found());
    }
    Ok(me)
}

fn note(tx: &mut Tx, me: EnterpriseId, action: &str, data: serde_json::Value) -> Result<(), Problem> {
    let region: String = enterprise::table.find(me).select(enterprise::region).first(&mut *tx.conn)?;
    tx.audit(action, Subject::new("enterprise", me.0).in_region(&region), data)
}

impl Command for RefuseExpert {
    type Output = ExpertId;
    const NAME: &'static str = "refuse_expert";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let me = enterprise_of_caller(tx, self.expert)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
        refusals::add(tx, me, self.expert, account, &reason)?;
        note(tx, me, Self::NAME, json!({ "expert": self.expert, "reason": reason }))?;
        // All are locked before any expert is.
        let mut concerned = Vec::new();
        for id in self.concerned(tx, me)? {
            concerned.push(load(tx, id)?);
        }
        for c in &mut concerned {
            self.withdraw(tx, c, &reason)?;
            self.leave_panel(tx, c)?;
        }
        Ok(self.expert)
    }
}

impl RefuseExpert {
    /// The enterprise's consultations that the expert holds, is offered, or on whose panel the expert sits or is invited to.
    fn concerned(&self, tx: &mut Tx, me: EnterpriseId) -> Result<Vec<ConsultationId>, Problem> {
        use consultation_panel as p;
        let held = consultation::table
            .filter(consultation::enterprise_id.eq(me))
            .filter(consultation::expert_id.eq(self.expert))
            .filter(consultation::status.eq_any([Status::Offered, Status::Active]))
            .select(consultation::id);
        let seats = p::table
            .inner_join(consultation::table)
            .filter(consultation::enterprise_id.eq(me))
            .filter(p::expert_id.eq(self.expert))
            .filter(p::seated)
            .select(p::consultation_id);
        let mut ids: Vec<ConsultationId> = held.load(&mut *tx.conn)?;
        ids.extend(seats.load::<ConsultationId>(&mut *tx.conn)?);
        let invited = invited_to(&mut tx.conn, self.expert)?;
        let of_mine = consultation::table
            .filter(consultation::enterprise_id.eq(me))
            .filter(consultation::id.eq_any(invited))
            .select(consultation::id);
        ids.extend(of_mine.load::<ConsultationId>(&mut *tx.conn)?);
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// Takes a consultation from the expert, if the expert holds it or is offered it, and offers it to others.
    fn withdraw(&self, tx: &mut Tx, c: &mut Consultation, reason: &str) -> Result<(), Problem> {
        let round = match c.status {
            _ if c.expert_id != Some(self.expert) => return Ok(()),
            Status::Active => Round::New,
            Status::Offered => Round::Same,
            Status::Waiting | Status::Concluded => return Ok(()),
        };
        c.step(Step::Withdraw, StepNote { expert: Some(self.expert), note: Some(reason.to_owned()) })?;
        c.change(Change::Answer("withdrawn", Some(reason.to_owned())));
        audit(tx, c, "withdraw", json!({ "expert": self.expert }))?;
        mail_former(tx, c, self.expert, "")?;
        pass_on(tx, c, round)
    }

    /// Ends the expert's seat on the panel, or the invitation to it, if there is one.
    fn leave_panel(&self, tx: &mut Tx, c: &mut Consultation) -> Result<(), Problem> {
        if is_invited(tx, c.id, self.expert)? {
            withdraw(tx, c, self.expert, None)?;
        }
        if is_seated(tx, c.id, self.expert)? != Some(true) {
            return Ok(());
        }
        c.change(Change::Unseat(self.expert));
        c.change(Change::Leaves(self.expert));
        save(tx, c)
    }
}

impl Command for WithdrawRefusal {
    type Output = ExpertId;
    const NAME: &'static str = "withdraw_refusal";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let me = enterprise_of_caller(tx, self.expert)?;
        if !refusals::withdraw(tx, me, self.expert)? {
            return Err(Problem::not_found());
        }
        note(tx, me, Self::NAME, json!({ "expert": self.expert }))?;
        tx.wake(MATCHER);
        Ok(self.expert)
    }
}
