//! What stands on the rows of a file, and keeps it from being withdrawn.

use crate::core::page::{Page, Slice, Total};
use crate::core::problem::FieldError;
use crate::core::{Actor, Code, Problem, Text};
use crate::signals::files::view::{kept, status};
use crate::signals::ids::{SignalId, SignalImportId};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::word_enum! {
    /// What stands on a row.
    pub enum StandsOn {
        /// An assessment or an alert rests on its signal.
        Used = "used",
        /// An officer did something with it after the import.
        Step = "step",
        /// A later file or its source told it anew.
        ToldAgain = "told_again",
    }
}

impl StandsOn {
    /// For people: Chinese and English.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Used => Text::new("已被研判评估或预警采用", "an assessment or an alert rests on it"),
            Self::Step => Text::new("导入后已有人办理", "an officer did something with it after the import"),
            Self::ToldAgain => Text::new(
                "之后的文件或来源更新了该信息，请先撤回那份文件",
                "a later file or its source has updated it: withdraw that file first",
            ),
        }
    }
}

/// A row of a file on whose signal something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingSignal {
    /// The sheet of the workbook; none in a text.
    pub sheet: Option<String>,
    /// The row as a spreadsheet numbers it.
    pub row: i32,
    /// The signal.
    pub signal: SignalId,
    /// What its source calls it.
    pub number: String,
    /// What stands on it: used, step or told_again.
    pub kinds: Vec<String>,
    /// The same in Chinese.
    pub text_zh: String,
    /// The same in English.
    pub text_en: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Integer)]
    row_no: i32,
    #[diesel(sql_type = SqlUuid)]
    signal_id: SignalId,
    #[diesel(sql_type = SqlText)]
    number: String,
    #[diesel(sql_type = SqlText)]
    kinds: String,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// All that stands on the signals that file `$1` brought or changed: of those beyond row `$2` the first `$3`, with how many there are. A signal is
/// named by its first row. That the platform merged a signal by its text, or erased it, is no work of anybody; nor is what the withdrawal of another
/// file undid: its events say from which one on (`undoes`).
const STANDING: &str = "
    WITH mine AS MATERIALIZED (
        SELECT r.signal_id, min(r.row_no) AS row_no, max(r.version) AS version
        FROM signal_import_row r
        WHERE r.import_id = $1 AND r.outcome <> 'unchanged'
        GROUP BY r.signal_id
    ), later AS MATERIALIZED (
        SELECT m.row_no, m.signal_id, e.actor_id, e.step
        FROM mine m JOIN signal_event e ON e.signal_id = m.signal_id AND e.ordinal > m.version
        WHERE NOT (e.actor_id IS NULL AND e.step IN ('merge', 'erase')) AND NOT EXISTS (
            SELECT FROM signal_event u
            WHERE u.signal_id = e.signal_id AND u.ordinal >= e.ordinal AND (u.details ->> 'undoes')::integer <= e.ordinal)
    ), found AS MATERIALIZED (
        SELECT m.row_no, m.signal_id, 'used' AS kind
        FROM mine m
        WHERE EXISTS (SELECT FROM signal_use u WHERE u.signal_id = m.signal_id)
        UNION
        SELECT l.row_no, l.signal_id, CASE WHEN l.actor_id IS NULL THEN 'told_again' ELSE 'step' END
        FROM later l
        WHERE l.step <> 'use' OR NOT EXISTS (SELECT FROM signal_use u WHERE u.signal_id = l.signal_id)
    )
    SELECT f.row_no, f.signal_id, s.external_id AS number, string_agg(f.kind, ' ' ORDER BY f.kind) AS kinds,
           (SELECT count(DISTINCT o.row_no) FROM found o) AS total
    FROM found f JOIN signal s ON s.id = f.signal_id
    WHERE f.row_no > $2
    GROUP BY f.row_no, f.signal_id, s.external_id
    ORDER BY f.row_no LIMIT $3";

