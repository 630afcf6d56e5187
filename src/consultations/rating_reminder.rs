//! An enterprise that has not rated a consultation is reminded by mail, once.

use crate::app::App;
use crate::consultations::contacts::{enterprise_recipients, link};
use crate::consultations::mails::Mail;
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::{Closing, Status};
use crate::consultations::store::{load, note_rating_reminder};
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Problem};
use crate::db::schema::{consultation, consultation_rating_reminder};
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::web::room::Job;
use chrono::Duration;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Reminds the enterprise of a consultation to rate it, unless that is done by now. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemindOfRating {
    /// The consultation.
    pub id: ConsultationId,
}

impl Command for RemindOfRating {
    type Output = bool;
    const NAME: &'static str = "remind_of_rating";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let c = load(tx, self.id)?;
        if !c.may_be_rated() || !note_rating_reminder(tx, &c)? {
            return Ok(false);
        }
        for to in enterprise_recipients(tx, &c)? {
            let mail = Mail::RatingReminder { subject: c.subject.clone(), link: link(tx, c.id) };
            outbox::enqueue(tx, &to, &mail)?;
        }
        Ok(true)
    }
}

/// Reminders of one round.
const ROUND: i64 = 500;
/// Who was not reminded for so many days after the day of the reminder is not reminded any more: a platform that stood still does not
/// write about what nobody remembers.
const LATEST_DAYS: i64 = 30;

/// Reminds of what is due.
///
/// # Errors
/// When the database can't be asked.
pub fn round(app: &App) -> Result<bool, Problem> {
    let days = i64::from(app.settings().section::<ConsultationSettings>().rating_reminder_days);
    let due = app.clock().now() - Duration::days(days);
    let reminded = consultation_rating_reminder::table
        .filter(consultation_rating_reminder::consultation_id.eq(consultation::id))
        .filter(consultation_rating_reminder::ended_at.eq(consultation::concluded_at.assume_not_null()));
    let ids: Vec<ConsultationId> = consultation::table
        .filter(consultation::status.eq(Status::Concluded))
        .filter(consultation::rating.is_null())
        .filter(not(exists(reminded)))
        .filter(consultation::concluded_at.le(due))
        .filter(consultation::concluded_at.gt(due - Duration::days(LATEST_DAYS)))
        .filter(
            consultation::closed.is_null().or(consultation::closed.eq(Closing::Answered).assume_not_null()),
        )
        .order(consultation::concluded_at)
        .limit(ROUND)
        .select(consultation::id)
        .load(&mut *app.conn()?)?;
    let caller = Caller::system();
    for id in &ids {
        app.execute(&caller, &RemindOfRating { id: *id })?;
    }
    Ok(ids.len() >= usize::try_from(ROUND).unwrap_or(usize::MAX))
}

/// How often is looked for what is due.
const POLL: std::time::Duration = std::time::Duration::from_secs(60);

/// Reminds enterprises to rate what they have not rated.
pub const JOB: Job =
    Job { name: "rating-reminders", wake: None, poll: POLL, start: |_, _| Ok(Box::new(round)) };
