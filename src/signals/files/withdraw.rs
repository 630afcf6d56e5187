//! Withdrawing a file of signals as a whole: what it brought is withdrawn, what it changed is as it was before. Where something was done with its
//! signals since (matched or triaged by a person, used, changed again), it stays.

use crate::accounts::factors::step_up;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::schema::{signal, signal_event, signal_import as imports, signal_import_row as rows};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::withdrawal::{Noun, mark, refuse_state};
use crate::list_files::imports::{ImportState, Outcome};
use crate::signals::compare::compared;
use crate::signals::files::request::TABLES;
use crate::signals::files::standing::STANDING;
use crate::signals::hazard::Hazard;
use crate::signals::ids::{SignalId, SignalImportId};
use crate::signals::merge::apart;
use crate::signals::policy::{permit, sees};
use crate::signals::source::Reliability;
use crate::signals::state::{SignalState, SignalStep};
use crate::signals::store::{MatchedBy, Named, Row, take};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Withdraws a file as a whole, while nothing rests on its signals.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawSignalImport {
    /// The import.
    pub id: SignalImportId,
    /// Why, at most 2,000 characters.
    pub reason: String,
}

/// What a file did with one signal: whether it brought it, and what stood before the first of its rows that changed it.
#[derive(Default)]
struct FileEffect {
    inserted: bool,
    before: Option<Value>,
}

impl Command for WithdrawSignalImport {
    type Output = SignalImportId;
    const NAME: &'static str = "withdraw_signal_import";

    fn run(&self, tx: &mut Tx) -> Result<SignalImportId, Problem> {
        permit(&tx.actor)?;
        let (state, dry_run, region, file_name): (ImportState, bool, String, String) = imports::table
            .find(self.id)
            .select((imports::state, imports::dry_run, imports::region, imports::file_name))
            .for_update()
            .first(&mut *tx.conn)?;
        if !sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 2000);
        refuse_state(Noun::FILE, state, dry_run)?;
        step_up::require(tx)?;
        fields.done()?;
        let effects = self.effects(tx)?;
        let ids: Vec<SignalId> = effects.keys().copied().collect();
        let locked: Vec<Row> = signal::table
            .filter(signal::id.eq_any(&ids))
            .order(signal::id)
            .select(Row::as_select())
            .for_update()
            .load(&mut *tx.conn)?;
        STANDING.refuse_in_use(&mut tx.conn, self.id.0)?;
        // Those that were merged first, so that none of them takes the place of one that goes as well.
        let mut order: Vec<(bool, SignalId)> =
            locked.iter().map(|row| (row.merged_into.is_none(), row.id)).collect();
        order.sort_unstable();
        let (mut withdrawn, mut restored) = (0, 0);
        for (_, id) in order {
            let mut row: Row = signal::table.find(id).select(Row::as_select()).first(&mut *tx.conn)?;
            let Some(effect) = effects.get(&id) else { continue };
            if effect.inserted {
                take_back(tx, &mut row, &reason)?;
                withdrawn += 1;
            } else if let Some(before) = &effect.before {
                restore(tx, &mut row, before)?;
                restored += 1;
            }
        }
        mark(tx, TABLES, self.id.0, state, &reason)?;
        let subject = Subject::new("signal_import", self.id.0).in_region(&region);
        let data =
            json!({ "file_name": file_name, "reason": reason, "withdrawn": withdrawn, "restored": restored });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }
}

impl WithdrawSignalImport {
    fn effects(&self, tx: &mut Tx) -> Result<BTreeMap<SignalId, FileEffect>, Problem> {
        let found: Vec<(SignalId, Outcome, Option<Value>)> = rows::table
            .filter(rows::import_id.eq(self.id))
            .filter(rows::outcome.ne(Outcome::Unchanged))
            .order(rows::row_no)
            .select((rows::signal_id, rows::outcome, rows::before))
            .load(&mut *tx.conn)?;
        let mut all: BTreeMap<SignalId, FileEffect> = BTreeMap::new();
        for (id, outcome, before) in found {
            let effect = all.entry(id).or_default();
            effect.inserted |= outcome == Outcome::Inserted;
            effect.before = effect.before.take().or(before);
        }
        Ok(all)
    }
}

