//! Recovery codes: for who has lost the phone. Each is good once.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::core::secret::sha256;
use crate::db::Tx;
use crate::db::schema::recovery_code;
use diesel::prelude::*;
use totp_rs::Secret;

/// How many one has at a time.
pub const COUNT: usize = 10;

/// 80 random bits as four groups of four letters and digits.
fn new_code() -> Result<String, Problem> {
    let mut bytes = [0u8; 10];
    getrandom::fill(&mut bytes)?;
    let text = Secret::from(bytes.to_vec()).to_base32().to_lowercase();
    let groups: Vec<String> =
        text.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
    Ok(groups.join("-"))
}

/// What is compared: without hyphens and blanks, in small letters. None where it can't be one.
fn plain(typed: &str) -> Option<String> {
    let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(17);
    let text: String = kept.flat_map(char::to_lowercase).collect();
    (text.len() == 16).then_some(text)
}

/// With the account in it, so that equal rows of two accounts can't be told, and no table of hashes serves for all.
fn hash(account: AccountId, plain: &str) -> Vec<u8> {
    sha256(&[account.0.as_bytes(), plain.as_bytes()].concat())
}

/// Replaces the account's codes by new ones, which are shown once.
///
/// # Errors
/// When the database refuses.
pub fn renew(tx: &mut Tx, account: AccountId) -> Result<Vec<String>, Problem> {
    remove(tx, account)?;
    let codes = (0..COUNT).map(|_| new_code()).collect::<Result<Vec<_>, _>>()?;
    let row = |code: &String| {
        (
            recovery_code::account_id.eq(account),
            recovery_code::hash.eq(hash(account, &plain(code).unwrap_or_default())),
            recovery_code::created_at.eq(tx.now),
        )
    };
    let rows: Vec<_> = codes.iter().map(row).collect();
    diesel::insert_into(recovery_code::table).values(rows).execute(&mut *tx.conn)?;
    Ok(codes)
}

/// Removes the account's codes.
///
/// # Errors
/// When the database refuses.
pub fn remove(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq(account)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Uses a code up; false where it is none, or was used before.
///
/// # Errors
/// When the database refuses.
pub fn take(tx: &mut Tx, account: AccountId, typed: &str) -> Result<bool, Problem> {
    let Some(plain) = plain(typed) else { return Ok(false) };
    let unused =
        recovery_code::table.find((account, hash(account, &plain))).filter(recovery_code::used_at.is_null());
    let used = diesel::update(unused).set(recovery_code::used_at.eq(tx.now)).execute(&mut *tx.conn)?;
    Ok(used == 1)
}

/// How many are left.
///
/// # Errors
/// When the database can't be asked.
pub fn left(conn: &mut PgConnection, account: AccountId) -> Result<i64, Problem> {
    let unused = recovery_code::table
        .filter(recovery_code::account_id.eq(account))
        .filter(recovery_code::used_at.is_null());
    Ok(unused.count().get_result(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = new_code().unwrap();
        assert_eq!(code.len(), 19);
        let wanted = plain(&code);
        assert!(wanted.is_some());
        assert_eq!(plain(&code.to_uppercase().replace('-', " ")), wanted);
        assert_eq!(plain(&format!("  {}  ", code.replace('-', ""))), wanted);
        assert_eq!(plain("123456"), None);
        assert_eq!(plain(&"a".repeat(1000)), None);
        assert_ne!(hash(AccountId::new(), "x"), hash(AccountId::new(), "x"));
    }
}
