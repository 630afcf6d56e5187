//! Loading a round under a lock, and writing down its steps.

use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::cross_inspections::ids::{ParticipantId, RoundId};
use crate::cross_inspections::policy::{Holders, Standing, permit, sees};
use crate::cross_inspections::state::{RoundState, RoundStep, transition};
use crate::db::Tx;
use crate::db::officer_steps::{History, Step, audit_named};
use crate::db::schema::{cross_participant, cross_round};
use crate::db::tx::Subject;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// The part of a round that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = cross_round, check_for_backend(Pg))]
pub struct Row {
    /// Id of the round.
    pub id: RoundId,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// Who leads it.
    pub led_by: AccountId,
    /// The state.
    pub state: RoundState,
    /// The version of the rules.
    pub rules_version: String,
    /// Per cent of the products that the laboratory tests as well.
    pub check_percent: i32,
    /// The laboratory that does.
    pub laboratory_id: Option<LaboratoryId>,
    /// When the products were assigned to laboratories and enterprises.
    pub assigned_at: Option<DateTime<Utc>>,
}

impl Row {
    /// What decides who may know of it.
    pub fn holders(&self) -> Holders<'_> {
        let laboratory = self.laboratory_id.filter(|_| self.assigned_at.is_some());
        Holders { region: &self.region, led_by: self.led_by, laboratory }
    }
}

/// An enterprise that takes part.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = cross_participant, check_for_backend(Pg))]
pub struct Participant {
    /// Id of the participant.
    pub id: ParticipantId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// When it last declared its related and competing enterprises.
    pub declared_at: Option<DateTime<Utc>>,
}

/// A round with its participants, as a command has loaded it, and what the actor is in it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The round.
    pub row: Row,
    /// Who takes part, in the order in which they joined.
    pub participants: Vec<Participant>,
    /// What the actor is in it.
    pub standing: Standing,
}

/// The participants of a round, in the order in which they joined.
///
/// # Errors
/// When the database can't be asked.
pub fn participants(conn: &mut PgConnection, id: RoundId) -> QueryResult<Vec<Participant>> {
    cross_participant::table
        .filter(cross_participant::round_id.eq(id))
        .order(cross_participant::id)
        .select(Participant::as_select())
        .load(conn)
}

/// Loads and locks a round that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn load(tx: &mut Tx, id: RoundId) -> Result<Loaded, Problem> {
    permit(&tx.actor)?;
    let row: Row = cross_round::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    let participants = participants(&mut tx.conn, id)?;
    let members: Vec<EnterpriseId> = participants.iter().map(|one| one.enterprise_id).collect();
    let standing = sees(&tx.actor, row.holders(), &members, &tx.catalogue);
    let standing = standing.ok_or_else(Problem::not_found)?;
    Ok(Loaded { row, participants, standing })
}

/// The same, for the person who leads it.
///
/// # Errors
/// 404 where the actor may not know of it, 403 where another leads it.
pub fn led(tx: &mut Tx, id: RoundId) -> Result<Loaded, Problem> {
    let loaded = load(tx, id)?;
    if loaded.standing == Standing::Leader { Ok(loaded) } else { Err(Problem::forbidden()) }
}

/// The same, for whoever enters what the laboratory found: the laboratory itself, or the person who leads the round.
///
/// # Errors
/// 404 where the actor may not know of it, 403 for all others.
pub fn checked_by(tx: &mut Tx, id: RoundId) -> Result<Loaded, Problem> {
    let loaded = load(tx, id)?;
    let may = matches!(loaded.standing, Standing::Leader | Standing::Laboratory);
    if may { Ok(loaded) } else { Err(Problem::forbidden()) }
}

impl Loaded {
    /// The participant for which a step is taken: the own one of an enterprise, or the one that the leader names.
    ///
    /// # Errors
    /// 403 where the actor takes no steps for participants, 404 where there is no such participant.
    pub fn participant(&self, tx: &Tx, named: Option<ParticipantId>) -> Result<&Participant, Problem> {
        let found = match (self.standing, tx.actor.scope(), named) {
            (Standing::Participant, Some(Scope::Enterprise(own)), None) => {
                self.participants.iter().find(|one| one.enterprise_id == *own)
            }
            (Standing::Leader, _, Some(named)) => self.participants.iter().find(|one| one.id == named),
            _ => return Err(Problem::forbidden()),
        };
        found.ok_or_else(Problem::not_found)
    }
}

/// Their steps.
const HISTORY: History = History { table: "cross_event", of: "round_id" };

/// Takes a step, and writes it down. The reason never says what was found.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn step(tx: &mut Tx, row: &Row, step: RoundStep, reason: Option<&str>) -> Result<RoundState, Problem> {
    let to = transition(row.state, step)?;
    diesel::update(cross_round::table.find(row.id))
        .set((cross_round::state.eq(to), cross_round::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    event(tx, row.id, step, (Some(row.state), to), reason)?;
    Ok(to)
}

/// Writes a step into the history.
///
/// # Errors
/// When the database refuses.
pub fn event(
    tx: &mut Tx,
    id: RoundId,
    step: RoundStep,
    (from, to): (Option<RoundState>, RoundState),
    reason: Option<&str>,
) -> Result<(), Problem> {
    let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
    let (step, from, to) = (step.as_str(), from.map(RoundState::as_str), to.as_str());
    HISTORY.append(tx, id.0, Step { step, from, to, reason, by })
}

/// Writes a row of the audit about a round, for the officers of its region. It never says what was found.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, data: Value) -> Result<(), Problem> {
    let subject = Subject::new("cross_round", row.id.0).in_region(&row.region);
    audit_named(tx, action, subject, ("name", &row.name), data)
}
