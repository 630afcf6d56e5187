//! Whoever sent a message takes it back, within a short while.

use crate::chat::kernel::Stream;
use crate::chat::retraction::{retract, written};
use crate::consultations::policy::{access_context, sees, sees_notes};
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::Status;
use crate::consultations::store::{audit, load};
use crate::core::ids::ConsultationId;
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Takes a message of one's own back. It stays in its place, without its text and its files. Advice and what is older than the setting says
/// stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RetractMessage {
    /// The consultation.
    pub id: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The message's number.
    pub seq: i64,
}

fn refused(zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(Code::NotRetractable, Text::new(zh.into(), en.into()))
}

impl Command for RetractMessage {
    type Output = ();
    const NAME: &'static str = "retract_message";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let c = load(tx, self.id)?;
        let context = access_context(&mut tx.conn, &c)?;
        if !sees(&tx.actor, &c, &context, &tx.catalogue)
            || (self.stream == Stream::Notes && !sees_notes(&tx.actor, &c))
        {
            return Err(Problem::not_found());
        }
        let message = written(&mut tx.conn, self.id, self.stream, self.seq)?;
        if tx.actor.account() != Some(message.sender) {
            let mut problem = Problem::forbidden();
            problem.detail = Text::new("只能撤回自己发送的消息", "only the sender takes a message back");
            return Err(problem);
        }
        if message.kind != "text" {
            return Err(refused("整改意见不能撤回", "advice is not taken back"));
        }
        if c.status == Status::Concluded {
            return Err(refused(
                "问诊已办结，消息不能撤回",
                "the consultation has ended; nothing is taken back",
            ));
        }
        let seconds = tx.settings.section::<ConsultationSettings>().retract_seconds;
        if tx.now > message.sent_at + Duration::seconds(seconds.into()) {
            return Err(refused(
                format!("消息发出超过 {seconds} 秒，不能撤回"),
                format!("the message was sent more than {seconds} seconds ago"),
            ));
        }
        if retract(tx, self.id, self.stream, self.seq)? {
            audit(tx, &c, Self::NAME, json!({ "seq": self.seq, "stream": self.stream.as_str() }))?;
        }
        Ok(())
    }
}
