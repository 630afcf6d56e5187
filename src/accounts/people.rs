//! What others do with an account: it ends, begins again, gets another role or region. Who may do so is decided by `people`, above.

use crate::accounts::sessions::{EndReason, end_sessions_of};
use crate::accounts::state::AccountState;
use crate::accounts::store::{
    AccountRow, NewAccount, already_claimed, insert_account, officers_of, recipient_for,
};
use crate::accounts::topics::Topic;
use crate::core::actor::{Role, Scope};
use crate::core::ids::{AccountId, EnterpriseId, ExpertId, LaboratoryId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::account;
use crate::notifications::Recipient;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Text as SqlText, Uuid as SqlUuid};
use std::sync::Arc;

diesel::define_sql_function! {
    /// Whether an account is that of an officer who may see a region now.
    fn officer_acts(account: SqlUuid, region: SqlText) -> Bool;
}

/// Loads an account and locks its row until the transaction ends, against other changes of it.
///
/// # Errors
/// 404 where there is none.
pub fn lock(tx: &mut Tx, id: AccountId) -> Result<(AccountRow, AccountState), Problem> {
    let (row, deactivated_at): (AccountRow, Option<DateTime<Utc>>) = account::table
        .find(id)
        .select((AccountRow::as_select(), account::deactivated_at))
        .for_no_key_update()
        .first(&mut *tx.conn)?;
    let state = AccountState::of(row.active, deactivated_at.is_some());
    Ok((row, state))
}

/// The active officers of exactly this region, locked in one order, so that of two who are to be removed at once the second is
/// counted after the first is gone.
///
/// # Errors
/// When the database refuses.
pub fn lock_officers(tx: &mut Tx, region: &str) -> Result<Vec<AccountId>, Problem> {
    Ok(account::table
        .filter(account::role.eq(Role::Admin))
        .filter(account::region.eq(region))
        .filter(account::active)
        .order(account::id)
        .select(account::id)
        .for_no_key_update()
        .load(&mut *tx.conn)?)
}

/// The officers of the smallest region around this one that has any with a mail address.
///
/// # Errors
/// When the database can't be asked.
pub fn officers_around(tx: &mut Tx, region: &str) -> Result<Vec<AccountRow>, Problem> {
    let catalogue = Arc::clone(&tx.catalogue);
    for code in catalogue.regions.ancestors(region).map(|region| region.code.as_str()) {
        let found = officers_of(&mut tx.conn, code)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Ends an account: nobody can log in with it, its sessions end at once.
///
/// # Errors
/// When the database refuses.
pub fn deactivate(tx: &mut Tx, id: AccountId, reason: &str) -> Result<(), Problem> {
    diesel::update(account::table.find(id))
        .set((
            account::active.eq(false),
            account::deactivated_at.eq(tx.now),
            account::deactivated_by.eq(tx.actor.account()),
            account::deactivation_reason.eq(reason),
        ))
        .execute(&mut *tx.conn)?;
    end_sessions_of(tx, id, None, EndReason::Disabled).map(drop)
}

/// Opens an account again that was ended.
///
/// # Errors
/// 409 `already_claimed` where the account had claimed an enterprise that another one has claimed since, `account_state` where what was
/// known of its person is erased.
pub fn reactivate(tx: &mut Tx, id: AccountId) -> Result<(), Problem> {
    let opened = diesel::update(account::table.find(id))
        .filter(account::erased_at.is_null())
        .set((
            account::active.eq(true),
            account::deactivated_at.eq(None::<DateTime<Utc>>),
            account::deactivated_by.eq(None::<AccountId>),
            account::deactivation_reason.eq(None::<String>),
        ))
        .execute(&mut *tx.conn);
    match opened {
        Ok(0) => Err(Problem::new(
            Code::AccountState,
            Text::new(
                "该账号的个人信息已按保存期限清除，不能恢复使用",
                "what was known of this person was erased after its period; the account can't be opened again",
            ),
        )),
        Ok(_) => Ok(()),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(already_claimed()),
        Err(error) => Err(error.into()),
    }
}

/// Gives an officer or operator another role or region. The sessions end, since open sockets act with the old one.
///
/// # Errors
/// When the database refuses.
pub fn set_scope(tx: &mut Tx, id: AccountId, scope: &Scope) -> Result<(), Problem> {
    let region = match scope {
        Scope::Admin(region) => Some(region.as_str()),
        _ => None,
    };
    diesel::update(account::table.find(id))
        .set((account::role.eq(scope.role()), account::region.eq(region)))
        .execute(&mut *tx.conn)?;
    end_sessions_of(tx, id, None, EndReason::AccountChanged).map(drop)
}

/// Makes the account of someone who was invited.
///
/// # Errors
/// 409 `username_taken`.
pub fn create_invited(
    tx: &mut Tx,
    new: NewAccount<'_>,
    invited_by: Option<AccountId>,
) -> Result<AccountId, Problem> {
    insert_account(tx, new, invited_by)
}

/// The active people of an enterprise, the first one first: who was there before the others manages them.
///
/// # Errors
/// When the database can't be asked.
pub fn colleagues(conn: &mut PgConnection, id: EnterpriseId) -> QueryResult<Vec<AccountRow>> {
    account::table
        .filter(account::enterprise_id.eq(id))
        .filter(account::active)
        .order((account::created_at, account::id))
        .select(AccountRow::as_select())
        .load(conn)
}

/// Where to write to an enterprise: to all of its people who have a mail address.
///
/// # Errors
/// When the database can't be asked.
pub fn enterprise_recipients(conn: &mut PgConnection, id: EnterpriseId) -> Result<Vec<Recipient>, Problem> {
    Ok(colleagues(conn, id)?.iter().filter_map(crate::accounts::store::recipient).collect())
}

/// The same for mails of a kind that people may do without: to those of them who want it, which may be nobody. So no deadline is said
/// by such a mail alone: reminders of deadlines always reach somebody (`remediation::deadlines`).
///
/// # Errors
/// When the database can't be asked.
pub fn enterprise_recipients_for(
    conn: &mut PgConnection,
    id: EnterpriseId,
    topic: Topic,
) -> Result<Vec<Recipient>, Problem> {
    Ok(colleagues(conn, id)?.iter().filter_map(|row| recipient_for(row, topic)).collect())
}

/// Where to write to a laboratory, or to a body that takes samples: to all of its people who have a mail address.
///
/// # Errors
/// When the database can't be asked.
pub fn body_recipients(conn: &mut PgConnection, id: LaboratoryId) -> Result<Vec<Recipient>, Problem> {
    let people: Vec<AccountRow> = account::table
        .filter(account::laboratory_id.eq(id))
        .filter(account::active)
        .order(account::id)
        .select(AccountRow::as_select())
        .load(conn)?;
    Ok(people.iter().filter_map(crate::accounts::store::recipient).collect())
}

/// Those of these experts whose account is active: only they can be given something.
///
/// # Errors
/// When the database can't be asked.
pub fn active_experts(
    conn: &mut PgConnection,
    of: impl IntoIterator<Item = ExpertId>,
) -> QueryResult<Vec<ExpertId>> {
    let of: Vec<ExpertId> = of.into_iter().collect();
    account::table
        .filter(account::active)
        .filter(account::expert_id.eq_any(of))
        .select(account::expert_id.assume_not_null())
        .load(conn)
}

/// Whether an account is active.
///
/// # Errors
/// When the database can't be asked.
pub fn is_active(conn: &mut PgConnection, id: AccountId) -> QueryResult<bool> {
    let active = account::table.find(id).select(account::active).first::<bool>(conn).optional()?;
    Ok(active.unwrap_or(false))
}
