//! Messages that a command writes in its own transaction.

use crate::chat::append::{Entry, Outcome, append};
use crate::chat::events::{MessageStored, Sender, StoredMessage};
use crate::chat::kernel::Stream;
use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::Tx;
use uuid::Uuid;

/// A message of a command, with its sender.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The sender.
    pub sender: AccountId,
    /// The id that the sender's client made.
    pub client_id: Uuid,
    /// `text` or `advice`.
    pub kind: &'static str,
    /// The text.
    pub body: String,
    /// Ids of attachments, each once.
    pub attachments: Vec<Uuid>,
}

/// Stores one message as part of a command and emits its event. The sender is the actor. Gives its
/// number.
///
/// # Errors
/// The refusal, as a problem.
pub fn post(tx: &mut Tx, new: NewMessage) -> Result<i64, Problem> {
    let Some(person) = tx.actor.person().cloned() else { return Err(Problem::unauthenticated()) };
    let NewMessage { consultation, stream, sender, client_id, kind, ref body, ref attachments } = new;
    let entry = Entry { consultation, stream, sender, client_id, kind, body, attachments, reply_to: None };
    let outcomes = append(&mut tx.conn, &[entry], tx.now)?;
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
                attachments: new.attachments,
                reply_to: None,
                sent_at: tx.now,
                retracted_at: None,
            };
            tx.emit(MessageStored { message, audience: *audience });
            Ok(*seq)
        }
        Some(Outcome::Duplicate(seq)) => Ok(*seq),
        Some(Outcome::Refused(refusal)) => Err((*refusal).into()),
        None => Err(Problem::internal("chat_append gave no outcome")),
    }
}
