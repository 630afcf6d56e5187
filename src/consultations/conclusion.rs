//! Conclusions as documents: each has a number, consecutive within the year, and is kept as it was given out.
//!
//! Who may see the consultation may see its conclusions; the callers ask for that first.

use crate::consultations::agreement::Agreement;
use crate::core::Problem;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::schema::{consultation_conclusion, consultation_conclusion_counter};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A corrective action of a conclusion, as it stood when the consultation was concluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConclusionAction {
    /// What it does about the problem, by its word.
    pub kind: String,
    /// The same in Chinese.
    pub kind_zh: String,
    /// The same in English.
    pub kind_en: String,
    /// What is to be done.
    pub description: String,
    /// The standard that it rests on.
    pub standard: Option<String>,
    /// The clause of the standard.
    pub clause: Option<String>,
    /// Until when, in Asia/Shanghai.
    pub due_on: Option<NaiveDate>,
    /// Who sees to it.
    pub owner: Option<String>,
}

/// The opinion of an expert of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConclusionOpinion {
    /// The expert; none in conclusions that were given out before this was kept.
    #[serde(default)]
    pub expert: Option<ExpertId>,
    /// The expert's name.
    pub name: String,
    /// In the expert's words.
    pub opinion: String,
    /// Whether the expert agrees with the conclusion; none where it was not said.
    #[serde(default)]
    pub agreement: Option<Agreement>,
    /// The reasons of a dissent.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A conclusion as it was given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConclusionDocument {
    /// The enterprise's name.
    pub enterprise: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Chinese name of the product kind.
    pub product_zh: String,
    /// English name of the product kind.
    pub product_en: String,
    /// The subject of the consultation.
    pub subject: String,
    /// Name of the expert who led it and concluded.
    pub expert: String,
    /// The expert's title.
    pub expert_title: String,
    /// What caused the problem.
    pub cause: Option<String>,
    /// The conclusion.
    pub conclusion: String,
    /// The actions that were advised and not declined.
    pub actions: Vec<ConclusionAction>,
    /// What the panel said, with who agrees and who dissents.
    pub opinions: Vec<ConclusionOpinion>,
    /// The expert who signed it (签发): the lead.
    #[serde(default)]
    pub signed_by: String,
    /// Experts of the panel who had given no opinion when it was signed.
    #[serde(default)]
    pub missing_opinions: Vec<String>,
    /// Why it was signed without them.
    #[serde(default)]
    pub missing_opinions_reason: Option<String>,
}

/// A conclusion with its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConclusionView {
    /// The number, such as `诊〔2026〕000123 号`.
    pub number: String,
    /// When the consultation was concluded.
    pub concluded_at: DateTime<Utc>,
    /// The document.
    #[serde(flatten)]
    pub document: ConclusionDocument,
}

/// The number of a conclusion as it is written.
pub fn written(year: i32, number: i32) -> String {
    format!("诊〔{year}〕{number:06} 号")
}

/// Gives a conclusion the next number of the year and keeps it. The counter's row stays locked until the transaction ends, so that a number
/// is given once and none is left out. It is locked after the consultation's row.
///
/// # Errors
/// When the database refuses.
pub fn issue(tx: &mut Tx, id: ConsultationId, document: &ConclusionDocument) -> Result<String, Problem> {
    use {consultation_conclusion as c, consultation_conclusion_counter as counter};
    let year = tx.today().year();
    let number: i32 = diesel::insert_into(counter::table)
        .values((counter::year.eq(year), counter::last.eq(1)))
        .on_conflict(counter::year)
        .do_update()
        .set(counter::last.eq(counter::last + 1))
        .returning(counter::last)
        .get_result(&mut *tx.conn)?;
    diesel::insert_into(c::table)
        .values((
            c::year.eq(year),
            c::number.eq(number),
            c::consultation_id.eq(id),
            c::concluded_at.eq(tx.now),
            c::document.eq(serde_json::to_value(document)?),
        ))
        .execute(&mut *tx.conn)?;
    Ok(written(year, number))
}

/// The latest conclusion of a consultation.
///
/// # Errors
/// 404 where it has none that was numbered.
pub fn latest(conn: &mut PgConnection, id: ConsultationId) -> Result<ConclusionView, Problem> {
    use consultation_conclusion as c;
    let (year, number, concluded_at, document): (i32, i32, DateTime<Utc>, serde_json::Value) = c::table
        .filter(c::consultation_id.eq(id))
        .order((c::year.desc(), c::number.desc()))
        .select((c::year, c::number, c::concluded_at, c::document))
        .first(conn)?;
    Ok(ConclusionView {
        number: written(year, number),
        concluded_at,
        document: serde_json::from_value(document)?,
    })
}

/// Number and cause of the latest conclusion of each of these consultations that has one.
///
/// # Errors
/// When the database can't be asked.
pub fn in_short(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, (String, Option<String>)>, Problem> {
    use consultation_conclusion as c;
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(ConsultationId, i32, i32, Option<String>)> = c::table
        .filter(c::consultation_id.eq_any(ids))
        .order((c::consultation_id, c::year, c::number))
        .select((
            c::consultation_id,
            c::year,
            c::number,
            sql::<Nullable<Text>>("consultation_conclusion.document ->> 'cause'"),
        ))
        .load(conn)?;
    // The last of each stays.
    Ok(rows.into_iter().map(|(id, year, number, cause)| (id, (written(year, number), cause))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_with_its_year() {
        assert_eq!(written(2026, 123), "诊〔2026〕000123 号");
        assert_eq!(written(2027, 1_234_567), "诊〔2027〕1234567 号");
    }
}
