//! The worker that empties the outbox.
//!
//! A mail goes through three short transactions: its command's, the claim, and the note of the
//! outcome. SMTP is spoken between the last two, with no connection to the database on loan.

use crate::app::App;
use crate::core::Problem;
use crate::jobs::Stop;
use crate::notifications::mailer::{Mailer, SendError};
use crate::notifications::outbox::{self, ClaimedMail};
use crate::notifications::settings::MailSettings;
use crate::notifications::state::MailReason;
use crate::web::room::Job;
use chrono::Duration;
use std::sync::Arc;

/// How long the worker waits to be woken before it looks by itself.
const POLL: std::time::Duration = std::time::Duration::from_secs(1);
/// Answers of the server for which one mail may have to wait, each up to the time limit: greeting,
/// EHLO, STARTTLS, EHLO, AUTH (3), RSET, MAIL, RCPT, DATA, the text, and connecting itself.
const ANSWERS: i32 = 13;

/// Sends the mails of the outbox. When the server stops, it finishes the mail being sent and gives back the others it has claimed.
pub const JOB: Job = Job {
    name: "mail",
    wake: Some(outbox::WAKE),
    poll: POLL,
    start: |app, stop| {
        let (mut mailer, stop) = (Mailer::new(app.settings().section::<MailSettings>())?, Arc::clone(stop));
        Ok(Box::new(move |app| {
            let more = round(app, &mut mailer, &stop);
            if !matches!(more, Ok(true)) {
                mailer.disconnect();
            }
            more
        }))
    },
};

/// Sends one batch. Gives whether more mails may be due.
fn round(app: &App, mailer: &mut Mailer, stop: &Stop) -> Result<bool, Problem> {
    let settings = app.settings().section::<MailSettings>();
    let longest = longest_attempt(settings);
    let claimed_at = app.clock().now();
    let batch = outbox::claim(&mut *app.conn()?, claimed_at, longest * 2, settings.batch)?;
    let full = u32::try_from(batch.len()).is_ok_and(|n| n >= settings.batch);
    let mut away: Option<String> = None;
    for mail in &batch {
        let now = app.clock().now();
        if stop.is_set() {
            outbox::release(&mut *app.conn()?, mail, now)?;
        } else if let Some(error) = &away {
            // To ask again for each mail of the batch would cost a time limit each.
            failed(app, mail, mail.maybe_taken, error)?;
        } else if now - claimed_at <= longest || outbox::renew(&mut *app.conn()?, mail, now + longest * 2)? {
            let outcome = mailer.send(mail);
            if let Err(SendError::Away(error)) = &outcome {
                away = Some(error.clone());
            }
            note(app, mail, outcome)?;
        }
        // Else the mails before took so long that another server has this one by now.
    }
    Ok(full && !stop.is_set())
}

/// Writes down how an attempt ended.
fn note(app: &App, mail: &ClaimedMail, outcome: Result<(), SendError>) -> Result<(), Problem> {
    let refused = |reason: MailReason, error: &str| {
        tracing::warn!(mail = %mail.id, attempt = mail.attempts, %reason, "mail refused: {error}");
        outbox::mark_refused(&mut *app.conn()?, mail, reason, error)
    };
    match outcome {
        Ok(()) => {
            tracing::debug!(mail = %mail.id, attempt = mail.attempts, "mail sent");
            outbox::mark_sent(&mut *app.conn()?, mail, app.clock().now())
        }
        Err(SendError::Refused(error)) => refused(MailReason::Refused, &error),
        Err(SendError::Unfit(error)) => refused(MailReason::Unfit, &error),
        Err(SendError::MaybeTaken(error)) => failed(app, mail, mail.maybe_taken.saturating_add(1), &error),
        Err(SendError::Failed(error) | SendError::Away(error)) => failed(app, mail, mail.maybe_taken, &error),
    }
}

/// How often a mail is sent that the mail server may have taken.
const MOST_MAYBE_TAKEN: i32 = 3;

/// Writes down that a mail did not go: when it is tried again, or that it is not. The last attempt is at the end of the days that the
/// setting gives it.
fn failed(app: &App, mail: &ClaimedMail, maybe_taken: i32, error: &str) -> Result<(), Problem> {
    let (now, conn) = (app.clock().now(), &mut *app.conn()?);
    let days = app.settings().section::<MailSettings>().give_up_days;
    let end = mail.created_at + Duration::days(i64::from(days));
    let over = match maybe_taken >= MOST_MAYBE_TAKEN {
        true => Some(MailReason::MaybeTaken),
        false => (now >= end).then_some(MailReason::Expired),
    };
    if let Some(reason) = over {
        tracing::warn!(mail = %mail.id, attempt = mail.attempts, %reason, "mail given up: {error}");
        return outbox::mark_gave_up(conn, mail, reason, maybe_taken, error);
    }
    let at = (now + pause(mail.attempts, getrandom::u32()?)).min(end);
    let seconds = (at - now).num_seconds();
    tracing::warn!(mail = %mail.id, attempt = mail.attempts, seconds, "mail not sent yet: {error}");
    outbox::mark_failed(conn, mail, at, maybe_taken, error)
}

/// The longest that one mail can take. A claim holds for twice of it, and is renewed before a mail
/// whose claim is older than it, so no claim ends while its mail is being sent.
fn longest_attempt(settings: &MailSettings) -> Duration {
    seconds(settings.timeout_seconds) * ANSWERS + Duration::seconds(30)
}

/// The pause before the second attempt at a mail; doubled for each one after.
const FIRST_PAUSE_SECONDS: u64 = 5;
/// The longest pause between two attempts at a mail.
const LONGEST_PAUSE_SECONDS: u64 = 900;

/// The pause after attempt number `attempts` (from 1): doubled each time up to the limit, and cut
/// by up to a half at random, so that mails that failed together don't come back together.
fn pause(attempts: i32, random: u32) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let whole =
        FIRST_PAUSE_SECONDS.saturating_mul(2_u64.saturating_pow(doublings)).min(LONGEST_PAUSE_SECONDS);
    let whole = seconds(whole);
    let cut = f64::from(random) / f64::from(u32::MAX) / 2.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a pause in milliseconds is far below 2^53"
    )]
    let cut = (whole.num_milliseconds() as f64 * cut) as i64;
    whole - Duration::milliseconds(cut)
}

/// Settings are at most a day, so the limit is never met.
fn seconds(seconds: u64) -> Duration {
    Duration::seconds(i64::from(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_limit_and_are_cut_by_half_at_most() {
        for (attempts, longest) in [(1, 5), (2, 10), (3, 20), (8, 640), (9, 900), (i32::MAX, 900), (0, 5)] {
            assert_eq!(pause(attempts, 0), Duration::seconds(longest));
            assert_eq!(pause(attempts, u32::MAX), Duration::milliseconds(longest * 500));
        }
    }
}
