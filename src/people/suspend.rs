//! An expert is suspended: what is offered to the expert, and invitations to panels, pass on at once; what is under way stays until it is
//! handed on, in the same step or later.

use crate::accounts::people::lock;
use crate::accounts::store::of_expert;
use crate::consultations::hand_over::{self, HandedOver, HeldConsultation};
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::mails::Mail;
use crate::experts::notices::mail_expert;
use crate::experts::policy::{self as experts, Action, may_vet, permit};
use crate::experts::refusals::is_approved;
use crate::experts::suspension::{enter, is_suspended, not_suspended};
use crate::experts::wake::MATCHER;
use crate::experts::workload;
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Suspends an expert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SuspendExpert {
    /// The expert.
    pub expert: ExpertId,
    /// The reason, which the expert is told.
    pub reason: String,
    /// The last day of it, Asia/Shanghai; none: until it is lifted.
    pub until: Option<NaiveDate>,
    /// Whether what is under way is handed on now.
    pub hand_over: bool,
    /// To whom; none: to whom matching finds.
    pub hand_over_to: Option<ExpertId>,
}

/// Hands on what a suspended expert has under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandOnConsultations {
    /// The expert.
    pub expert: ExpertId,
    /// The reason.
    pub reason: String,
    /// To whom; none: to whom matching finds.
    pub to: Option<ExpertId>,
}

/// What became of a suspended expert's consultations.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SuspensionOutcome {
    /// The expert.
    pub expert: ExpertId,
    /// What passed on: offers at once, the rest where it was to be handed on.
    pub handed_over: Vec<HandedOver>,
    /// What is still under way with the expert.
    pub consultations: Vec<HeldConsultation>,
}

/// Who takes over: another expert who is approved.
fn successor(tx: &mut Tx, from: ExpertId, to: Option<ExpertId>, pointer: &str) -> Result<(), Problem> {
    let Some(to) = to else { return Ok(()) };
    if to != from && is_approved(tx, to)? && !is_suspended(&mut tx.conn, to)? {
        return Ok(());
    }
    let text =
        Text::new("须为另一名在册且未暂停的专家", "must be another expert who is approved and not suspended");
    Err(Problem::field(pointer, text))
}

/// Passes on what the expert has. Whoever chose the expert just before has committed once the expert's row is locked, so it is looked at again.
fn pass_on(
    tx: &mut Tx,
    expert: ExpertId,
    to: Option<ExpertId>,
    reason: &str,
    all: bool,
) -> Result<Vec<HandedOver>, Problem> {
    let once = |tx: &mut Tx| {
        if all {
            hand_over::hand_over(tx, expert, to, reason)
        } else {
            hand_over::withdraw_offers(tx, expert, reason)
        }
    };
    let mut done = once(tx)?;
    workload::lock(tx, expert)?;
    done.extend(once(tx)?);
    Ok(done)
}

impl Command for SuspendExpert {
    type Output = SuspensionOutcome;
    const NAME: &'static str = "suspend_expert";

    fn run(&self, tx: &mut Tx) -> Result<SuspensionOutcome, Problem> {
        let facts = experts::facts(&mut tx.conn, self.expert)?;
        permit(&tx.actor, Action::Suspend, &facts, &tx.catalogue)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        let orderly = self.until.is_none_or(|day| day >= tx.today());
        fields.require(orderly, "/until", "不能早于今天", "must not be before today");
        let named = self.hand_over_to.is_none() || self.hand_over;
        fields.require(
            named,
            "/hand_over_to",
            "指定接手专家时，hand_over 须为 true",
            "is for hand_over only",
        );
        fields.done()?;
        if !is_approved(tx, self.expert)? {
            return Err(Problem::not_found());
        }
        successor(tx, self.expert, self.hand_over_to, "/hand_over_to")?;
        let account = of_expert(&mut tx.conn, self.expert)?
            .ok_or_else(|| Problem::internal("an expert without an account"))?;
        // One suspends after the other.
        lock(tx, account.id)?;
        enter(tx, self.expert, &reason, self.until)?;
        let handed_over = pass_on(tx, self.expert, self.hand_over_to, &reason, self.hand_over)?;
        let actor = tx.actor.clone();
        let consultations = hand_over::held_by(&mut tx.conn, &actor, self.expert)?;
        let contact = contact(tx)?;
        let mail = Mail::ExpertSuspended {
            reason: reason.as_str().into(),
            until: self.until,
            contact,
            open: u32::try_from(consultations.len()).unwrap_or(u32::MAX),
            link: tx.link("/consultations"),
        };
        mail_expert(tx, self.expert, &mail)?;
        let region = facts.regions.first().map(String::as_str);
        let subject = Subject { region, ..Subject::new("expert", self.expert.0) };
        let data = json!({
            "reason": reason, "suspended_until": self.until, "handed_over": handed_over.len(), "open": consultations.len(),
        });
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(MATCHER);
        Ok(SuspensionOutcome { expert: self.expert, handed_over, consultations })
    }
}

/// Whom the expert is to call: the officer who acts.
fn contact(tx: &mut Tx) -> Result<String, Problem> {
    let Some(account) = tx.actor.account() else { return Ok(String::new()) };
    let row = crate::accounts::store::find(&mut tx.conn, account)?;
    let way = row.phone.or(row.email).unwrap_or_default();
    Ok(format!("{} {way}", row.name).trim().to_owned())
}

impl Command for HandOnConsultations {
    type Output = SuspensionOutcome;
    const NAME: &'static str = "hand_on_consultations";

    fn run(&self, tx: &mut Tx) -> Result<SuspensionOutcome, Problem> {
        let facts = experts::facts(&mut tx.conn, self.expert)?;
        permit(&tx.actor, Action::Suspend, &facts, &tx.catalogue)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        if !is_suspended(&mut tx.conn, self.expert)? {
            return Err(not_suspended());
        }
        successor(tx, self.expert, self.to, "/expert")?;
        let handed_over = pass_on(tx, self.expert, self.to, &reason, true)?;
        let actor = tx.actor.clone();
        let consultations = hand_over::held_by(&mut tx.conn, &actor, self.expert)?;
        let region = facts.regions.first().map(String::as_str);
        let subject = Subject { region, ..Subject::new("expert", self.expert.0) };
        tx.audit(Self::NAME, subject, json!({ "reason": reason, "handed_over": handed_over.len() }))?;
        tx.wake(MATCHER);
        Ok(SuspensionOutcome { expert: self.expert, handed_over, consultations })
    }
}

/// The open consultations in which an expert has a part, for those who decide on the expert and for the expert; subjects for those who see
/// the consultations.
///
/// # Errors
/// 403 for others.
pub fn open_consultations(
    conn: &mut PgConnection,
    actor: &Actor,
    expert: ExpertId,
    catalogue: &crate::catalogue::Catalogue,
) -> Result<Vec<HeldConsultation>, Problem> {
    let facts = experts::facts(conn, expert)?;
    let own = matches!(actor.scope(), Some(Scope::Expert(me)) if *me == expert);
    if !own && !may_vet(actor, &facts, catalogue) {
        return Err(Problem::forbidden());
    }
    hand_over::held_by(conn, actor, expert)
}
