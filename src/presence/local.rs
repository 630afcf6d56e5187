//! Who is connected to this server: the number of open sockets of each account, in memory.

use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::presence::availability::Availability;
use crate::presence::changes::{Changes, ConnectionChanges};
use crate::presence::connections;
use diesel::QueryResult;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// The presence of accounts at this server, one value for each process.
#[derive(Debug, Default)]
pub struct LocalPresence {
    sockets: Mutex<HashMap<AccountId, usize>>,
    written: ConnectionChanges,
}

impl LocalPresence {
    fn sockets(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a socket that opened, unless the account has `most` already; says whether it was counted.
    pub fn socket_opened(&self, account: AccountId, most: usize) -> bool {
        let mut sockets = self.sockets();
        if sockets.get(&account).copied().unwrap_or(0) >= most {
            return false;
        }
        *sockets.entry(account).or_insert(0) += 1;
        true
    }

    /// Notes that an expert has an open socket. For the first one, gives a receiver that is notified once the
    /// connection is written to the database.
    pub fn expert_connected(&self, account: AccountId) -> Option<oneshot::Receiver<()>> {
        self.written.expert_connected(account)
    }

    /// Notes that somebody of an enterprise has an open socket. It is written within a moment; nobody waits for it.
    pub fn enterprise_connected(&self, account: AccountId) {
        self.written.enterprise_connected(account);
    }

    /// Counts a socket that closed.
    pub fn socket_closed(&self, account: AccountId) {
        let mut sockets = self.sockets();
        let Some(count) = sockets.get_mut(&account) else { return };
        *count -= 1;
        if *count == 0 {
            sockets.remove(&account);
            // Does nothing for an officer's account: it was never noted there.
            self.written.disconnected(account);
        }
    }

    /// Whether the account has a socket open at this server.
    pub fn is_present(&self, account: AccountId) -> bool {
        self.sockets().contains_key(&account)
    }

    /// Notes the state that a connected expert chose.
    pub fn state_chosen(&self, account: AccountId, state: Availability) {
        self.written.state_chosen(account, state);
    }

    /// The changes that are not written yet; all whose connections are written if `all` is set.
    pub fn take_changes(&self, all: bool) -> Changes {
        self.written.take(all)
    }

    /// Puts changes back that could not be written.
    pub fn put_back(&self, changes: Changes) {
        self.written.put_back(changes);
    }

    /// The signal of the thread that writes the changes.
    pub fn wake_signal(&self) -> &Arc<Notify> {
        &self.written.wake
    }
}

/// Whether an account has a socket open at this server or, but for an officer's, at any other.
///
/// # Errors
/// When the database is unavailable.
pub fn is_present(tx: &mut Tx, account: AccountId) -> QueryResult<bool> {
    let here = tx.cache.of::<LocalPresence>().is_present(account);
    Ok(here || connections::is_connected(&mut tx.conn, account)?)
}
