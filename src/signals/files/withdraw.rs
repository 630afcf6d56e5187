//! Withdrawing a file of signals as a whole: what it brought is withdrawn, what it changed is as it was before. Where something was done with its
//! signals since (matched or triaged by a person, used, changed again), it stays.

use crate::accounts::factors::step_up;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{
    signal, signal_event, signal_import as imports, signal_import_row as rows, signal_use,
};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::state::{ImportStep, transition};
use crate::list_files::imports::{ImportState, Outcome};
use crate::signals::files::view::SignalImportWithdrawal;
use crate::signals::hazard::Hazard;
use crate::signals::ids::{SignalId, SignalImportId};
use crate::signals::merge::apart;
use crate::signals::policy::{permit, sees};
use crate::signals::state::{SignalState, SignalStep};
use crate::signals::store::{Row, take};
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

fn refused(zh: impl Into<String>, en: impl Into<String>, code: Code) -> Problem {
    Problem::new(code, Text::new(zh.into(), en.into()))
}

/// Why there is nothing to withdraw, where there is not.
fn refuse_state(state: ImportState, dry_run: bool) -> Result<(), Problem> {
    let code = Code::ImportNotWithdrawable;
    match state {
        ImportState::Queued | ImportState::Running => Err(refused(
            "导入正在进行，请待完成后再撤回",
            "the import is under way; withdraw it when it is done",
            code,
        )),
        ImportState::Failed => Err(refused(
            "文件未被接受，没有写入数据，无需撤回",
            "the file was refused: nothing was written, so there is nothing to withdraw",
            code,
        )),
        ImportState::Withdrawn => Err(refused("该文件已撤回", "the file was withdrawn already", code)),
        ImportState::Done if dry_run => Err(refused(
            "该次仅为检查，没有写入数据，无需撤回",
            "it was a check only: nothing was written, so there is nothing to withdraw",
            code,
        )),
        ImportState::Done => Ok(()),
    }
}

/// What a file did with one signal: the last of its rows that told of it, and what stood before the first that changed it.
struct Told {
    inserted: bool,
    version: i32,
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
        refuse_state(state, dry_run)?;
        step_up::require(tx)?;
        fields.done()?;
        let told = self.told(tx)?;
        let ids: Vec<SignalId> = told.keys().copied().collect();
        let locked: Vec<Row> = signal::table
            .filter(signal::id.eq_any(&ids))
            .order(signal::id)
            .select(Row::as_select())
            .for_update()
            .load(&mut *tx.conn)?;
        for row in &locked {
            if let Some(told) = told.get(&row.id) {
                refuse_in_use(tx, row, told)?;
            }
        }
        let (mut withdrawn, mut restored) = (0, 0);
        for id in ids {
            let mut row: Row = signal::table.find(id).select(Row::as_select()).first(&mut *tx.conn)?;
            let Some(told) = told.get(&id) else { continue };
            if told.inserted {
                take_back(tx, &mut row, &reason)?;
                withdrawn += 1;
            } else if let Some(before) = &told.before {
                restore(tx, &mut row, before)?;
                restored += 1;
            }
        }
        let withdrawal =
            SignalImportWithdrawal { at: tx.now, by: tx.actor.account(), reason: reason.clone() };
        diesel::update(imports::table.find(self.id))
            .set((
                imports::state.eq(transition(state, ImportStep::Withdraw)?),
                imports::withdrawal.eq(serde_json::to_value(&withdrawal)?),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("signal_import", self.id.0).in_region(&region);
        let data =
            json!({ "file_name": file_name, "reason": reason, "withdrawn": withdrawn, "restored": restored });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }
}

impl WithdrawSignalImport {
    fn told(&self, tx: &mut Tx) -> Result<BTreeMap<SignalId, Told>, Problem> {
        let found: Vec<(SignalId, Outcome, i32, Option<Value>)> = rows::table
            .filter(rows::import_id.eq(self.id))
            .filter(rows::outcome.ne(Outcome::Unchanged))
            .order(rows::row_no)
            .select((rows::signal_id, rows::outcome, rows::version, rows::before))
            .load(&mut *tx.conn)?;
        let mut all: BTreeMap<SignalId, Told> = BTreeMap::new();
        for (id, outcome, version, before) in found {
            let told = all.entry(id).or_insert(Told { inserted: false, version, before: None });
            told.inserted |= outcome == Outcome::Inserted;
            told.version = version;
            told.before = told.before.take().or(before);
        }
        Ok(all)
    }
}

/// Refuses where something rests on a signal since: an assessment, or what a person or a later file did.
fn refuse_in_use(tx: &mut Tx, row: &Row, told: &Told) -> Result<(), Problem> {
    let used: i64 =
        signal_use::table.filter(signal_use::signal_id.eq(row.id)).count().get_result(&mut *tx.conn)?;
    // That the platform merged it by its text, or took another one in, is no work of anybody.
    let by_others: i64 = signal_event::table
        .filter(signal_event::signal_id.eq(row.id))
        .filter(signal_event::ordinal.gt(told.version))
        .filter(signal_event::actor_id.is_not_null().or(signal_event::step.ne(SignalStep::Merge)))
        .count()
        .get_result(&mut *tx.conn)?;
    if used == 0 && by_others == 0 {
        return Ok(());
    }
    let called = row.called();
    Err(refused(
        format!("“{called}”之后已有办理，不能整批撤回"),
        format!("something was done with `{called}` since, so the file cannot be withdrawn as a whole"),
        Code::ImportInUse,
    ))
}

/// Takes a signal back, and those apart that were merged into it.
fn take_back(tx: &mut Tx, row: &mut Row, reason: &str) -> Result<(), Problem> {
    let merged: Vec<Row> = signal::table
        .filter(signal::merged_into.eq(row.id))
        .order(signal::id)
        .select(Row::as_select())
        .for_update()
        .load(&mut *tx.conn)?;
    for mut other in merged {
        apart(tx, &mut other, SignalStep::Unmerge, None)?;
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

/// Puts back what stood before the file changed it.
fn restore(tx: &mut Tx, row: &mut Row, before: &Value) -> Result<(), Problem> {
    let text = |key: &str| before.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let day: Option<NaiveDate> = text("published_on").parse().ok();
    let hazard: Option<Hazard> = text("hazard").parse().ok();
    let severity = before.get("severity").and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok());
    take(tx, row, SignalStep::Update, None, json!({ "restored": true }))?;
    diesel::update(signal::table.find(row.id))
        .set((
            signal::title.eq(text("title")),
            signal::text.eq(text("text")),
            signal::named.eq(before.get("named").cloned().unwrap_or_else(|| json!({}))),
            signal::published_on.eq(day.unwrap_or(row.published_on)),
            signal::hazard.eq(hazard),
            signal::severity.eq(severity),
            signal::barcode.eq(before.get("barcode").and_then(Value::as_str)),
        ))
        .execute(&mut *tx.conn)?;
    if row.state == SignalState::New && row.matched_by.is_some() {
        take(tx, row, SignalStep::Match, None, json!({}))?;
    }
    Ok(())
}
