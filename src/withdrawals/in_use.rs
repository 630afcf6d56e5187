//! The refusal of a withdrawal for what stands on the rows of the import.

use crate::core::{Code, Problem, Text};
use crate::list_files::imports::standing;
use crate::withdrawals::standing::{StandingRow, rows_beyond};
use crate::zero_out::ids::ImportId;
use diesel::prelude::*;

/// So many rows on which something stands are named by the refusal; all of them by the list.
const NAMED: i64 = 20;

/// Refuses to withdraw an import while something stands on its rows.
///
/// # Errors
/// 409 `import_in_use`, which names the first rows; else when the database can't be asked.
pub fn refuse_in_use(conn: &mut PgConnection, id: ImportId) -> Result<(), Problem> {
    let (rows, total) = rows_beyond(conn, id, 0, NAMED)?;
    if total > 0 { Err(in_use(rows.iter().map(|(_, row)| row), total)) } else { Ok(()) }
}

/// 409 `import_in_use`, naming the first rows.
fn in_use<'a>(rows: impl Iterator<Item = &'a StandingRow>, total: i64) -> Problem {
    let mut problem = Problem::new(
        Code::ImportInUse,
        Text::new(
            format!("导入后已有 {total} 行产生其他办理内容，不能整批撤回"),
            format!("something stands on {total} of its rows, so the import cannot be withdrawn as a whole"),
        ),
    );
    problem.errors = rows
        .map(|row| {
            let zh: Vec<&str> = row.standing.iter().map(|one| one.text_zh.as_str()).collect();
            let en: Vec<&str> = row.standing.iter().map(|one| one.text_en.as_str()).collect();
            let (name, report) = (&row.enterprise_name, &row.report_no);
            let about = [format!("{name}，{report}"), format!("{name}, {report}")];
            let stands = [zh.join("；"), en.join("; ")];
            standing::in_use(
                row.sheet.as_deref(),
                row.row,
                about.each_ref().map(String::as_str),
                stands.each_ref().map(String::as_str),
            )
        })
        .collect();
    problem
}
