//! Authenticator apps in the database.

use crate::accounts::factors::sealed::{open, seal};
use crate::accounts::factors::settings::FactorSettings;
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::account_totp;
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// What the keys that encrypt the secrets are derived for.
const PURPOSE: &str = "secret of an authenticator app";

/// The row of an account.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = account_totp, check_for_backend(diesel::pg::Pg))]
pub struct TotpRow {
    account_id: AccountId,
    secret: Option<Vec<u8>>,
    secret_kid: Option<String>,
    /// Since when codes are asked for; none while the first set-up waits to be confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The time step of the last code that was taken.
    pub last_step: Option<i64>,
    pending: Option<Vec<u8>>,
    pending_kid: Option<String>,
    /// Since when a set-up waits to be confirmed.
    pub pending_at: Option<DateTime<Utc>>,
}

/// The row of an account, where it has one.
///
/// # Errors
/// When the database can't be asked.
pub fn find(conn: &mut PgConnection, account: AccountId) -> Result<Option<TotpRow>, Problem> {
    Ok(account_totp::table.find(account).select(TotpRow::as_select()).first(conn).optional()?)
}

/// Whether codes are asked for.
///
/// # Errors
/// When the database can't be asked.
pub fn is_on(conn: &mut PgConnection, account: AccountId) -> Result<bool, Problem> {
    Ok(find(conn, account)?.is_some_and(|row| row.confirmed_at.is_some()))
}

/// The same, locked: two codes of an account are judged one after the other.
///
/// # Errors
/// When the database can't be asked.
pub fn lock(tx: &mut Tx, account: AccountId) -> Result<Option<TotpRow>, Problem> {
    let row = account_totp::table.find(account).select(TotpRow::as_select()).for_update();
    Ok(row.first(&mut *tx.conn).optional()?)
}

impl TotpRow {
    /// The secret whose codes are asked for.
    ///
    /// # Errors
    /// When its key is not in the settings any more.
    pub fn secret(&self, settings: &Settings) -> Result<Option<Vec<u8>>, Problem> {
        self.opened(settings, self.secret.as_deref().zip(self.secret_kid.as_deref()))
    }

    /// The secret that waits to be confirmed.
    ///
    /// # Errors
    /// As [`TotpRow::secret`].
    pub fn pending(&self, settings: &Settings) -> Result<Option<Vec<u8>>, Problem> {
        self.opened(settings, self.pending.as_deref().zip(self.pending_kid.as_deref()))
    }

    fn opened(&self, settings: &Settings, kept: Option<(&[u8], &str)>) -> Result<Option<Vec<u8>>, Problem> {
        let Some((bytes, kid)) = kept else { return Ok(None) };
        let key = FactorSettings::keys(settings).iter().find(|key| key.kid == kid);
        let plain = key.and_then(|key| open(key, PURPOSE, self.account_id.0.as_bytes(), bytes));
        let gone = || {
            Problem::internal(format!("the key \"{kid}\" that encrypted the secret is not in the settings"))
        };
        plain.map(Some).ok_or_else(gone)
    }
}

/// A secret as it is stored, with the name of the key.
fn sealed(tx: &Tx, account: AccountId, secret: &[u8]) -> Result<(Vec<u8>, String), Problem> {
    let key = FactorSettings::keys(&tx.settings).first();
    let key = key.ok_or_else(|| Problem::internal("auth.factor_keys and auth.keys are empty"))?;
    Ok((seal(key, PURPOSE, account.0.as_bytes(), secret)?, key.kid.clone()))
}

/// Keeps a secret that waits to be confirmed, in place of one that waits already.
///
/// # Errors
/// When the database refuses.
pub fn keep_pending(tx: &mut Tx, account: AccountId, secret: &[u8]) -> Result<(), Problem> {
    let (bytes, kid) = sealed(tx, account, secret)?;
    let pending = (
        account_totp::pending.eq(bytes),
        account_totp::pending_kid.eq(kid),
        account_totp::pending_at.eq(tx.now),
    );
    diesel::insert_into(account_totp::table)
        .values((account_totp::account_id.eq(account), pending.clone()))
        .on_conflict(account_totp::account_id)
        .do_update()
        .set(pending)
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// From now on the codes of this secret are asked for; that of `step` is taken.
///
/// # Errors
/// When the database refuses.
pub fn confirm(tx: &mut Tx, account: AccountId, secret: &[u8], step: i64) -> Result<(), Problem> {
    let (bytes, kid) = sealed(tx, account, secret)?;
    diesel::update(account_totp::table.find(account))
        .set((
            account_totp::secret.eq(bytes),
            account_totp::secret_kid.eq(kid),
            account_totp::confirmed_at.eq(tx.now),
            account_totp::last_step.eq(step),
            account_totp::pending.eq(None::<Vec<u8>>),
            account_totp::pending_kid.eq(None::<String>),
            account_totp::pending_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Notes that the code of a step was taken, and encrypts the secret anew where the first key is another one by now.
///
/// # Errors
/// When the database refuses.
pub fn took(tx: &mut Tx, row: &TotpRow, secret: &[u8], step: i64) -> Result<(), Problem> {
    let here = account_totp::table.find(row.account_id);
    diesel::update(here).set(account_totp::last_step.eq(step)).execute(&mut *tx.conn)?;
    let first = FactorSettings::keys(&tx.settings).first().map(|key| key.kid.as_str());
    if row.secret_kid.as_deref() != first {
        let (bytes, kid) = sealed(tx, row.account_id, secret)?;
        diesel::update(here)
            .set((account_totp::secret.eq(bytes), account_totp::secret_kid.eq(kid)))
            .execute(&mut *tx.conn)?;
    }
    Ok(())
}

/// Removes the row of an account; false where there is none.
///
/// # Errors
/// When the database refuses.
pub fn remove(tx: &mut Tx, account: AccountId) -> Result<bool, Problem> {
    Ok(diesel::delete(account_totp::table.find(account)).execute(&mut *tx.conn)? > 0)
}
