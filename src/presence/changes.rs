//! Experts and people of enterprises who are connected to this server, and what of it is not written to the database yet.
//!
//! Sockets only note changes here. The log reader's thread writes them, many in one statement and always
//! the newest state, so that a connect and a disconnect that follow each other can't be written in the
//! wrong order. An expert's socket that connects may wait until it is written, since matching asks for it. Those of enterprises
//! wake nobody: they are written with whatever comes next, half a second later at most.

use crate::core::ids::AccountId;
use crate::presence::availability::Availability;
use crate::presence::connections::Connection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// Who is connected, and the changes that are not written yet.
#[derive(Debug, Default)]
pub struct ConnectionChanges {
    inner: Mutex<Inner>,
    /// Notified when something is to be written.
    pub wake: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Inner {
    connected: HashMap<AccountId, Connected>,
    /// Accounts to be written; the flag says that the state was chosen again.
    changed: HashMap<AccountId, bool>,
    waiting: Vec<oneshot::Sender<()>>,
}

/// The kind of account that is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connected {
    /// An expert, with the state that was chosen last.
    Expert(Option<Availability>),
    /// Somebody of an enterprise.
    Enterprise,
}

impl Connected {
    fn state(self) -> Option<Availability> {
        match self {
            Self::Expert(state) => state,
            Self::Enterprise => None,
        }
    }
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

impl ConnectionChanges {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A socket of an expert opened. If it is the first one, gives a receiver that is notified once that is written.
    pub fn expert_connected(&self, account: AccountId) -> Option<oneshot::Receiver<()>> {
        let mut inner = self.lock();
        if inner.connected.contains_key(&account) {
            return None;
        }
        inner.connected.insert(account, Connected::Expert(None));
        // If the disconnect before is not written yet, the state that was chosen then no longer holds.
        let returns = inner.changed.contains_key(&account);
        inner.changed.insert(account, returns);
        let (sender, receiver) = oneshot::channel();
        inner.waiting.push(sender);
        self.wake.notify_one();
        Some(receiver)
    }

    /// A socket of somebody of an enterprise opened.
    pub fn enterprise_connected(&self, account: AccountId) {
        let mut inner = self.lock();
        if inner.connected.insert(account, Connected::Enterprise).is_none() {
            inner.changed.insert(account, false);
        }
    }

    /// The last socket of an account closed.
    pub fn disconnected(&self, account: AccountId) {
        let mut inner = self.lock();
        if let Some(left) = inner.connected.remove(&account) {
            inner.changed.insert(account, false);
            if matches!(left, Connected::Expert(_)) {
                self.wake.notify_one();
            }
        }
    }

    /// A connected expert chose a state.
    pub fn state_chosen(&self, account: AccountId, state: Availability) {
        let mut inner = self.lock();
        if let Some(Connected::Expert(chosen)) = inner.connected.get_mut(&account) {
            *chosen = Some(state);
            inner.changed.insert(account, true);
            self.wake.notify_one();
        }
    }

    /// The changes since the last call; all who are connected if `all` is set.
    pub fn take(&self, all: bool) -> Changes {
        let mut inner = self.lock();
        let Inner { connected, changed, waiting } = &mut *inner;
        let mut changed = std::mem::take(changed);
        if all {
            // Other servers may have reported them as offline.
            for (account, who) in connected.iter() {
                *changed.entry(*account).or_default() |= who.state().is_some();
            }
        }
        let connections = changed
            .into_iter()
            .map(|(account, state_changed)| {
                let who = connected.get(&account).copied();
                let state = who.and_then(Connected::state);
                Connection { account, is_connected: who.is_some(), state, state_changed }
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
        let (experts, account) = (ConnectionChanges::default(), AccountId::new());
        let mut written = experts.expert_connected(account).unwrap();
        assert!(experts.expert_connected(account).is_none(), "a second socket changes nothing");
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
        let experts = ConnectionChanges::default();
        experts.state_chosen(AccountId::new(), Availability::Online);
        experts.disconnected(AccountId::new());
        assert!(experts.take(true).connections.is_empty());
    }

    #[test]
    fn people_of_enterprises_are_written_too_and_have_no_state() {
        let (people, account) = (ConnectionChanges::default(), AccountId::new());
        people.enterprise_connected(account);
        people.enterprise_connected(account);
        people.state_chosen(account, Availability::Away);
        let open = Connection { account, is_connected: true, state: None, state_changed: false };
        assert_eq!(people.take(false).connections, [open]);
        assert!(people.take(false).connections.is_empty());
        assert_eq!(people.take(true).connections, [open]);
        people.disconnected(account);
        assert_eq!(people.take(false).connections, [Connection { is_connected: false, ..open }]);
    }
}
