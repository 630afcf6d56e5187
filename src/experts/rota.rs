//! Duty rotas as they are entered and shown.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::db::schema::expert_shift;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::duty::Shift;
use crate::experts::policy::{Action, acting_expert, facts, permit};
use crate::experts::wake::MATCHER;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// Most shifts of one rota.
const MOST: usize = 50;

/// Replaces a duty rota. An empty one binds to no hours.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetDuty {
    /// Whose; none: the acting expert's own.
    pub expert: Option<ExpertId>,
    /// The shifts that take the place of the present ones.
    pub duty: Duty,
}

/// A duty rota, in Asia/Shanghai.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// The shifts of a week, at most 50.
    pub shifts: Vec<DutyShift>,
}

/// A shift that is worked every week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyShift {
    /// The weekdays on which it begins, 1 for Monday to 7 for Sunday.
    pub weekdays: Vec<i32>,
    /// When it begins, `HH:MM`.
    #[schema(example = "22:00")]
    pub from: String,
    /// When it ends, `HH:MM`; at or before `from` it is that of the next day, `24:00` is midnight.
    #[schema(example = "06:00")]
    pub to: String,
    /// Whether it is worked on public holidays, too.
    #[serde(default)]
    pub holidays: bool,
}

/// Minutes of the day.
fn minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |digits: &str| {
        let plain = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        if plain { digits.parse::<i32>().ok() } else { None }
    };
    match (number(hours)?, number(minutes)?) {
        (24, 0) => Some(0),
        (hours @ 0..=23, minutes @ 0..=59) => Some(hours * 60 + minutes),
        _ => None,
    }
}

/// The shifts of a rota as they are stored: one for each weekday.
fn shifts(fields: &mut Fields, duty: &Duty) -> Vec<Shift> {
    fields.require(duty.shifts.len() <= MOST, "/shifts", "数量过多", "are too many");
    let mut all = Vec::new();
    for (at, shift) in duty.shifts.iter().enumerate() {
        let weekdays: BTreeSet<i32> = shift.weekdays.iter().copied().collect();
        let known = !weekdays.is_empty() && weekdays.iter().all(|day| (1..=7).contains(day));
        fields.require(
            known,
            &format!("/shifts/{at}/weekdays"),
            "须为 1（周一）到 7（周日）",
            "must be from 1 (Monday) to 7 (Sunday), one at least",
        );
        let mut time = |name: &str, text: &str| {
            let found = minutes(text);
            fields.require(
                found.is_some(),
                &format!("/shifts/{at}/{name}"),
                "须为 00:00 到 24:00 的时刻",
                "must be a time from 00:00 to 24:00",
            );
            found.unwrap_or_default()
        };
        let (starts, ends) = (time("from", &shift.from), time("to", &shift.to));
        all.extend(weekdays.into_iter().map(|weekday| Shift {
            weekday,
            starts,
            ends,
            holidays: shift.holidays,
        }));
    }
    all
}

impl Command for SetDuty {
    type Output = ExpertId;
    const NAME: &'static str = "set_duty";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let id = self.expert.map_or_else(|| acting_expert(&tx.actor), Ok)?;
        let facts = facts(&mut tx.conn, id)?;
        permit(&tx.actor, Action::SetDuty, &facts, &tx.catalogue)?;
        let mut fields = Fields::new();
        let shifts = shifts(&mut fields, &self.duty);
        fields.done()?;
        use expert_shift as s;
        diesel::delete(s::table.filter(s::expert_id.eq(id))).execute(&mut *tx.conn)?;
        let rows: Vec<_> = shifts
            .iter()
            .zip(1i32..)
            .map(|(shift, ordinal)| {
                (
                    s::expert_id.eq(id),
                    s::ordinal.eq(ordinal),
                    s::weekday.eq(shift.weekday),
                    s::starts.eq(shift.starts),
                    s::ends.eq(shift.ends),
                    s::holidays.eq(shift.holidays),
                )
            })
            .collect();
        diesel::insert_into(s::table).values(rows).execute(&mut *tx.conn)?;
        let subject =
            Subject { region: facts.regions.first().map(String::as_str), ..Subject::new("expert", id.0) };
        tx.audit(Self::NAME, subject, json!(self.duty))?;
        tx.wake(MATCHER);
        Ok(id)
    }
}

/// The shifts of an expert as matching knows them.
///
/// # Errors
/// When the database can't be asked.
pub fn shifts_of(conn: &mut PgConnection, id: ExpertId) -> Result<Vec<Shift>, Problem> {
    use expert_shift as s;
    let rows: Vec<(i32, i32, i32, bool)> = s::table
        .filter(s::expert_id.eq(id))
        .order(s::ordinal)
        .select((s::weekday, s::starts, s::ends, s::holidays))
        .load(conn)?;
    let shift = |(weekday, starts, ends, holidays)| Shift { weekday, starts, ends, holidays };
    Ok(rows.into_iter().map(shift).collect())
}

/// The rota of an expert as it is shown: shifts of the same hours together.
///
/// # Errors
/// When the database can't be asked.
pub fn duty(conn: &mut PgConnection, id: ExpertId) -> Result<Vec<DutyShift>, Problem> {
    let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let mut shown: Vec<DutyShift> = Vec::new();
    for Shift { weekday, starts, ends, holidays } in shifts_of(conn, id)? {
        let (from, to) = (clock(starts), clock(ends));
        match shown.last_mut().filter(|l| l.from == from && l.to == to && l.holidays == holidays) {
            Some(last) => last.weekdays.push(weekday),
            None => shown.push(DutyShift { weekdays: vec![weekday], from, to, holidays }),
        }
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_strictly() {
        for (text, wanted) in [
            ("00:00", Some(0)),
            ("23:59", Some(1439)),
            ("24:00", Some(0)),
            ("24:01", None),
            ("9:00", None),
            ("+9:00", None),
            ("12:60", None),
            ("1200", None),
        ] {
            assert_eq!(minutes(text), wanted, "{text}");
        }
    }
}
