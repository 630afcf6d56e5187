//! Making an engagement, loading one under a lock, and writing its steps. Commands of every kind of engagement use these.

use crate::core::actor::Scope;
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::{
    engagement, engagement_attendance_past, engagement_enterprise, engagement_event, engagement_expert,
    engagement_held_past, engagement_location,
};
use crate::db::tx::Subject;
use crate::engagements::ids::{EngagementId, EngagementPastId};
use crate::engagements::policy::{Parties, Standing, permit, sees};
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep, first, transition};
use crate::programmes::ids::ProgrammeId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, select};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// The most enterprises that are written by one statement.
const BATCH: usize = 1_000;

/// The part of an engagement that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = engagement, check_for_backend(Pg))]
pub struct Row {
    /// Id of the engagement.
    pub id: EngagementId,
    /// Its kind.
    pub kind: EngagementKind,
    /// The programme to which it belongs.
    pub programme_id: Option<ProgrammeId>,
    /// The round of that programme.
    pub round_no: Option<i32>,
    /// Code of its region.
    pub region: String,
    /// Its day, in Asia/Shanghai.
    pub on_day: Option<NaiveDate>,
    /// When it begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// Where it takes place.
    pub place: Option<String>,
    /// The topic.
    pub topic: String,
    /// The state.
    pub state: EngagementState,
    /// How many events its history has.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the platform learned that it was held.
    pub held_at: Option<DateTime<Utc>>,
}

/// An engagement to be made. It begins in the first state of its kind.
#[derive(Debug, Clone)]
pub struct NewEngagement<'a> {
    /// Its kind.
    pub kind: EngagementKind,
    /// The programme to which it belongs.
    pub programme_id: Option<ProgrammeId>,
    /// The round of that programme.
    pub round_no: Option<i32>,
    /// Code of its region.
    pub region: &'a str,
    /// Its day, in Asia/Shanghai; none before one is agreed.
    pub on_day: Option<NaiveDate>,
    /// When it begins and ends.
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Where it takes place.
    pub place: Option<&'a str>,
    /// The topic.
    pub topic: &'a str,
    /// The experts who help; the first one leads.
    pub experts: &'a [ExpertId],
    /// The enterprises that are invited.
    pub enterprises: &'a [EnterpriseId],
}

/// Makes an engagement with who takes part in it, and writes the first event of its history. Whoever calls has checked all of it.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &mut Tx, new: &NewEngagement<'_>) -> Result<Row, Problem> {
    use engagement as e;
    let (starts_at, ends_at) = (new.times.map(|times| times.0), new.times.map(|times| times.1));
    let row: Row = diesel::insert_into(e::table)
        .values((
            e::id.eq(EngagementId::new()),
            e::kind.eq(new.kind),
            e::programme_id.eq(new.programme_id),
            e::round_no.eq(new.round_no),
            e::region.eq(new.region),
            e::on_day.eq(new.on_day),
            e::starts_at.eq(starts_at),
            e::ends_at.eq(ends_at),
            e::place.eq(new.place),
            e::topic.eq(new.topic),
            e::state.eq(first(new.kind)),
            e::version.eq(1),
            e::created_by.eq(tx.actor.account()),
            e::created_at.eq(tx.now),
            e::updated_at.eq(tx.now),
        ))
        .returning(Row::as_returning())
        .get_result(&mut *tx.conn)?;
    let experts: Vec<_> = new
        .experts
        .iter()
        .enumerate()
        .map(|(at, expert)| {
            (
                engagement_expert::engagement_id.eq(row.id),
                engagement_expert::expert_id.eq(*expert),
                engagement_expert::lead.eq(at == 0),
            )
        })
        .collect();
    diesel::insert_into(engagement_expert::table).values(experts).execute(&mut *tx.conn)?;
    invite(tx, row.id, new.enterprises)?;
    write_event(tx, &row, EngagementStep::Create, None, &Detail::default())?;
    Ok(row)
}

