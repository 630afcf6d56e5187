//! Where the rejected rows of an import are kept, and what is kept of one.

use crate::core::cells::storable;
use crate::core::{Problem, Text};
use crate::list_files::ListColumn;
use crate::list_files::fault::{CellFault, cut};
use crate::list_files::header::Header;
use crate::list_files::origin::{kept_cells, kept_marks};
use crate::list_files::place::Headings;
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::RejectionCode;
use diesel::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Nullable, Uuid};
use serde_json::{Value, json};

/// The rejected rows of one import, by the tables of the room that keeps them.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// The table of imports: `id`, `header`.
    pub imports: &'static str,
    /// The table of rejections: `import_id`, `row_no`, `ordinal`, `field`, `value`, `code`, `reason_zh`, `reason_en`, `cells`, `marks`.
    pub rejections: &'static str,
    /// The import.
    pub import: uuid::Uuid,
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Nullable<Jsonb>)]
    header: Option<Value>,
}

impl Kept {
    /// The headings of the lists of the import.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn headings(self, conn: &mut PgConnection) -> Result<Headings, Problem> {
        let stored: Stored = diesel::sql_query(format!("SELECT header FROM {} WHERE id = $1", self.imports))
            .bind::<Uuid, _>(self.import)
            .get_result(conn)?;
        Ok(Headings::stored(stored.header)?)
    }
}

/// One reason for which one row is not taken, as it is kept.
#[derive(Debug)]
pub struct KeptReason {
    /// Its place among the reasons of the row.
    pub ordinal: i32,
    /// The column's English name; empty where it is the row as a whole.
    pub field: String,
    /// What is in the cell, cut.
    pub value: String,
    /// The stable word for the reason.
    pub code: RejectionCode,
    /// The reason in Chinese.
    pub reason_zh: String,
    /// The reason in English.
    pub reason_en: String,
    /// With the first reason, the row as it was in the file.
    pub cells: Option<Value>,
    /// With the first reason, what some cells were beyond their texts.
    pub marks: Option<String>,
}

impl KeptReason {
    /// The reasons of one row; the first carries the row as it was in the file.
    pub fn of_row<C: ListColumn>(faults: Vec<CellFault<C>>, header: &Header<C>, line: &Line) -> Vec<Self> {
        let mut whole = Some((json!(kept_cells(header, line)), kept_marks(header, line)));
        (0..)
            .zip(faults)
            .map(|(ordinal, fault)| {
                let Text { zh, en } = fault.reason;
                let (cells, marks) = whole.take().unzip();
                Self {
                    ordinal,
                    field: fault.column.map_or("", ListColumn::word).to_owned(),
                    value: storable(&cut(&fault.value)),
                    code: fault.code,
                    reason_zh: storable(&zh),
                    reason_en: storable(&en),
                    cells,
                    marks: marks.flatten(),
                }
            })
            .collect()
    }
}
