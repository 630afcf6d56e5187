//! A command is one transaction.
//!
//! A [`Tx`] is the context in which a command runs: one connection, one moment, one actor. What the
//! command wants others to know it leaves here as events; they are published after the commit,
//! and not at all if there is none. No network I/O happens inside.

use crate::catalogue::Catalogue;
use crate::core::{Actor, Caller, Code, Event, Problem, ProcessCache, Wake};
use crate::db::chain::{self, Entry};
use crate::db::feed;
use crate::db::pool::Connection;
use crate::db::schema::idempotency_key;
use crate::settings::{ServerSettings, Settings};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// A change of state, by name. All interfaces (HTTP, WebSocket, command line, jobs) reach it through
/// `App::execute`.
///
/// The serialised command is the fingerprint by which a repeated idempotency key is distinguished from a
/// key used twice; the serialised output is the answer that a repetition gets.
pub trait Command: Serialize {
    /// What the caller gets.
    type Output: Serialize + DeserializeOwned;

    /// The name, `snake_case`: the command's action in the audit, which is a word that its room declares.
    ///
    /// A name is no word of the audit where the command writes no row, because what it changes follows from what is audited already, and
    /// where it writes rows by other words, because these follow from what it is asked to do or what it finds. `tests/it/audit.rs`
    /// lists these names, each with its reason.
    const NAME: &'static str;

    /// Does it. May run again from the start if the database asks for a retry, so it keeps
    /// nothing outside the transaction.
    ///
    /// # Errors
    /// A refusal or a failure; then nothing is written.
    fn run(&self, tx: &mut Tx) -> Result<Self::Output, Problem>;
}

/// The transaction of one command.
pub struct Tx {
    /// The connection, inside the transaction.
    pub conn: Connection,
    /// The moment in which all of the command happens, UTC.
    pub now: DateTime<Utc>,
    /// Who acts.
    pub actor: Actor,
    /// Reference data.
    pub catalogue: Arc<Catalogue>,
    /// Settings.
    pub settings: Arc<Settings>,
    /// Values of the domains that live as long as the process.
    pub cache: Arc<ProcessCache>,
    request: Option<Uuid>,
    events: Vec<Event>,
    audit: Vec<Entry>,
}

/// What a row of the audit is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The kind of thing, a table's name.
    pub kind: &'a str,
    /// Its id.
    pub id: Option<Uuid>,
    /// The region whose regulators may see the row.
    pub region: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// A thing by its kind and id.
    pub fn new(kind: &'a str, id: Uuid) -> Self {
        Self { kind, id: Some(id), region: None }
    }

    /// The same, seen by the regulators of a region.
    pub fn in_region(self, region: &'a str) -> Self {
        Self { region: Some(region), ..self }
    }
}

impl Tx {
    /// Today's date in Asia/Shanghai.
    pub fn today(&self) -> NaiveDate {
        crate::core::clock::shanghai_date(self.now)
    }

    /// The absolute address of a page, for mails.
    pub fn link(&self, path: &str) -> String {
        let server = self.settings.section::<ServerSettings>();
        format!("{}{path}", server.public_url(server.port))
    }

    /// Adds an event, to be published after the commit.
    pub fn emit(&mut self, event: impl Into<Event>) {
        self.events.push(event.into());
    }

    /// Wakes a background worker after the commit, on every server.
    pub fn wake(&mut self, wake: Wake) {
        self.emit(wake);
    }

    /// Leaves a row of the audit. It is linked into the audit's chain and written as the last thing before the commit.
    ///
    /// # Errors
    /// None now; the commit fails where the database refuses.
    pub fn audit(&mut self, action: &str, subject: Subject<'_>, data: Value) -> Result<(), Problem> {
        let caller = Caller { actor: self.actor.clone(), request: self.request, idempotency_key: None };
        self.audit_of(&caller, action, subject, data)
    }

    /// The same about what another call has done that is written down later.
    ///
    /// # Errors
    /// As [`Self::audit`].
    pub fn audit_of(
        &mut self,
        caller: &Caller,
        action: &str,
        subject: Subject<'_>,
        mut data: Value,
    ) -> Result<(), Problem> {
        if let (Some(key), Some(fields)) = (caller.actor.key(), data.as_object_mut()) {
            fields.insert("api_key".to_owned(), json!(key.id));
            fields.insert("api_key_name".to_owned(), json!(key.name));
        }
        self.audit.push(Entry {
            at: self.now,
            actor_id: caller.actor.account().map(|a| a.0),
            actor_role: caller.actor.role_word().to_owned(),
            action: action.to_owned(),
            subject_type: subject.kind.to_owned(),
            subject_id: subject.id,
            region: subject.region.map(str::to_owned),
            request_id: caller.request,
            data,
        });
        Ok(())
    }

    /// Writes the rows of the audit that were left.
    fn write_audit(&mut self) -> Result<(), Problem> {
        let entries = std::mem::take(&mut self.audit);
        chain::append(&mut self.conn, chain::keys(&self.settings), entries)
    }
}

/// What a transaction is made with.
pub struct TxParts {
    /// A connection with no transaction open.
    pub conn: Connection,
    /// The moment, UTC.
    pub now: DateTime<Utc>,
    /// Reference data.
    pub catalogue: Arc<Catalogue>,
    /// Settings.
    pub settings: Arc<Settings>,
    /// Values of the domains that live as long as the process.
    pub cache: Arc<ProcessCache>,
    /// The number of this server among those on the database.
    pub server: i64,
}

