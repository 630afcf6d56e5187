//! What stands on the entries that a file brought, and keeps it from being withdrawn.

use crate::campaigns::ids::{CampaignImportId, SubjectId};
use crate::campaigns::imports::request::TABLES;
use crate::campaigns::imports::view::status;
use crate::core::{Actor, Problem};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// A row of a file on whose entry something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingEntry {
    /// The sheet of the workbook; none in a text.
    pub sheet: Option<String>,
    /// The row as a spreadsheet numbers it.
    pub row: i32,
    /// The entry.
    pub subject: SubjectId,
    /// Its name.
    pub name: String,
    /// Whether it was checked.
    pub checked: bool,
    /// Whether it has a hazard.
    pub hazard: bool,
    /// The same in Chinese.
    pub text_zh: String,
    /// The same in English.
    pub text_en: String,
}

/// The rows of a file on whose entries something stands, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingEntries {
    /// The rows.
    pub items: Vec<StandingEntry>,
}

/// What stands on an entry, in words.
fn in_words(checked: bool, hazard: bool) -> [&'static str; 2] {
    match (checked, hazard) {
        (true, true) => ["已登记检查和隐患", "it was checked and has a hazard"],
        (true, false) => ["已登记检查", "it was checked"],
        _ => ["已登记隐患", "it has a hazard"],
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Integer)]
    row_no: i32,
    #[diesel(sql_type = SqlUuid)]
    subject_id: SubjectId,
    #[diesel(sql_type = SqlText)]
    name: String,
    #[diesel(sql_type = Bool)]
    checked: bool,
    #[diesel(sql_type = Bool)]
    hazard: bool,
}

/// The entries that file `$1` brought and that are on the register still, where one was checked or has a hazard.
const STANDING: &str = "
    SELECT found.row_no, found.subject_id, found.name, found.checked, found.hazard FROM (
        SELECT r.row_no, r.subject_id, s.name,
               EXISTS (SELECT FROM campaign_check c WHERE c.subject_id = s.id AND c.annulled_at IS NULL) AS checked,
               EXISTS (SELECT FROM hazard h WHERE h.subject_id = s.id) AS hazard
        FROM campaign_import_row r JOIN campaign_subject s ON s.id = r.subject_id
        WHERE r.import_id = $1 AND r.outcome = 'inserted' AND s.removed_at IS NULL
    ) found
    WHERE found.checked OR found.hazard
    ORDER BY found.row_no";

/// What stands on the entries that a file brought.
///
/// # Errors
/// When the database can't be asked.
pub fn of_import(conn: &mut PgConnection, id: CampaignImportId) -> Result<Vec<StandingEntry>, Problem> {
    let found: Vec<Found> = diesel::sql_query(STANDING).bind::<SqlUuid, _>(id).load(conn)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let headings = TABLES.kept(id.0).headings(conn)?;
    let rows = found.into_iter().map(|one| {
        let (sheet, row) = headings.sheet(one.row_no);
        let [text_zh, text_en] = in_words(one.checked, one.hazard).map(str::to_owned);
        StandingEntry {
            sheet: sheet.map(str::to_owned),
            row,
            subject: one.subject_id,
            name: one.name,
            checked: one.checked,
            hazard: one.hazard,
            text_zh,
            text_en,
        }
    });
    Ok(rows.collect())
}

/// The same for who may know of the file; nothing where it is not to be withdrawn.
///
/// # Errors
/// 404 where there is no such file that the actor may know of; 401 and 403 as for files.
pub fn standing(
    conn: &mut PgConnection,
    actor: &Actor,
    id: CampaignImportId,
) -> Result<Vec<StandingEntry>, Problem> {
    if status(conn, actor, id)?.withdrawable { of_import(conn, id) } else { Ok(Vec::new()) }
}
