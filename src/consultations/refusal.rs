//! An enterprise does not want an expert: never again, and not in what is open.

use crate::accounts::store::of_expert;
use crate::consultations::assign::tell_former;
use crate::consultations::offers::{Round, note_answer, pass_on};
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{StepNote, audit, lock, remove, step};
use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId};
use crate::db::schema::{consultation, consultation_panel, enterprise, expert, expert_refusal};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::Vetting;
use crate::experts::wake::MATCHER;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Excludes an expert from all consultations of one's enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefuseExpert {
    /// Whom.
    pub expert: ExpertId,
    /// Why, for the regulators.
    pub reason: String,
}

/// Takes that back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawRefusal {
    /// Whom.
    pub expert: ExpertId,
}

fn mine(tx: &mut Tx, id: ExpertId) -> Result<EnterpriseId, Problem> {
    let me = match tx.actor.scope() {
        Some(Scope::Enterprise(me)) => *me,
        Some(_) => return Err(Problem::forbidden()),
        None => return Err(Problem::unauthenticated()),
    };
    let known = expert::table.find(id).filter(expert::vetting.eq(Vetting::Approved)).count();
    if known.get_result::<i64>(&mut *tx.conn)? == 0 {
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
        let me = mine(tx, self.expert)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
        use expert_refusal as r;
        diesel::insert_into(r::table)
            .values((
                r::enterprise_id.eq(me),
                r::expert_id.eq(self.expert),
                r::reason.eq(&reason),
                r::created_by.eq(account),
                r::created_at.eq(tx.now),
            ))
            .on_conflict((r::enterprise_id, r::expert_id))
            .do_update()
            .set(r::reason.eq(&reason))
            .execute(&mut *tx.conn)?;
        note(tx, me, Self::NAME, json!({ "expert": self.expert, "reason": reason }))?;
        let open: Vec<ConsultationId> = consultation::table
            .filter(consultation::enterprise_id.eq(me))
            .filter(consultation::expert_id.eq(self.expert))
            .filter(consultation::status.eq_any([Status::Offered, Status::Active]))
            .order(consultation::id)
            .select(consultation::id)
            .load(&mut *tx.conn)?;
        for id in open {
            let mut row = lock(tx, id)?;
            if row.expert_id != Some(self.expert) || row.status == Status::Concluded {
                continue;
            }
            let round = if row.status == Status::Active { Round::New } else { Round::Same };
            step(
                tx,
                &mut row,
                Step::Withdraw,
                StepNote { expert: Some(self.expert), note: Some(reason.clone()) },
            )?;
            note_answer(tx, row.id, "withdrawn", Some(&reason))?;
            audit(tx, &row, "withdraw", json!({ "expert": self.expert }))?;
            tell_former(tx, &row, self.expert, "")?;
            pass_on(tx, row, round)?;
        }
        self.leave_panels(tx, me)?;
        Ok(self.expert)
    }
}

impl RefuseExpert {
    fn leave_panels(&self, tx: &mut Tx, me: EnterpriseId) -> Result<(), Problem> {
        use consultation_panel as p;
        let seats: Vec<ConsultationId> = p::table
            .inner_join(consultation::table)
            .filter(consultation::enterprise_id.eq(me))
            .filter(p::expert_id.eq(self.expert))
            .filter(p::seated)
            .order(p::consultation_id)
            .select(p::consultation_id)
            .load(&mut *tx.conn)?;
        for id in seats {
            diesel::update(p::table.find((id, self.expert)))
                .set(p::seated.eq(false))
                .execute(&mut *tx.conn)?;
            if let Some(account) = of_expert(&mut tx.conn, self.expert)? {
                remove(tx, id, account.id)?;
            }
        }
        Ok(())
    }
}

impl Command for WithdrawRefusal {
    type Output = ExpertId;
    const NAME: &'static str = "withdraw_refusal";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let me = mine(tx, self.expert)?;
        let gone = diesel::delete(expert_refusal::table.find((me, self.expert))).execute(&mut *tx.conn)?;
        if gone == 0 {
            return Err(Problem::not_found());
        }
        note(tx, me, Self::NAME, json!({ "expert": self.expert }))?;
        tx.wake(MATCHER);
        Ok(self.expert)
    }
}
