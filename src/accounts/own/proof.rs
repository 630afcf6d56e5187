//! The present password, given again in a session. It is compared before the command that acts on it, outside of its transaction.

use crate::accounts::credentials::{Verified, verify_account};
use crate::accounts::gate::LogInGate;
use crate::accounts::store;
use crate::core::ids::AccountId;
use crate::core::secret::Sensitive;
use crate::core::{Code, Problem, Text};
use crate::web::ClientAddress;
use crate::web::problem::Failure;
use crate::web::reply::read;
use crate::web::state::State;

/// 422 for a present password that is not right.
pub fn wrong_current() -> Problem {
    Problem::field("/current", Text::new("当前密码不正确", "is not your present password"))
}

/// Compares the present password of an account within the limits on guessing.
///
/// # Errors
/// 422 at `/current`; 429 after too many wrong ones.
pub async fn require_current(
    state: &State,
    gate: &LogInGate,
    address: ClientAddress,
    id: AccountId,
    given: &Sensitive,
) -> Result<Verified, Failure> {
    let name = read(state, move |app| Ok(store::find(&mut *app.conn()?, id)?.username)).await?;
    let from = address.network();
    let entered = gate.enter(&name, from, state.app.clock()).await?;
    match verify_account(state, from, id, given).await {
        Ok(verified) => {
            entered.succeeded();
            Ok(verified)
        }
        Err(failure) if failure.problem.code == Code::BadCredentials => {
            Err(entered.failed(wrong_current()).into())
        }
        Err(failure) => Err(failure),
    }
}
