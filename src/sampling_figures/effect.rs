//! What share of the samples failed before a day and after it, in the regions and kinds that something was done for, beside the rest of the
//! province: whether it helped.
//!
//! [`of`] answers an [`EffectOf`]; [`results`] gives the same results day by day, for who draws them or counts other spans:
//!
//! ```text
//! pub fn of(conn: &mut PgConnection, asked: &EffectOf<'_>, now: DateTime<Utc>) -> Result<Effect, Problem>
//! pub fn results(conn: &mut PgConnection, scope: &Scope<'_>, span: (NaiveDate, NaiveDate), as_of: NaiveDate, now: DateTime<Utc>) -> Result<Results, Problem>
//! ```
//!
//! - Counted are the final results of supervision samplings (`method` sampling) that were not taken because something had failed or was being
//!   watched: a follow-up, a re-inspection and a risk monitoring say nothing of the share of a market. What was withdrawn, is void or was handed
//!   over is not among them. A sample counts on the day of its taking, in the region where it was taken.
//! - As of a day: by what had been entered by its end in Asia/Shanghai, so an answer of a past day never changes.
//! - The rest of the province: the same kinds in its other regions. Where the regions are the whole province, the other kinds in it.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::programmes::ids::LaboratoryId;
use crate::sampling_figures::intervals::{Change, Count, Rate, change, difference_in_differences};
use chrono::{DateTime, Months, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// Of what results are counted, and beside what.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Codes of product kinds; all of them where none is named.
    pub kinds: &'a [&'a str],
    /// Codes of regions, each with all under it; the whole province where none is named.
    pub regions: &'a [&'a str],
    /// Code of the province; [`province_of`] finds that of a region.
    pub province: &'a str,
    /// Laboratories whose results do not count, in the scope and beside it: those of whoever is judged by them.
    pub without: &'a [LaboratoryId],
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct EffectOf<'a> {
    /// The results that are counted.
    pub scope: Scope<'a>,
    /// The day from which something was done: the first day of the time after.
    pub day: NaiveDate,
    /// How many months before that day are counted.
    pub months_before: u32,
    /// How many months from that day on are counted, as far as they are over by `as_of`.
    pub months_after: u32,
    /// As of the end of this day.
    pub as_of: NaiveDate,
}

crate::word_enum! {
    /// What the rest of the province is.
    pub enum Beside {
        /// The same kinds in the other regions of the province.
        SameKindsElsewhere = "same_kinds_elsewhere",
        /// The other kinds of the province.
        OtherKinds = "other_kinds",
        /// There is nothing beside: all kinds of the whole province.
        Nothing = "nothing",
    }
}

impl Beside {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SameKindsElsewhere => {
                ("全省其他地区同类产品", "the same kinds in the other regions of the province")
            }
            Self::OtherKinds => ("全省其他产品种类", "the other kinds of the province"),
            Self::Nothing => ("无可比范围", "nothing to compare with"),
        }
    }
}

/// The shares before and after, beside those of the rest of the province.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SamplingEffect)]
pub struct Effect {
    /// The first day of the time before.
    pub from: NaiveDate,
    /// The first day of the time after.
    pub day: NaiveDate,
    /// The last day of the time after; before `day` where it has not begun by `as_of`.
    pub until: NaiveDate,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// The results with which those of the scope are compared.
    #[schema(inline)]
    pub beside: Beside,
    /// The rate of the scope before that day.
    pub before: Rate,
    /// The rate of the scope from that day on.
    pub after: Rate,
    /// The rest, before.
    pub rest_before: Rate,
    /// The rest, after.
    pub rest_after: Rate,
    /// `after` − `before`; null where one of them has no results.
    pub change: Option<Change>,
    /// The same of the rest.
    pub rest_change: Option<Change>,
    /// `change` − `rest_change` (difference in differences), with its 95 % interval; null where one of the four shares has no results.
    pub did: Option<Change>,
}

