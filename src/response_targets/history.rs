//! What the targets of consultations are computed from: their histories, and who wrote when in their talk.

use crate::catalogue::SupervisionClass;
use crate::catalogue::{Calendar, Catalogue};
use crate::core::actor::Role;
use crate::core::clock::shanghai_date;
use crate::core::ids::ConsultationId;
use crate::db::published::{consultation_event, remediation_case};
use crate::enterprises::ids::NonconformityId;
use crate::response_targets::rules::Rules;
use crate::response_targets::targets::{Fact, Fold, Matter};
use crate::response_targets::work_time::WorkTime;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

/// A fact with its moment.
pub type Dated = (DateTime<Utc>, Fact);

/// What a message means here, by the role of who wrote it.
pub fn written(role: Role) -> Option<Fact> {
    match role {
        Role::Enterprise => Some(Fact::EnterpriseWrote),
        Role::Expert => Some(Fact::ExpertWrote),
        Role::Admin | Role::Operator | Role::Sampler | Role::Laboratory => None,
    }
}

/// A line of a history: its number, and what it means here.
pub type Line = (i32, DateTime<Utc>, Option<Fact>);

/// The lines of the histories of some consultations after a number, in order.
///
/// # Errors
/// When the database can't be asked.
pub fn lines(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
    after: i32,
) -> QueryResult<Vec<(ConsultationId, Line)>> {
    use consultation_event as e;
    let rows: Vec<(ConsultationId, i32, String, String, DateTime<Utc>)> = e::table
        .filter(e::consultation_id.eq_any(ids))
        .filter(e::seq.gt(after))
        .order((e::consultation_id, e::seq))
        .select((e::consultation_id, e::seq, e::event, e::to_status, e::at))
        .load(conn)?;
    let line =
        |(id, seq, event, to, at): (_, _, String, String, _)| (id, (seq, at, Fact::of_event(&event, &to)));
    Ok(rows.into_iter().map(line).collect())
}

/// What the history says and what was written, by their moments; a line of the history comes before a message of the same moment.
pub fn merged(lines: impl Iterator<Item = Dated>, messages: impl Iterator<Item = Dated>) -> Vec<Dated> {
    let mut all: Vec<Dated> = lines.chain(messages).collect();
    // A stable sort keeps the order within one moment.
    all.sort_by_key(|(at, _)| *at);
    all
}

/// Of a case's deadlines (to rectify, to be re-inspected, to be re-inspected again) the one that comes next when a consultation is opened;
/// where all were missed by then, the last of them.
pub fn next_deadline(deadlines: [Option<NaiveDate>; 3], opened_at: DateTime<Utc>) -> Option<NaiveDate> {
    let opened = shanghai_date(opened_at);
    let days = || deadlines.iter().flatten().copied();
    days().filter(|by| *by >= opened).min().or_else(|| days().max())
}

/// The next statutory deadline of a consultation's case, seen from its opening. A case that was cleared by then has none.
///
/// # Errors
/// When the database can't be asked.
pub fn statutory_due(
    conn: &mut PgConnection,
    nonconformity: Option<NonconformityId>,
    opened_at: DateTime<Utc>,
) -> QueryResult<Option<NaiveDate>> {
    use remediation_case as k;
    let Some(nonconformity) = nonconformity else { return Ok(None) };
    let case: Option<(Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>)> = k::table
        .filter(k::nonconformity_id.eq(nonconformity))
        .filter(k::cleared_at.is_null().or(k::cleared_at.gt(opened_at).assume_not_null()))
        .select((k::rectify_by, k::reinspect_by, k::second_by))
        .first(conn)
        .optional()?;
    Ok(case.and_then(|(rectify, reinspect, second)| next_deadline([rectify, reinspect, second], opened_at)))
}

/// The fold of a consultation about a product kind.
pub fn fold<'a>(
    rules: &'a Rules,
    calendar: &'a Calendar,
    catalogue: &Catalogue,
    (kind, opened_at, statutory_due): (&str, DateTime<Utc>, Option<NaiveDate>),
) -> Fold<'a> {
    let class = catalogue.products.kind(kind).map_or(SupervisionClass::General, |kind| kind.supervision);
    Fold {
        rules,
        time: WorkTime { hours: rules.day, calendar },
        matter: Matter { class, opened_at, statutory_due },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::clock::shanghai_midnight;

    #[test]
    fn the_deadline_that_comes_next_counts_and_of_missed_ones_the_last() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 3, day);
        let opened = shanghai_midnight(day(10).unwrap());
        for (deadlines, next) in [
            ([None, None, None], None),
            ([day(10), day(25), None], day(10)),
            ([day(9), day(25), None], day(25)),
            ([day(9), None, None], day(9)),
            ([day(1), day(9), None], day(9)),
            ([day(1), day(9), day(31)], day(31)),
        ] {
            assert_eq!(next_deadline(deadlines, opened), next, "{deadlines:?}");
        }
    }
}
