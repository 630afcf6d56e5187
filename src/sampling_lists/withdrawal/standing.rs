//! What stands on the rows of a list.

use crate::core::page::{Page, Slice};
use crate::core::{Actor, Problem, Text};
use crate::inspections::ids::InspectionId;
use crate::list_files::imports::standing::{Standing, StandingRow};
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::request::TABLES;
use crate::sampling_lists::view::list_status;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// What stands on a row.
    pub enum StandsOn {
        /// A later list names the inspection.
        LaterList = "later_list",
        /// A step was entered after the import.
        Step = "step",
        /// Another inspection follows it.
        Followed = "followed",
        /// It caused a nonconformity.
        Nonconformity = "nonconformity",
        /// An officer named an enterprise of it.
        Named = "named",
    }
}

impl StandsOn {
    /// For people: Chinese and English.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::LaterList => Text::new(
                "之后的名单也包含该批次，请先撤回那份名单",
                "a later list names the sample, too: withdraw that one first",
            ),
            Self::Step => Text::new("导入后已登记后续步骤", "steps were entered after the import"),
            Self::Followed => Text::new("已有后续检查与之关联", "another inspection follows it"),
            Self::Nonconformity => Text::new("已产生不合格记录", "it has caused a nonconformity"),
            Self::Named => Text::new("监管人员已确认其企业", "an officer has said which enterprise it is"),
        }
    }
}

/// A row of a list on which something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingSample {
    /// The sheet of the workbook; none in a text.
    pub sheet: Option<String>,
    /// The row as a spreadsheet numbers it.
    pub row: i32,
    /// The inspection.
    pub inspection: InspectionId,
    /// Number of its form.
    pub number: String,
    /// What stands on it: later_list, step, followed, nonconformity or named.
    pub kinds: Vec<String>,
    /// The same in Chinese.
    pub text_zh: String,
    /// The same in English.
    pub text_en: String,
}

impl From<StandingRow> for StandingSample {
    fn from(row: StandingRow) -> Self {
        let StandingRow { sheet, row, thing, number, kinds, text_zh, text_en } = row;
        Self { sheet, row, inspection: InspectionId(thing), number, kinds, text_zh, text_en }
    }
}

/// All that stands on the inspections that list `$1` brought in or changed: of those beyond row `$2` the first `$3`, with how many there are.
/// An inspection is named by its first row.
const SQL: &str = "
    WITH mine AS MATERIALIZED (
        SELECT r.inspection_id, min(r.row_no) AS row_no, max(r.version) AS version,
               bool_or(r.outcome <> 'unchanged') AS touched
        FROM sampling_list_row r WHERE r.import_id = $1 GROUP BY r.inspection_id
    ), found AS MATERIALIZED (
        SELECT m.row_no, m.inspection_id, 'later_list' AS kind
        FROM mine m
        WHERE m.touched AND EXISTS (
            SELECT FROM sampling_list_row o JOIN sampling_list l ON l.id = o.import_id
            WHERE o.inspection_id = m.inspection_id AND l.id > $1 AND l.state = 'done')
        UNION
        SELECT m.row_no, m.inspection_id, 'step'
        FROM mine m JOIN published.inspection i ON i.id = m.inspection_id
        WHERE m.touched AND i.version > m.version
        UNION
        SELECT m.row_no, m.inspection_id, 'followed'
        FROM mine m JOIN published.inspection_link l ON l.follows_id = m.inspection_id AND l.ended_at IS NULL
        WHERE m.touched
        UNION
        SELECT m.row_no, m.inspection_id, 'nonconformity'
        FROM mine m JOIN published.inspection_finding f ON f.inspection_id = m.inspection_id
        WHERE m.touched AND f.taken_back_at IS NULL
        UNION
        SELECT m.row_no, m.inspection_id, 'named'
        FROM mine m JOIN sampling_list_proposal p ON p.inspection_id = m.inspection_id
        WHERE m.touched AND p.state IN ('accepted', 'other')
    )
    SELECT f.row_no, f.inspection_id AS thing, i.number, string_agg(f.kind, ' ' ORDER BY f.kind) AS kinds,
           (SELECT count(DISTINCT o.row_no) FROM found o) AS total
    FROM found f JOIN published.inspection i ON i.id = f.inspection_id
    WHERE f.row_no > $2
    GROUP BY f.row_no, f.inspection_id, i.number
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
    id: SamplingListId,
    slice: Slice,
) -> Result<Page<StandingSample>, Problem> {
    if !list_status(conn, actor, id)?.withdrawable {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    STANDING.page(conn, id.0, slice)
}
