//! Texts of dismissed rumours are erased after their period: what was held for irrelevant and nobody can be asked for is needed no longer. Rumours
//! that were merged into one tell the same and go with it. That there was a signal, from where and when, and why it was dismissed, stays.

use crate::app::App;
use crate::core::{Actor, Caller, Problem};
use crate::db::schema::{signal, signal_event, signal_import_row};
use crate::db::{Command, Tx};
use crate::signals::ids::SignalId;
use crate::signals::settings::SignalSettings;
use crate::signals::source::Reliability;
use crate::signals::state::{SignalState, SignalStep};
use crate::signals::store::{Row, take};
use crate::web::room::Job;
use chrono::Duration;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

/// Signals of one transaction.
const BATCH: i64 = 500;
/// How often the job looks.
const POLL: std::time::Duration = std::time::Duration::from_secs(3_600);

/// Erases texts whose period is over. Says how many.
#[derive(Debug, Serialize)]
pub struct EraseSignalTexts {}

impl Command for EraseSignalTexts {
    type Output = usize;
    const NAME: &'static str = "erase_rumours";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let settings = Arc::clone(&tx.settings);
        let Some(rules) = settings.section::<SignalSettings>().on(tx.today()) else { return Ok(0) };
        let before = tx.now - Duration::days(rules.rumour_text_days.into());
        // The last event of a dismissed signal is its dismissal.
        let due: Vec<SignalId> =
            signal::table
                .inner_join(signal_event::table.on(
                    signal_event::signal_id.eq(signal::id).and(signal_event::ordinal.eq(signal::version)),
                ))
                .filter(signal::state.eq(SignalState::Dismissed))
                .filter(signal::reliability.eq(Reliability::Rumour))
                .filter(signal::erased_at.is_null())
                .filter(signal_event::at.lt(before))
                .order(signal::id)
                .limit(BATCH)
                .select(signal::id)
                .load(&mut *tx.conn)?;
        for id in &due {
            let mut row: Row =
                signal::table.find(*id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
            if row.state != SignalState::Dismissed {
                continue;
            }
            erase(tx, &mut row)?;
            let doubles: Vec<Row> = signal::table
                .filter(signal::merged_into.eq(row.id))
                .filter(signal::reliability.eq(Reliability::Rumour))
                .filter(signal::erased_at.is_null())
                .order(signal::id)
                .for_update()
                .select(Row::as_select())
                .load(&mut *tx.conn)?;
            for mut double in doubles {
                erase(tx, &mut double)?;
            }
        }
        Ok(due.len())
    }
}

/// Erases the text of one, wherever it stands.
fn erase(tx: &mut Tx, row: &mut Row) -> Result<(), Problem> {
    take(tx, row, SignalStep::Erase, None, json!({}))?;
    let digest = row.named.get("digest").cloned();
    diesel::update(signal::table.find(row.id))
        .set((
            signal::title.eq(""),
            signal::text.eq(""),
            signal::url.eq(None::<String>),
            signal::named.eq(json!({ "digest": digest })),
            signal::bands.eq(None::<Vec<i64>>),
            signal::erased_at.eq(Some(tx.now)),
        ))
        .execute(&mut *tx.conn)?;
    // What an update changed stands in the history with its title, and with the row of the file that brought it.
    diesel::update(
        signal_event::table
            .filter(signal_event::signal_id.eq(row.id))
            .filter(signal_event::step.eq(SignalStep::Update)),
    )
    .set(signal_event::details.eq(json!({})))
    .execute(&mut *tx.conn)?;
    diesel::update(signal_import_row::table.filter(signal_import_row::signal_id.eq(row.id)))
        .set(signal_import_row::before.eq(None::<serde_json::Value>))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Erases what is due.
pub const JOB: Job = Job {
    name: "signal_texts",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let run = |app: &App| app.execute(&Caller::system(), &EraseSignalTexts {});
        Ok(Box::new(move |app| {
            let erased = run(app)?;
            Ok(i64::try_from(erased).is_ok_and(|erased| erased == BATCH))
        }))
    },
};
