//! What is left of a voucher ends: it expires by itself after its last day, or is revoked with a reason.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::db::officer_steps::reason;
use crate::db::schema::{voucher, voucher_code};
use crate::db::{Command, Tx};
use crate::vouchers::ids::VoucherId;
use crate::vouchers::notices;
use crate::vouchers::state::{VoucherEntryKind, VoucherState};
use crate::vouchers::store::{self, EntryDetails, Held, enter, issue_of, lock_managed_voucher, lock_voucher};
use crate::web::room::Job;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The most vouchers of one turn.
const BATCH: i64 = 500;

/// Ends what is left of a locked voucher that is open, and its code.
///
/// # Errors
/// 409 where nothing is left.
pub(super) fn end(
    tx: &mut Tx,
    held: &Held,
    kind: VoucherEntryKind,
    reason: Option<String>,
) -> Result<Held, Problem> {
    use voucher_code as c;
    let details = EntryDetails { reason, ..EntryDetails::default() };
    let (_, after) = enter(tx, held, (kind, held.rest_fen), details)?;
    diesel::update(c::table.filter(c::voucher_id.eq(held.id)))
        .filter(c::used_at.is_null())
        .filter(c::replaced_at.is_null())
        .set(c::replaced_at.eq(tx.now))
        .execute(&mut *tx.conn)?;
    Ok(after)
}

/// Takes what is left of a voucher back, with a reason. Its enterprise is notified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeVoucher {
    /// The voucher.
    pub voucher: VoucherId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for RevokeVoucher {
    type Output = VoucherId;
    const NAME: &'static str = "revoke_voucher";

    fn run(&self, tx: &mut Tx) -> Result<VoucherId, Problem> {
        let (held, row) = lock_managed_voucher(tx, self.voucher)?;
        let reason = reason(&self.reason)?;
        if held.state != VoucherState::Open {
            return Err(crate::vouchers::state::Refused::NotOpen(held.state).into());
        }
        end(tx, &held, VoucherEntryKind::Revoke, Some(reason.clone()))?;
        let data = json!({ "voucher": held.id, "amount_fen": held.rest_fen, "reason": reason });
        store::audit(tx, &row, Self::NAME, data)?;
        notices::revoked(tx, &row, &held, &reason)?;
        Ok(held.id)
    }
}

/// Ends the vouchers whose last day has passed.
pub const JOB: Job = Job {
    name: "vouchers",
    wake: None,
    poll: Duration::from_secs(600),
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| expire(app, &|| stop.is_set())))
    },
};

/// Ends those that are due; returns whether more are waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one voucher is logged, and the others go on.
pub fn expire(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let today = shanghai_date(app.clock().now());
    let due: Vec<VoucherId> = voucher::table
        .filter(voucher::state.eq(VoucherState::Open))
        .filter(voucher::expires_on.lt(today))
        .order(voucher::expires_on)
        .limit(BATCH)
        .select(voucher::id)
        .load(&mut *app.conn()?)?;
    let mut ended = 0_i64;
    for id in due {
        if stopped() {
            return Ok(false);
        }
        match app.execute(&Caller::system(), &ExpireVoucher { voucher: id }) {
            Ok(()) => ended += 1,
            Err(problem) => tracing::warn!(voucher = %id, ?problem, "the end of a voucher"),
        }
    }
    Ok(ended == BATCH)
}

/// Ends what is left of a voucher whose last day has passed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ExpireVoucher {
    /// The voucher.
    pub voucher: VoucherId,
}

impl Command for ExpireVoucher {
    type Output = ();
    const NAME: &'static str = "expire_voucher";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let held = lock_voucher(tx, self.voucher)?;
        if held.state != VoucherState::Open || tx.today() <= held.expires_on {
            return Ok(());
        }
        end(tx, &held, VoucherEntryKind::Expire, None)?;
        let row = issue_of(tx, held.issue_id)?;
        store::audit(tx, &row, Self::NAME, json!({ "voucher": held.id, "amount_fen": held.rest_fen }))
    }
}