/// The results of a day.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct OfDay {
    #[diesel(sql_type = Bool)]
    within: bool,
    #[diesel(sql_type = Date)]
    on_day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    tested: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
}

/// Results day by day: of the scope, and of what stands beside it.
#[derive(Debug, Clone)]
pub struct Results {
    /// The results with which those of the scope are compared.
    pub beside: Beside,
    days: Vec<OfDay>,
}

impl Results {
    /// The results of the scope (`within`) or of the rest, from a day to before another one.
    pub fn count(&self, within: bool, from: NaiveDate, before: NaiveDate) -> Count {
        let days =
            self.days.iter().filter(|of| of.within == within && of.on_day >= from && of.on_day < before);
        days.fold(Count::default(), |sum, of| Count {
            failed: sum.failed + of.failed,
            tested: sum.tested + of.tested,
        })
    }
}

/// The province of a region: the highest one above it.
pub fn province_of<'a>(catalogue: &'a Catalogue, region: &str) -> Option<&'a str> {
    catalogue.regions.ancestors(region).last().map(|above| above.code.as_str())
}

impl Scope<'_> {
    /// The regions, none where they are the whole province.
    fn parts(&self) -> &[&str] {
        if self.regions.contains(&self.province) { &[] } else { self.regions }
    }

    /// What stands beside it.
    pub fn beside(&self) -> Beside {
        match (self.parts().is_empty(), self.kinds.is_empty()) {
            (false, _) => Beside::SameKindsElsewhere,
            (true, false) => Beside::OtherKinds,
            (true, true) => Beside::Nothing,
        }
    }
}

/// The results day by day from the first day of `span` to before its second one, as of the end of a day.
///
/// # Errors
/// When the database can't be asked.
pub fn results(
    conn: &mut PgConnection,
    scope: &Scope<'_>,
    span: (NaiveDate, NaiveDate),
    as_of: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Results, Problem> {
    let moment = (as_of != shanghai_date(now)).then(|| shanghai_day_end(as_of));
    let days = diesel::sql_query("SELECT * FROM sampling_results_by_day($1, $2, $3, $4, $5, $6, $7)")
        .bind::<Array<Text>, _>(scope.kinds)
        .bind::<Array<Text>, _>(scope.parts())
        .bind::<Text, _>(scope.province)
        .bind::<Date, _>(span.0)
        .bind::<Date, _>(span.1)
        .bind::<Nullable<Timestamptz>, _>(moment)
        .bind::<Array<SqlUuid>, _>(scope.without)
        .load(conn)?;
    Ok(Results { beside: scope.beside(), days })
}

/// The shares before and after a day, beside the rest of the province.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, asked: &EffectOf<'_>, now: DateTime<Utc>) -> Result<Effect, Problem> {
    let EffectOf { scope, day, months_before, months_after, as_of } = *asked;
    let from = day.checked_sub_months(Months::new(months_before)).unwrap_or(NaiveDate::MIN);
    let over = day.checked_add_months(Months::new(months_after)).unwrap_or(NaiveDate::MAX);
    let end = over.min(as_of.succ_opt().unwrap_or(as_of));
    let found = results(conn, &scope, (from, end.max(day)), as_of, now)?;
    let (before, after) = (found.count(true, from, day), found.count(true, day, end));
    let (rest_before, rest_after) = (found.count(false, from, day), found.count(false, day, end));
    Ok(Effect {
        from,
        day,
        until: end.pred_opt().unwrap_or(end),
        as_of,
        beside: found.beside,
        before: before.into(),
        after: after.into(),
        rest_before: rest_before.into(),
        rest_after: rest_after.into(),
        change: change(before, after).map(Change::from),
        rest_change: change(rest_before, rest_after).map(Change::from),
        did: difference_in_differences((before, after), (rest_before, rest_after)).map(Change::from),
    })
}
