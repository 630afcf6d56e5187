//! How many files are made at once: a few for each account, so that nobody's downloads hold up the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};

/// The files that are being made, by account.
#[derive(Default)]
pub struct ExportSlots(Mutex<HashMap<AccountId, usize>>);

/// The place of a file among them, which its end gives back.
pub struct ExportSlot {
    turns: Arc<ExportSlots>,
    account: AccountId,
}

impl ExportSlots {
    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place.
    ///
    /// # Errors
    /// 429 where the account has as many as one may have, 503 where all are taken.
    pub fn take(
        self: &Arc<Self>,
        account: AccountId,
        of_account: usize,
        of_all: usize,
    ) -> Result<ExportSlot, Problem> {
        let mut all = self.lock();
        if all.get(&account).is_some_and(|own| *own >= of_account) {
            return Err(refused(
                Code::TooManyRequests,
                Text::new(
                    format!("同时导出的文件不得超过 {of_account} 个，请待正在下载的文件完成后再试"),
                    format!("at most {of_account} files at once; try again when one of them is downloaded"),
                ),
            ));
        }
        if all.values().sum::<usize>() >= of_all {
            let text = Text::new(
                "正在导出的文件过多，请稍后再试",
                "too many files are being made; try again in a moment",
            );
            return Err(refused(Code::Overloaded, text));
        }
        *all.entry(account).or_default() += 1;
        Ok(ExportSlot { turns: Arc::clone(self), account })
    }
}

impl Drop for ExportSlot {
    fn drop(&mut self) {
        let mut all = self.turns.lock();
        if let Some(own) = all.get_mut(&self.account) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                all.remove(&self.account);
            }
        }
    }
}

fn refused(code: Code, text: Text) -> Problem {
    let mut problem = Problem::new(code, text);
    problem.retry_after = Some(5);
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_account_has_a_few_places() {
        let turns = Arc::<ExportSlots>::default();
        let [one, other] = [1, 2].map(|n| AccountId(Uuid::from_u128(n)));
        let first = turns.take(one, 2, 3).unwrap();
        let _second = turns.take(one, 2, 3).unwrap();
        assert_eq!(turns.take(one, 2, 3).err().map(|p| p.status), Some(429));
        let _theirs = turns.take(other, 2, 3).unwrap();
        assert_eq!(turns.take(other, 2, 3).err().map(|p| p.status), Some(503));
        drop(first);
        drop(turns.take(one, 2, 3).unwrap());
    }
}
