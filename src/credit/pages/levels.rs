//! How many operators are in each grade, as bars above the list.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};
use diesel::{PgConnection, sql_query};

use crate::conduct::words::Grade;
use crate::core::Problem;
use crate::credit::pages::shown::GradeShown;
use crate::credit::pages::words::{bar_tone, grade_shown, supervision};
use crate::web::charts::percent;
use crate::web::frame::Frame;
use crate::web::query_params::QueryParams;

/// A grade with its operators.
pub struct Level {
    /// The grade.
    pub grade: GradeShown,
    /// What the grade means for supervision, in words.
    pub words: &'static str,
    /// The operators.
    pub count: i64,
    /// Their share.
    pub share: String,
    /// The bar, 0 to 100.
    pub width: String,
    /// How the bar looks.
    pub bar: &'static str,
    /// The list of these operators.
    pub href: String,
    /// The list shows these operators alone.
    pub current: bool,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Nullable<Text>)]
    grade: Option<String>,
    #[diesel(sql_type = BigInt)]
    operators: i64,
}

/// The operators of a region by their worst role, as of a day.
const OF_DAY: &str = "
    SELECT c.grade, count(*) AS operators FROM credit_as_of($1) c
    WHERE c.worst AND c.region IN (SELECT region FROM region_scope WHERE scope = $2) GROUP BY c.grade";

/// The same of now.
const NOW: &str = "
    SELECT c.grade, count(*) AS operators FROM credit_subject c
    WHERE c.worst AND c.region IN (SELECT region FROM region_scope WHERE scope = $1) GROUP BY c.grade";

/// The grades of a region, which the reader may know of.
///
/// # Errors
/// When the database can't be asked.
pub fn levels(
    conn: &mut PgConnection,
    f: &Frame,
    asked: &QueryParams,
    region: &str,
    as_of: Option<NaiveDate>,
) -> Result<Vec<Level>, Problem> {
    let counted: Vec<Counted> = match as_of {
        Some(day) => sql_query(OF_DAY).bind::<Date, _>(day).bind::<Text, _>(region).load(conn)?,
        None => sql_query(NOW).bind::<Text, _>(region).load(conn)?,
    };
    let of = |grade: Grade| {
        let found = counted.iter().find(|row| row.grade.as_deref() == Some(grade.as_str()));
        found.map_or(0, |row| row.operators)
    };
    let all: i64 = Grade::ALL.iter().map(|grade| of(*grade)).sum();
    let level = |grade: &Grade| {
        let count = of(*grade);
        let share = percent(count, all);
        Level {
            grade: grade_shown(Some(*grade)),
            words: supervision(f, *grade),
            count,
            share: format!("{share:.1}%"),
            width: format!("{share:.1}"),
            bar: bar_tone(*grade),
            href: asked.with("grade", grade.as_str()),
            current: asked.is("grade", grade.as_str()),
        }
    };
    Ok(Grade::ALL.iter().map(level).collect())
}
