//! The present password, given again in a session. It is compared before the command that acts on it, outside of its transaction.

use crate::accounts::credentials::{Verified, verify_account};
use crate::accounts::log_in_limiter::{LogInLimiter, Origin};
use crate::accounts::{failed_log_in, store};
use crate::core::secret::Sensitive;
use crate::core::{Code, Problem, Text};
use crate::web::problem::Failure;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Auth, ClientAddress};

/// 422 for a present password that is not right.
pub fn wrong_current() -> Problem {
    Problem::field("/current", Text::new("当前密码不正确", "is not your present password"))
}

/// Compares the present password of the caller within the limits on guessing. One that is wrong, or refused by the limits, is noted like a
/// failed log-in.
///
/// # Errors
/// 422 at `/current`; 429 after too many wrong ones.
pub async fn require_current(
    state: &State,
    limiter: &LogInLimiter,
    address: ClientAddress,
    auth: &Auth,
    given: &Sensitive,
) -> Result<Verified, Failure> {
    let id = auth.person.account;
    let name = read(state, move |app| Ok(store::find(&mut *app.conn()?, id)?.username)).await?;
    let from = address.network();
    let note = |name, code| failed_log_in::note(state, address, auth.caller(), name, code);
    // Whoever is in the session counts for itself: nobody outside can slow it.
    let origin = Origin { network: from, proof: Some(format!("session {}", auth.person.session.0)) };
    let entered = match limiter.enter(state, &name, origin).await {
        Ok(entered) => entered,
        Err(refusal) => {
            note(name.clone(), refusal.code);
            return Err(refusal.into());
        }
    };
    match verify_account(state, from, id, given).await {
        Ok(verified) => {
            entered.succeeded();
            Ok(verified)
        }
        Err(failure) if failure.problem.code == Code::BadCredentials => {
            let refusal = entered.failed(wrong_current());
            let slowed = refusal.code == Code::TooManyFailures;
            note(name.clone(), if slowed { refusal.code } else { Code::BadCredentials });
            Err(refusal.into())
        }
        Err(failure) => Err(failure),
    }
}
