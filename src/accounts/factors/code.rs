//! Judging a code that someone gives: of the authenticator app, or a recovery code.

use crate::accounts::factors::{recovery, store, totp, tries};
use crate::accounts::mails::Mail;
use crate::accounts::store::{AccountRow, recipient};
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::tx::Subject;
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What came of a code or a password. A wrong one is an outcome and not a failure: that it was tried must be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judged {
    /// It is right, and used up.
    Right,
    /// It is wrong.
    Wrong,
    /// It was not looked at; the next one is after so many seconds.
    Wait(u64),
}

/// Judges a code of an account whose second factor is on. Wrong where it is not.
///
/// # Errors
/// When the database refuses, or the secret's key has gone.
pub fn judge(tx: &mut Tx, account: &AccountRow, typed: &str) -> Result<Judged, Problem> {
    let Some(row) = store::lock(tx, account.id)? else { return Ok(Judged::Wrong) };
    if let Some(seconds) = tries::waiting(&mut tx.conn, account.id, tx.now)? {
        return Ok(Judged::Wait(seconds));
    }
    if let Some(secret) = row.secret(&tx.settings)? {
        let code: String = typed.chars().filter(|c| !c.is_whitespace()).take(64).collect();
        if let Some(step) = totp::step_of(&secret, &code, tx.now, row.last_step)? {
            store::took(tx, &row, &secret, step)?;
            tries::forget(tx, account.id)?;
            return Ok(Judged::Right);
        }
        if recovery::take(tx, account.id, typed)? {
            tries::forget(tx, account.id)?;
            let left = recovery::left(&mut tx.conn, account.id)?;
            tx.audit("recovery_code_used", Subject::new("account", account.id.0), json!({ "left": left }))?;
            if let Some(to) = recipient(account) {
                let left = u32::try_from(left).unwrap_or_default();
                let mail = Mail::RecoveryCodeUsed { username: account.username.clone(), left };
                outbox::enqueue(tx, &to, &mail)?;
            }
            return Ok(Judged::Right);
        }
    }
    note_wrong(tx, account)
}

/// Notes a wrong code or password; tells the person once there were several.
///
/// # Errors
/// When the database refuses.
pub fn note_wrong(tx: &mut Tx, account: &AccountRow) -> Result<Judged, Problem> {
    let tries = tries::note(tx, account.id)?;
    tx.audit("wrong_code", Subject::new("account", account.id.0), json!({ "in_a_row": tries }))?;
    if tries == tries::FREE
        && let Some(to) = recipient(account)
    {
        outbox::enqueue(tx, &to, &Mail::WrongCodes { username: account.username.clone() })?;
    }
    Ok(Judged::Wrong)
}

/// The refusal of a wrong code: 422, or 401 at the log-in.
pub fn wrong_code(status: u16) -> Problem {
    let detail = Text::new(
        "验证码不正确或已使用过，请等待新的验证码后重试",
        "the code is wrong or was used before; wait for the next one",
    );
    let mut problem = Problem::with_status(status, Code::WrongCode, detail.clone());
    problem.errors = vec![FieldError::body("/code", detail)];
    problem
}
