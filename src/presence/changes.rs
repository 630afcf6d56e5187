//! Experts who are connected to this server, and what of it is not written to the database yet.
//!
//! Sockets only note changes here. The log reader's thread writes them, many in one statement and always
//! the newest state, so that a connect and a disconnect that follow each other can't be written in the
//! wrong order. A socket that connects may wait until it is written.

use crate::core::ids::AccountId;
use crate::presence::availability::Availability;
use crate::presence::connections::Connection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// The connected experts and the changes that are not written yet.
#[derive(Debug, Default)]
pub struct ExpertChanges {
    inner: Mutex<Inner>,
    /// Notified when something is to be written.
    pub wake: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The connected experts with the state that each chose last.
    connected: HashMap<AccountId, Option<Availability>>,
    /// Accounts to be written; the flag says that the state was chosen again.
    changed: HashMap<AccountId, bool>,
    waiting: Vec<oneshot::Sender<()>>,
}

/// Changes to be written, with those who wait for it.
#[derive(Debug, Default)]
pub struct Changes {
    /// The connections.
    pub connections: Vec<Connection>,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Changes {
    /// Notifies those who wait that the changes are written.
    pub fn written(self) {
        for waiting in self.waiting {
            // A socket that closed meanwhile no longer waits.
            let _ = waiting.send(());
        }
    }
}

impl ExpertChanges {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A socket of an expert opened. If it is the first one, gives a receiver that is notified once that is written.
    pub fn connected(&self, account: AccountId) -> Option<oneshot::Receiver<()>> {
        let mut inner = self.lock();
        if inner.connected.contains_key(&account) {
            return None;
        }
        inner.connected.insert(account, None);
        // If the disconnect before is not written yet, the state that was chosen then no longer holds.
        let returns = inner.changed.contains_key(&account);
        inner.changed.insert(account, returns);
        let (sender, receiver) = oneshot::channel();
        inner.waiting.push(sender);
        self.wake.notify_one();
        Some(receiver)
    }

    /// The last socket of an expert closed.
    pub fn disconnected(&self, account: AccountId) {
        let mut inner = self.lock();
        if inner.connected.remove(&account).is_some() {
            inner.changed.insert(account, false);
            self.wake.notify_one();
        }
    }

    /// A connected expert chose a state.
    pub fn state_chosen(&self, account: AccountId, state: Availability) {
        let mut inner = self.lock();
        if let Some(chosen) = inner.connected.get_mut(&account) {
            *chosen = Some(state);
            inner.changed.insert(account, true);
            self.wake.notify_one();
        }
    }

    /// The changes since the last call; all connected experts if `all` is set.
    pub fn take(&self, all: bool) -> Changes {
        let mut inner = self.lock();
        let Inner { connected, changed, waiting } = &mut *inner;
        let mut changed = std::mem::take(changed);
        if all {
            // Other servers may have reported them as offline.
            for (account, state) in connected.iter() {
                *changed.entry(*account).or_default() |= state.is_some();
            }
        }
        let connections = changed
            .into_iter()
            .map(|(account, state_changed)| {
                let state = connected.get(&account).copied();
                Connection { account, is_connected: state.is_some(), state: state.flatten(), state_changed }
            })
            .collect();
        Changes { connections, waiting: std::mem::take(waiting) }
    }

    /// Puts changes back that could not be written, to be written again.
    pub fn put_back(&self, changes: Changes) {
        let mut inner = self.lock();
        for Connection { account, state_changed, .. } in changes.connections {
            *inner.changed.entry(account).or_default() |= state_changed;
        }
        inner.waiting.extend(changes.waiting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_state_is_written_and_failed_changes_are_written_again() {
        let (experts, account) = (ExpertChanges::default(), AccountId::new());
        let mut written = experts.connected(account).unwrap();
        assert!(experts.connected(account).is_none(), "a second socket changes nothing");
        experts.state_chosen(account, Availability::Away);
        experts.state_chosen(account, Availability::Online);
        let changes = experts.take(false);
        let wanted = Connection {
            account,
            is_connected: true,
            state: Some(Availability::Online),
            state_changed: true,
        };
        assert_eq!(changes.connections, [wanted]);
        assert!(experts.take(false).connections.is_empty());
        experts.put_back(changes);
        experts.disconnected(account);
        assert!(written.try_recv().is_err(), "nothing is written yet");
        let changes = experts.take(false);
        assert_eq!(
            changes.connections,
            [Connection { account, is_connected: false, state: None, state_changed: false }]
        );
        changes.written();
        assert!(written.try_recv().is_ok());
    }

    #[test]
    fn an_expert_who_never_connected_changes_nothing() {
        let experts = ExpertChanges::default();
        experts.state_chosen(AccountId::new(), Availability::Online);
        experts.disconnected(AccountId::new());
        assert!(experts.take(true).connections.is_empty());
    }
}