fn beyond(
    conn: &mut PgConnection,
    id: SignalImportId,
    after: i32,
    most: i64,
) -> Result<(Vec<(i32, StandingSignal)>, i64), Problem> {
    let found: Vec<Found> = diesel::sql_query(STANDING)
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(after)
        .bind::<BigInt, _>(most)
        .load(conn)?;
    let headings = kept(id).headings(conn)?;
    let total = found.first().map_or(0, |row| row.total);
    let rows = found.into_iter().map(|one| {
        let kinds: Vec<StandsOn> = one.kinds.split(' ').filter_map(|word| word.parse().ok()).collect();
        let (sheet, row) = headings.sheet(one.row_no);
        let texts: Vec<Text> = kinds.iter().map(|kind| kind.text()).collect();
        let join = |texts: Vec<&str>, mark: &str| texts.join(mark);
        let standing = StandingSignal {
            sheet: sheet.map(str::to_owned),
            row,
            signal: one.signal_id,
            number: one.number,
            kinds: kinds.iter().map(ToString::to_string).collect(),
            text_zh: join(texts.iter().map(|text| text.zh.as_ref()).collect(), "；"),
            text_en: join(texts.iter().map(|text| text.en.as_ref()).collect(), "; "),
        };
        (one.row_no, standing)
    });
    Ok((rows.collect(), total))
}

/// What stands on the rows of a file, in their order.
///
/// # Errors
/// 404 where there is no such file that the actor may know of; 401 and 403 as for files.
pub fn standing(
    conn: &mut PgConnection,
    actor: &Actor,
    id: SignalImportId,
    slice: Slice,
) -> Result<Page<StandingSignal>, Problem> {
    if !status(conn, actor, id)?.withdrawable {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    // The cursor is a number of a row; pages are cut by UUIDs.
    let after = slice.after.map_or(-1, |cursor| i32::try_from(cursor.as_u128()).unwrap_or(i32::MAX));
    let (rows, _) = beyond(conn, id, after, slice.limit.saturating_add(1))?;
    let cursor = |row_no: i32| Uuid::from_u128(u128::try_from(row_no).unwrap_or(0));
    Ok(Page::cut(rows, slice, |(row_no, _)| cursor(*row_no)).map(|(_, row)| row))
}

/// How many rows of a file something stands on.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, id: SignalImportId) -> Result<Total, Problem> {
    let (_, rows) = beyond(conn, id, -1, 1)?;
    Ok(Total { rows, more: false })
}

/// So many rows are named by a refusal.
const NAMED: i64 = 20;

/// Refuses to withdraw a file while something stands on its rows.
///
/// # Errors
/// 409 `import_in_use`, which names the first rows; else when the database can't be asked.
pub fn refuse_in_use(conn: &mut PgConnection, id: SignalImportId) -> Result<(), Problem> {
    let (rows, total) = beyond(conn, id, -1, NAMED)?;
    if total == 0 {
        return Ok(());
    }
    let mut problem = Problem::new(
        Code::ImportInUse,
        Text::new(
            format!("{total} 行的信息之后已有办理，不能整批撤回"),
            format!(
                "something was done with {total} of its rows since, so the file cannot be withdrawn as a whole"
            ),
        ),
    );
    problem.errors = rows
        .into_iter()
        .map(|(_, row)| {
            let (zh, en) = match &row.sheet {
                Some(sheet) => (format!("工作表“{sheet}”"), format!("sheet `{sheet}`, ")),
                None => (String::new(), String::new()),
            };
            FieldError::body(
                format!("/rows/{}", row.row),
                Text::new(
                    format!("{zh}第 {} 行（{}）：{}", row.row, row.number, row.text_zh),
                    format!("{en}row {} ({}): {}", row.row, row.number, row.text_en),
                ),
            )
        })
        .collect();
    Err(problem)
}
