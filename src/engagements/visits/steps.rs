//! The steps of a visit: who may take which, what each needs, and what follows from it.

use crate::accounts::people::colleagues;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::schema::{engagement, visit, visit_slot};
use crate::engagements::new_step::NewStep;
use crate::engagements::notices;
use crate::engagements::policy::Standing;
use crate::engagements::state::{EngagementState, EngagementStep as T, Side, transition};
use crate::engagements::store::{
    Detail, Row, account, attended, audit, enterprise_of, erase_locations, experts, not_attended, not_held,
    step,
};
use crate::engagements::visits::propose::{answers_itself, first_day, insert_slots, rules_today};
use crate::engagements::visits::row::{load, minutes_confirmed};
use crate::engagements::visits::slots::{SlotInput, check};
use crate::engagements::visits::{findings, fitness};
use chrono::{DateTime, Duration, Months, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

/// The most characters of a reason.
const MAX_REASON: usize = 1_000;
/// The most characters of minutes.
const MAX_MINUTES: usize = 10_000;
/// How many months ahead the day of another visit may be.
const MOST_MONTHS_AHEAD: u32 = 24;
/// The most characters of the enterprise's words.
const MAX_WORDS: usize = 2_000;

/// The fields that a step takes.
fn takes(step: T) -> &'static [&'static str] {
    match step {
        T::Choose => &["slot", "reason"],
        T::Reschedule => &["slots", "reason"],
        T::Start | T::Hold => &["device_at", "latitude", "longitude"],
        T::WriteMinutes => &["text", "next_on"],
        T::AddWords => &["text"],
        T::ConfirmMinutes => &["reason", "satisfaction"],
        T::Cancel | T::TakeBack => &["reason"],
        T::NoShow => &["by", "reason"],
        _ => &[],
    }
}

/// Refuses fields that the step does not take: they would be lost.
fn check_fields(fields: &mut Fields, new: &NewStep) {
    let given = [
        ("device_at", new.device_at.is_some()),
        ("latitude", new.latitude.is_some()),
        ("longitude", new.longitude.is_some()),
        ("slot", new.slot.is_some()),
        ("slots", !new.slots.is_empty()),
        ("text", new.text.is_some()),
        ("next_on", new.next_on.is_some()),
        ("satisfaction", new.satisfaction.is_some()),
        ("by", new.by.is_some()),
        ("reason", new.reason.is_some()),
    ];
    for (name, is_given) in given {
        let fits = !is_given || takes(new.step).contains(&name);
        fields.require(fits, &format!("/{name}"), "不属于此操作", "does not belong to this step");
    }
}

/// Who takes which step.
fn permit_step(standing: Standing, step: T) -> Result<(), Problem> {
    use Standing as W;
    let may = match step {
        T::Choose | T::ConfirmMinutes | T::Reschedule | T::Cancel | T::NoShow => true,
        T::Start | T::Hold | T::WriteMinutes => standing == W::Expert,
        T::AddWords => standing == W::Enterprise,
        T::Close | T::TakeBack => standing != W::Enterprise,
        _ => false,
    };
    let may = may && !(step == T::Choose && standing == W::Expert);
    if may { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Takes a step of a visit that the actor may know of.
///
/// # Errors
/// 403 where it is another's step; 409 where the state or the rules do not allow it; 422 naming what is wrong.
pub fn take(tx: &mut Tx, row: &mut Row, standing: Standing, new: &NewStep) -> Result<(), Problem> {
    permit_step(standing, new.step)?;
    let mut fields = Fields::new();
    check_fields(&mut fields, new);
    fields.done()?;
    transition(row.kind, row.state, new.step)?;
    match new.step {
        T::Choose => choose(tx, row, standing, new),
        T::Reschedule => reschedule(tx, row, standing, new),
        T::Start | T::Hold => on_the_spot(tx, row, new),
        T::WriteMinutes => write_minutes(tx, row, new),
        T::AddWords => add_words(tx, row, new),
        T::ConfirmMinutes => confirm_minutes(tx, row, standing, new),
        T::Close => close(tx, row, new),
        T::Cancel | T::NoShow => call_off(tx, row, new),
        T::TakeBack => take_back(tx, row, new),
        _ => Err(Problem::forbidden()),
    }
}

fn written(tx: &mut Tx, row: &Row, new: &NewStep, mut data: Value) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("step".to_owned(), json!(new.step));
    }
    audit(tx, row, "record_engagement_step", data)
}

