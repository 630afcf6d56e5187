//! The zero-out rate (清零率): what is cleared among what is to be cleared.
//!
//! To be cleared are the operating enterprises with a nonconformity on the list. By enterprise, one is cleared
//! once all its nonconformities are settled; by nonconformity, each of theirs counts for itself.

use crate::catalogue::{Catalogue, Region};
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::{Language, Problem};
use crate::exports::Cell;
use crate::reports::table::Table;
use crate::reports::{kept_figures, past, scope};
use crate::web::charts::percent;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Months that a report by month shows.
const MONTHS: u32 = 12;

crate::word_enum! {
    /// What the lines of the report are.
    pub enum By {
        /// The parts of the region: of a province its cities, of a city its districts.
        Region = "region",
        /// Product classes.
        Class = "class",
        /// The last twelve months, each as it was at its end.
        Month = "month",
    }
}

crate::word_enum! {
    /// What is counted.
    pub enum Count {
        /// Enterprises.
        Enterprise = "enterprise",
        /// Nonconformities.
        Nonconformity = "nonconformity",
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Question {
    /// What the lines are.
    pub by: By,
    /// Whether nonconformities, cases or enterprises are counted.
    pub count: Count,
    /// Code of the region; the caller's own where none is named.
    pub region: Option<String>,
    /// As of the end of which day; today where none is named.
    pub as_of: Option<NaiveDate>,
}

/// The zero-out rate of a region.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RateReport {
    /// Code of the region.
    pub region: String,
    /// Its name.
    pub region_name: String,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// What the lines are.
    pub by: By,
    /// Whether nonconformities, cases or enterprises are counted.
    pub count: Count,
    /// The lines. An enterprise with nonconformities of two classes is in the lines of both.
    pub rows: Vec<RateRow>,
    /// All together, each counted once.
    pub total: RateRow,
}

/// A line of the report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RateRow {
    /// Code of the region or class, or the month as `YYYY-MM`; `total` for all together.
    pub key: String,
    /// Its name.
    pub name: String,
    /// On the list, whether or not operating.
    pub listed: i64,
    /// To be cleared: of operating enterprises.
    pub operating: i64,
    /// Of these, cleared.
    pub cleared: i64,
    /// `cleared` ÷ `operating`, from 0 to 1; 0 where there is none.
    pub rate: f64,
    /// The rate in percent, to one decimal.
    pub percent: f64,
}

impl RateRow {
    fn add(&mut self, figures: &Figures) {
        self.listed += figures.listed;
        self.operating += figures.operating;
        self.cleared += figures.cleared;
        self.rate = rate(self.cleared, self.operating);
        self.percent = percent(self.cleared, self.operating);
    }

    fn named(key: &str, name: &str) -> Self {
        Self { key: key.to_owned(), name: name.to_owned(), ..Self::default() }
    }
}

/// The share of cleared, from 0 to 1; 0 where there is nothing to clear.
#[expect(clippy::cast_precision_loss, reason = "counts of enterprises are far below 2^53")]
pub fn rate(cleared: i64, operating: i64) -> f64 {
    if operating == 0 { 0.0 } else { cleared as f64 / operating as f64 }
}

/// The figures of a place or class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Figures {
    /// Its code.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// See [`RateRow::listed`].
    #[diesel(sql_type = BigInt)]
    pub listed: i64,
    /// See [`RateRow::operating`].
    #[diesel(sql_type = BigInt)]
    pub operating: i64,
    /// See [`RateRow::cleared`].
    #[diesel(sql_type = BigInt)]
    pub cleared: i64,
}

/// One line for each class.
const BY_CLASS: &str = "
    SELECT u.class AS key,
           coalesce(sum(u.many), 0)::bigint AS listed,
           coalesce(sum(u.many) FILTER (WHERE u.operating), 0)::bigint AS operating,
           coalesce(sum(u.settled) FILTER (WHERE u.operating), 0)::bigint AS cleared
    FROM (
        SELECT p.operating, p.class,
               CASE WHEN $3 THEN 1 ELSE count(*) END AS many,
               CASE WHEN $3 THEN bool_and(p.settled)::integer ELSE count(*) FILTER (WHERE p.settled) END AS settled
        FROM nonconformities_at(NULL, $1, $2) p GROUP BY p.enterprise_id, p.operating, p.class
    ) u
    GROUP BY u.class";

