//! What operators do with the outbox: a mail that waits is tried at once, a paused address is resumed.

use crate::core::{Code, Problem, Text};
use crate::db::schema::{mail_pause, outbox_mail};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::ids::{MailId, PauseId};
use crate::notifications::outbox::WAKE;
use crate::notifications::policy::permit;
use crate::notifications::state::MailState;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Tries a mail at once that waits for its next attempt. One that has ended stays so: its text is gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RetryMail {
    /// The mail.
    pub id: MailId,
}

impl Command for RetryMail {
    type Output = MailId;
    const NAME: &'static str = "retry_mail";

    fn run(&self, tx: &mut Tx) -> Result<MailId, Problem> {
        permit(&tx.actor)?;
        let row = outbox_mail::table.find(self.id);
        let (state, claimed): (MailState, Option<DateTime<Utc>>) =
            row.select((outbox_mail::state, outbox_mail::claimed_until)).for_update().first(&mut *tx.conn)?;
        if state != MailState::Queued {
            let text = Text::new(
                "该邮件已结束，正文已清除，不能再次发送；请在相应业务中重新发送",
                "the mail has ended and its text is gone; send it again from where it came",
            );
            return Err(Problem::new(Code::MailEnded, text));
        }
        // What a worker has in hand is being tried right now.
        if claimed.is_none_or(|until| until <= tx.now) {
            diesel::update(row).set(outbox_mail::next_attempt_at.eq(tx.now)).execute(&mut *tx.conn)?;
        }
        tx.wake(WAKE);
        tx.audit(Self::NAME, Subject::new("outbox_mail", self.id.0), json!({}))?;
        Ok(self.id)
    }
}

/// Ends the pause of a mail address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResumeAddress {
    /// The pause.
    pub id: PauseId,
}

impl Command for ResumeAddress {
    type Output = ();
    const NAME: &'static str = "resume_mail_address";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        permit(&tx.actor)?;
        let address: String = diesel::delete(mail_pause::table.find(self.id))
            .returning(mail_pause::address)
            .get_result(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("mail_pause", self.id.0), json!({ "address": address }))
    }
}
