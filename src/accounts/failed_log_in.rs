//! Failed log-ins and refusals, in the log and in the audit: whose name, from where, why. What was typed stands in neither: a name that
//! no account has may be a password in the wrong field.

use crate::accounts::credentials::by_name;
use crate::accounts::gate::LogInGate;
use crate::core::ids::AccountId;
use crate::core::{Caller, Code, Problem};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::web::client_address::ClientAddress;
use crate::web::problem::Failure;
use crate::web::reply::{execute, read};
use crate::web::state::State;
use actix_web::web::Data;
use serde::Serialize;
use serde_json::json;
use tracing::Instrument;

/// Notes a log-in that failed or was refused.
#[derive(Debug, Clone, Serialize)]
pub struct NoteFailedLogIn {
    /// The account whose name was given.
    pub account: Option<AccountId>,
    /// Its name; absent where no account has what was typed.
    pub name: Option<String>,
    /// Where it came from.
    pub address: String,
    /// Why, by the code that was answered.
    pub code: Code,
}

impl Command for NoteFailedLogIn {
    type Output = ();
    const NAME: &'static str = "log_in_failed";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let subject = Subject { kind: "account", id: self.account.map(|id| id.0), region: None };
        let data = json!({ "name": self.name, "address": self.address, "code": self.code });
        tx.audit(Self::NAME, subject, data)
    }
}

/// Notes one in the log and in the audit, beside the answer, whose time thus tells nothing. No stranger can make more than some rows of
/// the audit for each network that name no account, or a refusal; the log has all of them.
pub(super) fn note(
    state: &State,
    gate: &Data<LogInGate>,
    address: ClientAddress,
    caller: Caller,
    typed: String,
    code: Code,
) {
    if !matches!(
        code,
        Code::BadCredentials | Code::WrongCode | Code::TooManyFailures | Code::AccountNotActive
    ) {
        return;
    }
    let (state, gate) = (state.clone(), gate.clone());
    let writing = async move {
        if let Err(failure) = write(&state, &gate, address, caller, typed, code).await {
            tracing::error!(cause = ?failure.problem.cause, "a failed log-in could not be noted");
        }
    };
    actix_web::rt::spawn(writing.in_current_span());
}

async fn write(
    state: &State,
    gate: &LogInGate,
    address: ClientAddress,
    caller: Caller,
    typed: String,
    code: Code,
) -> Result<(), Failure> {
    let (network, now) = (address.network(), state.app.clock().now());
    // A flood of refusals must cost next to nothing.
    let refused = code == Code::TooManyFailures;
    if refused && !gate.notes(network, now) {
        tracing::warn!(%address, code = code.as_str(), "a log-in was refused");
        return Ok(());
    }
    let name = typed.clone();
    let account = read(state, move |app| by_name(app, &name)).await?.map(|stored| stored.account);
    let name = account.map(|_| typed);
    let shown = name.as_deref().unwrap_or("unknown name");
    tracing::warn!(name = shown, %address, code = code.as_str(), "a log-in failed");
    if refused || account.is_some() || gate.notes(network, now) {
        let note = NoteFailedLogIn { account, name, address: address.to_string(), code };
        execute(state, Caller { idempotency_key: None, ..caller }, note).await?;
    }
    Ok(())
}
