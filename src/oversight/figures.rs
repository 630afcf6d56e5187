//! The figures of letters, interviews and listings: how many went out, were answered in time, accepted at first, and how long they took; by the region of who
//! was addressed. Today and as of a past day: what counts is what had been entered by its end in Asia/Shanghai, so an answer of a past day never changes.

use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_day_end;
use crate::core::fields::Fields;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::db::regional::permit;
use crate::oversight::words::OversightKind;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text as SqlText, Timestamptz};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the figures are narrowed to.
#[derive(Debug, Clone, Default)]
pub struct FigureFilter {
    /// As of the end of this day; today where none is named.
    pub as_of: Option<NaiveDate>,
    /// Only what went out on this day or later.
    pub from: Option<NaiveDate>,
    /// Only those of this kind.
    pub kind: Option<OversightKind>,
    /// Only those to this region or one under it; the officer's own where none is named.
    pub region: Option<String>,
}

/// The figures of a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OversightFigureRow)]
pub struct FigureRow {
    /// What went out and was not withdrawn.
    pub issued: i64,
    /// Of them: what was answered, reported on or applied for.
    pub answered: i64,
    /// Of those: in time.
    pub answered_in_time: i64,
    /// What waits for an answer and is late.
    pub unanswered_late: i64,
    /// What was accepted, verified or delisted.
    pub accepted: i64,
    /// Of those: without ever being returned.
    pub accepted_at_first: i64,
    /// What ended.
    pub ended: i64,
    /// Calendar days from going out to the end, all of them together.
    pub days_to_end: i64,
    /// Listings that were listed before for the same recipient.
    pub listed_again: i64,
}

/// The figures of a region beside its name.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RegionFigures {
    /// Code of the region; the last line, of the whole, has the region that was asked for.
    pub region: String,
    /// The figures.
    #[serde(flatten)]
    pub row: FigureRow,
    /// `answered_in_time` ÷ (`answered` + `unanswered_late`) in percent, to two decimals; null where that is nothing.
    pub in_time_percent: Option<f64>,
    /// `accepted_at_first` ÷ `accepted` in percent, to two decimals.
    pub at_first_percent: Option<f64>,
    /// `days_to_end` ÷ `ended`, to one decimal.
    pub days_to_close: Option<f64>,
}

/// The figures.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OversightFigures {
    /// As of the end of this day.
    pub as_of: NaiveDate,
    /// Only what went out on this day or later.
    pub from: Option<NaiveDate>,
    /// Of the regions directly under the one that is looked at, and of that one itself where something is addressed to it.
    pub regions: Vec<RegionFigures>,
    /// Of all of them.
    pub all: RegionFigures,
}

/// A sum by the recipient's region.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Sum {
    #[diesel(sql_type = SqlText)]
    region: String,
    #[diesel(sql_type = BigInt)]
    issued: i64,
    #[diesel(sql_type = BigInt)]
    answered: i64,
    #[diesel(sql_type = BigInt)]
    in_time: i64,
    #[diesel(sql_type = BigInt)]
    late: i64,
    #[diesel(sql_type = BigInt)]
    accepted: i64,
    #[diesel(sql_type = BigInt)]
    at_first: i64,
    #[diesel(sql_type = BigInt)]
    ended: i64,
    #[diesel(sql_type = BigInt)]
    days: i64,
    #[diesel(sql_type = BigInt)]
    again: i64,
}

/// Everything is taken from the events that had been entered by a moment: the state after the last of them, the first answer, the returns before the first
/// acceptance, the day of the end. Late without an answer is what the last event but answers left with a day that has passed.
const SUMS: &str = "
    WITH told AS (
        SELECT e.oversight_id, e.ordinal, e.step, e.from_state, e.to_state, e.occurred_on, e.details
        FROM oversight_event e
        WHERE e.recorded_at < $1
    ), each AS (
        SELECT o.id, o.kind, o.to_region, o.to_kind, o.to_name,
               (SELECT t.occurred_on FROM told t WHERE t.oversight_id = o.id AND t.step IN ('issue', 'notify', 'list')
                ORDER BY t.ordinal LIMIT 1) AS issued_on,
               (SELECT t.to_state FROM told t WHERE t.oversight_id = o.id ORDER BY t.ordinal DESC LIMIT 1) AS state,
               (SELECT coalesce((t.details ->> 'in_time')::boolean, false) FROM told t
                WHERE t.oversight_id = o.id
                  AND (t.step = 'reply' OR (t.step = 'report' AND o.kind = 'interview') OR t.step = 'apply')
                ORDER BY t.ordinal LIMIT 1) AS in_time,
               (SELECT min(t.ordinal) FROM told t WHERE t.oversight_id = o.id AND t.step IN ('accept', 'verify')) AS accepted_at,
               (SELECT min(t.ordinal) FROM told t WHERE t.oversight_id = o.id
                  AND (t.step = 'return' OR (t.step = 'task_reopen' AND t.from_state = 'applied'))) AS returned_at,
               (SELECT max(t.occurred_on) FROM told t WHERE t.oversight_id = o.id
                  AND (t.step IN ('close', 'escalate') OR (t.step = 'accept' AND o.kind = 'listing'))) AS ended_on,
               EXISTS (SELECT FROM told t WHERE t.oversight_id = o.id AND t.step = 'mark_overdue') AS was_late
        FROM oversight o
        WHERE o.created_at < $1
    )
    SELECT a.to_region AS region,
           count(*) AS issued,
           count(*) FILTER (WHERE a.in_time IS NOT NULL) AS answered,
           count(*) FILTER (WHERE a.in_time) AS in_time,
           count(*) FILTER (WHERE a.in_time IS NULL AND (a.was_late OR a.state = 'not_attended')) AS late,
           count(*) FILTER (WHERE a.accepted_at IS NOT NULL) AS accepted,
           count(*) FILTER (WHERE a.accepted_at IS NOT NULL AND (a.returned_at IS NULL OR a.returned_at > a.accepted_at)) AS at_first,
           count(*) FILTER (WHERE a.ended_on IS NOT NULL) AS ended,
           coalesce(sum(a.ended_on - a.issued_on) FILTER (WHERE a.ended_on IS NOT NULL), 0)::bigint AS days,
           count(*) FILTER (WHERE a.kind = 'listing' AND EXISTS (
               SELECT FROM each b WHERE b.kind = 'listing' AND b.id < a.id AND b.issued_on IS NOT NULL AND b.state <> 'withdrawn'
                 AND b.to_kind = a.to_kind AND b.to_name = a.to_name AND b.to_region = a.to_region)) AS again
    FROM each a
    JOIN region_scope s ON s.scope = $2 AND s.region = a.to_region
    WHERE a.issued_on IS NOT NULL AND a.state <> 'withdrawn'
      AND ($3 IS NULL OR a.kind = $3) AND ($4 IS NULL OR a.issued_on >= $4::date)
    GROUP BY a.to_region";

