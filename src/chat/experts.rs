//! Experts who are connected to this server: what the database should be told of it.
//!
//! Sockets only note here what changed; the log reader's thread writes it, many changes in one
//! statement and always the newest state, so that an open and a close that follow each other can't
//! be written in the wrong order. Whoever connects may wait until it is written.

use crate::accounts::connections::Connection;
use crate::core::ids::AccountId;
use crate::core::presence::State;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// The connected experts.
#[derive(Debug, Default)]
pub struct Experts {
    inner: Mutex<Inner>,
    /// Rung when something is to be written.
    pub bell: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    here: HashMap<AccountId, Option<State>>,
    /// To be written; the flag says that the state was said anew.
    changed: HashMap<AccountId, bool>,
    waiting: Vec<oneshot::Sender<()>>,
}

/// What is to be written, and who waits for it.
#[derive(Debug, Default)]
pub struct Changes {
    /// The connections.
    pub connections: Vec<Connection>,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Changes {
    /// It is written.
    pub fn done(self) {
        for waiting in self.waiting {
            // Whoever no longer waits need not be told.
            let _ = waiting.send(());
        }
    }
}

impl Experts {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A socket of an expert opened. Where it is the first one, gives what tells when that is written.
    pub fn enter(&self, account: AccountId) -> Option<oneshot::Receiver<()>> {
        let mut inner = self.lock();
        if inner.here.contains_key(&account) {
            return None;
        }
        inner.here.insert(account, None);
        // Whoever left just before, unwritten, no longer is what was said then.
        let returns = inner.changed.contains_key(&account);
        inner.changed.insert(account, returns);
        let (sender, receiver) = oneshot::channel();
        inner.waiting.push(sender);
        self.bell.notify_one();
        Some(receiver)
    }

    /// The last socket of an expert closed.
    pub fn leave(&self, account: AccountId) {
        let mut inner = self.lock();
        if inner.here.remove(&account).is_some() {
            inner.changed.insert(account, false);
            self.bell.notify_one();
        }
    }

    /// An expert said so.
    pub fn say(&self, account: AccountId, state: State) {
        let mut inner = self.lock();
        if let Some(said) = inner.here.get_mut(&account) {
            *said = Some(state);
            inner.changed.insert(account, true);
            self.bell.notify_one();
        }
    }

    /// What changed since the last call; all that there is where `all` says so.
    pub fn take(&self, all: bool) -> Changes {
        let mut inner = self.lock();
        let Inner { here, changed, waiting } = &mut *inner;
        let mut changed = std::mem::take(changed);
        if all {
            // Others may have been told that they are offline.
            for (account, state) in here.iter() {
                *changed.entry(*account).or_default() |= state.is_some();
            }
        }
        let connections = changed
            .into_iter()
            .map(|(account, news)| {
                let state = here.get(&account).copied();
                Connection { account, here: state.is_some(), state: state.flatten(), news }
            })
            .collect();
        Changes { connections, waiting: std::mem::take(waiting) }
    }

    /// It could not be written: it stands to be written again.
    pub fn give_back(&self, changes: Changes) {
        let mut inner = self.lock();
        for Connection { account, news, .. } in changes.connections {
            *inner.changed.entry(account).or_default() |= news;
        }
        inner.waiting.extend(changes.waiting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_state_is_written_and_what_failed_is_written_again() {
        let (experts, account) = (Experts::default(), AccountId::new());
        let mut written = experts.enter(account).unwrap();
        assert!(experts.enter(account).is_none(), "a second socket changes nothing");
        experts.say(account, State::Away);
        experts.say(account, State::Online);
        let changes = experts.take(false);
        let wanted = Connection { account, here: true, state: Some(State::Online), news: true };
        assert_eq!(changes.connections, [wanted]);
        assert!(experts.take(false).connections.is_empty());
        experts.give_back(changes);
        experts.leave(account);
        assert!(written.try_recv().is_err(), "nothing is written yet");
        let changes = experts.take(false);
        assert_eq!(changes.connections, [Connection { account, here: false, state: None, news: false }]);
        changes.done();
        assert!(written.try_recv().is_ok());
    }

    #[test]
    fn whoever_was_never_here_says_nothing() {
        let experts = Experts::default();
        experts.say(AccountId::new(), State::Online);
        experts.leave(AccountId::new());
        assert!(experts.take(true).connections.is_empty());
    }
}
