//! Writing the reasons for which rows are not taken.

use crate::core::Problem;
use crate::list_files::imports::Tables;
use crate::list_files::rejections::KeptReason;
use diesel::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use serde_json::Value;
use uuid::Uuid;

/// Reasons that wait to be written, each with the stored number of its row.
pub type Waiting = Vec<(i32, KeptReason)>;

/// Writes reasons and leaves the list empty.
///
/// # Errors
/// When the database refuses.
pub fn write(
    conn: &mut PgConnection,
    tables: Tables,
    import: Uuid,
    waiting: &mut Waiting,
) -> Result<(), Problem> {
    if waiting.is_empty() {
        return Ok(());
    }
    let reasons = std::mem::take(waiting);
    let (mut rows, mut ordinals, mut fields, mut values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut codes, mut zh, mut en) = (Vec::new(), Vec::new(), Vec::new());
    let (mut cells, mut marks): (Vec<Option<Value>>, Vec<Option<String>>) = (Vec::new(), Vec::new());
    for (row, reason) in reasons {
        rows.push(row);
        ordinals.push(reason.ordinal);
        fields.push(reason.field);
        values.push(reason.value);
        codes.push(reason.code.as_str());
        zh.push(reason.reason_zh);
        en.push(reason.reason_en);
        cells.push(reason.cells);
        marks.push(reason.marks);
    }
    diesel::sql_query(format!(
        "INSERT INTO {} (import_id, row_no, ordinal, field, value, code, reason_zh, reason_en, cells, marks) \
         SELECT $1, r.* FROM unnest($2::int4[], $3::int4[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], \
                                    $9::jsonb[], $10::text[]) AS r",
        tables.rejections
    ))
    .bind::<SqlUuid, _>(import)
    .bind::<Array<Integer>, _>(rows)
    .bind::<Array<Integer>, _>(ordinals)
    .bind::<Array<Text>, _>(fields)
    .bind::<Array<Text>, _>(values)
    .bind::<Array<Text>, _>(codes)
    .bind::<Array<Text>, _>(zh)
    .bind::<Array<Text>, _>(en)
    .bind::<Array<Nullable<Jsonb>>, _>(cells)
    .bind::<Array<Nullable<Text>>, _>(marks)
    .execute(conn)?;
    Ok(())
}