impl FigureRow {
    fn add(&mut self, sum: &Sum) {
        let parts = [
            (&mut self.issued, sum.issued),
            (&mut self.answered, sum.answered),
            (&mut self.answered_in_time, sum.in_time),
            (&mut self.unanswered_late, sum.late),
            (&mut self.accepted, sum.accepted),
            (&mut self.accepted_at_first, sum.at_first),
            (&mut self.ended, sum.ended),
            (&mut self.days_to_end, sum.days),
            (&mut self.listed_again, sum.again),
        ];
        for (field, value) in parts {
            *field = field.saturating_add(value);
        }
    }

    fn of(self, region: String) -> RegionFigures {
        use crate::sampling_figures::indicators::percent;
        RegionFigures {
            region,
            in_time_percent: percent(
                self.answered_in_time,
                self.answered.saturating_add(self.unanswered_late),
            ),
            at_first_percent: percent(self.accepted_at_first, self.accepted),
            days_to_close: tenths(self.days_to_end, self.ended),
            row: self,
        }
    }
}

/// A mean to one decimal, rounded half up in whole numbers; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "days of documents are far below 2^53")]
fn tenths(sum: i64, count: i64) -> Option<f64> {
    (count > 0).then(|| {
        let tenths = (i128::from(sum) * 20 + i128::from(count)).div_euclid(i128::from(count) * 2);
        tenths as f64 / 10.0
    })
}

/// The region directly under `scope` in which a region lies, or `scope` itself.
fn child<'a>(catalogue: &'a Catalogue, scope: &'a str, region: &'a str) -> &'a str {
    let mut below = scope;
    for place in catalogue.regions.ancestors(region) {
        if place.code == scope {
            return below;
        }
        below = &place.code;
    }
    scope
}

/// The figures of a filter.
///
/// # Errors
/// 403 for anyone but an officer; 422 for a day to come or before 1900, a first day after the last one, or a region that is not the officer's own or
/// under it.
pub fn figures(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &FigureFilter,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<OversightFigures, Problem> {
    permit(actor)?;
    let own = actor.officer_region().unwrap_or_default();
    let scope = filter.region.as_deref().unwrap_or(own);
    let as_of = filter.as_of.unwrap_or(today);
    let mut fields = Fields::new();
    fields.query_day("as_of", filter.as_of);
    fields.query_day("from", filter.from);
    fields.done()?;
    let mut faults = Vec::new();
    if filter.from.is_some_and(|from| from > as_of) {
        let text = Text::new("不能晚于统计截止日期", "must not be after the day as of which is counted");
        faults.push(FieldError::query("from", text));
    }
    if as_of > today {
        faults.push(FieldError::query("as_of", Text::new("不能晚于今天", "must not be in the future")));
    }
    if !catalogue.regions.contains(own, scope) {
        let text = Text::new("须为本人辖区或其下级地区", "must be your region or one below it");
        faults.push(FieldError::query("region", text));
    }
    Problem::unless_empty(faults)?;
    let sums: Vec<Sum> = diesel::sql_query(SUMS)
        .bind::<Timestamptz, _>(shanghai_day_end(as_of))
        .bind::<SqlText, _>(scope)
        .bind::<Nullable<SqlText>, _>(filter.kind.map(OversightKind::as_str))
        .bind::<Nullable<diesel::sql_types::Date>, _>(filter.from)
        .load(conn)?;
    let (mut by_region, mut all) = (BTreeMap::<&str, FigureRow>::new(), FigureRow::default());
    for sum in &sums {
        by_region.entry(child(catalogue, scope, &sum.region)).or_default().add(sum);
        all.add(sum);
    }
    Ok(OversightFigures {
        as_of,
        from: filter.from,
        regions: by_region.into_iter().map(|(region, row)| row.of(region.to_owned())).collect(),
        all: all.of(scope.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_rounded_half_up() {
        assert_eq!((tenths(25, 2), tenths(1, 3), tenths(0, 0)), (Some(12.5), Some(0.3), None));
        assert_eq!(tenths(31, 20), Some(1.6));
    }

    #[test]
    fn a_district_counts_in_its_city() {
        let catalogue = Catalogue::builtin().unwrap();
        assert_eq!(child(&catalogue, "440000", "440103"), "440100");
        assert_eq!(child(&catalogue, "440100", "440103"), "440103");
        assert_eq!(child(&catalogue, "440100", "440100"), "440100");
    }
}
