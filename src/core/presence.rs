//! Who is connected to this server right now: a count of open sockets for each account.

use crate::core::ids::AccountId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

crate::word_enum! {
    /// What experts say of themselves.
    pub enum State {
        /// There, and ready to answer.
        Online = "online",
        /// Connected, but not there.
        Away = "away",
        /// Not to be reckoned with.
        Offline = "offline",
    }
}

/// Counts open sockets. Kept by the chat's hub; matching asks it how long an offer may stand.
#[derive(Debug, Default)]
pub struct Presence(Mutex<HashMap<AccountId, usize>>);

impl Presence {
    /// A socket opened. Gives how many the account has now.
    pub fn enter(&self, account: AccountId) -> usize {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(account).or_insert(0);
        *count += 1;
        *count
    }

    /// A socket closed. Gives how many the account has left.
    pub fn leave(&self, account: AccountId) -> usize {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = counts.get_mut(&account) else { return 0 };
        *count -= 1;
        let left = *count;
        if left == 0 {
            counts.remove(&account);
        }
        left
    }

    /// Whether the account has a socket open at this server.
    pub fn is_present(&self, account: AccountId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&account)
    }
}
