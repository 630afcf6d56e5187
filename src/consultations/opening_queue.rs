//! A queue for each enterprise, so that one of its openings at a time goes to the database: each would hold a connection while it waits for
//! the enterprise's lock, and others would find none.

use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The openings that wait at this server, by enterprise.
#[derive(Debug, Default)]
pub struct OpeningQueue(Mutex<HashMap<EnterpriseId, Waiting>>);

#[derive(Debug)]
struct Waiting {
    counter: Arc<Semaphore>,
    people: usize,
}

/// The turn of an opening; it ends with the value.
#[derive(Debug)]
pub struct Turn {
    _permit: OwnedSemaphorePermit,
    _place: QueuePlace,
}

/// A place in the queue, which is left with the value, whether or not the turn came.
#[derive(Debug)]
struct QueuePlace {
    queue: Arc<OpeningQueue>,
    enterprise: EnterpriseId,
}

impl OpeningQueue {
    fn lock(&self) -> MutexGuard<'_, HashMap<EnterpriseId, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the enterprise's openings before this one are done.
    ///
    /// # Errors
    /// 429 where `most` are in the queue.
    pub async fn enter(self: &Arc<Self>, enterprise: EnterpriseId, most: usize) -> Result<Turn, Problem> {
        let counter = {
            let mut all = self.lock();
            let waiting = all
                .entry(enterprise)
                .or_insert_with(|| Waiting { counter: Arc::new(Semaphore::new(1)), people: 0 });
            if waiting.people >= most {
                return Err(full());
            }
            waiting.people += 1;
            Arc::clone(&waiting.counter)
        };
        let place = QueuePlace { queue: Arc::clone(self), enterprise };
        let permit = counter.acquire_owned().await.map_err(Problem::internal)?;
        Ok(Turn { _permit: permit, _place: place })
    }
}

impl Drop for QueuePlace {
    fn drop(&mut self) {
        let mut all = self.queue.lock();
        if let Some(waiting) = all.get_mut(&self.enterprise) {
            waiting.people -= 1;
            if waiting.people == 0 {
                all.remove(&self.enterprise);
            }
        }
    }
}

fn full() -> Problem {
    let mut problem = Problem::new(
        Code::TooManyOpenings,
        Text::new(
            "贵企业同时发起的问诊过多，请稍后再试",
            "your enterprise opens too many consultations at once; try again in a moment",
        ),
    );
    problem.retry_after = Some(1);
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[tokio::test]
    async fn one_at_a_time_and_few_in_line() {
        let queue = Arc::<OpeningQueue>::default();
        let [one, other] = [1, 2].map(|n| EnterpriseId(Uuid::from_u128(n)));
        let first = queue.enter(one, 2).await.unwrap();
        let (again, theirs) = (Arc::clone(&queue), queue.enter(other, 2).await.unwrap());
        let second = tokio::spawn(async move { again.enter(one, 2).await.map(drop) });
        while queue.lock()[&one].people < 2 {
            tokio::task::yield_now().await;
        }
        let refused = queue.enter(one, 2).await.unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(1)));
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap().unwrap();
        drop(theirs);
        assert!(queue.lock().is_empty(), "nothing is kept of those who left");
    }
}
