//! Which step of a mail is allowed from which state, and how a state is told in words. Pure.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Problem, Text};

crate::word_enum! {
    /// How far a mail has come. The table has the same words in a CHECK.
    pub enum MailState {
        /// To be sent when `next_attempt_at` comes.
        Queued = "queued",
        /// Taken by the mail server.
        Sent = "sent",
        /// Refused for good, or not sent because its address is paused.
        Refused = "refused",
        /// No further attempt is made, though nobody refused it for good.
        GaveUp = "gave_up",
        /// It came back.
        Bounced = "bounced",
    }
}

crate::word_enum! {
    /// Why a mail ended otherwise than as sent.
    pub enum MailReason {
        /// The mail server refused it for good, with 5xx to the recipient or to the text.
        Refused = "refused",
        /// Its address was paused after a bounce.
        Paused = "address_paused",
        /// No mail can be made of it.
        Unfit = "unfit",
        /// The time of the setting `mail.give_up_days` was over.
        Expired = "expired",
        /// The mail server may have taken it, three times, and never said so.
        MaybeTaken = "maybe_taken",
        /// It came back.
        Bounced = "bounced",
    }
}

crate::word_enum! {
    /// How an attempt to send a mail ends, or what becomes of it later.
    pub enum MailStep {
        /// The mail server took it. Sent is sent, whatever another worker has noted since.
        Send = "send",
        /// It is refused for good.
        Refuse = "refuse",
        /// It did not go this time, or nothing was tried.
        Postpone = "postpone",
        /// It did not go, and no further attempt is made.
        GiveUp = "give_up",
        /// A mail server reports that it came back.
        Bounce = "bounce",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(from: MailState, step: MailStep) -> Result<MailState, NotAllowed<MailState, MailStep>> {
    use MailState::{Bounced, GaveUp, Queued, Refused, Sent};
    match (from, step) {
        (Queued | Sent | Refused | GaveUp, MailStep::Send) => Ok(Sent),
        (Queued | Refused, MailStep::Refuse) => Ok(Refused),
        (Queued, MailStep::Postpone) => Ok(Queued),
        (Queued, MailStep::GiveUp) => Ok(GaveUp),
        (Queued | Sent | GaveUp | Bounced, MailStep::Bounce) => Ok(Bounced),
        (Bounced, MailStep::Send)
        | (Sent | GaveUp | Bounced, MailStep::Refuse)
        | (Sent | Refused | GaveUp | Bounced, MailStep::Postpone | MailStep::GiveUp)
        | (Refused, MailStep::Bounce) => Err(NotAllowed { from, step }),
    }
}

/// Only the domain itself moves mails, and asks before: a refusal is a fault of the program.
impl RefusesSteps<MailStep> for MailState {
    fn refused(refused: NotAllowed<MailState, MailStep>) -> Problem {
        Problem::internal(refused)
    }
}

/// The stored facts of one mail from which its state is explained to people.
#[derive(Debug, Clone, Copy)]
pub struct MailFacts<'a> {
    /// The state.
    pub state: MailState,
    /// Why it ended, where it did otherwise than as sent.
    pub reason: Option<MailReason>,
    /// Attempts so far, the present one included.
    pub attempts: i32,
    /// How often the mail server may have taken it.
    pub maybe_taken: i32,
    /// What the mail server said last, or why the address is paused.
    pub answer: Option<&'a str>,
}

impl MailFacts<'_> {
    /// Where the mail stands and why, in a sentence.
    pub fn why(&self) -> Text {
        let (n, taken) = (self.attempts, self.maybe_taken);
        let (zh, en) = match (self.state, self.reason) {
            (MailState::Queued, _) if self.answer.is_none() && n > 0 => {
                ("正在发送".to_owned(), "is being sent".to_owned())
            }
            (MailState::Queued, _) if self.answer.is_none() => {
                ("等待发送".to_owned(), "waits to be sent".to_owned())
            }
            (MailState::Queued, _) if taken > 0 => (
                format!("邮件服务器可能已收下（{taken} 次，至多 3 次），尚未得到确认，将再次发送"),
                format!(
                    "the mail server may have taken it ({taken} of at most 3 times) and did not say so; it is sent again"
                ),
            ),
            (MailState::Queued, _) => {
                (format!("第 {n} 次发送未成功，将再次发送"), format!("attempt {n} failed; it is tried again"))
            }
            (MailState::Sent, _) => ("邮件服务器已接收".to_owned(), "taken by the mail server".to_owned()),
            (_, Some(MailReason::Refused)) => {
                ("邮件服务器拒收，不再发送".to_owned(), "refused for good by the mail server".to_owned())
            }
            (_, Some(MailReason::Paused)) => {
                ("地址已暂停，未发送".to_owned(), "the address is paused, so it was not sent".to_owned())
            }
            (_, Some(MailReason::Unfit)) => {
                ("邮件无法生成，未发送".to_owned(), "no mail could be made of it".to_owned())
            }
            (_, Some(MailReason::Expired)) => (
                "超过期限仍未送达，已停止发送".to_owned(),
                "given up: the time for attempts was over".to_owned(),
            ),
            (_, Some(MailReason::MaybeTaken)) => (
                format!("邮件服务器 {taken} 次可能已收下而未确认，为避免重复已停止发送"),
                format!("given up: the mail server may have taken it {taken} times and never said so"),
            ),
            (_, Some(MailReason::Bounced) | None) => ("已被退回".to_owned(), "it came back".to_owned()),
        };
        match self.answer.filter(|answer| !answer.is_empty()) {
            Some(answer) => Text::new(format!("{zh}：{answer}"), format!("{en}: {answer}")),
            None => Text::new(zh, en),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in MailState::ALL {
            for &step in MailStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "queued send sent",
                "queued refuse refused",
                "queued postpone queued",
                "queued give_up gave_up",
                "queued bounce bounced",
                "sent send sent",
                "sent bounce bounced",
                "refused send sent",
                "refused refuse refused",
                "gave_up send sent",
                "gave_up bounce bounced",
                "bounced bounce bounced",
            ]
        );
    }

    #[test]
    fn every_state_is_told_in_both_languages() {
        let told = MailFacts {
            state: MailState::GaveUp,
            reason: Some(MailReason::Expired),
            attempts: 9,
            maybe_taken: 0,
            answer: Some("450 later"),
        };
        assert_eq!(told.why().zh, "超过期限仍未送达，已停止发送：450 later");
        assert_eq!(told.why().en, "given up: the time for attempts was over: 450 later");
        let fresh = MailFacts { state: MailState::Queued, reason: None, attempts: 0, answer: None, ..told };
        assert_eq!(fresh.why().zh, "等待发送");
    }
}