/// How often a command is run at most.
const MOST_TRIES: u32 = 3;

/// The body of a command, without its types: it leaves the output elsewhere. It may be called several times.
pub type Body<'a> = &'a mut dyn FnMut(&mut Tx) -> Result<(), Problem>;

/// Runs the body of one command in one transaction and gives the events to publish. It has no type parameters, so that it is compiled
/// once and not for each command.
///
/// A transaction that PostgreSQL ends for the sake of another (serialization failure, deadlock)
/// is run again, three times at most. `before_commit` sees the events just before the commit, which
/// may yet fail.
///
/// # Errors
/// The command's refusal, or a failure of the database. Nothing is written then.
pub fn run(
    parts: TxParts,
    caller: &Caller,
    name: &str,
    before_commit: &dyn Fn(&[Event]),
    body: Body<'_>,
) -> Result<Vec<Event>, Problem> {
    let mut tx = Tx {
        conn: parts.conn,
        now: parts.now,
        actor: caller.actor.clone(),
        catalogue: parts.catalogue,
        settings: parts.settings,
        cache: parts.cache,
        request: caller.request,
        events: Vec::new(),
        audit: Vec::new(),
    };
    let server = parts.server;
    let mut tries = 0;
    loop {
        tries += 1;
        tx.events.clear();
        tx.audit.clear();
        AnsiTransactionManager::begin_transaction(&mut *tx.conn)?;
        let result = body(&mut tx).and_then(|()| {
            feed::write(&mut tx.conn, server, &tx.events)?;
            tx.write_audit()
        });
        let problem = match result {
            Ok(()) => {
                before_commit(&tx.events);
                match AnsiTransactionManager::commit_transaction(&mut *tx.conn) {
                    Ok(()) => return Ok(tx.events),
                    Err(error) => Problem::from(error),
                }
            }
            Err(problem) => problem,
        };
        // A failed commit has already ended the transaction; then there is nothing to roll back.
        let rolled_back = AnsiTransactionManager::rollback_transaction(&mut *tx.conn);
        if let Err(error) = rolled_back {
            tracing::debug!(%error, "rollback");
        }
        if !problem.run_again {
            return Err(problem);
        }
        let cause = problem.cause.clone().unwrap_or_default();
        if tries >= MOST_TRIES {
            return Err(Problem::unavailable(cause));
        }
        tracing::info!(command = name, tries, cause, "the transaction is run again");
    }
}

/// Deletes the answers to idempotency keys that were first used before a moment, and says how many there were.
///
/// # Errors
/// When the database refuses.
pub fn delete_idempotency_keys(conn: &mut PgConnection, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(idempotency_key::table.filter(idempotency_key::created_at.lt(before))).execute(conn)
}

/// Does a command, or gives the answer that its idempotency key got before.
///
/// # Errors
/// As the command; 409 where the key was used for another request.
pub fn run_once<C: Command>(tx: &mut Tx, caller: &Caller, command: &C) -> Result<C::Output, Problem> {
    let Some(key) = &caller.idempotency_key else {
        return command.run(tx);
    };
    let fingerprint = crate::core::secret::sha256(&serde_json::to_vec(command)?);
    let key = (caller.idempotency_scope(), key.as_str());
    if let Some(output) = known_answer(tx, key, C::NAME, &fingerprint)? {
        return Ok(serde_json::from_value(output)?);
    }
    let output = command.run(tx)?;
    keep_answer(tx, key, serde_json::to_value(&output)?)?;
    Ok(output)
}

/// Takes an idempotency key for a request, or gives the answer that the request with this key got.
fn known_answer(
    tx: &mut Tx,
    (scope, key): (Uuid, &str),
    name: &str,
    fingerprint: &[u8],
) -> Result<Option<Value>, Problem> {
    // A second call with the same key waits here for the first one's commit.
    let fresh = diesel::insert_into(idempotency_key::table)
        .values((
            idempotency_key::scope.eq(scope),
            idempotency_key::key.eq(key),
            idempotency_key::command.eq(name),
            idempotency_key::fingerprint.eq(fingerprint),
            idempotency_key::created_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    if fresh > 0 {
        return Ok(None);
    }
    let (known_name, known, output) = idempotency_key::table
        .find((scope, key))
        .select((idempotency_key::command, idempotency_key::fingerprint, idempotency_key::output))
        .first::<(String, Vec<u8>, Option<Value>)>(&mut *tx.conn)?;
    if known_name != name || known != fingerprint {
        return Err(Problem::new(
            Code::IdempotencyKeyReused,
            crate::core::Text::new(
                "该 Idempotency-Key 已用于另一请求",
                "this Idempotency-Key was already used for another request",
            ),
        ));
    }
    Ok(Some(output.unwrap_or(Value::Null)))
}

fn keep_answer(tx: &mut Tx, key: (Uuid, &str), output: Value) -> Result<(), Problem> {
    diesel::update(idempotency_key::table.find(key))
        .set(idempotency_key::output.eq(output))
        .execute(&mut *tx.conn)?;
    Ok(())
}