fn reason(new: &NewStep) -> Result<String, Problem> {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", new.reason.as_deref().unwrap_or_default(), MAX_REASON);
    fields.done()?;
    Ok(reason)
}

/// Lets an officer act for an enterprise that nobody on the platform speaks for, with a reason.
fn on_behalf(
    tx: &mut Tx,
    standing: Standing,
    of: EnterpriseId,
    new: &NewStep,
) -> Result<Option<String>, Problem> {
    if standing != Standing::Officer {
        let mut fields = Fields::new();
        fields.require(new.reason.is_none(), "/reason", "不属于此操作", "does not belong to this step");
        fields.done()?;
        return Ok(None);
    }
    if !colleagues(&mut tx.conn, of)?.is_empty() {
        return Err(answers_itself());
    }
    reason(new).map(Some)
}

fn choose(tx: &mut Tx, row: &mut Row, standing: Standing, new: &NewStep) -> Result<(), Problem> {
    let enterprise = enterprise_of(&mut tx.conn, row.id)?;
    let told = on_behalf(tx, standing, enterprise, new)?;
    let of = load(tx, row)?;
    let mut fields = Fields::new();
    let found: Option<(DateTime<Utc>, DateTime<Utc>)> = match new.slot {
        Some(slot) => visit_slot::table
            .find(slot)
            .filter(visit_slot::engagement_id.eq(row.id))
            .filter(visit_slot::proposal.eq(of.proposal))
            .select((visit_slot::starts_at, visit_slot::ends_at))
            .first(&mut *tx.conn)
            .optional()?,
        None => None,
    };
    let (zh, en) = ("不是本次提出的时段", "is not a time that is proposed now");
    fields.require(found.is_some(), "/slot", zh, en);
    let (zh, en) = ("该时段已过，请申请改期", "is past; ask for other times");
    fields.require(found.is_none_or(|(starts_at, _)| starts_at > tx.now), "/slot", zh, en);
    fields.done()?;
    let (Some(slot), Some((starts_at, ends_at))) = (new.slot, found) else {
        return Err(Problem::not_found());
    };
    let (rules, experts) = (rules_today(tx)?, experts(&mut tx.conn, row.id)?);
    fitness::require_cohort(tx, row.programme_id, enterprise)?;
    fitness::require_fit(tx, &experts, enterprise)?;
    let time = SlotInput { starts_at, ends_at };
    fitness::require_free(tx, &experts, Some(row.id), &[time], &rules)?;
    diesel::update(visit_slot::table.find(slot)).set(visit_slot::chosen.eq(true)).execute(&mut *tx.conn)?;
    diesel::update(visit::table.find(row.id))
        .set((visit::confirmed_at.eq(tx.now), visit::reminded_at.eq(None::<DateTime<Utc>>)))
        .execute(&mut *tx.conn)?;
    set_time(tx, row, Some(time))?;
    let data =
        json!({ "slot": slot, "starts_at": starts_at, "ends_at": ends_at, "on_behalf": told.is_some() });
    let detail =
        Detail { client_id: new.client_id, reason: told, data: Some(data.clone()), ..Detail::default() };
    step(tx, row, T::Choose, &detail)?;
    written(tx, row, new, data)?;
    notices::confirmed(tx, row)
}