/// Invites further enterprises. Those that are invited already stay as they are.
///
/// # Errors
/// When the database refuses.
pub fn invite(tx: &mut Tx, id: EngagementId, enterprises: &[EnterpriseId]) -> Result<(), Problem> {
    use engagement_enterprise as x;
    for some in enterprises.chunks(BATCH) {
        let rows: Vec<_> =
            some.iter().map(|one| (x::engagement_id.eq(id), x::enterprise_id.eq(*one))).collect();
        diesel::insert_into(x::table).values(rows).on_conflict_do_nothing().execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// The experts of an engagement, the one who leads first.
///
/// # Errors
/// When the database can't be asked.
pub fn experts(conn: &mut PgConnection, id: EngagementId) -> QueryResult<Vec<ExpertId>> {
    engagement_expert::table
        .filter(engagement_expert::engagement_id.eq(id))
        .order((engagement_expert::lead.desc(), engagement_expert::expert_id))
        .select(engagement_expert::expert_id)
        .load(conn)
}

/// The enterprise of a visit.
///
/// # Errors
/// 404 where none is invited.
pub fn enterprise_of(conn: &mut PgConnection, id: EngagementId) -> Result<EnterpriseId, Problem> {
    Ok(engagement_enterprise::table
        .filter(engagement_enterprise::engagement_id.eq(id))
        .select(engagement_enterprise::enterprise_id)
        .first(conn)?)
}

/// Loads and locks an engagement that the actor may know of, and says what the actor is in it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn lock_visible(tx: &mut Tx, id: EngagementId) -> Result<(Row, Standing), Problem> {
    permit(&tx.actor)?;
    let row: Row = engagement::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    let experts = experts(&mut tx.conn, id)?;
    // Thousands can be invited to a training: only the actor's own is asked for.
    let enterprises = match tx.actor.scope().cloned() {
        Some(Scope::Enterprise(own)) => {
            let invited: bool =
                select(exists(engagement_enterprise::table.find((id, own)))).get_result(&mut *tx.conn)?;
            if invited { vec![own] } else { Vec::new() }
        }
        _ => Vec::new(),
    };
    let parties = Parties { region: &row.region, experts: &experts, enterprises: &enterprises };
    let standing = sees(&tx.actor, parties, &tx.catalogue).ok_or_else(Problem::not_found)?;
    Ok((row, standing))
}

/// Refuses where there are steps after the version that the caller saw.
///
/// # Errors
/// 409 `engagement_changed`.
pub fn require_version(row: &Row, seen: Option<i32>) -> Result<(), Problem> {
    if seen.is_none_or(|seen| seen == row.version) {
        return Ok(());
    }
    Err(Problem::new(
        Code::EngagementChanged,
        Text::new("在您查看之后，活动已有新的进展", "there are steps after the version that you saw"),
    ))
}

/// Whether the history has a step that its sender knows by this id.
///
/// # Errors
/// When the database can't be asked.
pub fn is_known(tx: &mut Tx, id: EngagementId, client_id: Option<Uuid>) -> Result<bool, Problem> {
    let Some(client_id) = client_id else { return Ok(false) };
    let known = engagement_event::table
        .filter(engagement_event::engagement_id.eq(id))
        .filter(engagement_event::client_id.eq(client_id));
    Ok(select(exists(known)).get_result(&mut *tx.conn)?)
}

/// What a step says besides.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    /// By which its sender knows the step.
    pub client_id: Option<Uuid>,
    /// What the clock of the device said.
    pub device_at: Option<DateTime<Utc>>,
    /// Where the device was: latitude and longitude in degrees.
    pub location: Option<(f64, f64)>,
    /// Why, of a step that calls the engagement off.
    pub reason: Option<String>,
    /// All else, as the kind of engagement has it. Never what was found.
    pub data: Option<Value>,
}

