//! Deciding of one member: it can't be reached, does not want help, comes back, gets another expert, is taken out.

use crate::accounts::people::active_experts;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::db::published::{enterprise, expert, expert_conflict};
use crate::db::schema::{circuit_member, circuit_stop};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::engagements::visits::fitness::require_fit;
use crate::experts::vocabulary::Vetting;
use crate::rounds::ids::{CircuitRoundId, MemberId};
use crate::rounds::keep::keep;
use crate::rounds::member_state::{MemberState, MemberStep, transition};
use crate::rounds::store;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a reason.
const MAX_REASON: usize = 1_000;

/// What is decided of a member.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CircuitMemberDecision)]
pub struct MemberDecision {
    /// The decision: `unreachable`, `decline`, `come_back`, `give_expert` or `remove`.
    #[schema(inline)]
    pub step: MemberStep,
    /// Why, at most 1,000 characters; needed but for `come_back` and `give_expert`.
    #[serde(default)]
    pub reason: Option<String>,
    /// The expert, for `give_expert` alone; none: nobody.
    #[serde(default)]
    #[schema(value_type = Option<ExpertId>)]
    pub expert_id: Option<ExpertId>,
}

/// Decides of a member.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideMember {
    /// The member.
    pub id: MemberId,
    /// The decision.
    pub decision: MemberDecision,
}

impl Command for DecideMember {
    type Output = MemberId;
    const NAME: &'static str = "decide_circuit_member";

    fn run(&self, tx: &mut Tx) -> Result<MemberId, Problem> {
        use circuit_member as m;
        let MemberDecision { step, reason, expert_id } = &self.decision;
        let programme = store::member(tx, self.id)?.programme_id;
        let mut fields = Fields::new();
        let reason = match (step.needs_reason(), reason.as_deref()) {
            (true, text) => Some(fields.text("/reason", text.unwrap_or_default(), MAX_REASON)),
            (false, text) => fields.optional_text("/reason", text, MAX_REASON),
        };
        let (zh, en) = ("只能经名单列入", "members are added by the list of the cohort");
        fields.require(*step != MemberStep::Add, "/step", zh, en);
        let (zh, en) = ("仅在指派专家时填写", "is for giving a member to an expert only");
        fields.require(*step == MemberStep::GiveExpert || expert_id.is_none(), "/expert_id", zh, en);
        if let (MemberStep::GiveExpert, Some(id)) = (step, expert_id) {
            let enterprise = store::member(tx, self.id)?.enterprise_id;
            check_expert(tx, &mut fields, enterprise, *id)?;
            fields.done()?;
            // Whoever must not visit the enterprise is not sent there either.
            require_fit(tx, &[*id], enterprise)?;
        } else {
            fields.done()?;
        }
        // The programme before its members, as where they are added.
        store::under_way(tx, programme)?;
        let row = store::lock_member(tx, self.id)?;
        let to = transition(row.state, *step)?;
        store::member_event(tx, &row, *step, to, reason.as_deref())?;
        let ended = reason.as_deref().filter(|_| to != MemberState::Member);
        // The stage follows below; a row that says it has ended says so in both.
        let stage = match to {
            MemberState::Unreachable | MemberState::Declined => to.as_str(),
            MemberState::Member | MemberState::Removed => "found",
        };
        diesel::update(m::table.find(row.id))
            .set((m::state.eq(to), m::end_reason.eq(ended), m::stage.eq(stage), m::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        if *step == MemberStep::GiveExpert {
            diesel::update(m::table.find(row.id)).set(m::expert_id.eq(expert_id)).execute(&mut *tx.conn)?;
        }
        if to != MemberState::Member || *step == MemberStep::GiveExpert {
            // It is on no route any more, or on that of another expert.
            diesel::delete(circuit_stop::table.filter(circuit_stop::member_id.eq(row.id)))
                .execute(&mut *tx.conn)?;
        }
        if to == MemberState::Removed {
            diesel::update(m::table.find(row.id))
                .set((m::round_id.eq(None::<CircuitRoundId>), m::stage_at.eq(tx.now)))
                .execute(&mut *tx.conn)?;
        } else {
            keep(tx, &[(row.id, row.programme_id, row.enterprise_id)])?;
        }
        let subject = Subject::new("circuit_member", row.id.0).in_region(&row.region);
        tx.audit(Self::NAME, subject, json!({ "step": step, "reason": reason, "expert": expert_id }))?;
        Ok(row.id)
    }
}

/// Refuses an expert who is not vetted, whose account has ended, or who has a conflict of interest with the enterprise.
fn check_expert(
    tx: &mut Tx,
    fields: &mut Fields,
    enterprise_id: EnterpriseId,
    id: ExpertId,
) -> Result<(), Problem> {
    let known: i64 = expert::table
        .filter(expert::id.eq_any(active_experts(&mut tx.conn, [id])?))
        .filter(expert::vetting.eq(Vetting::Approved))
        .count()
        .get_result(&mut *tx.conn)?;
    fields.require(known > 0, "/expert_id", "不是已通过审核的专家", "is no approved expert");
    let uscc: String = enterprise::table.find(enterprise_id).select(enterprise::uscc).first(&mut *tx.conn)?;
    let conflicts: i64 = expert_conflict::table
        .filter(expert_conflict::expert_id.eq(id))
        .filter(expert_conflict::uscc.eq(uscc))
        .count()
        .get_result(&mut *tx.conn)?;
    let (zh, en) = ("该专家与企业有利害关系", "the expert has a conflict of interest with the enterprise");
    fields.require(conflicts == 0, "/expert_id", zh, en);
    Ok(())
}
