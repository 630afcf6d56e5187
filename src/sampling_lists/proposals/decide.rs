//! An officer says which enterprise a list names.

use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::sampling_list_proposal as proposals;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::Uscc;
use crate::inspections::ids::InspectionId;
use crate::inspections::parties::{Named, name_party};
use crate::inspections::words::Party;
use crate::sampling_lists::ids::ProposalId;
use crate::sampling_lists::policy::{permit, proposals_visible_to};
use crate::sampling_lists::proposal_state::{Decision, NamedAs, ProposalState, transition};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Most characters of a reason.
const LONGEST_REASON: usize = 500;

/// What an officer decides of a proposal.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalDecision {
    /// `accept` the proposed enterprise, name an`other` one, or `refuse`: the list names none of the register.
    #[schema(inline)]
    pub decision: OfficersDecision,
    /// With `other`: the credit code of the enterprise.
    #[serde(default)]
    pub uscc: Option<String>,
    /// Why, at most 500 characters.
    #[serde(default)]
    pub reason: Option<String>,
}

crate::word_enum! {
    /// The decisions that an officer makes.
    pub enum OfficersDecision {
        /// The list names the proposed enterprise.
        Accept = "accept",
        /// It names another one.
        Other = "other",
        /// It names none of the register.
        Refuse = "refuse",
    }
}

impl OfficersDecision {
    fn decision(self) -> Decision {
        match self {
            Self::Accept => Decision::Accept,
            Self::Other => Decision::Other,
            Self::Refuse => Decision::Refuse,
        }
    }
}

/// Decides a proposal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecideProposal {
    /// The proposal.
    pub id: ProposalId,
    /// The decision.
    pub decision: ProposalDecision,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = proposals)]
struct Kept {
    inspection_id: InspectionId,
    party: NamedAs,
    name: String,
    scope: String,
    enterprise_id: EnterpriseId,
    state: ProposalState,
}

impl Command for DecideProposal {
    type Output = ProposalId;
    const NAME: &'static str = "decide_proposal";

    fn run(&self, tx: &mut Tx) -> Result<ProposalId, Problem> {
        permit(&tx.actor)?;
        let kept: Kept = proposals::table
            .filter(proposals_visible_to(&tx.actor))
            .filter(proposals::id.eq(self.id))
            .select(Kept::as_select())
            .for_update()
            .first(&mut *tx.conn)?;
        let mut fields = Fields::new();
        let ProposalDecision { decision, uscc, reason } = &self.decision;
        let reason = fields.optional_text("/reason", reason.as_deref(), LONGEST_REASON);
        let other = match (decision, uscc) {
            (OfficersDecision::Other, Some(uscc)) => match Uscc::shaped(uscc.trim()) {
                Ok(uscc) => Some(uscc),
                Err(fault) => {
                    let text = fault.text();
                    fields.fault("/uscc", text.zh, text.en);
                    None
                }
            },
            (OfficersDecision::Other, None) => {
                fields.fault(
                    "/uscc",
                    "请填写该企业的统一社会信用代码",
                    "give the credit code of the other enterprise",
                );
                None
            }
            (_, Some(_)) => {
                fields.fault("/uscc", "仅用于指定另一企业", "goes with another enterprise only");
                None
            }
            (_, None) => None,
        };
        fields.done()?;
        let state = transition(kept.state, decision.decision()).map_err(|_| decided(kept.state))?;
        let chosen = match (decision, other) {
            (OfficersDecision::Accept, _) => Some(kept.enterprise_id),
            (_, Some(uscc)) => Some(of_code(tx, &uscc)?),
            _ => None,
        };
        if let Some(enterprise) = chosen {
            let party = match kept.party {
                NamedAs::Operator => Party::Operator,
                NamedAs::Producer => Party::Producer,
            };
            name_party(tx, Named { inspection: kept.inspection_id, party, enterprise })?;
        }
        diesel::update(proposals::table.find(self.id))
            .set((
                proposals::state.eq(state),
                proposals::chosen_id.eq(chosen),
                proposals::decided_by.eq(tx.actor.account()),
                proposals::decided_at.eq(tx.now),
                proposals::reason.eq(reason),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("inspection", kept.inspection_id.0).in_region(&kept.scope);
        let data = json!({
            "proposal": self.id, "party": kept.party, "name": kept.name, "decision": decision, "enterprise": chosen,
        });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }
}

/// The enterprise of a code.
fn of_code(tx: &mut Tx, uscc: &Uscc) -> Result<EnterpriseId, Problem> {
    let found: Option<EnterpriseId> = enterprise::table
        .filter(enterprise::uscc.eq(uscc.as_str()))
        .filter(enterprise::withdrawn_at.is_null())
        .select(enterprise::id)
        .first(&mut *tx.conn)
        .optional()?;
    found.ok_or_else(|| {
        let text = Text::new("名录中没有这一代码的企业", "the register has no enterprise of this code");
        Problem::field("/uscc", text)
    })
}

/// 409: somebody decided already, or the list was withdrawn.
fn decided(state: ProposalState) -> Problem {
    let text = match state {
        ProposalState::Void => {
            Text::new("该名单已撤回，建议已失效", "the list was withdrawn, so there is nothing to decide")
        }
        _ => Text::new(
            "该建议已处理；如有误，请在检查记录中更正",
            "the proposal was decided already; if that was wrong, correct it in the inspection",
        ),
    };
    Problem::new(Code::DoneAlready, text)
}
