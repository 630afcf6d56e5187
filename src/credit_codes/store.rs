//! Loading a code under a lock, judging its conditions, writing down its steps.

use crate::core::Problem;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::credit_codes::conditions::{Condition, GrantedAs};
use crate::credit_codes::facts;
use crate::credit_codes::ids::CreditCodeId;
use crate::credit_codes::policy::{may_take, permit, sees};
use crate::credit_codes::state::{CodeState, CodeStep, transition};
use crate::db::Tx;
use crate::db::schema::{credit_code, credit_code_event, credit_code_version};
use crate::db::tx::Subject;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::{Value, json};

/// A code as commands need it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = credit_code, check_for_backend(Pg))]
pub struct Row {
    /// Its id.
    pub id: CreditCodeId,
    /// The maker.
    pub enterprise_id: EnterpriseId,
    /// Code of the region whose officers decide.
    pub region: String,
    /// The maker's name when the code was last granted or applied for.
    pub maker_name: String,
    /// Code of its region then.
    pub maker_region: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// The product.
    pub product_name: String,
    /// The trademark.
    pub trademark: Option<String>,
    /// The model.
    pub model: String,
    /// The state.
    pub state: CodeState,
    /// The version of the rules.
    pub rules_version: String,
    /// The last day on which it can be in force.
    pub valid_until: Option<NaiveDate>,
    /// Since when it is known not to be in force.
    pub suspended_at: Option<DateTime<Utc>>,
    /// The day on which the enterprise was last reminded of its end.
    pub reminded_on: Option<NaiveDate>,
    /// Number of its last event.
    pub version: i32,
}

impl Row {
    /// As whom it was granted; nothing before that.
    pub fn granted_as(&self) -> Option<GrantedAs<'_>> {
        let granted = GrantedAs { name: &self.maker_name, region: &self.maker_region };
        self.state.is_granted().then_some(granted)
    }

    /// Whether its time is over.
    pub fn is_over(&self, today: NaiveDate) -> bool {
        self.valid_until.is_some_and(|until| until < today)
    }
}

/// Loads a code that the actor may know of, and locks it.
///
/// # Errors
/// 401 or 403 for who has no part in codes; 404 where the actor may not know of it.
pub fn load(tx: &mut Tx, id: CreditCodeId) -> Result<Row, Problem> {
    permit(&tx.actor)?;
    let row: Row = credit_code::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    if sees(&tx.actor, &row.region, row.enterprise_id, &tx.catalogue) {
        Ok(row)
    } else {
        Err(Problem::not_found())
    }
}

/// The same for a step of this kind, with the state after it.
///
/// # Errors
/// As [`load`]; 403 where the actor takes no such steps, 409 where the state does not allow it.
pub fn load_for(tx: &mut Tx, id: CreditCodeId, step: CodeStep) -> Result<(Row, CodeState), Problem> {
    let row = load(tx, id)?;
    if !may_take(&tx.actor, step) {
        return Err(Problem::forbidden());
    }
    let to = transition(row.state, step)?;
    Ok((row, to))
}

/// The conditions of a code, by the rules of its version.
///
/// # Errors
/// When the database can't be asked.
pub fn judged(tx: &mut Tx, row: &Row) -> Result<Vec<Condition>, Problem> {
    let (settings, today) = (tx.settings.clone(), tx.today());
    let found = facts::of_enterprise(
        &mut tx.conn,
        row.enterprise_id,
        &row.product_kind,
        facts::since(&settings, today),
    )?;
    let rules = facts::rules_of(&settings, &row.rules_version, today)?;
    Ok(facts::law(&settings, rules, today)?.judge(&found, row.granted_as()))
}

/// What a step says besides.
#[derive(Debug, Clone, Default)]
pub struct Said<'a> {
    /// The reason that was given.
    pub reason: Option<&'a str>,
    /// The conditions that were lost.
    pub conditions: Vec<String>,
    /// Since when.
    pub lost_at: Option<DateTime<Utc>>,
}

impl<'a> Said<'a> {
    /// A reason and nothing else.
    pub fn because(reason: &'a str) -> Self {
        Self { reason: Some(reason), ..Self::default() }
    }
}

/// Writes a step down, and the state after it.
///
/// # Errors
/// When the database refuses.
pub fn write(
    tx: &mut Tx,
    row: &Row,
    (step, to): (CodeStep, CodeState),
    said: Said<'_>,
) -> Result<(), Problem> {
    let ordinal = row.version.saturating_add(1);
    let from = (step != CodeStep::Apply).then_some(row.state);
    diesel::update(credit_code::table.find(row.id))
        .set((
            credit_code::state.eq(to),
            credit_code::version.eq(ordinal),
            credit_code::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    event(tx, row.id, ordinal, (step, from, to), said)
}

/// Writes an event alone.
///
/// # Errors
/// When the database refuses.
pub fn event(
    tx: &mut Tx,
    id: CreditCodeId,
    ordinal: i32,
    (step, from, to): (CodeStep, Option<CodeState>, CodeState),
    said: Said<'_>,
) -> Result<(), Problem> {
    use credit_code_event as e;
    diesel::insert_into(e::table)
        .values((
            e::code_id.eq(id),
            e::ordinal.eq(ordinal),
            e::step.eq(step),
            e::from_state.eq(from),
            e::to_state.eq(to),
            e::reason.eq(said.reason),
            e::conditions.eq(said.conditions),
            e::lost_at.eq(said.lost_at),
            e::account_id.eq(tx.actor.account()),
            e::at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Begins a print run: gives it a token.
///
/// # Errors
/// When the system gives no randomness or the database refuses.
pub fn add_version(tx: &mut Tx, id: CreditCodeId, number: i32, batch: &str) -> Result<(), Problem> {
    use credit_code_version as v;
    let by: Option<AccountId> = tx.actor.account();
    diesel::insert_into(v::table)
        .values((
            v::code_id.eq(id),
            v::number.eq(number),
            v::token.eq(crate::credit_codes::token::new_token()?),
            v::batch.eq(batch),
            v::created_by.eq(by),
            v::created_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes what was done into the audit.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, mut data: Value) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("product".to_owned(), json!(row.product_name));
    }
    tx.audit(action, Subject::new("credit_code", row.id.0).in_region(&row.region), data)
}
