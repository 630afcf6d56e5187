//! What stands on the rows of an import, and keeps it from being withdrawn. The room says by SQL what does, and by which words; the rest is the
//! same: the places of the rows in the file, pages of them, how many there are, the refusal that names the first of them.

use crate::core::page::{Page, Slice, Total};
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::list_files::imports::Tables;
use crate::list_files::imports::row_pages::{after, cut};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text as SqlText, Uuid as SqlUuid};
use uuid::Uuid;

/// So many rows are named by a refusal.
const NAMED: i64 = 20;

/// What a room says of it.
#[derive(Clone, Copy)]
pub struct Standing {
    /// The tables of the room.
    pub tables: Tables,
    /// The rows of import `$1` on which something stands: of those beyond row `$2` the first `$3`, in the order of the file. `row_no`, `thing`
    /// (the id of what the row is about), `number` (by which people know it), `kinds` (words with spaces between), `total` (how many such rows
    /// there are in all).
    pub sql: &'static str,
    /// What a word among `kinds` says to people; none where it is no such word.
    pub says: fn(&str) -> Option<Text>,
    /// What the refusal says first, by how many rows there are.
    pub refusal: fn(i64) -> Text,
}

/// A row of an import on which something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRow {
    /// The sheet of the workbook; none in a text.
    pub sheet: Option<String>,
    /// The row as a spreadsheet numbers it.
    pub row: i32,
    /// The id of what the row is about.
    pub thing: Uuid,
    /// The number by which people know it.
    pub number: String,
    /// What stands on it, by words.
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
    thing: Uuid,
    #[diesel(sql_type = SqlText)]
    number: String,
    #[diesel(sql_type = SqlText)]
    kinds: String,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

impl Standing {
    /// The first rows beyond one, at most `most`, each with its stored number, and how many there are in all.
    fn beyond(
        self,
        conn: &mut PgConnection,
        import: Uuid,
        after: i32,
        most: i64,
    ) -> Result<(Vec<(i32, StandingRow)>, i64), Problem> {
        let found: Vec<Found> = diesel::sql_query(self.sql)
            .bind::<SqlUuid, _>(import)
            .bind::<Integer, _>(after)
            .bind::<BigInt, _>(most)
            .load(conn)?;
        let headings = self.tables.kept(import).headings(conn)?;
        let total = found.first().map_or(0, |one| one.total);
        let rows = found.into_iter().map(|one| {
            let (sheet, row) = headings.sheet(one.row_no);
            let known = one.kinds.split(' ').filter_map(|word| Some((word.to_owned(), (self.says)(word)?)));
            let (kinds, texts): (Vec<String>, Vec<Text>) = known.unzip();
            let zh: Vec<&str> = texts.iter().map(|text| text.zh.as_ref()).collect();
            let en: Vec<&str> = texts.iter().map(|text| text.en.as_ref()).collect();
            let standing = StandingRow {
                sheet: sheet.map(str::to_owned),
                row,
                thing: one.thing,
                number: one.number,
                kinds,
                text_zh: zh.join("；"),
                text_en: en.join("; "),
            };
            (one.row_no, standing)
        });
        Ok((rows.collect(), total))
    }

    /// A page of the rows, in the order of the file, each as the room shows it.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn page<R: From<StandingRow>>(
        self,
        conn: &mut PgConnection,
        import: Uuid,
        slice: Slice,
    ) -> Result<Page<R>, Problem> {
        let (rows, _) = self.beyond(conn, import, after(slice), slice.limit.saturating_add(1))?;
        Ok(cut(rows, slice).map(R::from))
    }

    /// How many rows of an import something stands on.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn count(self, conn: &mut PgConnection, import: Uuid) -> Result<Total, Problem> {
        let (_, rows) = self.beyond(conn, import, -1, 1)?;
        Ok(Total { rows, more: false })
    }

    /// Refuses to withdraw an import while something stands on its rows.
    ///
    /// # Errors
    /// 409 `import_in_use`, which names the first rows; else when the database can't be asked.
    pub fn refuse_in_use(self, conn: &mut PgConnection, import: Uuid) -> Result<(), Problem> {
        let (rows, total) = self.beyond(conn, import, -1, NAMED)?;
        if total == 0 {
            return Ok(());
        }
        let mut problem = Problem::new(Code::ImportInUse, (self.refusal)(total));
        problem.errors = rows
            .iter()
            .map(|(_, row)| {
                let about = [row.number.as_str(), row.number.as_str()];
                in_use(row.sheet.as_deref(), row.row, about, [row.text_zh.as_str(), row.text_en.as_str()])
            })
            .collect();
        Err(problem)
    }
}

/// What a refusal says of one row: where it stands, what it is about, and what stands on it, each in Chinese and English.
#[must_use]
pub fn in_use(sheet: Option<&str>, row: i32, about: [&str; 2], stands: [&str; 2]) -> FieldError {
    let (zh, en) = match sheet {
        Some(sheet) => (format!("工作表“{sheet}”"), format!("sheet `{sheet}`, ")),
        None => (String::new(), String::new()),
    };
    let ([about_zh, about_en], [stands_zh, stands_en]) = (about, stands);
    FieldError::body(
        format!("/rows/{row}"),
        Text::new(
            format!("{zh}第 {row} 行（{about_zh}）：{stands_zh}"),
            format!("{en}row {row} ({about_en}): {stands_en}"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_with_its_place() {
        let named = in_use(Some("广州市"), 7, ["甲", "A"], ["已立案", "a case was opened"]);
        assert_eq!(named.pointer, "/rows/7");
        assert_eq!(
            named.detail,
            Text::new("工作表“广州市”第 7 行（甲）：已立案", "sheet `广州市`, row 7 (A): a case was opened")
        );
        let named = in_use(None, 2, ["甲", "A"], ["已立案", "a case was opened"]);
        assert_eq!(named.detail, Text::new("第 2 行（甲）：已立案", "row 2 (A): a case was opened"));
    }
}
