//! How many operators have which grade on a day, by region, class or role; and how grades moved by month.

use crate::catalogue::{Catalogue, Region, SupervisionClass};
use crate::conduct::words::Grade;
use crate::core::{Language, Problem, Text};
use crate::inspections::words::InspectedRole;
use crate::programmes::regimes::queries::regime_text;
use crate::reports::scope;
use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text as SqlText};
use serde::Serialize;
use std::collections::BTreeMap;

crate::word_enum! {
    /// What the lines of the report are.
    pub enum CreditBy {
        /// The parts of the region.
        Region = "region",
        /// The closest supervision class of the operator's products.
        Class = "class",
        /// The roles; an operator counts in each of its roles.
        Role = "role",
    }
}

impl CreditBy {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Region => ("地区", "Region"),
            Self::Class => ("监管类别", "Supervision class"),
            Self::Role => ("环节", "Role"),
        };
        Text::new(zh, en)
    }
}

/// A line of the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CreditRow {
    /// Code or word of what the line is; empty where that is not known, `total` for all together.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Operators with a grade.
    pub scored: i64,
    /// Of them those with points.
    pub with_points: i64,
    /// Grade A.
    pub a: i64,
    /// Grade B.
    pub b: i64,
    /// Grade C.
    pub c: i64,
    /// Grade D.
    pub d: i64,
}

impl CreditRow {
    fn add(&mut self, counted: &Counted) {
        self.scored += counted.count;
        self.with_points += counted.with_points;
        *match counted.grade {
            Grade::A => &mut self.a,
            Grade::B => &mut self.b,
            Grade::C => &mut self.c,
            Grade::D => &mut self.d,
        } += counted.count;
    }
}

/// Counts of subjects at the end of a day: of the worst role of each operator, or of all roles.
const COUNTS: &str = "
    SELECT s.region, s.class, s.role, s.grade, bool_or(s.trial) AS trial, count(*) AS count,
           count(*) FILTER (WHERE s.score > 0) AS with_points
    FROM credit_as_of($2) s
    JOIN region_scope o ON o.region = s.region AND o.scope = $1
    WHERE s.grade IS NOT NULL AND (s.worst OR $3 = 'role')
    GROUP BY 1, 2, 3, 4";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Counted {
    #[diesel(sql_type = SqlText)]
    region: String,
    #[diesel(sql_type = Nullable<SqlText>)]
    class: Option<SupervisionClass>,
    #[diesel(sql_type = SqlText)]
    role: InspectedRole,
    #[diesel(sql_type = SqlText)]
    grade: Grade,
    #[diesel(sql_type = Bool)]
    trial: bool,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = BigInt)]
    with_points: i64,
}

fn counted(
    conn: &mut PgConnection,
    (region, day): (&str, NaiveDate),
    by: CreditBy,
) -> QueryResult<Vec<Counted>> {
    diesel::sql_query(COUNTS)
        .bind::<SqlText, _>(region)
        .bind::<Date, _>(day)
        .bind::<SqlText, _>(by.as_str())
        .load(conn)
}

/// The lines; all together, where each operator counts once; and whether grades were on trial, as far as there are any.
///
/// # Errors
/// When the database can't be asked.
pub fn rows(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    (region, day): (&Region, NaiveDate),
    by: CreditBy,
    language: Language,
) -> Result<(Vec<CreditRow>, CreditRow, Option<bool>), Problem> {
    let text = |text: Text| text.get(language).to_owned();
    let mut total =
        CreditRow {
            key: "total".to_owned(), name: text(Text::new("合计", "Total")), ..CreditRow::default()
        };
    let once = counted(conn, (&region.code, day), CreditBy::Region)?;
    once.iter().for_each(|counted| total.add(counted));
    let trial = once.iter().map(|counted| counted.trial).reduce(|one, other| one || other);
    let of_lines = if by == CreditBy::Role { counted(conn, (&region.code, day), by)? } else { once };
    let mut lines: BTreeMap<(usize, String), CreditRow> = BTreeMap::new();
    for counted in &of_lines {
        let (place, key, name) = match by {
            CreditBy::Region => {
                let part = scope::part(catalogue, region, &counted.region);
                (0, part.code.clone(), part.name.clone())
            }
            CreditBy::Class => match counted.class {
                Some(class) => {
                    let place = SupervisionClass::ALL.iter().position(|known| *known == class);
                    (place.unwrap_or_default(), class.to_string(), text(regime_text(class)))
                }
                None => (
                    SupervisionClass::ALL.len(),
                    String::new(),
                    text(Text::new("产品未知", "no product known")),
                ),
            },
            CreditBy::Role => {
                let place = InspectedRole::ALL.iter().position(|known| *known == counted.role);
                (place.unwrap_or_default(), counted.role.to_string(), text(counted.role.text()))
            }
        };
        let line = lines.entry((place, key.clone())).or_insert_with(|| CreditRow {
            key,
            name,
            ..CreditRow::default()
        });
        line.add(counted);
    }
    Ok((lines.into_values().collect(), total, trial))
}

/// How many operators went from one grade to another in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema, QueryableByName)]
#[schema(as = CreditTransition)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Transition {
    /// The month, as `YYYY-MM`.
    #[diesel(sql_type = SqlText)]
    pub month: String,
    /// The grade before; absent where it was the first one.
    #[diesel(sql_type = Nullable<SqlText>)]
    #[schema(inline)]
    pub from: Option<Grade>,
    /// The grade after it; absent where nothing stands on the file any more.
    #[diesel(sql_type = Nullable<SqlText>)]
    #[schema(inline)]
    pub to: Option<Grade>,
    /// Number of operators that moved so.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The grade of an operator at the end of each day on which it was written, beside the one before.
const MOVES: &str = "
    SELECT to_char(m.day, 'YYYY-MM') AS month, m.before AS \"from\", m.grade AS \"to\", count(*) AS count
    FROM (SELECT c.*, lag(c.grade) OVER (PARTITION BY c.enterprise_id ORDER BY c.day) AS before
          FROM published.credit_change c WHERE c.worst AND c.day <= $2) m
    JOIN region_scope o ON o.region = m.region AND o.scope = $1
    WHERE m.day > $3 AND m.before IS DISTINCT FROM m.grade
    GROUP BY 1, 2, 3 ORDER BY 1, 2 NULLS FIRST, 3 NULLS FIRST";

/// How grades moved in the twelve months up to a day.
///
/// # Errors
/// When the database can't be asked.
pub fn transitions(
    conn: &mut PgConnection,
    (region, day): (&str, NaiveDate),
) -> Result<Vec<Transition>, Problem> {
    let from = day.checked_sub_months(Months::new(12)).unwrap_or(NaiveDate::MIN);
    Ok(diesel::sql_query(MOVES)
        .bind::<SqlText, _>(region)
        .bind::<Date, _>(day)
        .bind::<Date, _>(from)
        .load(conn)?)
}
