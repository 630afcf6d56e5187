//! The enterprise ends a consultation of its own: takes it back before an expert has taken it, closes it afterwards.

use crate::accounts::store::of_expert;
use crate::chat::streams;
use crate::consultations::consultation::Row;
use crate::consultations::contacts::{enterprise_name, expert_follows, expert_recipient, link};
use crate::consultations::mails::Mail;
use crate::consultations::policy::{Action, load_for};
use crate::consultations::status::{Closing, Status};
use crate::consultations::store::{audit, save};
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::{Command, Tx};
use crate::experts::wake::MATCHER;
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Takes a consultation back, or closes it once an expert holds it. It can be reopened like one that was concluded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseConsultation {
    /// The consultation to end.
    pub id: ConsultationId,
    /// The reason, if the enterprise gives one, at most 1,000 characters.
    pub reason: Option<String>,
}

impl Command for CloseConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "close_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Close)?;
        let mut fields = Fields::new();
        let reason = fields.optional_text("/reason", self.reason.as_deref(), 1000);
        fields.done()?;
        let (expert, closing) = (c.expert_id, closing(tx, &c)?);
        c.close(closing, reason.clone(), tx.now)?;
        c.announce();
        save(tx, &mut c)?;
        let taken_back = closing == Closing::TakenBack;
        if let Some(expert) = expert {
            inform(tx, &c, expert, taken_back, reason.as_deref())?;
        }
        let noted = json!({ "expert": expert, "reason": reason });
        if taken_back {
            audit(tx, &c, "take_back_consultation", noted)?;
        } else {
            audit(tx, &c, Self::NAME, noted)?;
        }
        // The expert, and the enterprise among those that wait, have a place free.
        tx.wake(MATCHER);
        Ok(c.id)
    }
}

/// What ending it now comes to.
fn closing(tx: &mut Tx, row: &Row) -> Result<Closing, Problem> {
    if row.status != Status::Active {
        return Ok(Closing::TakenBack);
    }
    let account = match row.expert_id {
        Some(expert) => of_expert(&mut tx.conn, expert)?,
        None => None,
    };
    let answered = match account {
        Some(account) => streams::has_written(&mut tx.conn, row.id, account.id, row.opened_at)?,
        None => false,
    };
    Ok(if answered { Closing::Answered } else { Closing::Unanswered })
}

/// Informs the expert who was asked, or who holds it, by mail.
fn inform(
    tx: &mut Tx,
    row: &Row,
    expert: ExpertId,
    taken_back: bool,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let to = if taken_back { expert_recipient(tx, expert)? } else { expert_follows(tx, expert)? };
    let Some(to) = to else { return Ok(()) };
    let mail = Mail::ConsultationClosed {
        subject: row.subject.clone(),
        enterprise: enterprise_name(tx, row)?,
        taken_back,
        reason: reason.unwrap_or_default().into(),
        link: link(tx, row.id),
    };
    outbox::enqueue(tx, &to, &mail).map(drop)
}
