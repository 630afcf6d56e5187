//! Measures as grades change: those that a grade asks for begin with their first task, those that it no longer asks for end with what is open of
//! them. Another grade, or another version of the rules, that asks for the same one begins it anew; what was open of it goes on. Some statements
//! however many subjects there are.

use crate::conduct::rules::{CreditRules, MeasureRule};
use crate::conduct::words::Grade;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::credit::grading::row::SubjectRow;
use crate::credit::ids::{CreditTaskId, MeasureId};
use crate::credit::words::{TaskState, TaskStep, transition};
use crate::db::Tx;
use crate::db::schema::{credit_measure, credit_task};
use crate::inspections::words::InspectedRole;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use std::collections::HashMap;

/// Enterprises whose running measures are read at once.
const AT_ONCE: usize = 20_000;

/// A row of `credit_measure`.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = credit_measure, treat_none_as_default_value = false)]
struct NewMeasure {
    id: MeasureId,
    enterprise_id: EnterpriseId,
    role: InspectedRole,
    key: String,
    region: String,
    grade: Grade,
    class: Option<crate::catalogue::SupervisionClass>,
    rules_version: String,
    trial: bool,
    text_zh: String,
    text_en: String,
    period_days: i32,
    from_day: NaiveDate,
    created_at: DateTime<Utc>,
}

/// A row of `credit_task`.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = credit_task, treat_none_as_default_value = false)]
pub struct NewTask {
    /// Id of the task.
    pub id: CreditTaskId,
    /// Its measure.
    pub measure_id: MeasureId,
    /// The operator.
    pub enterprise_id: EnterpriseId,
    /// Code of the region whose officers do it.
    pub region: String,
    /// The first task of the measure is 1.
    pub ordinal: i32,
    /// The last day to do it.
    pub due_on: NaiveDate,
    /// The state.
    pub state: TaskState,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// A measure that is running.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = credit_measure, check_for_backend(Pg))]
struct Running {
    id: MeasureId,
    enterprise_id: EnterpriseId,
    role: InspectedRole,
    key: String,
    grade: Grade,
    rules_version: String,
    trial: bool,
}

impl Running {
    /// Whether it is what a rule asks for by a row.
    fn is_for(&self, rule: &MeasureRule, row: &SubjectRow) -> bool {
        self.key == rule.key
            && Some(self.grade) == row.grade
            && self.rules_version == row.rules_version
            && self.trial == row.trial
    }
}

/// What a subject is asked by the rules. An operator that has ceased is asked nothing.
fn wanted<'a>(row: &SubjectRow, rules: &'a CreditRules) -> Vec<(&'a MeasureRule, Grade)> {
    let Some(grade) = row.grade.filter(|_| row.operating) else { return Vec::new() };
    let asked = rules.measures.iter().filter(|rule| rule.is_for(grade, row.class, row.role));
    asked.map(|rule| (rule, grade)).collect()
}

/// A day so many days later.
pub fn later(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(day)
}

/// The last day of the first task of a measure that begins; none where the measure in whose place it comes was done, and the grade is no worse and asks
/// for it once. What is open of that measure is put off by no grade: `before` is its grade, and the last day of what is open of it.
fn first_due(
    rule: &MeasureRule,
    row: &SubjectRow,
    before: Option<(Grade, Option<NaiveDate>)>,
) -> Option<NaiveDate> {
    let first = later(row.graded_on, rule.due_days);
    let Some((grade, open)) = before else { return Some(first) };
    let worse = row.grade > Some(grade);
    match open {
        Some(open) if worse => Some(open.min(first)),
        Some(open) => Some(open),
        None => (worse || rule.period_days > 0).then_some(first),
    }
}

/// Lets the measures of some subjects follow their rows, on the day of the grading.
///
/// # Errors
/// When the database refuses.
pub fn follow(tx: &mut Tx, rows: &[SubjectRow], rules: &CreditRules) -> Result<(), Problem> {
    for some in rows.chunks(AT_ONCE) {
        follow_some(tx, some, rules)?;
    }
    Ok(())
}

