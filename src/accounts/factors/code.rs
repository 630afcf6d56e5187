//! Judging a code that someone gives: of the authenticator app, or a recovery code.

use crate::accounts::factors::tries::Source;
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
    /// It is not the present code, or was used before.
    Wrong,
    /// It was not looked at; the next one is after so many seconds.
    Wait(u64),
}

/// Judges a code of an account whose second factor is on. Wrong where it is not.
///
/// # Errors
/// When the database refuses.
pub fn judge(tx: &mut Tx, account: &AccountRow, typed: &str, source: &Source) -> Result<Judged, Problem> {
    let Some(row) = store::lock(tx, account.id)? else { return Ok(Judged::Wrong) };
    if let Some(seconds) = tries::waiting(&mut tx.conn, account.id, source, tx.now)? {
        return Ok(Judged::Wait(seconds));
    }
    // Where the key of the secret has gone no code of the app can be judged; recovery codes are still the way back.
    let secret = row.secret(&tx.settings).unwrap_or_else(|problem| {
        tracing::error!(cause = ?problem.cause, account = %account.id.0, "the secret of a second factor can't be read");
        None
    });
    if let Some(secret) = secret {
        let code: String = typed.chars().filter(|c| !c.is_whitespace()).take(64).collect();
        if let Some(step) = totp::step_of(&secret, &code, tx.now, row.last_step)? {
            store::took(tx, &row, &secret, step)?;
            tries::forget(tx, account.id, source)?;
            return Ok(Judged::Right);
        }
    }
    if row.is_on() && recovery::take(tx, account.id, typed)? {
        tries::forget(tx, account.id, source)?;
        let left = recovery::left(&mut tx.conn, account.id)?;
        tx.audit("recovery_code_used", Subject::new("account", account.id.0), json!({ "left": left }))?;
        if let Some(to) = recipient(account) {
            let left = u32::try_from(left).unwrap_or_default();
            let mail = Mail::RecoveryCodeUsed { username: account.username.clone(), left };
            outbox::enqueue(tx, &to, &mail)?;
        }
        return Ok(Judged::Right);
    }
    note_wrong(tx, account, source)
}

/// Notes a wrong code or password; tells the person once there were several.
///
/// # Errors
/// When the database refuses.
pub fn note_wrong(tx: &mut Tx, account: &AccountRow, source: &Source) -> Result<Judged, Problem> {
    let tries = tries::note(tx, account.id, source)?;
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
        "验证码或恢复码不正确，或已使用过，请核对后重试",
        "the code or recovery code is wrong or was used before; check it and try again",
    );
    let mut problem = Problem::with_status(status, Code::WrongCode, detail.clone());
    problem.errors = vec![FieldError::body("/code", detail)];
    problem
}
