//! Loading a round under a lock, and writing down its steps.

use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::cross_inspections::ids::{ParticipantId, RoundId};
use crate::cross_inspections::policy::{Standing, permit, sees};
use crate::cross_inspections::state::{RoundState, RoundStep, transition};
use crate::db::Tx;
use crate::db::schema::{cross_event, cross_participant, cross_round};
use crate::db::tx::Subject;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::{Value, json};

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
}

/// An enterprise that takes part.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = cross_participant, check_for_backend(Pg))]
pub struct Participant {
    /// Id of the participant.
    pub id: ParticipantId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// When it last said who its kin and rivals are.
    pub declared_at: Option<chrono::DateTime<chrono::Utc>>,
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
    let standing = sees(&tx.actor, (&row.region, row.led_by), &members, &tx.catalogue);
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
    use cross_event as e;
    let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
    let last: Option<i32> =
        e::table.filter(e::round_id.eq(id)).select(diesel::dsl::max(e::ordinal)).first(&mut *tx.conn)?;
    diesel::insert_into(e::table)
        .values((
            e::round_id.eq(id),
            e::ordinal.eq(last.unwrap_or(0) + 1),
            e::step.eq(step),
            e::from_state.eq(from),
            e::to_state.eq(to),
            e::reason.eq(reason),
            e::account_id.eq(by),
            e::at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes a row of the audit about a round, for the officers of its region. It never says what was found.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, mut data: Value) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("name".to_owned(), json!(row.name));
    }
    tx.audit(action, Subject::new("cross_round", row.id.0).in_region(&row.region), data)
}