fn follow_some(tx: &mut Tx, rows: &[SubjectRow], rules: &CreditRules) -> Result<(), Problem> {
    use credit_measure as m;
    let ids: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let running: Vec<Running> = m::table
        .filter(m::enterprise_id.eq_any(&ids))
        .filter(m::until_day.is_null())
        .select(Running::as_select())
        .load(&mut *tx.conn)?;
    let open = open_of(&mut tx.conn, &running)?;
    let mut of: HashMap<(EnterpriseId, InspectedRole), Vec<Running>> = HashMap::new();
    for one in running {
        of.entry((one.enterprise_id, one.role)).or_default().push(one);
    }
    let (mut measures, mut tasks, mut ended): (Vec<NewMeasure>, Vec<NewTask>, Vec<MeasureId>) =
        Default::default();
    for row in rows {
        let wanted = wanted(row, rules);
        let present = of.remove(&(row.enterprise_id, row.role)).unwrap_or_default();
        let over = present.iter().filter(|one| !wanted.iter().any(|(rule, _)| one.is_for(rule, row)));
        ended.extend(over.map(|one| one.id));
        let begin = wanted.iter().filter(|(rule, _)| !present.iter().any(|one| one.is_for(rule, row)));
        for (rule, grade) in begin {
            let before = present.iter().find(|one| one.key == rule.key);
            let before = before.map(|one| (one.grade, open.get(&one.id).copied()));
            let measure = begun(row, rule, *grade, tx.now);
            tasks.extend(first_due(rule, row, before).map(|due_on| NewTask {
                id: CreditTaskId::new(),
                measure_id: measure.id,
                enterprise_id: row.enterprise_id,
                region: row.region.clone(),
                ordinal: 1,
                due_on,
                state: TaskState::Open,
                created_at: tx.now,
            }));
            measures.push(measure);
        }
    }
    if let Some(day) = rows.iter().map(|row| row.graded_on).max() {
        end(tx, &ended, day)?;
    }
    move_regions(&mut tx.conn, rows)?;
    if !measures.is_empty() {
        diesel::copy_from(m::table).from_insertable(measures).execute(&mut *tx.conn)?;
    }
    if !tasks.is_empty() {
        diesel::copy_from(credit_task::table).from_insertable(tasks).execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// The last days of the open tasks of measures that are running.
fn open_of(conn: &mut PgConnection, running: &[Running]) -> QueryResult<HashMap<MeasureId, NaiveDate>> {
    use credit_task as t;
    let open: Vec<(MeasureId, NaiveDate)> = t::table
        .filter(t::measure_id.eq_any(running.iter().map(|one| one.id)))
        .filter(t::state.eq(TaskState::Open))
        .select((t::measure_id, t::due_on))
        .load(conn)?;
    Ok(open.into_iter().collect())
}

fn begun(row: &SubjectRow, rule: &MeasureRule, grade: Grade, now: DateTime<Utc>) -> NewMeasure {
    NewMeasure {
        id: MeasureId::new(),
        enterprise_id: row.enterprise_id,
        role: row.role,
        key: rule.key.clone(),
        region: row.region.clone(),
        grade,
        class: row.class,
        rules_version: row.rules_version.clone(),
        trial: row.trial,
        text_zh: rule.text.zh.to_string(),
        text_en: rule.text.en.to_string(),
        period_days: i32::try_from(rule.period_days).unwrap_or(i32::MAX),
        from_day: row.graded_on,
        created_at: now,
    }
}

/// Ends measures on a day; what is open of them is dropped.
fn end(tx: &mut Tx, measures: &[MeasureId], day: NaiveDate) -> Result<(), Problem> {
    if measures.is_empty() {
        return Ok(());
    }
    let dropped = transition(TaskState::Open, TaskStep::Drop)?;
    diesel::update(credit_measure::table.filter(credit_measure::id.eq_any(measures)))
        .set(credit_measure::until_day.eq(day))
        .execute(&mut *tx.conn)?;
    let open = credit_task::table
        .filter(credit_task::measure_id.eq_any(measures))
        .filter(credit_task::state.eq(TaskState::Open));
    diesel::update(open).set(credit_task::state.eq(dropped)).execute(&mut *tx.conn)?;
    Ok(())
}

/// Measures and open tasks go with the enterprise to its region.
fn move_regions(conn: &mut PgConnection, rows: &[SubjectRow]) -> Result<(), Problem> {
    let ids: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let regions: Vec<&str> = rows.iter().map(|row| row.region.as_str()).collect();
    for statement in [
        "UPDATE credit_measure m SET region = u.region FROM unnest($1, $2) AS u (id, region)
         WHERE m.enterprise_id = u.id AND m.until_day IS NULL AND m.region <> u.region",
        "UPDATE credit_task t SET region = u.region FROM unnest($1, $2) AS u (id, region)
         WHERE t.enterprise_id = u.id AND t.state = 'open' AND t.region <> u.region",
    ] {
        diesel::sql_query(statement)
            .bind::<Array<SqlUuid>, _>(&ids)
            .bind::<Array<Text>, _>(&regions)
            .execute(conn)?;
    }
    Ok(())
}
