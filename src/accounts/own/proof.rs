//! Passwords that are given and chosen in a session. They are compared and hashed before the command that acts on them, outside of its
//! transaction.

use crate::accounts::gate::LogInGate;
use crate::accounts::own::stored::password_hash;
use crate::accounts::settings::AuthSettings;
use crate::accounts::{password, password_policy, store};
use crate::core::ids::AccountId;
use crate::core::secret::Sensitive;
use crate::core::{Problem, Text};
use crate::web::problem::Failure;
use crate::web::reply::read;
use crate::web::state::State;

/// 422 for a present password that is not right.
pub fn wrong_current() -> Problem {
    Problem::field("/current", Text::new("当前密码不正确", "is not your present password"))
}

/// Compares the present password of an account within the limits on guessing. Gives the hash that it was compared with.
///
/// # Errors
/// 422 at `/current`; 429 after too many wrong ones.
pub async fn require_current(
    state: &State,
    gate: &LogInGate,
    address: &str,
    id: AccountId,
    given: &Sensitive,
) -> Result<Sensitive, Failure> {
    let now = state.app.clock().now();
    let (name, stored) = read(state, move |app| {
        let conn = &mut *app.conn()?;
        Ok((store::find(conn, id)?.username, password_hash(conn, id)?))
    })
    .await?;
    gate.check(&name, address, now)?;
    let (typed, compared) = (given.0.clone(), stored.clone());
    if !read(state, move |_| password::verify(&typed, &compared)).await? {
        gate.failed(name, address.to_owned(), now);
        return Err(wrong_current().into());
    }
    gate.logged_in(&name);
    Ok(Sensitive(stored))
}

/// Hashes a chosen password. What the policy refuses for its length is not hashed; the command says so.
///
/// # Errors
/// When the system gives no randomness.
pub async fn hash_chosen(state: &State, typed: &Sensitive) -> Result<Sensitive, Failure> {
    let typed = typed.0.clone();
    if !password_policy::fits(&typed) {
        return Ok(Sensitive(String::new()));
    }
    let hash =
        read(state, move |app| password::hash(&typed, app.settings().section::<AuthSettings>())).await?;
    Ok(Sensitive(hash))
}
