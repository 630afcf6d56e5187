//! Facts and product lines: which entries are about the same, and by what that is known.

use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::rows::{ConductRow, LineRow};
use crate::conduct::words::ConductState;
use crate::core::Problem;
use crate::core::cells::compact;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::published::{inspection as seen_inspection, remediation_case};
use crate::db::schema::{conduct, conduct_fact, conduct_fact_key, conduct_line};
use crate::inspections::ids::InspectionId;
use crate::remediation::ids::CaseId;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Text;
use uuid::Uuid;

/// The number of a document as it is known again: brackets and dashes of all kinds are one, and blanks, characters that do not show, width, case, `第`
/// before the serial number, zeros before it and `号` at the end do not matter. Pure.
#[must_use]
pub fn document_key(number: &str) -> String {
    let mut key = String::with_capacity(number.len());
    let mut leading = false;
    for c in compact(number).chars().filter(|c| !c.is_control()) {
        let c = match c {
            '〔' | '[' | '【' | '(' | '［' | '（' | '「' | '﹝' | '{' | '〈' => '(',
            '〕' | ']' | '】' | ')' | '］' | '）' | '」' | '﹞' | '}' | '〉' => ')',
            '第' => continue,
            '—' | '–' | '－' | '―' | '_' => '-',
            other => other,
        };
        if c == '0' && leading {
            continue;
        }
        // A zero is one before the number where nothing of the number stands before it; that of the year is within its brackets.
        leading = !c.is_ascii_digit() && c != '(';
        key.extend(c.to_lowercase());
    }
    key.trim_end_matches('号').to_owned()
}

/// By what the fact of an entry about an enterprise is known that has a document of this number (`number` as [`document_key`] gives it). Pure.
fn key_of_document(enterprise: EnterpriseId, number: &str) -> String {
    format!("document:{enterprise}:{number}")
}

/// What an entry about an enterprise comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// The inspection.
    pub inspection: Option<InspectionId>,
    /// The case.
    pub case: Option<CaseId>,
    /// The number of the document, as it is known again.
    pub document: Option<&'a str>,
}

/// Keeps two entries about one enterprise from being made at the same time: each finds what the other one made. The lock ends with the transaction.
///
/// # Errors
/// When the database can't be asked.
pub fn lock(tx: &mut Tx, enterprise: EnterpriseId) -> Result<(), Problem> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('conduct ' || $1, 0))")
        .bind::<Text, _>(enterprise.to_string())
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// By what the fact of an entry is known again, the strongest first. The failed sample, the case that it opened and the penalty for it name each other.
fn keys(conn: &mut PgConnection, origin: Origin<'_>) -> Result<Vec<String>, Problem> {
    let mut keys = Vec::new();
    let mut nonconformity: Option<Uuid> = None;
    if let Some(id) = origin.inspection {
        keys.push(format!("inspection:{id}"));
        nonconformity = seen_inspection::table
            .find(id.0)
            .select(seen_inspection::nonconformity_id)
            .first::<Option<Uuid>>(conn)
            .optional()?
            .flatten();
    }
    if let Some(id) = origin.case {
        keys.push(format!("case:{id}"));
        let of_case = remediation_case::table.find(id.0).select(remediation_case::nonconformity_id);
        nonconformity = of_case.first::<Uuid>(conn).optional()?.or(nonconformity);
    }
    keys.extend(nonconformity.map(|id| format!("nonconformity:{id}")));
    keys.extend(origin.document.map(|number| key_of_document(origin.enterprise, number)));
    Ok(keys)
}

