//! Writing what gradings found: only rows that differ, each kind in a few statements however many there are.

use crate::conduct::score::{Entry, Standing};
use crate::conduct::words::Grade;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::credit::grading::row::{Cause, SubjectRow, causes, differs, is_change, reason};
use crate::credit::words::ChangeReason;
use crate::db::schema::{credit_change, credit_subject};
use crate::inspections::words::InspectedRole;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Text, Uuid as SqlUuid};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Held by whoever grades, so that of several servers one does.
pub const LOCK: Uuid = Uuid::from_u128(0x6372_6564_6974_2067_7261_6465_7300_0001);
/// Enterprises whose rows are replaced by one statement.
const AT_ONCE: usize = 50_000;

/// A row of `credit_change`.
#[derive(Debug, Clone, PartialEq, Insertable)]
#[diesel(table_name = credit_change, treat_none_as_default_value = false)]
struct ChangeRow {
    enterprise_id: EnterpriseId,
    role: InspectedRole,
    day: NaiveDate,
    region: String,
    operating: bool,
    class: Option<crate::catalogue::SupervisionClass>,
    score_before: Option<i64>,
    score: i64,
    grade_before: Option<Grade>,
    grade: Option<Grade>,
    worst: bool,
    rules_version: String,
    trial: bool,
    causes: Value,
    reason: ChangeReason,
    recorded_at: DateTime<Utc>,
}

/// What gradings found, to be written.
#[derive(Debug, Default)]
pub struct Found {
    /// All rows of the enterprises of which a row differs.
    rows: Vec<SubjectRow>,
    changes: Vec<ChangeRow>,
    /// The rows whose grade, class, role or status is another than before, or that are new.
    pub moved: Vec<SubjectRow>,
    /// The grade of each enterprise that was graded, and whether it is on trial.
    pub grades: Vec<(EnterpriseId, Option<Grade>, bool)>,
    /// Subjects that were graded.
    pub graded: usize,
    /// Subjects of which something changed.
    pub changed: usize,
    /// Subjects whose grade changed, new ones not among them.
    pub regraded: usize,
}

impl Found {
    /// Takes the rows of an enterprise in, beside those before.
    ///
    /// # Errors
    /// When the causes can't be written down.
    pub fn take(
        &mut self,
        (before, rows): (&[SubjectRow], Vec<SubjectRow>),
        standing: &Standing,
        entries: &[Entry],
    ) -> Result<(), Problem> {
        let of = |role: InspectedRole| before.iter().find(|row| row.role == role);
        self.graded += rows.len();
        self.grades
            .extend(rows.iter().find(|row| row.worst).map(|row| (row.enterprise_id, row.grade, row.trial)));
        let differing = rows.iter().filter(|row| differs(of(row.role), row)).count();
        if differing == 0 {
            return Ok(());
        }
        self.changed += differing;
        for row in &rows {
            let earlier = of(row.role);
            if is_change(earlier, row) {
                let causes = causes(earlier, row, standing, entries);
                self.changes.push(change(earlier, row, &causes)?);
            }
            let moved = earlier.is_none_or(|earlier| {
                (earlier.grade, earlier.class, earlier.operating) != (row.grade, row.class, row.operating)
                    || earlier.region != row.region
                    || earlier.rules_version != row.rules_version
                    || earlier.trial != row.trial
            });
            if moved {
                self.moved.push(row.clone());
            }
            if earlier.is_some_and(|earlier| earlier.grade != row.grade) {
                self.regraded += 1;
            }
        }
        self.rows.extend(rows);
        Ok(())
    }

    /// Writes it all.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn write(&mut self, conn: &mut PgConnection) -> Result<(), Problem> {
        let ids: Vec<EnterpriseId> = self.rows.iter().map(|row| row.enterprise_id).collect();
        for some in ids.chunks(AT_ONCE) {
            diesel::sql_query(
                "DELETE FROM credit_subject s USING unnest($1) AS u (id) WHERE s.enterprise_id = u.id",
            )
            .bind::<Array<SqlUuid>, _>(some)
            .execute(conn)?;
        }
        if !self.rows.is_empty() {
            let rows = std::mem::take(&mut self.rows);
            diesel::copy_from(credit_subject::table).from_insertable(rows).execute(conn)?;
        }
        self.merge_with_the_day(conn)?;
        if !self.changes.is_empty() {
            let changes = std::mem::take(&mut self.changes);
            diesel::copy_from(credit_change::table).from_insertable(changes).execute(conn)?;
        }
        Ok(())
    }

    /// What changed earlier on the same day becomes one row with what changes now: what was before the first of them stays, and the causes of all.
    fn merge_with_the_day(&mut self, conn: &mut PgConnection) -> Result<(), Problem> {
        let mut earlier: HashMap<(EnterpriseId, String, NaiveDate), Earlier> = HashMap::new();
        for some in self.changes.chunks(AT_ONCE) {
            let ids: Vec<EnterpriseId> = some.iter().map(|row| row.enterprise_id).collect();
            let roles: Vec<&str> = some.iter().map(|row| row.role.as_str()).collect();
            let days: Vec<NaiveDate> = some.iter().map(|row| row.day).collect();
            let found: Vec<Earlier> = diesel::sql_query(TAKE_EARLIER)
                .bind::<Array<SqlUuid>, _>(ids)
                .bind::<Array<Text>, _>(roles)
                .bind::<Array<Date>, _>(days)
                .load(conn)?;
            earlier
                .extend(found.into_iter().map(|row| ((row.enterprise_id, row.role.clone(), row.day), row)));
        }
        for row in &mut self.changes {
            let Some(before) = earlier.remove(&(row.enterprise_id, row.role.to_string(), row.day)) else {
                continue;
            };
            row.score_before = before.score_before;
            row.grade_before = before.grade_before.and_then(|grade| grade.parse().ok());
            if let (Value::Array(mut all), Value::Array(now)) = (before.causes, &mut row.causes) {
                all.append(now);
                *now = all;
            }
        }
        Ok(())
    }
}

/// Takes the rows of the same day out of the table.
const TAKE_EARLIER: &str = "
    DELETE FROM credit_change c USING unnest($1, $2, $3) AS u (enterprise_id, role, day)
    WHERE c.enterprise_id = u.enterprise_id AND c.role = u.role AND c.day = u.day
    RETURNING c.enterprise_id, c.role, c.day, c.score_before, c.grade_before, c.causes";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Earlier {
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::BigInt>)]
    score_before: Option<i64>,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    grade_before: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Jsonb)]
    causes: Value,
}

fn change(before: Option<&SubjectRow>, row: &SubjectRow, causes: &[Cause]) -> Result<ChangeRow, Problem> {
    Ok(ChangeRow {
        enterprise_id: row.enterprise_id,
        role: row.role,
        day: row.graded_on,
        region: row.region.clone(),
        operating: row.operating,
        class: row.class,
        score_before: before.map(|before| before.score),
        score: row.score,
        grade_before: before.and_then(|before| before.grade),
        grade: row.grade,
        worst: row.worst,
        rules_version: row.rules_version.clone(),
        trial: row.trial,
        causes: serde_json::to_value(causes)?,
        reason: reason(before, row, causes),
        recorded_at: row.graded_at,
    })
}
