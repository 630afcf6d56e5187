//! Reading the figures: of now from the sums, of a past day from what had been entered by then.

use crate::core::Problem;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::inspections::words::Method;
use crate::reports::past;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A figure of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Figure {
    #[diesel(sql_type = Text)]
    scope: String,
    #[diesel(sql_type = Text)]
    dimension: String,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    figure: String,
    #[diesel(sql_type = BigInt)]
    value: i64,
}

/// The figures of one line, by their names (`functions.sql` says which there are); what is absent is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures(BTreeMap<String, i64>);

impl Figures {
    /// The value of a figure.
    pub fn get(&self, name: &str) -> i64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// Those whose names begin so, without that beginning.
    pub fn beginning<'a>(&'a self, with: &'a str) -> impl Iterator<Item = (&'a str, i64)> + 'a {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(with)?, *value)))
    }

    /// These without those of others.
    #[must_use]
    pub fn without<'a>(&self, others: impl Iterator<Item = &'a Figures>) -> Self {
        let mut rest = self.0.clone();
        for (name, value) in others.flat_map(|other| &other.0) {
            *rest.entry(name.clone()).or_default() -= value;
        }
        Self(rest.into_iter().filter(|(_, value)| *value != 0).collect())
    }
}

/// The figures of several scopes and dimensions: by scope, dimension and key.
#[derive(Debug, Clone, Default)]
pub struct Counted(BTreeMap<(String, String), BTreeMap<String, Figures>>);

impl Counted {
    fn of(rows: Vec<Figure>) -> Self {
        let mut counted = Self::default();
        for Figure { scope, dimension, key, figure, value } in rows {
            let lines = counted.0.entry((scope, dimension)).or_default();
            lines.entry(key).or_default().0.insert(figure, value);
        }
        counted
    }

    /// The lines of a dimension in a region and all under it, by key.
    pub fn lines(&self, scope: &str, dimension: &str) -> BTreeMap<String, Figures> {
        self.0.get(&(scope.to_owned(), dimension.to_owned())).cloned().unwrap_or_default()
    }

    /// All of a region and all under it together.
    pub fn all(&self, scope: &str) -> Figures {
        self.lines(scope, "all").into_values().next().unwrap_or_default()
    }

    /// How many lines of a dimension have something that was tested.
    pub fn tested(&self, scope: &str, dimension: &str) -> i64 {
        let lines = self.0.get(&(scope.to_owned(), dimension.to_owned()));
        let tested = lines.map_or(0, |lines| {
            lines.iter().filter(|(key, figures)| !key.is_empty() && figures.get("tested") > 0).count()
        });
        i64::try_from(tested).unwrap_or(i64::MAX)
    }
}

/// Of what figures are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Codes of regions, each with all under it.
    pub scopes: &'a [&'a str],
    /// `all`, `class`, `kind`, `level`, `role`, `laboratory`, `programme`, `month`.
    pub dimensions: &'a [&'a str],
    /// The year of the sampling.
    pub year: i32,
    /// The method.
    pub method: Method,
    /// As of the end of this day.
    pub day: NaiveDate,
}

/// The figures: of today from the sums, of a past day from history, where it is kept.
///
/// # Errors
/// When the database can't be asked.
pub fn counted(conn: &mut PgConnection, asked: Asked<'_>, now: DateTime<Utc>) -> Result<Counted, Problem> {
    let Asked { scopes, dimensions, year, method, day } = asked;
    if day == shanghai_date(now) {
        let rows: Vec<Figure> = diesel::sql_query("SELECT * FROM sampling_figures_now($1, $2, $3, $4)")
            .bind::<Array<Text>, _>(scopes)
            .bind::<Array<Text>, _>(dimensions)
            .bind::<Integer, _>(year)
            .bind::<Text, _>(method.as_str())
            .load(conn)?;
        return Ok(Counted::of(rows));
    }
    let what = format!("sampling {year} {method} {} of {}", dimensions.join(","), scopes.join(","));
    let region = scopes.first().copied().unwrap_or_default();
    let rows = past::kept(conn, (region, day, &what), now, |conn| {
        let mut rows = from_rows(conn, asked, Some(shanghai_day_end(day)))?;
        // Of the other scopes nobody reads more than their sums.
        rows.retain(|row| {
            row.scope == region || (row.dimension == "all" && !row.figure.starts_with("days "))
        });
        Ok(rows)
    })?;
    Ok(Counted::of(rows))
}

/// The same counted from the rows of the inspections, as they were at a moment; as they are now where none is named.
///
/// # Errors
/// When the database can't be asked.
pub fn count_from_rows(
    conn: &mut PgConnection,
    asked: Asked<'_>,
    at: Option<DateTime<Utc>>,
) -> Result<Counted, Problem> {
    Ok(Counted::of(from_rows(conn, asked, at)?))
}

fn from_rows(
    conn: &mut PgConnection,
    asked: Asked<'_>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<Figure>, Problem> {
    Ok(diesel::sql_query("SELECT * FROM sampling_figures_counted($1, $2, $3, $4, $5)")
        .bind::<Array<Text>, _>(asked.scopes)
        .bind::<Array<Text>, _>(asked.dimensions)
        .bind::<Integer, _>(asked.year)
        .bind::<Text, _>(asked.method.as_str())
        .bind::<Nullable<Timestamptz>, _>(at)
        .load(conn)?)
}
