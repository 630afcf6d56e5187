//! Messages without a socket.

use crate::chat::Stream;
use crate::chat::message::{NewMessage, post};
use crate::core::Problem;
use crate::core::ids::ConsultationId;
use crate::db::{Command, Tx};
use serde::Serialize;
use uuid::Uuid;

/// Posts a message of a consultation.
#[derive(Serialize)]
pub(super) struct DemoMessage {
    pub consultation: ConsultationId,
    pub stream: Stream,
    pub body: &'static str,
}

impl Command for DemoMessage {
    type Output = i64;
    const NAME: &'static str = "post_for_demo";

    fn run(&self, tx: &mut Tx) -> Result<i64, Problem> {
        let sender = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let new = NewMessage {
            consultation: self.consultation,
            stream: self.stream,
            sender,
            client_id: Uuid::new_v4(),
            kind: "text",
            body: self.body.to_owned(),
            attachments: Vec::new(),
        };
        post(tx, new)
    }
}
