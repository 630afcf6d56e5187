//! Delivering the answers of a batch while the next batch is being stored, so that the database need not wait for it.
//!
//! Each writer has a delivery worker, a thread that takes the writer's batches in order. A writer whose queue is empty
//! delivers itself, which is faster for single messages, unless its delivery worker is still busy: then the batch
//! would overtake earlier ones.

use crate::chat::kernel::Answer;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Batches that may wait for a delivery worker; a writer that is further ahead waits.
const AHEAD: usize = 1;

/// The writer's end of the queue.
pub(super) struct DeliveryQueue {
    batches: SyncSender<Vec<Answer>>,
    /// Batches that were handed over and are not delivered yet.
    undelivered: Arc<AtomicUsize>,
}

/// The delivery worker's end of the queue.
pub(super) struct DeliveryWorker {
    batches: Receiver<Vec<Answer>>,
    undelivered: Arc<AtomicUsize>,
}

/// Both ends of a queue.
pub(super) fn delivery_queue() -> (DeliveryQueue, DeliveryWorker) {
    let (to, from) = sync_channel(AHEAD);
    let undelivered = Arc::new(AtomicUsize::new(0));
    (
        DeliveryQueue { batches: to, undelivered: Arc::clone(&undelivered) },
        DeliveryWorker { batches: from, undelivered },
    )
}

impl DeliveryQueue {
    /// Has a batch delivered after all earlier ones. Calls `deliver` on this thread if no batch is undelivered and the
    /// writer has nothing else to do (`is_busy` is false).
    pub(super) fn deliver(&self, answers: Vec<Answer>, is_busy: bool, deliver: impl Fn(Vec<Answer>)) {
        if !is_busy && self.undelivered.load(Ordering::Acquire) == 0 {
            return deliver(answers);
        }
        self.undelivered.fetch_add(1, Ordering::Relaxed);
        if let Err(unsent) = self.batches.send(answers) {
            // The delivery thread has ended, which only happens if it panicked.
            deliver(unsent.0);
        }
    }
}

impl DeliveryWorker {
    /// Delivers batches until the writer has ended.
    pub(super) fn run(self, deliver: impl Fn(Vec<Answer>)) {
        for answers in self.batches {
            deliver(answers);
            self.undelivered.fetch_sub(1, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::kernel::{Draft, Reply, Sent, Stream};
    use crate::core::Language;
    use crate::core::actor::{Person, Proof, Scope};
    use crate::core::ids::{AccountId, ConsultationId, SessionId};
    use std::sync::Mutex;
    use uuid::Uuid;

    fn batch(seq: i64) -> Vec<Answer> {
        let (account, session, scope) = (AccountId::new(), SessionId::new(), Scope::Operator);
        let (name, language, proof) = (String::new(), Language::Zh, Proof::default());
        let sender = Arc::new(Person { account, session, name, language, scope, proof });
        let draft = Draft {
            consultation: ConsultationId::new(),
            stream: Stream::Talk,
            client_id: Uuid::nil(),
            body: String::new(),
            attachments: Vec::new(),
            reply_to: None,
        };
        vec![Answer { draft, sender, reply: Reply::Call(Box::new(|_| ())), sent: Sent::Duplicate(seq) }]
    }

    #[test]
    fn batches_are_delivered_in_order_by_either_thread() {
        let delivered = Mutex::new(Vec::new());
        let note = |answers: Vec<Answer>| {
            for answer in answers {
                if let Sent::Duplicate(seq) = answer.sent {
                    delivered.lock().unwrap().push((seq, std::thread::current().id()));
                }
            }
        };
        let (queue, worker) = delivery_queue();
        std::thread::scope(|scope| {
            scope.spawn(|| worker.run(note));
            for seq in 0..1000 {
                // However the threads are scheduled, some batches find the worker idle.
                while seq % 70 == 69 && queue.undelivered.load(Ordering::Acquire) > 0 {
                    std::thread::yield_now();
                }
                queue.deliver(batch(seq), seq % 7 < 3, note);
            }
            drop(queue);
        });
        let delivered = delivered.into_inner().unwrap();
        let (numbers, threads): (Vec<_>, Vec<_>) = delivered.into_iter().unzip();
        assert_eq!(numbers, (0..1000).collect::<Vec<_>>());
        assert!(threads.contains(&std::thread::current().id()), "the writer delivered none");
        assert!(threads.iter().any(|id| *id != std::thread::current().id()), "the worker delivered none");
    }
}
