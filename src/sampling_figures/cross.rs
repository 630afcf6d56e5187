//! The inspections of a region by two dimensions at a time: rows × columns, as of any day.

use crate::catalogue::{Catalogue, Region};
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::{Language, Problem, Text};
use crate::inspections::words::Method;
use crate::reports::{past, scope};
use crate::sampling_figures::indicators::percent;
use crate::sampling_figures::lines::{SamplingBy, names_of};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text as SqlText, Timestamptz};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most rows; what comes beyond them by its number of inspections is one row, `others`.
const MOST_ROWS: usize = 250;
/// Most columns, likewise.
const MOST_COLUMNS: usize = 40;
/// The key of the row and the column of what comes beyond them.
const OTHERS: &str = "others";

/// What the rows and the columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides {
    /// What the rows are.
    pub rows: SamplingBy,
    /// What the columns are.
    pub columns: SamplingBy,
}

/// Which inspections are counted.
#[derive(Debug, Clone, Copy)]
pub struct CrossAsked<'a> {
    /// The region, with all under it.
    pub region: &'a Region,
    /// The year of the sampling.
    pub year: i32,
    /// The method; none counts them all, where the rows or the columns are methods.
    pub method: Method,
    /// As of the end of this day, in Asia/Shanghai.
    pub day: NaiveDate,
}

/// The figures of a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CrossCell {
    /// Drawn or registered.
    pub drawn: i64,
    /// With a result that stands: the denominator of the rate.
    pub tested: i64,
    /// Of these, nonconforming.
    pub nonconforming: i64,
    /// `nonconforming` ÷ `tested` in percent, to two decimals; null where nothing was tested.
    pub percent: Option<f64>,
}

impl CrossCell {
    fn of(counts: Counts) -> Self {
        let Counts { drawn, tested, nonconforming } = counts;
        Self { drawn, tested, nonconforming, percent: percent(nonconforming, tested) }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CrossColumn {
    /// Code, word or id of what the column is; empty where that is not known, `others` for those beyond the bound.
    pub key: String,
    /// Its name.
    pub name: String,
    /// All rows together.
    pub total: CrossCell,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CrossRow {
    /// Code, word or id of what the row is, as of a column.
    pub key: String,
    /// Its name.
    pub name: String,
    /// One cell for each column, in their order.
    pub cells: Vec<CrossCell>,
    /// All columns together.
    pub total: CrossCell,
}

/// The inspections by two dimensions: at most 250 rows and 40 columns with the most inspections, the others together as `others`.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SamplingCross {
    /// What the columns are; the rows are what `by` of the report says.
    #[schema(inline)]
    pub columns_by: SamplingBy,
    /// The columns, in the order of their keys.
    pub columns: Vec<CrossColumn>,
    /// The rows, in the order of their keys.
    pub rows: Vec<CrossRow>,
}

/// What was counted of a row and a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Found {
    #[diesel(sql_type = SqlText)]
    row_key: String,
    #[diesel(sql_type = SqlText)]
    column_key: String,
    #[diesel(sql_type = BigInt)]
    drawn: i64,
    #[diesel(sql_type = BigInt)]
    tested: i64,
    #[diesel(sql_type = BigInt)]
    nonconforming: i64,
}

/// Counts that are added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    drawn: i64,
    tested: i64,
    nonconforming: i64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.drawn += other.drawn;
        self.tested += other.tested;
        self.nonconforming += other.nonconforming;
    }
}

/// The counts of all cells, by the keys of their rows and columns.
type Cells = BTreeMap<(String, String), Counts>;