/// Works the report out.
///
/// # Errors
/// 403 for who gets no reports, 422 for a region or day that can't be asked for.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    question: &Question,
    now: DateTime<Utc>,
    language: Language,
) -> Result<RateReport, Problem> {
    let region = scope::region(actor, catalogue, question.region.as_deref())?;
    let as_of = as_of::day(question.as_of, now)?;
    let mut of = |day: NaiveDate| places(conn, &region.code, day, question.count, now);
    let there = of(as_of)?;
    let rows = match question.by {
        By::Region => by_region(catalogue, region, &there, language),
        By::Month => month_ends(as_of)
            .into_iter()
            .map(|day| {
                let month = day.format("%Y-%m").to_string();
                let mut row = RateRow::named(&month, &month);
                let places = if day == as_of { &there } else { &of(day)? };
                places.iter().for_each(|figures| row.add(figures));
                Ok(row)
            })
            .collect::<Result<_, Problem>>()?,
        By::Class => {
            let (code, count) = (&region.code, question.count);
            let what = format!("rate by class of {count}");
            let classes = past::kept(conn, (code, as_of, &what), now, |conn| {
                from_history(conn, Lines::Classes, code, as_of, count)
            })?;
            by_class(catalogue, &classes, language)
        }
    };
    let mut total = RateRow::named("total", total_name(language));
    there.iter().for_each(|figures| total.add(figures));
    let (region_name, region) = (region.name_in(language).to_owned(), region.code.clone());
    Ok(RateReport { region, region_name, as_of, by: question.by, count: question.count, rows, total })
}

/// The figures of each place: of today as they are counted all along, of a past day as its history has them.
fn places(
    conn: &mut PgConnection,
    region: &str,
    day: NaiveDate,
    count: Count,
    now: DateTime<Utc>,
) -> Result<Vec<Figures>, Problem> {
    if day != shanghai_date(now) {
        let what = format!("rate by place of {count}");
        return past::kept(conn, (region, day, &what), now, |conn| {
            from_history(conn, Lines::Places, region, day, count)
        });
    }
    Ok(figures(kept_figures::by_place(conn, region)?, count))
}

/// What each place with something on the list has.
fn figures(places: BTreeMap<String, BTreeMap<String, i64>>, count: Count) -> Vec<Figures> {
    let [listed, operating, cleared] = match count {
        Count::Enterprise => ["listed", "operating", "cleared"],
        Count::Nonconformity => ["nonconformities", "operating nonconformities", "cleared nonconformities"],
    };
    let figures = |(key, of): (String, BTreeMap<String, i64>)| {
        let figure = |name| of.get(name).copied().unwrap_or(0);
        Figures { key, listed: figure(listed), operating: figure(operating), cleared: figure(cleared) }
    };
    places.into_iter().map(figures).filter(|place| place.listed > 0).collect()
}

/// What the lines of a count from history are.
#[derive(Debug, Clone, Copy)]
pub enum Lines {
    /// The places of the region.
    Places,
    /// Product classes.
    Classes,
}

/// The figures of each place or class, counted from history.
///
/// # Errors
/// When the database can't be asked.
pub fn from_history(
    conn: &mut PgConnection,
    lines: Lines,
    region: &str,
    day: NaiveDate,
    count: Count,
) -> Result<Vec<Figures>, Problem> {
    let end = shanghai_day_end(day);
    match lines {
        Lines::Places => Ok(figures(kept_figures::list_by_place_at(conn, region, end)?, count)),
        Lines::Classes => Ok(diesel::sql_query(BY_CLASS)
            .bind::<Text, _>(region)
            .bind::<Timestamptz, _>(end)
            .bind::<Bool, _>(count == Count::Enterprise)
            .load(conn)?),
    }
}

fn total_name(language: Language) -> &'static str {
    match language {
        Language::Zh => "合计",
        Language::En => "Total",
    }
}

