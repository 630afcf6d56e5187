//! Failed log-ins and refusals, in the log and in the audit: whose name, from where, why. What was typed stands in neither: a name that
//! no account has may be a password in the wrong field.
//!
//! They are noted in memory and written by one worker on one connection, so that a flood of them takes no connection from others. Each has
//! a row of its own as long as they are few; of many equal ones (name, network, code) further ones are counted, and written as one row
//! with their number every ten seconds. Memory and rows are bounded, and none is lost without being counted.

use crate::accounts::failed_log_in::pending::{Counted, FailedLogIn, Pending};
use crate::app::App;
use crate::core::ids::AccountId;
use crate::core::{Caller, Code, Problem, Wake};
use crate::db::schema::account;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::web::client_address::ClientAddress;
use crate::web::room::Job;
use crate::web::state::State;
use chrono::DateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

mod pending;

/// The longest name that is looked for; no account has a longer one.
const LONGEST_NAME: usize = 254;
/// Names that are looked for, and rows that are written, at one time.
const BATCH: usize = 250;
/// Wakes the worker.
const WAKE: Wake = Wake::new("failed_log_ins");

/// What waits in this process to be written.
#[derive(Default)]
struct Notes(Mutex<Pending>);

impl Notes {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One row of the audit.
#[derive(Debug, Clone, Serialize)]
pub struct NoteFailedLogIn {
    /// The account whose name was given.
    pub account: Option<AccountId>,
    /// Its name; absent where no account has what was typed.
    pub name: Option<String>,
    /// The IP address of the client; absent where the row counts several.
    pub address: Option<String>,
    /// Why, by the code that was answered.
    pub code: Code,
    /// How many there were.
    pub count: u64,
    /// Who asked, where it is not the caller of the command.
    #[serde(skip)]
    pub caller: Option<Caller>,
}

impl NoteFailedLogIn {
    /// Leaves its row.
    ///
    /// # Errors
    /// As [`Tx::audit`].
    pub fn leave(&self, tx: &mut Tx) -> Result<(), Problem> {
        let subject = Subject { kind: "account", id: self.account.map(|id| id.0), region: None };
        let mut data = json!({ "name": self.name, "address": self.address, "code": self.code });
        if self.count > 1
            && let Value::Object(data) = &mut data
        {
            data.insert("count".to_owned(), self.count.into());
        }
        match &self.caller {
            Some(caller) => tx.audit_of(caller, NoteFailedLogIns::NAME, subject, data),
            None => tx.audit(NoteFailedLogIns::NAME, subject, data),
        }
    }
}

/// Writes rows about log-ins that failed or were refused.
#[derive(Debug, Clone, Serialize)]
pub struct NoteFailedLogIns {
    /// The rows, the oldest first.
    pub rows: Vec<NoteFailedLogIn>,
}

impl Command for NoteFailedLogIns {
    type Output = ();
    const NAME: &'static str = "log_in_failed";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        self.rows.iter().try_for_each(|row| row.leave(tx))
    }
}

/// Notes one in the log and in the audit, beside the answer, whose time thus tells nothing.
pub(super) fn note(state: &State, address: ClientAddress, caller: Caller, typed: String, code: Code) {
    if !matches!(
        code,
        Code::BadCredentials | Code::WrongCode | Code::TooManyFailures | Code::AccountNotActive
    ) {
        return;
    }
    let typed = Some(typed).filter(|name| name.len() <= LONGEST_NAME);
    add(state, FailedLogIn { what: "a log-in failed", caller, typed, address: Some(address), code });
}

/// Notes a single sign-on that was refused, in the same way. Whose it was is not known.
pub(super) fn note_sign_on(state: &State, address: ClientAddress, caller: Caller, code: Code) {
    let what = "a single sign-on was refused";
    add(state, FailedLogIn { what, caller, typed: None, address: Some(address), code });
}

fn add(state: &State, failed: FailedLogIn) {
    let app = &state.app;
    let caller = Caller { idempotency_key: None, ..failed.caller };
    let now = (app.clock().now() - DateTime::UNIX_EPOCH).to_std().unwrap_or_default();
    app.cache().of::<Notes>().pending().add(FailedLogIn { caller, ..failed }, now, Instant::now());
    app.wake(WAKE.name());
}

/// Writes what waits, whether or not its time has come: for the end of the server, when nothing is added any more.
pub fn flush(app: &App) {
    let mut rows = Vec::new();
    loop {
        match write(app, true, &mut rows) {
            Ok(true) => {}
            Ok(false) => return,
            Err(problem) => {
                tracing::error!(rows = rows.len(), "failed log-ins could not be noted: {problem}");
                return;
            }
        }
    }
}

/// Logs and writes a batch of what waits. Rows that could not be written are kept in `rows` for the next round. Says whether more is there.
fn write(app: &App, all: bool, rows: &mut Vec<NoteFailedLogIn>) -> Result<bool, Problem> {
    let mut more = false;
    if rows.is_empty() {
        let notes = app.cache().of::<Notes>();
        let counted;
        (counted, more) = notes.pending().take(BATCH, all, Instant::now());
        if counted.is_empty() {
            return Ok(false);
        }
        let accounts = named(app, &counted).inspect_err(|_| notes.pending().put_back(&counted))?;
        rows.extend(counted.into_iter().map(|counted| row(counted, &accounts)));
    }
    let command = NoteFailedLogIns { rows: std::mem::take(rows) };
    match app.execute(&Caller::system(), &command) {
        Ok(()) => Ok(more),
        Err(problem) => {
            *rows = command.rows;
            Err(problem)
        }
    }
}

/// The accounts of the names that were typed.
fn named(app: &App, counted: &[Counted]) -> Result<HashMap<String, AccountId>, Problem> {
    let typed: Vec<&String> = counted.iter().filter_map(|counted| counted.failed.typed.as_ref()).collect();
    let found = account::table
        .filter(account::username.eq_any(typed))
        .select((account::username, account::id))
        .load(&mut *app.conn()?)?;
    Ok(found.into_iter().collect())
}

/// Logs one, and gives its row.
fn row(counted: Counted, accounts: &HashMap<String, AccountId>) -> NoteFailedLogIn {
    let Counted { failed: FailedLogIn { what, caller, typed, address, code }, count, .. } = counted;
    let account = typed.as_ref().and_then(|name| accounts.get(name)).copied();
    let name = typed.filter(|_| account.is_some());
    let address = address.map(|address| address.to_string());
    tracing::warn!(
        name = name.as_deref().unwrap_or("unknown name"),
        address = address.as_deref().unwrap_or("several"),
        code = code.as_str(),
        count,
        request = caller.request.map(tracing::field::display),
        "{what}"
    );
    NoteFailedLogIn { account, name, address, code, count, caller: Some(caller) }
}

/// Writes what was noted, at once, and what was counted every ten seconds.
pub const JOB: Job = Job {
    name: "failed_log_ins",
    wake: Some(WAKE),
    poll: Duration::from_secs(5),
    start: |_, _| {
        let mut rows = Vec::new();
        Ok(Box::new(move |app| write(app, false, &mut rows)))
    },
};
