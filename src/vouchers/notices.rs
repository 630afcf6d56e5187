//! Mails to the people of an enterprise about its vouchers.

use crate::accounts::people::enterprise_recipients;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::schema::voucher_application;
use crate::notifications::outbox;
use crate::vouchers::ids::VoucherId;
use crate::vouchers::mails::Mail;
use crate::vouchers::money::yuan;
use crate::vouchers::store::{Held, Row};
use diesel::prelude::*;

fn send(tx: &mut Tx, enterprise: EnterpriseId, mail: &Mail) -> Result<(), Problem> {
    for to in enterprise_recipients(&mut tx.conn, enterprise)? {
        outbox::enqueue(tx, &to, mail)?;
    }
    Ok(())
}

/// Notifies the winners.
///
/// # Errors
/// When the database refuses.
pub(super) fn won(tx: &mut Tx, row: &Row, won: &[(EnterpriseId, VoucherId, i64)]) -> Result<(), Problem> {
    let link = tx.link("/my/vouchers");
    for (enterprise, _, amount) in won {
        let mail = Mail::VoucherWon {
            issue: row.name.clone(),
            amount: yuan(*amount),
            until: row.valid_until,
            link: link.clone(),
        };
        send(tx, *enterprise, &mail)?;
    }
    Ok(())
}

/// Notifies the enterprise of what was redeemed: whoever used its code without its knowledge is found out.
///
/// # Errors
/// When the database refuses.
pub(super) fn redeemed(tx: &mut Tx, row: &Row, held: &Held, amount: i64) -> Result<(), Problem> {
    let mail = Mail::VoucherRedeemed {
        issue: row.name.clone(),
        amount: yuan(amount),
        rest: yuan(held.rest_fen),
        link: tx.link("/my/vouchers"),
    };
    send(tx, held.enterprise_id, &mail)
}

/// Notifies the enterprise that a voucher was taken back.
///
/// # Errors
/// When the database refuses.
pub(super) fn revoked(tx: &mut Tx, row: &Row, held: &Held, reason: &str) -> Result<(), Problem> {
    let mail = Mail::VoucherRevoked {
        issue: row.name.clone(),
        amount: yuan(held.rest_fen),
        reason: reason.to_owned(),
        link: tx.link("/my/vouchers"),
    };
    send(tx, held.enterprise_id, &mail)
}

/// Notifies an enterprise that a redemption was given back, and what is left.
///
/// # Errors
/// When the database refuses.
pub(super) fn reversed(
    tx: &mut Tx,
    row: &Row,
    held: &Held,
    (amount, reason): (i64, &str),
) -> Result<(), Problem> {
    let mail = Mail::VoucherReversed {
        issue: row.name.clone(),
        amount: yuan(amount),
        rest: yuan(held.rest_fen),
        reason: reason.to_owned(),
        link: tx.link("/my/vouchers"),
    };
    send(tx, held.enterprise_id, &mail)
}

/// Tells those who have applied that an issue was given up.
///
/// # Errors
/// When the database refuses.
pub(super) fn given_up(tx: &mut Tx, row: &Row, reason: &str) -> Result<(), Problem> {
    use voucher_application as a;
    let applied: Vec<EnterpriseId> = a::table
        .filter(a::issue_id.eq(row.id))
        .filter(a::withdrawn_at.is_null())
        .order(a::enterprise_id)
        .select(a::enterprise_id)
        .load(&mut *tx.conn)?;
    let mail = Mail::VoucherIssueGivenUp {
        issue: row.name.clone(),
        reason: reason.to_owned(),
        link: tx.link("/my/vouchers"),
    };
    for enterprise in applied {
        send(tx, enterprise, &mail)?;
    }
    Ok(())
}
