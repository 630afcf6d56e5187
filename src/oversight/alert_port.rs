//! Records at quality alerts that a letter, an interview or a listing followed from them.

use crate::core::Problem;
use crate::db::Tx;
use crate::db::published::quality_alert;
use crate::oversight::store::{self, Loaded};
use crate::oversight::words::{BasisKind, OversightKind};
use crate::risk::alerts::record::record_measure;
use crate::risk::alerts::state::{AlertState, MeasureKind};
use crate::risk::ids::AlertId;
use diesel::prelude::*;

/// Records at the alerts on which a letter, an interview or a listing rests that it was issued. An alert that is closed stays as it is.
///
/// # Errors
/// When the database refuses.
pub fn record_at_alerts(tx: &mut Tx, loaded: &Loaded) -> Result<(), Problem> {
    let written = &loaded.row.written;
    let kind = match written.kind {
        OversightKind::Letter => MeasureKind::Letter,
        OversightKind::Interview => MeasureKind::Interview,
        OversightKind::Listing => MeasureKind::Listing,
    };
    for alert in store::basis(&mut tx.conn, written.id)? {
        if alert.kind != BasisKind::Alert {
            continue;
        }
        let state: Option<AlertState> = quality_alert::table
            .find(alert.id)
            .select(quality_alert::state)
            .first(&mut *tx.conn)
            .optional()?;
        if state.is_some_and(AlertState::is_running) {
            record_measure(tx, AlertId(alert.id), kind, written.id.0)?;
        }
    }
    Ok(())
}