fn set_time(tx: &mut Tx, row: &mut Row, time: Option<SlotInput>) -> Result<(), Problem> {
    use engagement as e;
    row.on_day = time.map(|time| time.day());
    row.starts_at = time.map(|time| time.starts_at);
    row.ends_at = time.map(|time| time.ends_at);
    diesel::update(e::table.find(row.id))
        .set((e::on_day.eq(row.on_day), e::starts_at.eq(row.starts_at), e::ends_at.eq(row.ends_at)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

fn reschedule(tx: &mut Tx, row: &mut Row, standing: Standing, new: &NewStep) -> Result<(), Problem> {
    let reason = reason(new)?;
    let of = load(tx, row)?;
    if standing == Standing::Enterprise {
        let mut fields = Fields::new();
        let (zh, en) = ("企业申请改期时不提出时段", "an enterprise asks for other times and names none");
        fields.require(new.slots.is_empty(), "/slots", zh, en);
        fields.done()?;
    } else {
        let rules = rules_today(tx)?;
        let mut fields = Fields::new();
        check(&mut fields, &new.slots, &rules, (first_day(tx, &rules), tx.now));
        fields.done()?;
        let experts = experts(&mut tx.conn, row.id)?;
        fitness::require_free(tx, &experts, Some(row.id), &new.slots, &rules)?;
    }
    let proposal = of.proposal.checked_add(1).ok_or_else(|| Problem::internal("too many proposals"))?;
    diesel::update(visit::table.find(row.id))
        .set((visit::proposal.eq(proposal), visit::confirmed_at.eq(None::<DateTime<Utc>>)))
        .execute(&mut *tx.conn)?;
    insert_slots(tx, row.id, proposal, &new.slots)?;
    let before = row.starts_at;
    let data = json!({ "proposal": proposal, "slots": new.slots.len(), "before": before });
    let detail = Detail {
        client_id: new.client_id,
        reason: Some(reason.clone()),
        data: Some(data.clone()),
        ..Detail::default()
    };
    step(tx, row, T::Reschedule, &detail)?;
    // An agreed visit has a time, so it loses that once it is open again.
    set_time(tx, row, None)?;
    written(tx, row, new, data)?;
    notices::changed(tx, row, standing, &reason)
}

/// What a device says of a step on the spot: its moment by its clock, and where it was.
fn check_device(
    tx: &Tx,
    fields: &mut Fields,
    new: &NewStep,
    (from, ahead): (Option<DateTime<Utc>>, i64),
) -> DateTime<Utc> {
    let at = new.device_at.unwrap_or(tx.now);
    let (latest, tolerance) = (tx.now + Duration::minutes(ahead), Duration::minutes(ahead));
    let (zh, en) = ("晚于现在：请校准设备时钟", "is later than now: set the clock of the device");
    fields.require(at <= latest, "/device_at", zh, en);
    let (zh, en) =
        ("早于上一环节：请校准设备时钟", "is before the step before it: set the clock of the device");
    fields.require(from.is_none_or(|from| at >= from - tolerance), "/device_at", zh, en);
    let (zh, en) = ("经度和纬度须同时填写", "both or none");
    fields.require(new.latitude.is_some() == new.longitude.is_some(), "/latitude", zh, en);
    let latitude = new.latitude.is_none_or(|degrees| (-90.0..=90.0).contains(&degrees));
    fields.require(latitude, "/latitude", "须在 -90 到 90 之间", "must be from -90 to 90");
    let longitude = new.longitude.is_none_or(|degrees| (-180.0..=180.0).contains(&degrees));
    fields.require(longitude, "/longitude", "须在 -180 到 180 之间", "must be from -180 to 180");
    at
}

/// The beginning and the end of the visit, as the device noted them.
fn on_the_spot(tx: &mut Tx, row: &mut Row, new: &NewStep) -> Result<(), Problem> {
    let enterprise = enterprise_of(&mut tx.conn, row.id)?;
    let (of, rules) = (load(tx, row)?, rules_today(tx)?);
    let mut fields = Fields::new();
    let from = if new.step == T::Start { of.confirmed_at } else { of.started_device_at };
    let at = check_device(tx, &mut fields, new, (from, rules.device_minutes_ahead));
    let day: NaiveDate = shanghai_date(at);
    let (zh, en) =
        ("须为约定的上门日期，其他日期请先改期", "must be on the agreed day; reschedule for another one");
    fields.require(row.on_day == Some(day), "/device_at", zh, en);
    let listed = fitness::listed_on(&mut tx.conn, enterprise)?;
    let (zh, en) = ("早于企业列入名单之日", "is before the day on which the enterprise was listed");
    fields.require(listed.is_none_or(|listed| day >= listed), "/device_at", zh, en);
    fields.done()?;
    let location = new.latitude.zip(new.longitude);
    let detail = Detail { client_id: new.client_id, device_at: Some(at), location, ..Detail::default() };
    step(tx, row, new.step, &detail)?;
    if new.step == T::Start {
        diesel::update(visit::table.find(row.id))
            .set(visit::started_device_at.eq(at))
            .execute(&mut *tx.conn)?;
    } else {
        diesel::update(visit::table.find(row.id)).set(visit::held_device_at.eq(at)).execute(&mut *tx.conn)?;
        let outside = !fitness::in_cohort(&mut tx.conn, row.programme_id, enterprise)?;
        attended(tx, row.id, enterprise, (false, outside))?;
    }
    written(tx, row, new, json!({ "device_at": at }))
}

fn write_minutes(tx: &mut Tx, row: &mut Row, new: &NewStep) -> Result<(), Problem> {
    if load(tx, row)?.is_confirmed() {
        return Err(minutes_confirmed());
    }
    let mut fields = Fields::new();
    let text = fields.text("/text", new.text.as_deref().unwrap_or_default(), MAX_MINUTES);
    let last = tx.today().checked_add_months(Months::new(MOST_MONTHS_AHEAD));
    let fits = new
        .next_on
        .is_none_or(|day| row.on_day.is_none_or(|on| day > on) && last.is_none_or(|last| day <= last));
    let (zh, en) = ("须晚于本次上门，且不超过两年", "must be after this visit, within two years");
    fields.require(fits, "/next_on", zh, en);
    fields.done()?;
    diesel::update(visit::table.find(row.id))
        .set((
            visit::minutes.eq(text),
            visit::minutes_by.eq(account(tx)?),
            visit::minutes_at.eq(tx.now),
            visit::next_on.eq(new.next_on),
        ))
        .execute(&mut *tx.conn)?;
    plain(tx, row, new)?;
    notices::minutes(tx, row)
}

fn add_words(tx: &mut Tx, row: &mut Row, new: &NewStep) -> Result<(), Problem> {
    if load(tx, row)?.enterprise_confirmed_at.is_some() {
        return Err(minutes_confirmed());
    }
    let mut fields = Fields::new();
    let text = fields.text("/text", new.text.as_deref().unwrap_or_default(), MAX_WORDS);
    fields.done()?;
    diesel::update(visit::table.find(row.id)).set(visit::enterprise_words.eq(text)).execute(&mut *tx.conn)?;
    plain(tx, row, new)
}

/// A step that says nothing besides.
fn plain(tx: &mut Tx, row: &mut Row, new: &NewStep) -> Result<(), Problem> {
    let detail = Detail { client_id: new.client_id, ..Detail::default() };
    step(tx, row, new.step, &detail)?;
    written(tx, row, new, json!({}))
}

fn confirm_minutes(tx: &mut Tx, row: &mut Row, standing: Standing, new: &NewStep) -> Result<(), Problem> {
    let enterprise = enterprise_of(&mut tx.conn, row.id)?;
    let told = match standing {
        Standing::Expert => {
            on_behalf(tx, standing, enterprise, new)?;
            None
        }
        Standing::Enterprise | Standing::Officer => on_behalf(tx, standing, enterprise, new)?,
    };
    let of = load(tx, row)?;
    if of.minutes.is_none() {
        return Err(Problem::field("/step", Text::new("尚未撰写纪要", "there are no minutes yet")));
    }
    let by: AccountId = account(tx)?;
    let side = if standing == Standing::Expert { Side::Expert } else { Side::Enterprise };
    let mut fields = Fields::new();
    let (zh, en) = ("满意度由企业填写", "is entered by the enterprise");
    fields.require(new.satisfaction.is_none() || side == Side::Enterprise, "/satisfaction", zh, en);
    let (zh, en) = ("须为 1 到 5 的整数", "must be a whole number from 1 to 5");
    fields.require(new.satisfaction.is_none_or(|n| (1..=5).contains(&n)), "/satisfaction", zh, en);
    fields.done()?;
    let (before, other) = match side {
        Side::Expert => (of.expert_confirmed_at, of.enterprise_confirmed_at),
        Side::Enterprise => (of.enterprise_confirmed_at, of.expert_confirmed_at),
    };
    if before.is_some() {
        return Err(minutes_confirmed());
    }
    match side {
        Side::Expert => diesel::update(visit::table.find(row.id))
            .set((visit::expert_confirmed_at.eq(tx.now), visit::expert_confirmed_by.eq(by)))
            .execute(&mut *tx.conn)?,
        Side::Enterprise => diesel::update(visit::table.find(row.id))
            .set((
                visit::enterprise_confirmed_at.eq(tx.now),
                visit::enterprise_confirmed_by.eq(by),
                visit::satisfaction.eq(new.satisfaction),
            ))
            .execute(&mut *tx.conn)?,
    };
    let data = json!({ "side": side, "on_behalf": told.is_some() });
    let detail =
        Detail { client_id: new.client_id, reason: told, data: Some(data.clone()), ..Detail::default() };
    step(tx, row, T::ConfirmMinutes, &detail)?;
    if other.is_some() {
        step(tx, row, T::Agree, &Detail::default())?;
        findings::become_actions(tx, row)?;
    }
    written(tx, row, new, data)
}

fn close(tx: &mut Tx, row: &mut Row, new: &NewStep) -> Result<(), Problem> {
    plain(tx, row, new)?;
    erase_locations(tx, row.id)
}

/// Takes back that the visit began, or that it was held: entered for the wrong visit, or too early. What was counted until now stays counted for its
/// days; what was written stays, and can be changed again.
fn take_back(tx: &mut Tx, row: &mut Row, new: &NewStep) -> Result<(), Problem> {
    let reason = reason(new)?;
    if load(tx, row)?.is_confirmed() {
        return Err(minutes_confirmed());
    }
    let none = None::<DateTime<Utc>>;
    if row.state == EngagementState::Held {
        let enterprise = enterprise_of(&mut tx.conn, row.id)?;
        not_held(tx, row)?;
        not_attended(tx, row.id, enterprise, None)?;
        diesel::update(visit::table.find(row.id))
            .set(visit::held_device_at.eq(none))
            .execute(&mut *tx.conn)?;
    } else {
        diesel::update(visit::table.find(row.id))
            .set(visit::started_device_at.eq(none))
            .execute(&mut *tx.conn)?;
        erase_locations(tx, row.id)?;
    }
    let data = json!({ "taken_back": row.state });
    let detail = Detail {
        client_id: new.client_id,
        reason: Some(reason.clone()),
        data: Some(data.clone()),
        ..Detail::default()
    };
    step(tx, row, T::TakeBack, &detail)?;
    written(tx, row, new, data)?;
    notices::taken_back(tx, row, &reason)
}

fn call_off(tx: &mut Tx, row: &mut Row, new: &NewStep) -> Result<(), Problem> {
    let reason = reason(new)?;
    let mut data = json!({});
    if new.step == T::NoShow {
        let mut fields = Fields::new();
        let (zh, en) = ("须说明哪一方未到场", "say who did not come");
        fields.require(new.by.is_some(), "/by", zh, en);
        let begun = row.starts_at.is_some_and(|starts_at| starts_at <= tx.now);
        let (zh, en) = ("约定的时间还没有到", "the agreed time has not come yet");
        fields.require(begun, "/step", zh, en);
        fields.done()?;
        diesel::update(visit::table.find(row.id)).set(visit::no_show_by.eq(new.by)).execute(&mut *tx.conn)?;
        data = json!({ "by": new.by });
    }
    let detail = Detail {
        client_id: new.client_id,
        reason: Some(reason.clone()),
        data: Some(data.clone()),
        ..Detail::default()
    };
    step(tx, row, new.step, &detail)?;
    erase_locations(tx, row.id)?;
    written(tx, row, new, data)?;
    match row.state {
        EngagementState::Cancelled => notices::cancelled(tx, row, &reason),
        _ => notices::missed(tx, row, new.by, &reason),
    }
}
