//! The enterprise signs: the text in force, told that it is public and counts for credit, by a person with a post; its promises become
//! actions of its running case.

use crate::attachments::store::hex;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::secret::sha256;
use crate::db::published::running_case;
use crate::db::schema::{commitment, commitment_promise};
use crate::db::{Command, Tx};
use crate::engagements::commitments::create::{bounds, rules, write_promises};
use crate::engagements::commitments::promises::{CheckedPromise, NewPromise, check, is_post};
use crate::engagements::commitments::texts::in_force;
use crate::engagements::common::ids::PromiseId;
use crate::engagements::common::steps::{audit, load_own, step};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep};
use crate::remediation::advice::AddAction;
use crate::remediation::ids::CaseId;
use crate::remediation::new_action::NewAction;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a name and a post.
const MAX_NAME: usize = 100;

/// What is signed, and by whom.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Name of the version of the text that was read.
    pub text_version: String,
    /// Whether the signer confirms to have been told that the commitment and whether it is kept are public and count for credit. Without
    /// it nothing is signed.
    pub told: bool,
    /// Who signs.
    pub signer_name: String,
    /// The post of who signs; whoever has none can't sign.
    pub signer_post: String,
    /// What is promised.
    pub promises: Vec<NewPromise>,
}

/// Signs a commitment. Done by a person of the enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignCommitment {
    /// The commitment.
    pub id: EngagementId,
    /// What is signed, and by whom.
    pub signature: Signature,
}

/// The running case of the enterprise to which the promises go: the one that was named, else the latest one.
fn running(tx: &mut Tx, of: EnterpriseId, named: Option<CaseId>) -> Result<Option<CaseId>, Problem> {
    let cases = running_case::table.filter(running_case::enterprise_id.eq(of)).into_boxed();
    let cases = match named {
        Some(case) => cases.filter(running_case::id.eq(case)),
        None => cases,
    };
    Ok(cases.order(running_case::id.desc()).select(running_case::id).first(&mut *tx.conn).optional()?)
}

/// Makes the promises actions of a case, as the enterprise enters them itself: it has taken them on.
fn become_actions(
    tx: &mut Tx,
    case: CaseId,
    owner: &str,
    promises: &[(PromiseId, &CheckedPromise)],
) -> Result<(), Problem> {
    for (id, promise) in promises {
        let action = NewAction {
            kind: promise.kind,
            description: promise.text.clone(),
            standard: None,
            clause: None,
            due_on: Some(promise.due_on),
            owner: Some(owner.to_owned()),
        };
        let action = AddAction { case, action }.run(tx)?;
        diesel::update(commitment_promise::table.find(*id))
            .set(commitment_promise::action_id.eq(action))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

impl Command for SignCommitment {
    type Output = EngagementId;
    const NAME: &'static str = "sign_commitment";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let (mut row, own) = load_own(tx, self.id, EngagementKind::Commitment)?;
        let (settings, catalogue, today) = (tx.settings.clone(), tx.catalogue.clone(), tx.today());
        let rules = rules(tx)?;
        let text = in_force(&mut tx.conn, &settings, today)?;
        let given = &self.signature;
        let mut fields = Fields::new();
        let (zh, en) = (
            "签署前须确认已知悉：承诺书及其履行情况依法公开，并计入信用记录（《广东省市场监管条例》第四十六条）",
            "confirm to have been told that the commitment and whether it is kept are public and count for credit (Guangdong Market \
             Regulation Ordinance, art. 46)",
        );
        fields.require(given.told, "/told", zh, en);
        let (zh, en) = (
            "不是当前施行的文本版本，请重新阅读后签署",
            "is not the text in force; read it again, then sign",
        );
        fields.require(given.text_version == text.version, "/text_version", zh, en);
        let name = fields.text("/signer_name", &given.signer_name, MAX_NAME);
        let post = fields.text("/signer_post", &given.signer_post, MAX_NAME);
        let (zh, en) =
            ("须填写签署人职务；没有职务的人员不能签署", "must name a post; whoever has none can’t sign");
        fields.require(post.is_empty() || is_post(&post), "/signer_post", zh, en);
        let promises = check(&mut fields, &given.promises, bounds(&rules, 1), (&catalogue.calendar, today));
        fields.done()?;
        let digest = hex(&sha256(text.text.as_bytes()));
        let detail =
            json!({ "text_version": text.version, "text_sha256": digest, "promises": promises.len() });
        step(tx, &mut row, EngagementStep::Sign, detail.clone())?;
        diesel::delete(commitment_promise::table.filter(commitment_promise::commitment_id.eq(self.id)))
            .execute(&mut *tx.conn)?;
        let ids = write_promises(tx, self.id, &promises)?;
        let named: Option<CaseId> =
            commitment::table.find(self.id).select(commitment::case_id).first(&mut *tx.conn)?;
        let case = running(tx, own, named)?;
        let last = promises.iter().map(|promise| promise.counts_until).max().unwrap_or(today);
        diesel::update(commitment::table.find(self.id))
            .set((
                commitment::state.eq(EngagementState::Signed),
                commitment::text_version.eq(&text.version),
                commitment::text.eq(&text.text),
                commitment::text_sha256.eq(&digest),
                commitment::told_at.eq(tx.now),
                commitment::signer_name.eq(&name),
                commitment::signer_post.eq(&post),
                commitment::signed_by.eq(tx.actor.account()),
                commitment::signed_on.eq(today),
                commitment::due_on.eq(last),
                commitment::case_id.eq(case.or(named)),
                commitment::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        if let Some(case) = case {
            let pairs: Vec<(PromiseId, &CheckedPromise)> = ids.into_iter().zip(&promises).collect();
            become_actions(tx, case, &post, &pairs)?;
        }
        audit(tx, &row, Self::NAME, detail)?;
        Ok(self.id)
    }
}
