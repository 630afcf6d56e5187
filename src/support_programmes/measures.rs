//! The measures of a support programme: added, changed, begun, done, dropped.

use crate::core::fields::Fields;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::db::officer_steps::{officer, reason};
use crate::db::schema::{support_baseline, support_measure};
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::{ProgrammeState, ProgrammeStep};
use crate::programmes::store as base;
use crate::support_programmes::ids::MeasureId;
use crate::support_programmes::input::{CheckedMeasure, MOST_MEASURES, MeasureInput};
use crate::support_programmes::state::{MeasureState, MeasureStep, transition};
use crate::support_programmes::store::{self, Loaded};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Writes a measure that was checked.
///
/// # Errors
/// When the database refuses.
pub(super) fn insert(
    tx: &mut Tx,
    programme: ProgrammeId,
    measure: &CheckedMeasure,
) -> Result<MeasureId, Problem> {
    use support_measure as m;
    let (id, by) = (MeasureId::new(), officer(tx)?);
    diesel::insert_into(m::table)
        .values((
            m::id.eq(id),
            m::programme_id.eq(programme),
            m::kind.eq(measure.kind),
            m::description.eq(&measure.description),
            m::hospital.eq(&measure.hospital),
            m::carried_by.eq(&measure.carried_by),
            m::starts_on.eq(measure.starts_on),
            m::ends_on.eq(measure.ends_on),
            m::state.eq(MeasureState::Planned),
            m::created_by.eq(by),
            m::created_at.eq(tx.now),
            m::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(id)
}

/// Refuses a period that does not hold all measures.
///
/// # Errors
/// 422.
pub(super) fn require_within(
    tx: &mut Tx,
    programme: ProgrammeId,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<(), Problem> {
    use support_measure as m;
    let outside: i64 = m::table
        .filter(m::programme_id.eq(programme))
        .filter(m::state.ne(MeasureState::Dropped))
        .filter(m::starts_on.lt(from).or(m::ends_on.gt(until)))
        .count()
        .get_result(&mut *tx.conn)?;
    if outside == 0 {
        return Ok(());
    }
    let text = Text::new(
        "有措施的日期不在计划期限内，请先修改措施",
        "measures lie outside of the period; change them first",
    );
    Err(Problem::invalid(vec![FieldError::body("/period_until", text)]))
}

/// Refuses a step where the programme takes no measures any more.
fn require_open(loaded: &Loaded) -> Result<(), Problem> {
    match loaded.base.state {
        ProgrammeState::Closed | ProgrammeState::Withdrawn => {
            crate::programmes::state::transition(loaded.base.state, ProgrammeStep::Change)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The day of the baseline; none before the approval.
fn baseline_day(tx: &mut Tx, programme: ProgrammeId) -> QueryResult<Option<NaiveDate>> {
    support_baseline::table.find(programme).select(support_baseline::day).first(&mut *tx.conn).optional()
}

/// Refuses a measure that is to begin before the baseline that was frozen: it would have been taken after the measure.
fn require_after_baseline(
    tx: &mut Tx,
    fields: &mut Fields,
    programme: ProgrammeId,
    starts_on: NaiveDate,
) -> Result<(), Problem> {
    let fits = baseline_day(tx, programme)?.is_none_or(|day| starts_on >= day);
    let (zh, en) = ("不能早于基线冻结日期", "must not be before the day of the baseline");
    fields.require(fits, "/starts_on", zh, en);
    Ok(())
}

/// Adds a measure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddMeasure {
    /// The programme.
    pub programme: ProgrammeId,
    /// The measure.
    pub measure: MeasureInput,
}

impl Command for AddMeasure {
    type Output = MeasureId;
    const NAME: &'static str = "add_support_measure";

    fn run(&self, tx: &mut Tx) -> Result<MeasureId, Problem> {
        let loaded = store::load(tx, self.programme)?;
        require_open(&loaded)?;
        let mut fields = Fields::new();
        let period = (loaded.base.period_from, loaded.base.period_until);
        let measure = self.measure.check(&mut fields, tx, "", period);
        require_after_baseline(tx, &mut fields, self.programme, measure.starts_on)?;
        let known: i64 = support_measure::table
            .filter(support_measure::programme_id.eq(self.programme))
            .count()
            .get_result(&mut *tx.conn)?;
        fields.require(known < MOST_MEASURES, "/kind", "最多 100 项措施", "at most 100 measures");
        fields.done()?;
        let id = insert(tx, self.programme, &measure)?;
        store::audit(tx, &loaded.base, Self::NAME, json!({ "measure": id, "kind": measure.kind }))?;
        Ok(id)
    }
}

/// A measure, as a command has loaded it.
struct Known {
    state: MeasureState,
    begun_on: Option<NaiveDate>,
}

fn known(tx: &mut Tx, programme: ProgrammeId, id: MeasureId) -> Result<Known, Problem> {
    use support_measure as m;
    let (state, begun_on) = m::table
        .find(id)
        .filter(m::programme_id.eq(programme))
        .select((m::state, m::begun_on))
        .first(&mut *tx.conn)?;
    Ok(Known { state, begun_on })
}

/// Changes a measure that has not begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeMeasure {
    /// The programme.
    pub programme: ProgrammeId,
    /// The measure.
    pub id: MeasureId,
    /// The new content.
    pub measure: MeasureInput,
}

impl Command for ChangeMeasure {
    type Output = MeasureId;
    const NAME: &'static str = "change_support_measure";

    fn run(&self, tx: &mut Tx) -> Result<MeasureId, Problem> {
        use support_measure as m;
        let loaded = store::load(tx, self.programme)?;
        require_open(&loaded)?;
        let known = known(tx, self.programme, self.id)?;
        // What may begin may be changed.
        transition(known.state, MeasureStep::Begin)?;
        let mut fields = Fields::new();
        let period = (loaded.base.period_from, loaded.base.period_until);
        let measure = self.measure.check(&mut fields, tx, "", period);
        require_after_baseline(tx, &mut fields, self.programme, measure.starts_on)?;
        fields.done()?;
        diesel::update(m::table.find(self.id))
            .set((
                m::kind.eq(measure.kind),
                m::description.eq(&measure.description),
                m::hospital.eq(&measure.hospital),
                m::carried_by.eq(&measure.carried_by),
                m::starts_on.eq(measure.starts_on),
                m::ends_on.eq(measure.ends_on),
                m::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &loaded.base, Self::NAME, json!({ "measure": self.id }))?;
        Ok(self.id)
    }
}

/// Takes a step of a measure. One that begins before the approval stands in the way of it; after the approval the first one begins the programme.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveMeasure {
    /// The programme.
    pub programme: ProgrammeId,
    /// The measure.
    pub id: MeasureId,
    /// The step.
    pub step: MeasureStep,
    /// The day on which it began or was done; today where none is named.
    pub on: Option<NaiveDate>,
    /// Why it is dropped.
    pub reason: Option<String>,
}

impl MoveMeasure {
    /// The day of the step, checked.
    fn day(&self, tx: &mut Tx, loaded: &Loaded, known: &Known) -> Result<NaiveDate, Problem> {
        let today = tx.today();
        let day = self.on.unwrap_or(today);
        let baseline = baseline_day(tx, self.programme)?;
        let mut fields = Fields::new();
        fields.require(day <= today, "/on", "不能晚于今天", "must not be in the future");
        let begins = self.step == MeasureStep::Begin;
        fields.require(
            !begins || day >= loaded.base.period_from,
            "/on",
            "不能早于计划开始日期",
            "must not be before the first day of the programme",
        );
        fields.require(
            !begins || baseline.is_none_or(|baseline| day >= baseline),
            "/on",
            "不能早于基线冻结日期",
            "must not be before the day of the baseline",
        );
        fields.require(
            known.begun_on.is_none_or(|begun| day >= begun),
            "/on",
            "不能早于措施开始日期",
            "must not be before the measure began",
        );
        fields.done()?;
        Ok(day)
    }
}

impl Command for MoveMeasure {
    type Output = MeasureId;
    const NAME: &'static str = "move_support_measure";

    fn run(&self, tx: &mut Tx) -> Result<MeasureId, Problem> {
        use support_measure as m;
        let loaded = store::load(tx, self.programme)?;
        require_open(&loaded)?;
        let known = known(tx, self.programme, self.id)?;
        let to = transition(known.state, self.step)?;
        let day = self.day(tx, &loaded, &known)?;
        let why = match self.step {
            MeasureStep::Drop => Some(reason(self.reason.as_deref().unwrap_or_default())?),
            MeasureStep::Begin | MeasureStep::Finish => None,
        };
        let at = m::table.find(self.id);
        let (state, now) = (m::state.eq(to), m::updated_at.eq(tx.now));
        match self.step {
            MeasureStep::Begin => {
                diesel::update(at).set((state, m::begun_on.eq(day), now)).execute(&mut *tx.conn)?;
                if loaded.base.state == ProgrammeState::Approved {
                    base::step(tx, &loaded.base, ProgrammeStep::Start, None)?;
                }
            }
            MeasureStep::Finish => {
                diesel::update(at).set((state, m::done_on.eq(day), now)).execute(&mut *tx.conn)?;
            }
            MeasureStep::Drop => {
                diesel::update(at).set((state, m::reason.eq(&why), now)).execute(&mut *tx.conn)?;
            }
        }
        let data = json!({ "measure": self.id, "step": self.step, "on": day, "reason": why });
        store::audit(tx, &loaded.base, Self::NAME, data)?;
        Ok(self.id)
    }
}