/// Takes a step: the row is what it came to, the history has it.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn step(tx: &mut Tx, row: &mut Row, step: EngagementStep, detail: &Detail) -> Result<(), Problem> {
    use engagement as e;
    let from = row.state;
    let to = transition(row.kind, from, step)?;
    row.state = to;
    row.version = row.version.checked_add(1).ok_or_else(|| Problem::internal("too many events"))?;
    // Of a commitment: that it was signed.
    if matches!(to, EngagementState::Held | EngagementState::Signed) {
        row.held_at = row.held_at.or(Some(tx.now));
    }
    diesel::update(e::table.find(row.id))
        .set((
            e::state.eq(to),
            e::version.eq(row.version),
            e::held_at.eq(row.held_at),
            e::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    use EngagementState as S;
    if matches!(to, S::Closed | S::Kept | S::Broken | S::Released) && from != to {
        diesel::update(e::table.find(row.id)).set(e::closed_at.eq(tx.now)).execute(&mut *tx.conn)?;
    }
    if from == S::Closed && to != S::Closed {
        let open = e::closed_at.eq(None::<DateTime<Utc>>);
        diesel::update(e::table.find(row.id)).set(open).execute(&mut *tx.conn)?;
    }
    if matches!(to, EngagementState::Cancelled | EngagementState::NoShow) {
        diesel::update(e::table.find(row.id))
            .set((
                e::closed_at.eq(tx.now),
                e::cancelled_by_role.eq(tx.actor.role_word()),
                e::reason.eq(&detail.reason),
            ))
            .execute(&mut *tx.conn)?;
    }
    write_event(tx, row, step, Some(from), detail)
}

fn write_event(
    tx: &mut Tx,
    row: &Row,
    step: EngagementStep,
    from: Option<EngagementState>,
    detail: &Detail,
) -> Result<(), Problem> {
    use engagement_event as v;
    let mut data = detail.data.clone().unwrap_or_else(|| json!({}));
    if let (Some(fields), Some(reason)) = (data.as_object_mut(), &detail.reason) {
        fields.insert("reason".to_owned(), json!(reason));
    }
    diesel::insert_into(v::table)
        .values((
            v::engagement_id.eq(row.id),
            v::ordinal.eq(row.version),
            v::step.eq(step),
            v::from_state.eq(from),
            v::to_state.eq(row.state),
            v::actor.eq(tx.actor.account()),
            v::role.eq(tx.actor.role_word()),
            v::at.eq(tx.now),
            v::device_at.eq(detail.device_at),
            v::client_id.eq(detail.client_id),
            v::detail.eq(data),
        ))
        .execute(&mut *tx.conn)?;
    if let Some((latitude, longitude)) = detail.location {
        diesel::insert_into(engagement_location::table)
            .values((
                engagement_location::engagement_id.eq(row.id),
                engagement_location::ordinal.eq(row.version),
                engagement_location::latitude.eq(latitude),
                engagement_location::longitude.eq(longitude),
            ))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// Erases where the devices were. Called when an engagement ends.
///
/// # Errors
/// When the database refuses.
pub fn erase_locations(tx: &mut Tx, id: EngagementId) -> Result<(), Problem> {
    diesel::delete(engagement_location::table.filter(engagement_location::engagement_id.eq(id)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Notes that an enterprise came.
///
/// # Errors
/// When the database refuses.
pub fn attended(
    tx: &mut Tx,
    id: EngagementId,
    enterprise: EnterpriseId,
    (by_code, outside_cohort): (bool, bool),
) -> Result<(), Problem> {
    use engagement_enterprise as x;
    diesel::update(x::table.find((id, enterprise)))
        .set((
            x::attended.eq(true),
            x::attended_at.eq(tx.now),
            x::by_code.eq(by_code),
            x::outside_cohort.eq(outside_cohort),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Notes that an engagement was not held after all, before the step that takes that back. What was counted until now stays counted for its days.
///
/// # Errors
/// When the database refuses.
pub fn not_held(tx: &mut Tx, row: &mut Row) -> Result<(), Problem> {
    use engagement_held_past as p;
    if let Some(since) = row.held_at.take() {
        diesel::insert_into(p::table)
            .values((
                p::id.eq(EngagementPastId::new()),
                p::engagement_id.eq(row.id),
                p::from_at.eq(since),
                p::until_at.eq(tx.now.max(since)),
            ))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// Notes that an enterprise did not come after all: `attended` is what is known of it now. What was counted until now stays counted for its days.
///
/// # Errors
/// When the database refuses.
pub fn not_attended(
    tx: &mut Tx,
    id: EngagementId,
    enterprise: EnterpriseId,
    attended: Option<bool>,
) -> Result<(), Problem> {
    use {engagement_attendance_past as p, engagement_enterprise as x};
    let since: Option<Option<DateTime<Utc>>> =
        x::table.find((id, enterprise)).select(x::attended_at).first(&mut *tx.conn).optional()?;
    if let Some(since) = since.flatten() {
        diesel::insert_into(p::table)
            .values((
                p::id.eq(EngagementPastId::new()),
                p::engagement_id.eq(id),
                p::enterprise_id.eq(enterprise),
                p::from_at.eq(since),
                p::until_at.eq(tx.now.max(since)),
            ))
            .execute(&mut *tx.conn)?;
    }
    diesel::update(x::table.find((id, enterprise)))
        .set((x::attended.eq(attended), x::attended_at.eq(None::<DateTime<Utc>>), x::by_code.eq(false)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes a row of the audit about an engagement, for the officers of its region. It never says what was found.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, mut data: Value) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("kind".to_owned(), json!(row.kind));
    }
    tx.audit(action, Subject::new("engagement", row.id.0).in_region(&row.region), data)
}

/// The account that acts.
///
/// # Errors
/// 403 for the platform itself.
pub fn account(tx: &Tx) -> Result<AccountId, Problem> {
    tx.actor.account().ok_or_else(Problem::forbidden)
}
