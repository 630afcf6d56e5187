//! The figures that are kept counted as things change: see `functions.sql`, which defines them. This folds
//! what has changed into the sums, rebuilds them, and counts the same figures of a past moment.

use crate::core::{Caller, Problem};
use crate::db::{Command, Tx};
use crate::web::room::Job;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// How often changes are folded in. Until then they are counted by whoever asks.
const POLL: Duration = Duration::from_secs(1);
/// Changes folded in by one transaction.
const BATCH: i32 = 5000;

#[derive(Debug, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Figure {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    value: i64,
}

#[derive(Debug, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct PlaceFigure {
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(embed)]
    figure: Figure,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Taken {
    #[diesel(sql_type = Integer)]
    taken: i32,
}

/// The figures of a region and all under it, by their names; of everything where none is named.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, region: Option<&str>) -> Result<BTreeMap<String, i64>, Problem> {
    figures(conn, "SELECT name, value FROM headline_figures($1)", region)
}

/// The figures of each place of a region and all under it, by place and name.
///
/// # Errors
/// When the database can't be asked.
pub fn by_place(
    conn: &mut PgConnection,
    region: &str,
) -> Result<BTreeMap<String, BTreeMap<String, i64>>, Problem> {
    let rows: Vec<PlaceFigure> = diesel::sql_query("SELECT region, name, value FROM place_figures($1)")
        .bind::<Text, _>(region)
        .load(conn)?;
    Ok(places(rows))
}

/// The same as [`of`], counted from all enterprises instead of the sums: slow, for checking the sums.
///
/// # Errors
/// When the database can't be asked.
pub fn count_from_scratch(
    conn: &mut PgConnection,
    region: Option<&str>,
) -> Result<BTreeMap<String, i64>, Problem> {
    figures(
        conn,
        "SELECT c.figure AS name, sum(c.value)::bigint AS value FROM count_figures(NULL, NULL, NULL) c
         WHERE $1 IS NULL OR c.region IN (SELECT s.region FROM region_scope s WHERE s.scope = $1)
         GROUP BY c.figure",
        region,
    )
}

/// The figures of a region and all under it, by their names, as they were at a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn at(
    conn: &mut PgConnection,
    region: &str,
    moment: DateTime<Utc>,
) -> Result<BTreeMap<String, i64>, Problem> {
    let sql = "SELECT c.figure AS name, sum(c.value)::bigint AS value FROM count_figures(NULL, $1, $2) c GROUP BY c.figure";
    let rows: Vec<Figure> =
        diesel::sql_query(sql).bind::<Text, _>(region).bind::<Timestamptz, _>(moment).load(conn)?;
    Ok(rows.into_iter().map(|f| (f.name, f.value)).collect())
}

/// The figures of the list of each place of a region and all under it, by place and name, as they were at a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn list_by_place_at(
    conn: &mut PgConnection,
    region: &str,
    moment: DateTime<Utc>,
) -> Result<BTreeMap<String, BTreeMap<String, i64>>, Problem> {
    let sql =
        "SELECT c.region, c.figure AS name, sum(c.value)::bigint AS value FROM list_figures(NULL, $1, $2) c
               GROUP BY c.region, c.figure";
    let rows = diesel::sql_query(sql).bind::<Text, _>(region).bind::<Timestamptz, _>(moment).load(conn)?;
    Ok(places(rows))
}

fn places(rows: Vec<PlaceFigure>) -> BTreeMap<String, BTreeMap<String, i64>> {
    let mut places: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for PlaceFigure { region, figure } in rows {
        places.entry(region).or_default().insert(figure.name, figure.value);
    }
    places
}

fn figures(
    conn: &mut PgConnection,
    sql: &str,
    region: Option<&str>,
) -> Result<BTreeMap<String, i64>, Problem> {
    let rows: Vec<Figure> = diesel::sql_query(sql).bind::<Nullable<Text>, _>(region).load(conn)?;
    Ok(rows.into_iter().filter(|f| f.value != 0).map(|f| (f.name, f.value)).collect())
}

/// Folds what has changed into the sums. Done by the platform. Says whether more waits.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct FoldFigures {}

impl Command for FoldFigures {
    type Output = bool;
    const NAME: &'static str = "fold_figures";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let Taken { taken } = diesel::sql_query("SELECT fold_figures($1) AS taken")
            .bind::<Integer, _>(BATCH)
            .get_result(&mut *tx.conn)?;
        Ok(taken >= BATCH)
    }
}

/// Counts all figures again, from all enterprises.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RebuildFigures {}

impl Command for RebuildFigures {
    type Output = ();
    const NAME: &'static str = "rebuild_figures";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        diesel::sql_query("SELECT rebuild_figures()").execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// Folds what has changed into the figures, every second.
pub const JOB: Job = Job {
    name: "figures",
    wake: None,
    poll: POLL,
    start: |_, _| Ok(Box::new(|app| app.execute(&Caller::system(), &FoldFigures {}))),
};
