//! Setting up an authenticator app, and doing without one.

use crate::accounts::factors::code::wrong_code;
use crate::accounts::factors::settings::FactorSettings;
use crate::accounts::factors::step_up::{self, no_factor, proved};
use crate::accounts::factors::{recovery, store, totp, tries};
use crate::accounts::mails::Mail;
use crate::accounts::sessions::{EndReason, end_sessions_of};
use crate::accounts::store::{AccountRow, find, recipient};
use crate::core::actor::Person;
use crate::core::secret::Sensitive;
use crate::core::{Code, Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// So long a secret that was shown waits to be confirmed.
const PENDING: Duration = Duration::minutes(30);

fn caller(tx: &mut Tx) -> Result<(Person, AccountRow), Problem> {
    let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
    let account = find(&mut tx.conn, person.account)?;
    Ok((person, account))
}

fn tell(tx: &mut Tx, account: &AccountRow, mail: &Mail) -> Result<(), Problem> {
    match recipient(account) {
        Some(to) => outbox::enqueue(tx, &to, mail).map(drop),
        None => Ok(()),
    }
}

/// Makes a secret for the caller's app. Codes are asked for once one of it has confirmed it; until then all stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BeginTotp {}

/// What the app is given. Never kept to be answered again: the calls take no idempotency key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewSecret {
    /// The secret in base 32.
    pub secret: String,
    /// The address for the QR code.
    pub uri: String,
}

impl Command for BeginTotp {
    type Output = NewSecret;
    const NAME: &'static str = "begin_second_factor";

    fn run(&self, tx: &mut Tx) -> Result<NewSecret, Problem> {
        step_up::require(tx)?;
        let (_, account) = caller(tx)?;
        let secret = totp::new_secret()?;
        store::keep_pending(tx, account.id, &secret)?;
        tx.audit(Self::NAME, Subject::new("account", account.id.0), json!({}))?;
        Ok(NewSecret { secret: totp::typed(&secret), uri: totp::address(&secret, &account.username)? })
    }
}

/// Confirms the app by one of its codes. Ends the account's other sessions, which have not proved it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// Six digits, as the app shows them.
    #[schema(value_type = String, example = "123456")]
    pub code: Sensitive,
}

/// The recovery codes, which are shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecoveryCodes {
    /// Each is good once, in place of a code of the app.
    #[schema(example = json!(["k5x2-q7ta-m3nb-yw6c"]))]
    pub recovery_codes: Vec<String>,
}

impl Command for ConfirmTotp {
    type Output = RecoveryCodes;
    const NAME: &'static str = "set_up_second_factor";

    fn run(&self, tx: &mut Tx) -> Result<RecoveryCodes, Problem> {
        let (person, account) = caller(tx)?;
        let row = store::lock(tx, account.id)?.ok_or_else(nothing_to_confirm)?;
        let begun = row.pending_at.filter(|at| tx.now - *at < PENDING);
        let pending = if begun.is_some() { row.pending(&tx.settings)? } else { None };
        let secret = pending.ok_or_else(nothing_to_confirm)?;
        let code: String = self.code.0.chars().filter(|c| !c.is_whitespace()).take(64).collect();
        let Some(step) = totp::step_of(&secret, &code, tx.now, None)? else { return Err(wrong_code(422)) };
        store::confirm(tx, account.id, &secret, step)?;
        let recovery_codes = recovery::renew(tx, account.id)?;
        tries::forget_all(tx, account.id)?;
        proved(tx, person.session, true)?;
        end_sessions_of(tx, account.id, Some(person.session), EndReason::AccountChanged)?;
        let anew = row.confirmed_at.is_some();
        tx.audit(Self::NAME, Subject::new("account", account.id.0), json!({ "anew": anew }))?;
        tell(tx, &account, &Mail::SecondFactorOn { username: account.username.clone() })?;
        Ok(RecoveryCodes { recovery_codes })
    }
}

fn nothing_to_confirm() -> Problem {
    Problem::new(
        Code::NoSecondFactor,
        Text::new(
            "没有等待确认的设置，或已超时，请重新开始设置",
            "no set-up waits to be confirmed, or it took too long; begin again",
        ),
    )
}

/// Makes new recovery codes; the old ones are not good any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RenewRecoveryCodes {}

impl Command for RenewRecoveryCodes {
    type Output = RecoveryCodes;
    const NAME: &'static str = "renew_recovery_codes";

    fn run(&self, tx: &mut Tx) -> Result<RecoveryCodes, Problem> {
        step_up::require(tx)?;
        let (_, account) = caller(tx)?;
        let row = store::lock(tx, account.id)?;
        row.filter(|row| row.confirmed_at.is_some()).ok_or_else(no_factor)?;
        let recovery_codes = recovery::renew(tx, account.id)?;
        tx.audit(Self::NAME, Subject::new("account", account.id.0), json!({}))?;
        Ok(RecoveryCodes { recovery_codes })
    }
}

/// Removes the caller's second factor, where the role need not have one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveTotp {}

impl Command for RemoveTotp {
    type Output = ();
    const NAME: &'static str = "remove_second_factor";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        step_up::require(tx)?;
        let (_, account) = caller(tx)?;
        let row = store::lock(tx, account.id)?.filter(|row| row.confirmed_at.is_some());
        row.ok_or_else(no_factor)?;
        if FactorSettings::demands(&tx.settings, account.role) {
            return Err(Problem::new(
                Code::SecondFactorMandatory,
                Text::new(
                    "您的角色须启用双重验证，不能停用；如更换了手机，请重新设置",
                    "your role must have a second factor; with a new phone, set it up again",
                ),
            ));
        }
        store::remove(tx, account.id)?;
        recovery::remove(tx, account.id)?;
        tx.audit(Self::NAME, Subject::new("account", account.id.0), json!({}))?;
        tell(tx, &account, &Mail::SecondFactorOff { username: account.username.clone(), reset: false })
    }
}
