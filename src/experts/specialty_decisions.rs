//! Changes of specialties after the vetting: an officer approves or rejects each, the expert may take a proposal back.

use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{expert, expert_specialty_change as c};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::application::KnownSpecialty;
use crate::experts::ids::SpecialtyChangeId;
use crate::experts::mails::Mail;
use crate::experts::notices::mail_expert;
use crate::experts::policy::{acting_expert, locked_facts, may_vet, permit_vetting};
use crate::experts::specialty_change::SpecialtyChangeState;
use crate::experts::specialty_store::{end, put};
use crate::experts::wake::MATCHER;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Approves a proposed specialty: the expert is matched by it from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveSpecialty {
    /// The proposal.
    pub id: SpecialtyChangeId,
    /// A word to the expert, if there is one.
    pub reason: Option<String>,
}

/// Rejects a proposed specialty.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RejectSpecialty {
    /// The proposal.
    pub id: SpecialtyChangeId,
    /// The reason, for the expert.
    pub reason: String,
}

/// Takes back a specialty that one proposed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawSpecialty {
    /// The proposal.
    pub id: SpecialtyChangeId,
}

type Found = (ExpertId, SpecialtyChangeState, Option<String>, Option<String>, i32, Vec<String>);

/// The change with its expert's row locked, before its own.
fn load(
    tx: &mut Tx,
    id: SpecialtyChangeId,
) -> Result<(ExpertId, SpecialtyChangeState, KnownSpecialty), Problem> {
    let expert: ExpertId = c::table.find(id).select(c::expert_id).first(&mut *tx.conn)?;
    expert::table.find(expert).select(expert::id).for_update().first::<ExpertId>(&mut *tx.conn)?;
    let (expert, state, kind, class, level, items): Found = c::table
        .find(id)
        .select((c::expert_id, c::state, c::product_kind, c::product_class, c::level, c::items))
        .for_update()
        .first(&mut *tx.conn)?;
    Ok((expert, state, KnownSpecialty { kind, class, level, items }))
}

fn undecided(state: SpecialtyChangeState) -> Result<(), Problem> {
    if state == SpecialtyChangeState::Proposed {
        return Ok(());
    }
    Err(Problem::new(
        Code::SpecialtyChangeDecided,
        Text::new("该专长变更已处理", "this change of specialties has been decided or taken back already"),
    ))
}

fn decide(
    tx: &mut Tx,
    id: SpecialtyChangeId,
    state: SpecialtyChangeState,
    reason: Option<&str>,
) -> Result<Decided, Problem> {
    permit_vetting(&tx.actor)?;
    let (expert, before, one) = load(tx, id)?;
    let facts = locked_facts(&mut tx.conn, expert)?;
    if !may_vet(&tx.actor, &facts, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    undecided(before)?;
    end(tx, id, state, reason)?;
    let approved = state == SpecialtyChangeState::Approved;
    if approved {
        put(tx, expert, &one)?;
        diesel::update(expert::table.find(expert))
            .set(expert::updated_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        tx.wake(MATCHER);
    }
    let (zh, en) = one.names(&tx.catalogue);
    let mail = Mail::SpecialtyDecided {
        specialty_zh: zh,
        specialty_en: en,
        approved,
        reason: reason.unwrap_or_default().into(),
    };
    mail_expert(tx, expert, &mail)?;
    let data = json!({
        "change": id, "product_kind": one.kind, "product_class": one.class, "level": one.level, "reason": reason,
    });
    Ok(Decided { expert, region: facts.regions.into_iter().next(), data })
}

/// What the audit says of a decision.
struct Decided {
    expert: ExpertId,
    region: Option<String>,
    data: Value,
}

impl Decided {
    fn subject(&self) -> Subject<'_> {
        Subject { region: self.region.as_deref(), ..Subject::new("expert", self.expert.0) }
    }
}

impl Command for ApproveSpecialty {
    type Output = ExpertId;
    const NAME: &'static str = "approve_specialty";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let mut fields = Fields::new();
        let reason = fields.optional_text("/reason", self.reason.as_deref(), 1000);
        fields.done()?;
        let decided = decide(tx, self.id, SpecialtyChangeState::Approved, reason.as_deref())?;
        tx.audit(Self::NAME, decided.subject(), decided.data.clone())?;
        Ok(decided.expert)
    }
}

impl Command for RejectSpecialty {
    type Output = ExpertId;
    const NAME: &'static str = "reject_specialty";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let decided = decide(tx, self.id, SpecialtyChangeState::Rejected, Some(&reason))?;
        tx.audit(Self::NAME, decided.subject(), decided.data.clone())?;
        Ok(decided.expert)
    }
}

impl Command for WithdrawSpecialty {
    type Output = ExpertId;
    const NAME: &'static str = "withdraw_specialty";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let me = acting_expert(&tx.actor)?;
        let (expert, state, _) = load(tx, self.id)?;
        if expert != me {
            return Err(Problem::not_found());
        }
        undecided(state)?;
        end(tx, self.id, SpecialtyChangeState::Withdrawn, None)?;
        tx.audit(Self::NAME, Subject::new("expert", me.0), json!({ "change": self.id }))?;
        Ok(me)
    }
}
