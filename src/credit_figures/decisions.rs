//! What came of objections and of applications for credit repair: each a share with its numerator and denominator.

use crate::core::{Language, Problem, Text};
use crate::sampling_figures::indicators::{Indicator, percent};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text as SqlText, Timestamptz};

/// Decisions that had been entered by a moment, of operators in a region. An objection is right where the entry was corrected or annulled.
const DECISIONS: &str = "
    SELECT count(*) FILTER (WHERE e.step = 'apply_repair') AS asked, count(*) FILTER (WHERE e.step = 'grant_repair') AS granted,
           count(*) FILTER (WHERE e.from_state = 'contested' AND e.step IN ('uphold', 'correct', 'annul')) AS decided,
           count(*) FILTER (WHERE e.from_state = 'contested' AND e.step IN ('correct', 'annul')) AS found_right
    FROM published.conduct_event e
    JOIN published.conduct c ON c.id = e.conduct_id
    JOIN published.enterprise n ON n.id = c.enterprise_id
    LEFT JOIN LATERAL (
        SELECT x.region FROM published.enterprise_past x
        WHERE x.enterprise_id = n.id AND x.until > $2 ORDER BY x.until LIMIT 1) p ON true
    JOIN region_scope o ON o.region = coalesce(p.region, n.region) AND o.scope = $1
    WHERE e.recorded_at < $2 AND e.step IN ('apply_repair', 'grant_repair', 'uphold', 'correct', 'annul')";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Decided {
    #[diesel(sql_type = BigInt)]
    asked: i64,
    #[diesel(sql_type = BigInt)]
    granted: i64,
    #[diesel(sql_type = BigInt)]
    decided: i64,
    #[diesel(sql_type = BigInt)]
    found_right: i64,
}

/// The shares of repairs that were granted and of objections that were found right.
///
/// # Errors
/// When the database can't be asked.
pub fn of(
    conn: &mut PgConnection,
    (region, moment): (&str, DateTime<Utc>),
    language: Language,
) -> Result<Vec<Indicator>, Problem> {
    let found: Decided = diesel::sql_query(DECISIONS)
        .bind::<SqlText, _>(region)
        .bind::<Timestamptz, _>(moment)
        .get_result(conn)?;
    let share = |key: &str, name: Text, formula: Text, (numerator, denominator): (i64, i64)| Indicator {
        key: key.to_owned(),
        name: name.get(language).to_owned(),
        formula: formula.get(language).to_owned(),
        numerator,
        denominator,
        percent: percent(numerator, denominator),
    };
    Ok(vec![
        share(
            "repairs",
            Text::new("信用修复批准率", "Repairs granted"),
            Text::new("准予修复 ÷ 申请修复", "repairs granted ÷ applied for"),
            (found.granted, found.asked),
        ),
        share(
            "objections",
            Text::new("异议成立率", "Objections found right"),
            Text::new("异议后更正或撤销 ÷ 已处理异议", "corrected or annulled ÷ objections decided"),
            (found.found_right, found.decided),
        ),
    ])
}
