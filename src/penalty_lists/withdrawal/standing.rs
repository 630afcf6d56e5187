//! What stands on the rows of a list.

use crate::core::page::{Page, Slice};
use crate::core::{Actor, Problem, Text};
use crate::list_files::imports::standing::{Standing, StandingRow};
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId};
use crate::penalty_lists::request::TABLES;
use crate::penalty_lists::view::list_status;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// What stands on a row.
    pub enum StandsOn {
        /// A later list names the penalty.
        LaterList = "later_list",
        /// A step of the penalty was taken after the import.
        Step = "step",
        /// An officer has decided something of it.
        Decided = "decided",
        /// The enterprise objected to the conduct, or it was corrected or repaired.
        Conduct = "conduct",
    }
}

impl StandsOn {
    /// For people: Chinese and English.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::LaterList => Text::new(
                "之后的名单也包含该处罚，请先撤回那份名单",
                "a later list names the penalty, too: withdraw that one first",
            ),
            Self::Step => Text::new("导入后已有后续办理", "steps were taken after the import"),
            Self::Decided => Text::new(
                "监管人员已确认当事人或违法行为",
                "an officer has decided whom it is against or what it is",
            ),
            Self::Conduct => Text::new(
                "该信用行为已有异议、更正或修复",
                "the conduct was objected to, corrected or repaired",
            ),
        }
    }
}

/// A row of a list on which something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingPenalty {
    /// The sheet of the workbook; none in a text.
    pub sheet: Option<String>,
    /// The row as a spreadsheet numbers it.
    pub row: i32,
    /// The penalty.
    pub penalty: PenaltyId,
    /// The number of the decision.
    pub number: String,
    /// What stands on it: later_list, step, decided or conduct.
    pub kinds: Vec<String>,
    /// The same in Chinese.
    pub text_zh: String,
    /// The same in English.
    pub text_en: String,
}

impl From<StandingRow> for StandingPenalty {
    fn from(row: StandingRow) -> Self {
        let StandingRow { sheet, row, thing, number, kinds, text_zh, text_en } = row;
        Self { sheet, row, penalty: PenaltyId(thing), number, kinds, text_zh, text_en }
    }
}

/// All that stands on the penalties that list `$1` brought in or changed: of those beyond row `$2` the first `$3`, with how many there are.
/// A penalty is named by its first row.
const SQL: &str = "
    WITH mine AS MATERIALIZED (
        SELECT r.penalty_id, min(r.row_no) AS row_no, max(r.version) AS version, bool_or(r.outcome <> 'unchanged') AS touched
        FROM penalty_list_row r WHERE r.import_id = $1 GROUP BY r.penalty_id
    ), found AS MATERIALIZED (
        SELECT m.row_no, m.penalty_id, 'later_list' AS kind
        FROM mine m
        WHERE m.touched AND EXISTS (
            SELECT FROM penalty_list_row o JOIN penalty_list l ON l.id = o.import_id
            WHERE o.penalty_id = m.penalty_id AND l.id > $1 AND l.state = 'done')
        UNION
        SELECT m.row_no, m.penalty_id, 'step'
        FROM mine m JOIN penalty p ON p.id = m.penalty_id
        WHERE m.touched AND p.version > m.version
        UNION
        SELECT m.row_no, m.penalty_id, 'decided'
        FROM mine m JOIN penalty_question q ON q.penalty_id = m.penalty_id
        WHERE m.touched AND q.state IN ('accepted', 'other', 'refused')
        UNION
        SELECT m.row_no, m.penalty_id, 'conduct'
        FROM mine m
        JOIN penalty p ON p.id = m.penalty_id
        JOIN published.conduct_event e ON e.conduct_id = p.conduct_id
        WHERE m.touched AND p.state = 'entered' AND e.step NOT IN ('enter', 'notify')
    )
    SELECT f.row_no, f.penalty_id AS thing, p.document_no AS number, string_agg(f.kind, ' ' ORDER BY f.kind) AS kinds,
           (SELECT count(DISTINCT o.row_no) FROM found o) AS total
    FROM found f JOIN penalty p ON p.id = f.penalty_id
    WHERE f.row_no > $2
    GROUP BY f.row_no, f.penalty_id, p.document_no
    ORDER BY f.row_no LIMIT $3";

/// What stands on the rows of a list.
pub const STANDING: Standing = Standing {
    tables: TABLES,
    sql: SQL,
    says: |word| word.parse().ok().map(StandsOn::text),
    refusal: |total| {
        Text::new(
            format!("导入后，{total} 行已有其他办理内容，不能整批撤回"),
            format!("something stands on {total} of its rows, so the list cannot be withdrawn as a whole"),
        )
    },
};

/// What stands on the rows of a list, in the order of the file.
///
/// # Errors
/// 404 where there is no such list that the actor may know of; 401 and 403 as for lists.
pub fn standing(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PenaltyListId,
    slice: Slice,
) -> Result<Page<StandingPenalty>, Problem> {
    if !list_status(conn, actor, id)?.withdrawable {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    STANDING.page(conn, id.0, slice)
}
