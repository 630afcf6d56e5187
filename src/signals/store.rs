//! Signals as rows: loading them under a lock, and writing down their steps, here alone.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Text};
use crate::db::Tx;
use crate::db::officer_steps::audit_named;
use crate::db::schema::{signal, signal_event};
use crate::db::tx::Subject;
use crate::signals::hazard::Hazard;
use crate::signals::ids::SignalId;
use crate::signals::policy::{permit, sees};
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::state::{SignalState, SignalStep, transition};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

crate::word_enum! {
    /// Who says what a signal is about.
    pub enum MatchedBy {
        /// A rule.
        Rule = "rule",
        /// A person.
        Person = "person",
    }
}

/// What the text of a signal names, and what else its source tells. All texts are as the source has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Named {
    /// The number that an authority gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The group of products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The maker, or the party of a penalty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<String>,
    /// Its credit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uscc: Option<String>,
    /// Name of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// The country of origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The barcodes in the source's words, where these are more than one barcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barcodes: Option<String>,
    /// How many units, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units_text: Option<String>,
    /// How many units, where the words say it clearly; or how many complaints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// What complaints are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The month of a count, as `2026-05`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
    /// What is done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures: Option<String>,
    /// Who says it: the authority, the notifying country, the feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// The day on which a producer learned of the defect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learned_on: Option<NaiveDate>,
    /// The day on which it reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_on: Option<NaiveDate>,
    /// By how many working days the report came late; 0 where it came in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_days: Option<u32>,
}

/// A signal, without its text's digests.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = signal, check_for_backend(Pg))]
pub struct Row {
    /// Its id.
    pub id: SignalId,
    /// Where it comes from.
    pub source: SignalSource,
    /// What its source calls it.
    pub external_id: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// The day on which it was published.
    pub published_on: NaiveDate,
    /// The day on which it was observed.
    pub observed_on: NaiveDate,
    /// Code of the region that it is about.
    pub region: Option<String>,
    /// Code of the kind that it is about.
    pub product_kind: Option<String>,
    /// The enterprise that it is about.
    pub enterprise_id: Option<EnterpriseId>,
    /// The region whose officers work on it.
    pub scope: String,
    /// The region of the office that brought it.
    pub home: String,
    /// What it names, with the digest of what its source told.
    pub named: Value,
    /// The barcode.
    pub barcode: Option<String>,
    /// The hazard.
    pub hazard: Option<Hazard>,
    /// The severity, from 1 to 4.
    pub severity: Option<i32>,
    /// The title.
    pub title: String,
    /// The text.
    pub text: String,
    /// How far it is relied on.
    pub reliability: Reliability,
    /// How sure the match is.
    pub match_confidence: i32,
    /// Whether the platform or an officer made the match.
    pub matched_by: Option<MatchedBy>,
    /// Why it is believed.
    pub match_reasons: Value,
    /// The state.
    pub state: SignalState,
    /// The signal that it was merged into.
    pub merged_into: Option<SignalId>,
    /// How many were merged into it.
    pub doubles: i32,
    /// The number of its last event.
    pub version: i32,
}

impl Row {
    /// The product, the enterprise and the place that the signal names.
    #[must_use]
    pub fn names(&self) -> Named {
        serde_json::from_value(self.named.clone()).unwrap_or_default()
    }

    /// How it is called in a list.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.title.is_empty() { &self.external_id } else { &self.title }
    }
}

/// Loads and locks a signal that the actor may know of.
///
/// # Errors
/// 401 and 403 for whoever is no officer, 404 where the actor may not know of it.
pub fn load(tx: &mut Tx, id: SignalId) -> Result<Row, Problem> {
    find(tx, id)?.ok_or_else(Problem::not_found)
}

/// As [`load`], but a signal that the caller does not see is `None`.
///
/// # Errors
/// 403 for whom signals are not for.
pub fn find(tx: &mut Tx, id: SignalId) -> Result<Option<Row>, Problem> {
    permit(&tx.actor)?;
    let row: Option<Row> =
        signal::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn).optional()?;
    Ok(row.filter(|row| sees(&tx.actor, &row.scope, &tx.catalogue)))
}

/// Refuses where the caller saw another version.
///
/// # Errors
/// 409 `signal_changed`.
pub fn require_version(row: &Row, seen: Option<i32>) -> Result<(), Problem> {
    if seen.is_none_or(|seen| seen == row.version) {
        return Ok(());
    }
    Err(Problem::new(
        Code::SignalChanged,
        Text::new(
            "该信息已有新的步骤，请刷新后再操作",
            "there are steps after the version that you saw; load it again",
        ),
    ))
}

/// Takes a step: writes the event and the state that it leads to.
///
/// # Errors
/// 409 where the state does not allow the step; when the database refuses.
pub fn take(
    tx: &mut Tx,
    row: &mut Row,
    step: SignalStep,
    reason: Option<&str>,
    details: Value,
) -> Result<(), Problem> {
    let to = transition(row.state, step)?;
    let ordinal = row.version.saturating_add(1);
    event(tx, row.id, ordinal, (step, Some(row.state), to), reason, details)?;
    row.state = to;
    row.version = ordinal;
    diesel::update(signal::table.find(row.id))
        .set((
            signal::state.eq(to),
            signal::version.eq(ordinal),
            signal::merged_into.eq(row.merged_into.filter(|_| to == SignalState::Merged)),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes an event.
///
/// # Errors
/// When the database refuses.
pub fn event(
    tx: &mut Tx,
    id: SignalId,
    ordinal: i32,
    (step, from, to): (SignalStep, Option<SignalState>, SignalState),
    reason: Option<&str>,
    details: Value,
) -> Result<(), Problem> {
    diesel::insert_into(signal_event::table)
        .values((
            signal_event::signal_id.eq(id),
            signal_event::ordinal.eq(ordinal),
            signal_event::step.eq(step),
            signal_event::from_state.eq(from),
            signal_event::to_state.eq(to),
            signal_event::at.eq(tx.now),
            signal_event::actor_id.eq(tx.actor.account()),
            signal_event::actor_role.eq(tx.actor.role_word()),
            signal_event::reason.eq(reason),
            signal_event::details.eq(details),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes a row of the audit about a signal. What a rumour tells does not stand there: it is to be erased after its period.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, data: Value) -> Result<(), Problem> {
    let subject = Subject::new("signal", row.id.0).in_region(&row.scope);
    let name = if row.reliability == Reliability::Rumour { row.external_id.as_str() } else { row.called() };
    audit_named(tx, action, subject, ("name", name), data)
}

/// The data of an audit without anything to say.
#[must_use]
pub fn nothing() -> Value {
    json!({})
}
