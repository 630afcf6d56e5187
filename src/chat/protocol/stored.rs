//! The frames of stored messages, made once for all sockets.

use crate::chat::events::StoredMessage;
use crate::chat::kernel::{Answer, Sent, Stored};
use crate::chat::protocol::outgoing::{MessageContent, SenderContent, message, message_content};

impl Stored {
    /// A message that a command stored.
    pub fn of_message(message_stored: &StoredMessage, audience: i64) -> Option<Self> {
        let StoredMessage { consultation, seq, .. } = *message_stored;
        let stream = message_stored.stream.parse().ok()?;
        Some(Self { consultation, stream, seq, audience, frame: message(message_stored) })
    }

    /// The message of an answer, if it was stored now.
    pub fn of_answer(answer: &Answer) -> Option<Self> {
        let Answer { draft, sender, sent, .. } = answer;
        let &Sent::Stored { seq, audience, at } = sent else { return None };
        let frame = message_content(&MessageContent {
            consultation: draft.consultation,
            stream: draft.stream.as_str(),
            seq,
            client_id: draft.client_id,
            sender: SenderContent { id: sender.account, name: &sender.name, role: sender.scope.role() },
            kind: "text",
            body: &draft.body,
            attachments: &draft.attachments,
            reply_to: draft.reply_to,
            sent_at: at,
            retracted_at: None,
        });
        Some(Self { consultation: draft.consultation, stream: draft.stream, seq, audience, frame })
    }
}
