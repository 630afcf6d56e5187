//! What the steps of things that officers keep have in common (programmes, bulletins, rounds): who acts, the reason, the second officer, the
//! history and the row of the audit.

use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::regional::permit;
use crate::db::tx::Subject;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde_json::{Value, json};
use uuid::Uuid;

/// The most characters of a reason.
const MAX_REASON: usize = 1_000;

/// The officer who acts.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but an officer.
pub fn officer(tx: &Tx) -> Result<AccountId, Problem> {
    permit(&tx.actor)?;
    tx.actor.account().ok_or_else(Problem::forbidden)
}

/// The reason of a step, in the actor's words.
///
/// # Errors
/// 422 where it says nothing or is longer than 1,000 characters.
pub fn reason(text: &str) -> Result<String, Problem> {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", text, MAX_REASON);
    fields.done()?;
    Ok(reason)
}

/// Whether a person is a second one beside those who wrote a thing and handed it in: the rule of [`require_second`], for what is offered.
pub fn is_second(by: AccountId, created_by: AccountId, submitted_by: Option<AccountId>) -> bool {
    created_by != by && submitted_by != Some(by)
}

/// Refuses an officer who wrote the thing or handed it in, with this text.
///
/// # Errors
/// 409 `second_officer_needed`; 401 or 403 for anyone but an officer.
pub fn require_second(
    tx: &Tx,
    created_by: AccountId,
    submitted_by: Option<AccountId>,
    text: Text,
) -> Result<(), Problem> {
    let by = officer(tx)?;
    if !is_second(by, created_by, submitted_by) {
        return Err(Problem::new(Code::SecondOfficerNeeded, text));
    }
    Ok(())
}

/// The history of a kind of thing: a table with the columns `ordinal`, `step`, `from_state`, `to_state`, `reason`, `account_id` and `at`, and one
/// that names the thing.
#[derive(Debug, Clone, Copy)]
pub struct History {
    /// The table.
    pub table: &'static str,
    /// Its column with the id of the thing.
    pub of: &'static str,
}

/// A step of a thing, as its history keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The step.
    pub step: &'a str,
    /// The state before it; none of the first one.
    pub from: Option<&'a str>,
    /// The state after it.
    pub to: &'a str,
    /// The reason that was given.
    pub reason: Option<&'a str>,
    /// The officer who took the step.
    pub by: AccountId,
}

impl History {
    /// Writes the next step of a thing. The thing is locked by who calls this, so two steps have no number in common.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn append(self, tx: &mut Tx, id: Uuid, step: Step<'_>) -> Result<(), Problem> {
        let Self { table, of } = self;
        let sql = format!(
            "INSERT INTO {table} ({of}, ordinal, step, from_state, to_state, reason, account_id, at)
             SELECT $1, coalesce(max(h.ordinal), 0) + 1, $2, $3, $4, $5, $6, $7 FROM {table} h WHERE h.{of} = $1"
        );
        let now = tx.now;
        diesel::sql_query(sql)
            .bind::<SqlUuid, _>(id)
            .bind::<SqlText, _>(step.step)
            .bind::<Nullable<SqlText>, _>(step.from)
            .bind::<SqlText, _>(step.to)
            .bind::<Nullable<SqlText>, _>(step.reason)
            .bind::<SqlUuid, _>(step.by)
            .bind::<Timestamptz, _>(now)
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// Writes a row of the audit about a thing that has a name, which is said under `key`.
///
/// # Errors
/// When the database refuses.
pub fn audit_named(
    tx: &mut Tx,
    action: &str,
    subject: Subject<'_>,
    (key, name): (&str, &str),
    mut data: Value,
) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert(key.to_owned(), json!(name));
    }
    tx.audit(action, subject, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_officer_neither_wrote_the_thing_nor_handed_it_in() {
        let [writer, other, third] = [AccountId::new(), AccountId::new(), AccountId::new()];
        assert!(!is_second(writer, writer, None) && is_second(other, writer, None));
        assert!(!is_second(writer, writer, Some(other)) && !is_second(other, writer, Some(other)));
        assert!(is_second(third, writer, Some(other)));
    }
}
