//! Messages that a command writes in its own transaction.

use crate::chat::store::{NewMessage, Outcome, append};
use crate::core::event::{Sender, StoredMessage};
use crate::core::{Event, Problem};
use crate::db::Tx;

/// Stores one message as part of a command and leaves its event. The sender is the actor. Gives
/// its number.
///
/// # Errors
/// The refusal, as a problem.
pub fn post(tx: &mut Tx, new: NewMessage) -> Result<i64, Problem> {
    let Some(person) = tx.actor.person().cloned() else { return Err(Problem::unauthenticated()) };
    let outcomes = append(&mut tx.conn, std::slice::from_ref(&new), tx.now)?;
    match outcomes.first() {
        Some(Outcome::Stored { seq, audience }) => {
            let message = StoredMessage {
                consultation: new.consultation,
                stream: new.stream.as_str().to_owned(),
                seq: *seq,
                client_id: new.client_id,
                sender: Sender { id: person.account, name: person.name, role: person.scope.role() },
                kind: new.kind.to_owned(),
                body: new.body,
                attachments: Vec::new(),
                sent_at: tx.now,
            };
            tx.emit(Event::Message(Box::new(message), *audience));
            Ok(*seq)
        }
        Some(Outcome::Duplicate(seq)) => Ok(*seq),
        Some(Outcome::Refused(refusal)) => Err((*refusal).into()),
        None => Err(Problem::internal("chat_append gave no outcome")),
    }
}