/// Counts the inspections by both dimensions.
///
/// # Errors
/// When the database can't be asked.
pub fn cross(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    asked: CrossAsked<'_>,
    sides: Sides,
    now: DateTime<Utc>,
    language: Language,
) -> Result<SamplingCross, Problem> {
    let found = if asked.day == shanghai_date(now) {
        count(conn, asked, sides, None)?
    } else {
        let Sides { rows, columns } = sides;
        let what = format!("sampling {} {} {rows} by {columns}", asked.year, asked.method);
        past::kept(conn, (&asked.region.code, asked.day, &what), now, |conn| {
            count(conn, asked, sides, Some(shanghai_day_end(asked.day)))
        })?
    };
    let key = |by: SamplingBy, key: String| match by {
        // Places are counted in the parts of the region that hold them.
        SamplingBy::Region => scope::part(catalogue, asked.region, &key).code.clone(),
        _ => key,
    };
    let mut cells = Cells::new();
    for Found { row_key, column_key, drawn, tested, nonconforming } in found {
        let at = (key(sides.rows, row_key), key(sides.columns, column_key));
        cells.entry(at).or_default().add(Counts { drawn, tested, nonconforming });
    }
    let cells = bounded(cells);
    let keys =
        |of: fn(&(String, String)) -> &String| cells.keys().map(of).cloned().collect::<BTreeSet<String>>();
    let (row_keys, column_keys) = (keys(|at| &at.0), keys(|at| &at.1));
    let named =
        |conn: &mut PgConnection, by, keys: &BTreeSet<String>| names_of(conn, catalogue, by, keys, language);
    let (row_names, column_names) =
        (named(conn, sides.rows, &row_keys)?, named(conn, sides.columns, &column_keys)?);
    let name = |names: &BTreeMap<String, String>, key: &String| {
        let others = Text::new("其他", "Others");
        let known = names.get(key).cloned();
        known.unwrap_or_else(|| if key == OTHERS { others.get(language).to_owned() } else { key.clone() })
    };
    let sum = |holds: &dyn Fn(&(String, String)) -> bool| {
        let mut sum = Counts::default();
        cells.iter().filter(|(at, _)| holds(at)).for_each(|(_, counts)| sum.add(*counts));
        CrossCell::of(sum)
    };
    let cell = |row: &String, column: &String| {
        CrossCell::of(cells.get(&(row.clone(), column.clone())).copied().unwrap_or_default())
    };
    Ok(SamplingCross {
        columns_by: sides.columns,
        columns: column_keys
            .iter()
            .map(|key| CrossColumn {
                name: name(&column_names, key),
                total: sum(&|at| at.1 == *key),
                key: key.clone(),
            })
            .collect(),
        rows: row_keys
            .iter()
            .map(|key| CrossRow {
                name: name(&row_names, key),
                cells: column_keys.iter().map(|column| cell(key, column)).collect(),
                total: sum(&|at| at.0 == *key),
                key: key.clone(),
            })
            .collect(),
    })
}

fn count(
    conn: &mut PgConnection,
    asked: CrossAsked<'_>,
    Sides { rows, columns }: Sides,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<Found>, Problem> {
    let all = rows == SamplingBy::Method || columns == SamplingBy::Method;
    Ok(diesel::sql_query("SELECT * FROM sampling_cross($1, $2, $3, $4, $5, $6)")
        .bind::<SqlText, _>(&asked.region.code)
        .bind::<SqlText, _>(rows.as_str())
        .bind::<SqlText, _>(columns.as_str())
        .bind::<Integer, _>(asked.year)
        .bind::<Nullable<SqlText>, _>((!all).then(|| asked.method.as_str()))
        .bind::<Nullable<Timestamptz>, _>(at)
        .load(conn)?)
}

/// The same with the rows and columns beyond the bounds put together.
fn bounded(cells: Cells) -> Cells {
    let rows = kept(&cells, MOST_ROWS, |at| &at.0);
    let columns = kept(&cells, MOST_COLUMNS, |at| &at.1);
    let key =
        |kept: &BTreeSet<String>, key: String| if kept.contains(&key) { key } else { OTHERS.to_owned() };
    let mut bounded = Cells::new();
    for ((row, column), counts) in cells {
        bounded.entry((key(&rows, row), key(&columns, column))).or_default().add(counts);
    }
    bounded
}

/// The keys with the most inspections; of those with as many, the first ones.
fn kept(cells: &Cells, most: usize, of: impl Fn(&(String, String)) -> &String) -> BTreeSet<String> {
    let mut drawn: BTreeMap<&String, i64> = BTreeMap::new();
    for (at, counts) in cells {
        *drawn.entry(of(at)).or_default() += counts.drawn;
    }
    let mut keys: Vec<(&String, i64)> = drawn.into_iter().collect();
    keys.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    keys.into_iter().take(most).map(|(key, _)| key.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_the_bounds_is_put_together_and_nothing_is_lost() {
        let one = |n: i64| Counts { drawn: n, tested: n, nonconforming: 1 };
        let cells: Cells = (0..300)
            .flat_map(|row| (0..50).map(move |column| (row, column)))
            .map(|(row, column)| ((format!("r{row:03}"), format!("c{column:02}")), one(row + column)))
            .collect();
        let sum = |cells: &Cells| {
            let mut sum = Counts::default();
            cells.values().for_each(|counts| sum.add(*counts));
            sum
        };
        let bounded = bounded(cells.clone());
        assert_eq!(sum(&bounded), sum(&cells));
        let keys = |of: fn(&(String, String)) -> &String| bounded.keys().map(of).collect::<BTreeSet<_>>();
        assert_eq!((keys(|at| &at.0).len(), keys(|at| &at.1).len()), (MOST_ROWS + 1, MOST_COLUMNS + 1));
        assert!(bounded.contains_key(&("r299".to_owned(), "c49".to_owned())));
        assert!(!bounded.contains_key(&("r000".to_owned(), "c49".to_owned())));
    }
}
