//! Telling of a batch while the next one is being stored: the database would wait for it otherwise.
//!
//! Each writer has a teller, a thread that takes its batches in order. A writer whose queue is empty tells by itself, which is
//! quicker for one message at a time, unless its teller is still busy: then it would overtake.

use crate::chat::writer::Answer;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Batches that may wait for a teller; a writer that is further ahead waits.
const AHEAD: usize = 1;

/// A writer's end.
pub(super) struct Teller {
    batches: SyncSender<Vec<Answer>>,
    /// Batches that were handed over and are not told yet.
    untold: Arc<AtomicUsize>,
}

/// The teller's end.
pub(super) struct Batches {
    batches: Receiver<Vec<Answer>>,
    untold: Arc<AtomicUsize>,
}

/// Both ends.
pub(super) fn teller() -> (Teller, Batches) {
    let (to, from) = sync_channel(AHEAD);
    let untold = Arc::new(AtomicUsize::new(0));
    (Teller { batches: to, untold: Arc::clone(&untold) }, Batches { batches: from, untold })
}

impl Teller {
    /// Has a batch told after all earlier ones: by `tell`, here, where nobody is in a hurry.
    pub(super) fn tell(&self, answers: Vec<Answer>, hurry: bool, tell: impl Fn(Vec<Answer>)) {
        if !hurry && self.untold.load(Ordering::Acquire) == 0 {
            return tell(answers);
        }
        self.untold.fetch_add(1, Ordering::Relaxed);
        if let Err(unsent) = self.batches.send(answers) {
            // The teller is gone, which only its panic does.
            tell(unsent.0);
        }
    }
}

impl Batches {
    /// Tells what comes, until the writer has gone.
    pub(super) fn run(self, tell: impl Fn(Vec<Answer>)) {
        for answers in self.batches {
            tell(answers);
            self.untold.fetch_sub(1, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::protocol::{Draft, Stream};
    use crate::chat::writer::{Reply, Sent};
    use crate::core::Language;
    use crate::core::actor::{Person, Scope};
    use crate::core::ids::{AccountId, ConsultationId, SessionId};
    use std::sync::Mutex;
    use uuid::Uuid;

    fn batch(seq: i64) -> Vec<Answer> {
        let (account, session, scope) = (AccountId::new(), SessionId::new(), Scope::Operator);
        let sender =
            Arc::new(Person { account, session, name: String::new(), language: Language::Zh, scope });
        let draft = Draft {
            consultation: ConsultationId::new(),
            stream: Stream::Talk,
            client_id: Uuid::nil(),
            body: String::new(),
            attachments: Vec::new(),
        };
        vec![Answer { draft, sender, reply: Reply::Call(Box::new(|_| ())), sent: Sent::Duplicate(seq) }]
    }

    #[test]
    fn whoever_tells_the_order_stays() {
        let told = Mutex::new(Vec::new());
        let note = |answers: Vec<Answer>| {
            for answer in answers {
                if let Sent::Duplicate(seq) = answer.sent {
                    told.lock().unwrap().push((seq, std::thread::current().id()));
                }
            }
        };
        let (teller, batches) = teller();
        std::thread::scope(|scope| {
            scope.spawn(|| batches.run(note));
            for seq in 0..1000 {
                teller.tell(batch(seq), seq % 7 < 3, note);
            }
            drop(teller);
        });
        let told = told.into_inner().unwrap();
        let (numbers, threads): (Vec<_>, Vec<_>) = told.into_iter().unzip();
        assert_eq!(numbers, (0..1000).collect::<Vec<_>>());
        assert!(threads.contains(&std::thread::current().id()), "the writer told none");
        assert!(threads.iter().any(|id| *id != std::thread::current().id()), "the teller told none");
    }
}