/// The fact that an entry is about: the one that is named, or the one that is known by where the entry comes from, or a new one. From then on it is
/// known by all of that.
///
/// # Errors
/// When the database refuses.
pub fn join(
    tx: &mut Tx,
    named: Option<FactId>,
    origin: Origin<'_>,
    happened_on: NaiveDate,
) -> Result<FactId, Problem> {
    let keys = keys(&mut tx.conn, origin)?;
    let known: Vec<(String, FactId)> = conduct_fact_key::table
        .filter(conduct_fact_key::key.eq_any(&keys))
        .select((conduct_fact_key::key, conduct_fact_key::fact_id))
        .load(&mut *tx.conn)?;
    let by_key =
        || keys.iter().find_map(|key| known.iter().find(|(other, _)| other == key).map(|(_, id)| *id));
    let fact = match named.or_else(by_key) {
        Some(fact) => fact,
        None => {
            let fact = FactId::new();
            diesel::insert_into(conduct_fact::table)
                .values((
                    conduct_fact::id.eq(fact),
                    conduct_fact::happened_on.eq(happened_on),
                    conduct_fact::created_at.eq(tx.now),
                ))
                .execute(&mut *tx.conn)?;
            fact
        }
    };
    let rows: Vec<_> =
        keys.iter().map(|key| (conduct_fact_key::key.eq(key), conduct_fact_key::fact_id.eq(fact))).collect();
    diesel::insert_into(conduct_fact_key::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    Ok(fact)
}

/// Makes the fact of an entry known by what its former fact was known by, where a correction said that it is about another one: all of it where nothing
/// else is about the former fact, and the number of its document (`number`) otherwise.
///
/// # Errors
/// When the database refuses.
pub fn moved(tx: &mut Tx, row: &ConductRow, from: FactId, number: Option<&str>) -> Result<(), Problem> {
    if row.fact_id == from {
        return Ok(());
    }
    let left = conduct::table.filter(conduct::fact_id.eq(from)).select(conduct::id);
    let left = left.first::<ConductId>(&mut *tx.conn).optional()?.is_some();
    let own = number.map(|number| key_of_document(row.enterprise_id, number));
    let keys = conduct_fact_key::table.filter(conduct_fact_key::fact_id.eq(from));
    if left {
        let keys = keys.filter(conduct_fact_key::key.eq_any(own));
        diesel::update(keys).set(conduct_fact_key::fact_id.eq(row.fact_id)).execute(&mut *tx.conn)?;
    } else {
        diesel::update(keys).set(conduct_fact_key::fact_id.eq(row.fact_id)).execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// Makes the fact of an entry known by the number that a correction gave it, and no longer by the one that was wrong (`before`): else the decision of
/// that number, which is another one, would count as the same fact. A number that another entry of the enterprise has stays.
///
/// # Errors
/// When the database refuses.
pub fn renumber(tx: &mut Tx, row: &ConductRow, before: Option<&str>) -> Result<(), Problem> {
    if row.document_key.as_deref() == before {
        return Ok(());
    }
    if let Some(wrong) = before {
        let still = conduct::table
            .filter(conduct::enterprise_id.eq(row.enterprise_id))
            .filter(conduct::document_key.is_not_distinct_from(Some(wrong.to_owned())))
            .filter(conduct::state.ne(ConductState::Annulled))
            .select(conduct::id);
        if still.first::<ConductId>(&mut *tx.conn).optional()?.is_none() {
            diesel::delete(
                conduct_fact_key::table
                    .filter(conduct_fact_key::key.eq(key_of_document(row.enterprise_id, wrong)))
                    .filter(conduct_fact_key::fact_id.eq(row.fact_id)),
            )
            .execute(&mut *tx.conn)?;
        }
    }
    if let Some(right) = row.document_key.as_deref() {
        diesel::insert_into(conduct_fact_key::table)
            .values((
                conduct_fact_key::key.eq(key_of_document(row.enterprise_id, right)),
                conduct_fact_key::fact_id.eq(row.fact_id),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// Whether a fact has an entry about this enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn is_of(conn: &mut PgConnection, fact: FactId, enterprise: EnterpriseId) -> Result<bool, Problem> {
    let entry = conduct::table
        .filter(conduct::fact_id.eq(fact))
        .filter(conduct::enterprise_id.eq(enterprise))
        .select(conduct::id);
    Ok(entry.first::<ConductId>(conn).optional()?.is_some())
}

/// Whether no other entry about an enterprise that stands is about the same fact as this one. Such an entry can be said to be about the fact of another
/// entry; no other one can, so that no score rises by it.
///
/// # Errors
/// When the database can't be asked.
pub fn stands_alone(
    conn: &mut PgConnection,
    id: ConductId,
    (fact, enterprise): (FactId, EnterpriseId),
) -> Result<bool, Problem> {
    let beside = conduct::table
        .filter(conduct::fact_id.eq(fact))
        .filter(conduct::enterprise_id.eq(enterprise))
        .filter(conduct::state.ne(ConductState::Annulled))
        .filter(conduct::id.ne(id))
        .select(conduct::id);
    Ok(beside.first::<ConductId>(conn).optional()?.is_none())
}

/// The line of an enterprise that is named so, made where there is none.
///
/// # Errors
/// When the database refuses.
pub fn line(tx: &mut Tx, row: &LineRow) -> Result<LineId, Problem> {
    use conduct_line as l;
    diesel::insert_into(l::table).values(row).on_conflict_do_nothing().execute(&mut *tx.conn)?;
    Ok(l::table
        .filter(l::enterprise_id.eq(row.enterprise_id))
        .filter(l::product_name.eq(&row.product_name))
        .filter(l::product_kind.is_not_distinct_from(&row.product_kind))
        .filter(l::standard.is_not_distinct_from(&row.standard))
        .filter(l::trademark.is_not_distinct_from(&row.trademark))
        .filter(l::model.is_not_distinct_from(&row.model))
        .select(l::id)
        .first(&mut *tx.conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_however_it_is_written() {
        let wanted = document_key("粤市监处罚〔2026〕1号");
        for number in [
            "粤市监处罚[2026] 1号",
            "粤市监处罚（２０２６）１号",
            " 粤市监处罚(2026)1号\n",
            "粤市监处罚〔2026〕第001号",
            "粤市监处罚【2026】1",
            "粤市监\u{200b}处罚〔2026〕\u{202e}1号",
        ] {
            assert_eq!(document_key(number), wanted, "{number}");
        }
        assert_ne!(document_key("粤市监处罚〔2026〕1号"), document_key("粤市监处罚〔2026〕11号"));
    }

    #[test]
    fn a_number_of_a_penalty_is_written_in_many_ways() {
        let wanted = document_key("穗市监处罚〔2026〕123号");
        for written in [
            "穗市监处罚[2026]123号",
            "穗市监处罚（2026）123 号",
            "穗市监处罚【2026】第123号",
            "穗市监处罚〔2026〕0123号",
            "穗市监处罚〔２０２６〕１２３号",
            " 穗市监处罚 〔2026〕 123 ",
        ] {
            assert_eq!(document_key(written), wanted, "{written}");
        }
        for other in [
            "穗市监处罚〔2026〕124号",
            "穗市监处罚〔2025〕123号",
            "深市监处罚〔2026〕123号",
            "穗市监处罚〔2026〕1230号",
        ] {
            assert_ne!(document_key(other), wanted, "{other}");
        }
        assert_ne!(document_key("穗监罚〔2026〕A-10号"), document_key("穗监罚〔2026〕A-1号"));
    }
}
