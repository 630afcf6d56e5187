//! What stands on the rows of a file, and keeps it from being withdrawn.

use crate::core::page::{Page, Slice};
use crate::core::{Actor, Problem, Text};
use crate::list_files::imports::standing::{Standing, StandingRow};
use crate::signals::files::request::TABLES;
use crate::signals::files::view::status;
use crate::signals::ids::{SignalId, SignalImportId};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};

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

impl From<StandingRow> for StandingSignal {
    fn from(row: StandingRow) -> Self {
        let StandingRow { sheet, row, thing, number, kinds, text_zh, text_en } = row;
        Self { sheet, row, signal: SignalId(thing), number, kinds, text_zh, text_en }
    }
}

/// All that stands on the signals that file `$1` brought or changed: of those beyond row `$2` the first `$3`, with how many there are. A signal is
/// named by its first row. That the platform merged a signal by its text, or erased it, is no work of anybody; nor is what the withdrawal of another
/// file undid: its events say from which one on (`undoes`).
const SQL: &str = "
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
    SELECT f.row_no, f.signal_id AS thing, s.external_id AS number, string_agg(f.kind, ' ' ORDER BY f.kind) AS kinds,
           (SELECT count(DISTINCT o.row_no) FROM found o) AS total
    FROM found f JOIN signal s ON s.id = f.signal_id
    WHERE f.row_no > $2
    GROUP BY f.row_no, f.signal_id, s.external_id
    ORDER BY f.row_no LIMIT $3";

/// What stands on the rows of a file.
pub const STANDING: Standing = Standing {
    tables: TABLES,
    sql: SQL,
    says: |word| word.parse().ok().map(StandsOn::text),
    refusal: |total| {
        Text::new(
            format!("导入后已有 {total} 行的信息经过办理，不能整批撤回"),
            format!(
                "something was done with {total} of its rows since, so the file cannot be withdrawn as a whole"
            ),
        )
    },
};

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
    STANDING.page(conn, id.0, slice)
}
