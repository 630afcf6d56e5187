//! Planning rounds: written, changed, closed or cancelled.

use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::officer_steps::{officer, reason};
use crate::db::schema::{circuit_member, circuit_round, circuit_stop};
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::store::Row as Programme;
use crate::rounds::ids::{CircuitRoundId, MemberId};
use crate::rounds::policy::plans_in;
use crate::rounds::round_state::{CircuitRoundState, CircuitRoundStep};
use crate::rounds::settings::{CircuitRules, CircuitSettings};
use crate::rounds::store::{self, RoundRow};
use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a note.
const MAX_NOTE: usize = 1_000;
/// The most rounds of a programme.
const MOST_ROUNDS: i32 = 500;

/// Plans a round.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCircuitRound {
    /// The programme of circuit consultation.
    #[schema(value_type = ProgrammeId)]
    pub programme_id: ProgrammeId,
    /// Code of the region in which it takes place: one of the caller's and of the programme.
    pub region: String,
    /// Its first day, within the period of the programme.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// Visits that one expert makes on a day at most, 1 to 20; as the rules say where nothing is named.
    #[serde(default)]
    pub per_day: Option<i32>,
    /// A note, at most 1,000 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// The rules in force on the first day of a round.
pub fn rules_on(tx: &Tx, day: NaiveDate) -> Result<CircuitRules, Problem> {
    let rules = tx.settings.section::<CircuitSettings>().rules_on(day).cloned();
    rules.ok_or_else(|| Problem::internal("no rules of circuit consultation"))
}

fn check_days(
    fields: &mut Fields,
    rules: &CircuitRules,
    programme: &Programme,
    (from, until): (NaiveDate, NaiveDate),
) {
    fields.day("/starts_on", Some(from));
    fields.day("/ends_on", Some(until));
    fields.require(until >= from, "/ends_on", "不能早于开始日期", "must not be before starts_on");
    if (until - from).num_days() >= rules.most_days {
        fields.fault(
            "/ends_on",
            format!("一轮最多 {} 天", rules.most_days),
            format!("a round lasts at most {} days", rules.most_days),
        );
    }
    let within = from >= programme.period_from && until <= programme.period_until;
    fields.require(within, "/starts_on", "须在计划期限之内", "must be within the period of the programme");
}

fn check_per_day(fields: &mut Fields, per_day: i32) {
    fields.require((1..=20).contains(&per_day), "/per_day", "须为 1 到 20", "must be 1 to 20");
}

impl Command for CreateCircuitRound {
    type Output = CircuitRoundId;
    const NAME: &'static str = "create_circuit_round";

    fn run(&self, tx: &mut Tx) -> Result<CircuitRoundId, Problem> {
        use circuit_round as r;
        let by = officer(tx)?;
        let programme = store::under_way(tx, self.programme_id)?;
        let rules = rules_on(tx, self.starts_on)?;
        let mut fields = Fields::new();
        let fits = plans_in(&tx.actor, &self.region, &tx.catalogue)
            && tx.catalogue.regions.contains(&programme.organiser_region, &self.region);
        let (zh, en) =
            ("须为本人辖区和计划组织地区内的行政区划代码", "must be a region of yours and of the programme");
        fields.require(fits, "/region", zh, en);
        check_days(&mut fields, &rules, &programme, (self.starts_on, self.ends_on));
        let per_day = self.per_day.unwrap_or(rules.visits_per_day);
        check_per_day(&mut fields, per_day);
        let note = fields.optional_text("/note", self.note.as_deref(), MAX_NOTE);
        // The programme is locked, so two rounds have no number in common.
        let last: Option<i32> =
            r::table.filter(r::programme_id.eq(programme.id)).select(max(r::no)).first(&mut *tx.conn)?;
        let no = last.unwrap_or(0).saturating_add(1);
        fields.require(
            no <= MOST_ROUNDS,
            "/programme_id",
            "一个计划最多 500 轮",
            "a programme has at most 500 rounds",
        );
        fields.done()?;
        let row = RoundRow {
            id: CircuitRoundId::new(),
            programme_id: programme.id,
            no,
            region: self.region.clone(),
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            per_day,
            state: CircuitRoundState::Planned,
        };
        diesel::insert_into(r::table)
            .values((
                r::id.eq(row.id),
                r::programme_id.eq(row.programme_id),
                r::no.eq(row.no),
                r::region.eq(&row.region),
                r::starts_on.eq(row.starts_on),
                r::ends_on.eq(row.ends_on),
                r::per_day.eq(row.per_day),
                r::note.eq(note),
                r::state.eq(row.state),
                r::created_by.eq(by),
                r::created_at.eq(tx.now),
                r::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::round_event(tx, row.id, CircuitRoundStep::Create, (None, row.state), None)?;
        store::audit(tx, &row, Self::NAME, json!({ "programme": programme.name, "no": no }))?;
        Ok(row.id)
    }
}

/// Changes the days, the visits of a day or the note of a round. Routes that were worked out for other days are gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeCircuitRound {
    /// The round.
    pub id: CircuitRoundId,
    /// Its first day.
    pub starts_on: Option<NaiveDate>,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// Visits that one expert makes on a day at most.
    pub per_day: Option<i32>,
    /// The note; blank takes it away.
    pub note: Option<String>,
}

impl Command for ChangeCircuitRound {
    type Output = CircuitRoundId;
    const NAME: &'static str = "change_circuit_round";