/// Takes a signal back. Those that were merged into it still have the same content: the first of them takes its place.
fn take_back(tx: &mut Tx, row: &mut Row, reason: &str) -> Result<(), Problem> {
    let merged: Vec<Row> = signal::table
        .filter(signal::merged_into.eq(row.id))
        .order(signal::id)
        .select(Row::as_select())
        .for_update()
        .load(&mut *tx.conn)?;
    let mut others = merged.into_iter();
    if let Some(mut heir) = others.next() {
        let undoes = heir.version.saturating_add(1);
        apart(tx, &mut heir, &json!({ "from": row.id, UNDOES: undoes }))?;
        let rest: Vec<SignalId> = others.map(|other| other.id).collect();
        let moved = diesel::update(signal::table.filter(signal::id.eq_any(&rest)))
            .set(signal::merged_into.eq(heir.id))
            .execute(&mut *tx.conn)?;
        let moved = i32::try_from(moved).unwrap_or(i32::MAX);
        diesel::update(signal::table.find(heir.id)).set(signal::doubles.eq(moved)).execute(&mut *tx.conn)?;
        diesel::update(signal::table.find(row.id)).set(signal::doubles.eq(0)).execute(&mut *tx.conn)?;
    }
    let root = row.merged_into.take();
    let short: String = reason.chars().take(500).collect();
    take(tx, row, SignalStep::Withdraw, Some(&short), json!({}))?;
    if let Some(root) = root {
        diesel::update(signal::table.find(root).filter(signal::doubles.gt(0)))
            .set(signal::doubles.eq(signal::doubles - 1))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// The key under which an event names the first one that it undoes.
const UNDOES: &str = "undoes";

/// What stood of a signal before a file changed it.
#[derive(Deserialize)]
struct Before {
    title: String,
    text: String,
    named: Value,
    url: Option<String>,
    published_on: NaiveDate,
    observed_on: NaiveDate,
    hazard: Option<Hazard>,
    severity: Option<i32>,
    barcode: Option<String>,
    reliability: Reliability,
    region: Option<String>,
    product_kind: Option<String>,
    enterprise_id: Option<EnterpriseId>,
    scope: String,
    match_confidence: i32,
    matched_by: Option<MatchedBy>,
    match_reasons: Value,
    state: SignalState,
    version: i32,
}

/// Why a signal was dismissed the last time.
fn dismissed_because(tx: &mut Tx, id: SignalId) -> Result<Option<String>, Problem> {
    let found = signal_event::table
        .filter(signal_event::signal_id.eq(id))
        .filter(signal_event::step.eq(SignalStep::Dismiss))
        .order(signal_event::ordinal.desc())
        .select(signal_event::reason)
        .first::<Option<String>>(&mut *tx.conn)
        .optional()?;
    Ok(found.flatten())
}

/// Puts back what stood before the file changed it, its state and what it was matched to as well.
fn restore(tx: &mut Tx, row: &mut Row, before: &Value) -> Result<(), Problem> {
    let before: Before = serde_json::from_value(before.clone())?;
    let details = json!({ "restored": true, UNDOES: before.version.saturating_add(1) });
    take(tx, row, SignalStep::Update, None, details.clone())?;
    let named: Named = serde_json::from_value(before.named.clone()).unwrap_or_default();
    let compared = compared(&before.title, &before.text, &named, before.barcode.as_deref());
    let bands = Some(compared).filter(|_| !row.source.alike().is_empty()).and_then(|text| text.bands());
    diesel::update(signal::table.find(row.id))
        .set((
            (
                signal::title.eq(&before.title),
                signal::text.eq(&before.text),
                signal::named.eq(&before.named),
                signal::url.eq(&before.url),
                signal::published_on.eq(before.published_on),
                signal::observed_on.eq(before.observed_on),
                signal::hazard.eq(before.hazard),
                signal::severity.eq(before.severity),
                signal::barcode.eq(&before.barcode),
                signal::reliability.eq(before.reliability),
            ),
            (
                signal::region.eq(&before.region),
                signal::product_kind.eq(&before.product_kind),
                signal::enterprise_id.eq(before.enterprise_id),
                signal::scope.eq(&before.scope),
                signal::match_confidence.eq(before.match_confidence),
                signal::matched_by.eq(before.matched_by),
                signal::match_reasons.eq(&before.match_reasons),
                signal::bands.eq(bands),
            ),
        ))
        .execute(&mut *tx.conn)?;
    if row.state == SignalState::New && before.state == SignalState::Dismissed {
        let reason = dismissed_because(tx, row.id)?;
        take(tx, row, SignalStep::Dismiss, reason.as_deref(), details)?;
    } else if row.state == SignalState::New && before.matched_by.is_some() {
        take(tx, row, SignalStep::Match, None, details)?;
    }
    Ok(())
}
