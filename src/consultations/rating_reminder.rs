//! An enterprise that has not rated a consultation is reminded by mail, once.

use crate::app::App;
use crate::consultations::contacts::{enterprise_recipients, link};
use crate::consultations::mails::Mail;
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::{Closing, Status};
use crate::consultations::store::{load, save};
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Problem};
use crate::db::schema::consultation;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::web::room::Job;
use chrono::Duration;
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
        let mut c = load(tx, self.id)?;
        if !c.may_be_rated() || c.rating_reminded_at.is_some() {
            return Ok(false);
        }
        c.remind_of_rating(tx.now);
        save(tx, &mut c)?;
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
    let ids: Vec<ConsultationId> = consultation::table
        .filter(consultation::status.eq(Status::Concluded))
        .filter(consultation::rating.is_null())
        .filter(consultation::rating_reminded_at.is_null())
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