    fn run(&self, tx: &mut Tx) -> Result<CircuitRoundId, Problem> {
        use circuit_round as r;
        let programme = store::round_programme(tx, self.id)?;
        let programme = store::under_way(tx, programme)?;
        let row = store::round(tx, self.id)?;
        store::step(tx, &row, CircuitRoundStep::Change, None)?;
        let days = (self.starts_on.unwrap_or(row.starts_on), self.ends_on.unwrap_or(row.ends_on));
        let rules = rules_on(tx, days.0)?;
        let mut fields = Fields::new();
        check_days(&mut fields, &rules, &programme, days);
        let per_day = self.per_day.unwrap_or(row.per_day);
        check_per_day(&mut fields, per_day);
        let note = fields.optional_text("/note", self.note.as_deref(), MAX_NOTE);
        fields.done()?;
        diesel::update(r::table.find(row.id))
            .set((r::starts_on.eq(days.0), r::ends_on.eq(days.1), r::per_day.eq(per_day)))
            .execute(&mut *tx.conn)?;
        if self.note.is_some() {
            diesel::update(r::table.find(row.id)).set(r::note.eq(note)).execute(&mut *tx.conn)?;
        }
        if (days, per_day) != ((row.starts_on, row.ends_on), row.per_day) {
            forget_routes(tx, row.id)?;
        }
        store::audit(tx, &row, Self::NAME, json!({ "starts_on": days.0, "ends_on": days.1 }))?;
        Ok(row.id)
    }
}

/// Takes the routes of a round away.
///
/// # Errors
/// When the database refuses.
pub fn forget_routes(tx: &mut Tx, id: CircuitRoundId) -> Result<(), Problem> {
    use circuit_round as r;
    diesel::delete(circuit_stop::table.filter(circuit_stop::round_id.eq(id))).execute(&mut *tx.conn)?;
    diesel::update(r::table.find(id))
        .set((
            r::routed_at.eq(None::<chrono::DateTime<chrono::Utc>>),
            r::route_metres.eq(None::<i64>),
            r::nearest_metres.eq(None::<i64>),
            r::route_visits.eq(None::<i32>),
            r::route_unplaced.eq(None::<i32>),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Closes a round.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseCircuitRound {
    /// The round.
    pub id: CircuitRoundId,
}

impl Command for CloseCircuitRound {
    type Output = CircuitRoundId;
    const NAME: &'static str = "close_circuit_round";

    fn run(&self, tx: &mut Tx) -> Result<CircuitRoundId, Problem> {
        let row = store::round(tx, self.id)?;
        let today = tx.today();
        if today < row.starts_on {
            let text = Text::new(
                "轮次尚未开始，不能结束；不再进行的，请取消轮次",
                "it has not begun yet; cancel it where it will not take place",
            );
            return Err(Problem::field("/ends_on", text));
        }
        store::step(tx, &row, CircuitRoundStep::Close, None)?;
        store::audit(tx, &row, Self::NAME, json!({}))?;
        Ok(row.id)
    }
}

/// Cancels a round, with a reason. Its members are free for other rounds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelCircuitRound {
    /// The round.
    pub id: CircuitRoundId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for CancelCircuitRound {
    type Output = CircuitRoundId;
    const NAME: &'static str = "cancel_circuit_round";

    fn run(&self, tx: &mut Tx) -> Result<CircuitRoundId, Problem> {
        use circuit_member as m;
        let row = store::round(tx, self.id)?;
        let reason = reason(&self.reason)?;
        store::step(tx, &row, CircuitRoundStep::Cancel, Some(&reason))?;
        forget_routes(tx, row.id)?;
        let ids: Vec<MemberId> = m::table
            .filter(m::round_id.assume_not_null().eq(row.id))
            .order(m::id)
            .for_update()
            .select(m::id)
            .load(&mut *tx.conn)?;
        diesel::update(m::table.filter(m::id.eq_any(&ids)))
            .set((m::round_id.eq(None::<CircuitRoundId>), m::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}