/// One line for each part, those with nothing on the list included.
fn by_region(catalogue: &Catalogue, region: &Region, places: &[Figures], language: Language) -> Vec<RateRow> {
    let parts = catalogue.regions.iter().filter(|r| r.parent.as_deref() == Some(&region.code));
    let mut rows: BTreeMap<&str, RateRow> =
        parts.map(|part| (part.code.as_str(), RateRow::named(&part.code, part.name_in(language)))).collect();
    for figures in places {
        let part = scope::part(catalogue, region, &figures.key);
        let row =
            rows.entry(&part.code).or_insert_with(|| RateRow::named(&part.code, part.name_in(language)));
        row.add(figures);
    }
    rows.into_values().collect()
}

fn by_class(catalogue: &Catalogue, classes: &[Figures], language: Language) -> Vec<RateRow> {
    let mut rows: Vec<RateRow> = classes
        .iter()
        .map(|figures| {
            let name = catalogue.products.class(&figures.key).map(|class| class.name(language));
            let mut row = RateRow::named(&figures.key, name.unwrap_or(&figures.key));
            row.add(figures);
            row
        })
        .collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    rows
}

/// The last days of the months up to that of a day, whose own last day is the day itself.
fn month_ends(as_of: NaiveDate) -> Vec<NaiveDate> {
    let first = as_of.with_day(1).unwrap_or(as_of);
    let mut ends: Vec<NaiveDate> =
        (0..MONTHS - 1).filter_map(|back| first.checked_sub_months(Months::new(back))?.pred_opt()).collect();
    ends.reverse();
    ends.push(as_of);
    ends
}

impl RateReport {
    /// The report as a table for people.
    pub fn table(&self) -> Table {
        let line = match self.by {
            By::Region => ("地区", "Region"),
            By::Class => ("产品类别", "Product class"),
            By::Month => ("月份", "Month"),
        };
        let counted = match self.count {
            Count::Enterprise => [
                ("列入企业数", "Listed enterprises"),
                ("在营企业数", "Operating"),
                ("已清零企业数", "Cleared"),
            ],
            Count::Nonconformity => [
                ("列入不合格记录数", "Listed nonconformities"),
                ("在营企业不合格记录数", "Of operating enterprises"),
                ("已清零记录数", "Cleared"),
            ],
        };
        let mut table =
            Table::new("zero-out-rate", ("清零率", "Zero-out rate"), &self.region_name).as_of(self.as_of);
        table.columns([("代码", "Code"), line]);
        table.columns(counted);
        table.columns([("清零率", "Zero-out rate"), ("截至日期", "As of")]);
        for row in self.rows.iter().chain([&self.total]) {
            table.row([
                Cell::text(&row.key),
                Cell::text(&row.name),
                Cell::Integer(row.listed),
                Cell::Integer(row.operating),
                Cell::Integer(row.cleared),
                Cell::Percent(row.percent),
                Cell::Date(self.as_of),
            ]);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_rate_that_shenzhen_published() {
        assert_eq!(percent(1324, 1550), 85.4);
        assert_eq!(format!("{:.1}", rate(1324, 1550) * 100.0), "85.4");
        assert_eq!((percent(0, 0), rate(0, 0)), (0.0, 0.0));
        assert_eq!(
            (percent(1, 3), percent(2, 3), percent(1, 2000), percent(1, 2001)),
            (33.3, 66.7, 0.1, 0.0)
        );
    }

    #[test]
    fn months_end_on_their_last_days() {
        let ends = month_ends("2024-03-15".parse().unwrap());
        assert_eq!(ends.len(), 12);
        let last: Vec<String> = ends.iter().rev().take(3).map(NaiveDate::to_string).collect();
        assert_eq!(last, ["2024-03-15", "2024-02-29", "2024-01-31"]);
        assert_eq!(ends[0].to_string(), "2023-04-30");
    }

    proptest! {
        #[test]
        fn percent_is_the_rate_to_a_tenth(operating in 1..1_000_000i64, part in 0.0..=1.0f64) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "within range")]
            let cleared = (operating as f64 * part) as i64;
            prop_assert!((percent(cleared, operating) - rate(cleared, operating) * 100.0).abs() <= 0.050_000_1);
        }
    }
}
