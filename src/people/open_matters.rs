//! The open matters of a person: what names that person and goes on when the account ends. They are listed, and handed on in one step.

use crate::accounts::people::lock;
use crate::accounts::state::AccountState;
use crate::accounts::store::{AccountRow, of_expert};
use crate::consultations::hand_over::{self, HandedOver, HeldConsultation};
use crate::core::actor::{Actor, Role};
use crate::core::ids::{AccountId, ExpertId};
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::experts::workload;
use crate::matching::assignment;
use crate::people::invitations;
use crate::plans::hand_over::{self as plans, OpenPlan};
use crate::web::known_rooms::known;
use crate::web::room::{Holder, OpenMatterKind, Room};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};

/// What names a person and goes on when the account ends.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OpenMatters {
    /// Open consultations in which an expert has a part.
    pub consultations: Vec<HeldConsultation>,
    /// How many enterprises are assigned to an expert for the rounds.
    pub assignments: i64,
    /// Plans that an officer asked for and nobody has decided on.
    pub plans: Vec<OpenPlan>,
    /// How many invitations that the person sent are open.
    pub invitations: i64,
    /// What else names the person, of the kinds of which there is something.
    pub further: Vec<FurtherMatters>,
}

/// Open matters of a further kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FurtherMatters {
    /// The kind: `assessments`, `circuit_members`, `cross_rounds`, `engagements`, `online_sessions` or `webhooks`.
    pub kind: String,
    /// What they are, in Chinese.
    pub zh: String,
    /// What they are, in English.
    pub en: String,
    /// How many there are.
    pub count: i64,
}

impl FurtherMatters {
    fn of(kind: &OpenMatterKind, count: i64) -> Self {
        Self { kind: kind.name.to_owned(), zh: kind.zh.to_owned(), en: kind.en.to_owned(), count }
    }
}

/// The kinds of open matters of all rooms, in their order.
fn kinds(rooms: &[&'static Room]) -> impl Iterator<Item = &'static OpenMatterKind> {
    rooms.iter().flat_map(|room| room.open_matters)
}

/// What was handed on when an account ended.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HandOver {
    /// What became of the consultations in which an expert had a part.
    pub consultations: Vec<HandedOver>,
    /// How many assignments for the rounds passed on or ended.
    pub assignments: usize,
    /// How many plans passed on.
    pub plans: usize,
    /// How many open invitations passed on.
    pub invitations: usize,
    /// How much of what else named the person was handed on, of the kinds of which there was something.
    pub further: Vec<FurtherMatters>,
}

impl OpenMatters {
    /// Reads it; what of it the actor may not know is not named.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        rooms: &[&'static Room],
        (account, expert): (AccountId, Option<ExpertId>),
    ) -> Result<Self, Problem> {
        let mut open_matters = Self {
            plans: plans::open_plans(conn, account)?,
            invitations: invitations::open_of(conn, account)?,
            ..Self::default()
        };
        if let Some(expert) = expert {
            open_matters.consultations = hand_over::held_by(conn, actor, expert)?;
            open_matters.assignments = assignment::count_of(conn, expert)?;
        }
        for kind in kinds(rooms) {
            let count = (kind.count)(conn, Holder { account, expert })?;
            if count > 0 {
                open_matters.further.push(FurtherMatters::of(kind, count));
            }
        }
        Ok(open_matters)
    }

    /// How many things there are.
    pub fn count(&self) -> i64 {
        let listed = self.consultations.len() + self.plans.len();
        let further: i64 = self.further.iter().map(|matters| matters.count).sum();
        i64::try_from(listed).unwrap_or(i64::MAX / 4) + self.assignments + self.invitations + further
    }
}

/// Who takes over, by the account or, for an expert, the expert's id: someone active of the same role, an officer whose region holds the
/// former one's, a colleague of the same enterprise or body.
///
/// # Errors
/// 422 at `/hand_over_to`.
pub fn successor(tx: &mut Tx, from: &AccountRow, to: AccountId) -> Result<AccountRow, Problem> {
    let found = match lock(tx, to) {
        Ok((row, AccountState::Active)) => Some(row),
        Ok(_) => None,
        Err(problem) if problem.status == 404 => {
            of_expert(&mut tx.conn, ExpertId(to.0))?.filter(|row| row.active)
        }
        Err(problem) => return Err(problem),
    };
    let fits = |row: &AccountRow| {
        row.id != from.id
            && row.role == from.role
            && row.enterprise_id == from.enterprise_id
            && row.laboratory_id == from.laboratory_id
            && match (&from.region, &row.region) {
                (Some(former), Some(region)) => tx.catalogue.regions.contains(region, former),
                _ => true,
            }
    };
    found.filter(fits).ok_or_else(|| {
        let text = Text::new(
            "须为同一角色、在用且辖区涵盖原辖区的另一账号",
            "must be another active account of the same role, of an officer whose region holds the former one's",
        );
        Problem::field("/hand_over_to", text)
    })
}

/// Hands on all that is a person's. The account is inactive by now, so that nothing new comes.
///
/// # Errors
/// When the database refuses.
pub fn hand_on(
    tx: &mut Tx,
    from: &AccountRow,
    to: Option<&AccountRow>,
    reason: &str,
) -> Result<HandOver, Problem> {
    let mut done = HandOver::default();
    if let Some(expert) = from.expert_id {
        let heir = to.and_then(|row| row.expert_id);
        done.assignments = assignment::hand_over(tx, expert, heir)?;
        done.consultations = hand_over::hand_over(tx, expert, heir, reason)?;
        // Whoever chose the expert just before has committed once the expert's row is locked; later choices see that the account ended.
        workload::lock(tx, expert)?;
        done.consultations.extend(hand_over::hand_over(tx, expert, heir, reason)?);
    }
    // Officers and operators see plans and invitations of their region whoever they are of; somebody who is there is to answer for them.
    let by = to.map(|row| row.id).or_else(|| match tx.actor.person() {
        Some(person) if person.scope.role() == from.role => Some(person.account),
        _ => None,
    });
    if let (Role::Admin, Some(by)) = (from.role, by) {
        done.plans = plans::hand_over(tx, from.id, by)?;
    }
    done.invitations = invitations::hand_over(tx, from.id, by.or_else(|| tx.actor.account()))?;
    let holder = |row: &AccountRow| Holder { account: row.id, expert: row.expert_id };
    for kind in kinds(known(&tx.cache)?) {
        let count = (kind.hand_on)(tx, holder(from), to.map(holder), reason)?;
        if count > 0 {
            done.further.push(FurtherMatters::of(kind, count));
        }
    }
    Ok(done)
}
