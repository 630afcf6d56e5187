//! Mails about trainings to the enterprises that are invited, and to the experts who hold them. A job sends those to enterprises, since one call can
//! invite thousands, and a change concerns as many.

use crate::accounts::people::enterprise_recipients;
use crate::accounts::store::{of_expert, recipient};
use crate::app::App;
use crate::core::actor::Scope;
use crate::core::clock::{moment_en, moment_zh};
use crate::core::ids::EnterpriseId;
use crate::core::{Actor, Caller, Language, Problem, Wake};
use crate::db::schema::{engagement, training, training_attendee};
use crate::db::{Command, Tx};
use crate::engagements::ids::EngagementId;
use crate::engagements::mails::Mail;
use crate::engagements::state::EngagementState;
use crate::engagements::store::{Row, experts};
use crate::notifications::{Recipient, outbox};
use crate::web::room::Job;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// Wakes the job: enterprises were invited, or a training changed.
pub const INVITED: Wake = Wake::new("training_invited");
/// Enterprises that one transaction notifies.
const BATCH: i64 = 200;

/// Sends the mails about trainings that wait.
pub const JOB: Job = Job {
    name: "training_invitations",
    wake: Some(INVITED),
    poll: Duration::from_secs(300),
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| send_waiting(app, &|| stop.is_set())))
    },
};

/// Sends the mails that wait. Gives whether more are waiting.
///
/// # Errors
/// When the database can't be asked.
pub fn send_waiting(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    while !stopped() {
        if app.execute(&Caller::system(), &TellInvited {})? == 0 {
            break;
        }
    }
    Ok(false)
}

/// Notifies enterprises that were invited and have no mail yet, or whose training changed or is called off: those of one training in each
/// transaction.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct TellInvited {}

/// What mails about a training contain.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = training, check_for_backend(Pg))]
struct Meeting {
    id: EngagementId,
    topic: String,
    state: EngagementState,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    place: Option<String>,
    online_url: Option<String>,
    news_reason: Option<String>,
}

/// The kind of mail about a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingNotice {
    /// It is invited.
    Invited,
    /// Time, place or topic changed.
    Changed,
    /// It is called off.
    CalledOff,
}

impl Meeting {
    /// The mail that an enterprise gets now; none of a training that is over or took place.
    fn notice(&self, knows: bool, now: DateTime<Utc>) -> Option<TrainingNotice> {
        match (self.state, knows) {
            (EngagementState::Cancelled, true) => Some(TrainingNotice::CalledOff),
            (EngagementState::Planned, _) if self.ends_at <= now => None,
            (EngagementState::Planned, true) => Some(TrainingNotice::Changed),
            (EngagementState::Planned, false) => Some(TrainingNotice::Invited),
            _ => None,
        }
    }

    fn mail(&self, tx: &Tx, notice: TrainingNotice, to: &Recipient) -> Mail {
        let begins = match to.language {
            Language::Zh => moment_zh(&self.starts_at),
            Language::En => moment_en(&self.starts_at),
        };
        let place = self.place.clone().or_else(|| self.online_url.clone()).unwrap_or_default();
        let (topic, link) = (self.topic.clone(), tx.link(&format!("/trainings/{}", self.id)));
        let reason = self.news_reason.clone().unwrap_or_default();
        match notice {
            TrainingNotice::Invited => Mail::TrainingInvited { topic, begins, place, link },
            TrainingNotice::Changed => Mail::TrainingChanged { topic, begins, place, reason, link },
            TrainingNotice::CalledOff => Mail::TrainingCancelled { topic, reason, link },
        }
    }
}

impl Command for TellInvited {
    type Output = usize;
    const NAME: &'static str = "tell_invited_enterprises";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        use training_attendee as a;
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let next: Option<EngagementId> = a::table
            .filter(a::news.or(a::invited.and(a::told_at.is_null())))
            .order(a::training_id)
            .select(a::training_id)
            .first(&mut *tx.conn)
            .optional()?;
        let Some(id) = next else { return Ok(0) };
        // Whoever changes the training or marks attendance holds the engagement, so nobody gets a mail that is out of date.
        engagement::table
            .find(id)
            .for_update()
            .select(engagement::id)
            .first::<EngagementId>(&mut *tx.conn)?;
        let meeting: Meeting = training::table.find(id).select(Meeting::as_select()).first(&mut *tx.conn)?;
        let waiting: Vec<(EnterpriseId, Option<DateTime<Utc>>)> = a::table
            .filter(a::training_id.eq(id))
            .filter(a::news.or(a::invited.and(a::told_at.is_null())))
            .order(a::enterprise_id)
            .limit(BATCH)
            .select((a::enterprise_id, a::told_at))
            .load(&mut *tx.conn)?;
        for (enterprise, told_at) in &waiting {
            let Some(notice) = meeting.notice(told_at.is_some(), tx.now) else { continue };
            for to in enterprise_recipients(&mut tx.conn, *enterprise)? {
                let mail = meeting.mail(tx, notice, &to);
                outbox::enqueue(tx, &to, &mail)?;
            }
        }
        let those: Vec<EnterpriseId> = waiting.iter().map(|(enterprise, _)| *enterprise).collect();
        diesel::update(a::table.filter(a::training_id.eq(id)).filter(a::enterprise_id.eq_any(&those)))
            .set((a::told_at.eq(tx.now), a::news.eq(false)))
            .execute(&mut *tx.conn)?;
        // Also where nobody of this training waits any more since another server told them, those of others may.
        Ok(waiting.len().max(1))
    }
}

/// Notifies of a change or a cancellation of a training: its experts at once, but for the one who did it; the enterprises that know of it by the job.
/// The engagement and the training have been changed by then.
///
/// # Errors
/// When the database refuses.
pub fn news(tx: &mut Tx, row: &Row, reason: &str, notice: TrainingNotice) -> Result<(), Problem> {
    use training_attendee as a;
    diesel::update(training::table.find(row.id))
        .set(training::news_reason.eq(reason))
        .execute(&mut *tx.conn)?;
    diesel::update(a::table.filter(a::training_id.eq(row.id)).filter(a::told_at.is_not_null()))
        .set(a::news.eq(true))
        .execute(&mut *tx.conn)?;
    tx.wake(INVITED);
    let meeting: Meeting = training::table.find(row.id).select(Meeting::as_select()).first(&mut *tx.conn)?;
    let own = match tx.actor.scope() {
        Some(Scope::Expert(own)) => Some(*own),
        _ => None,
    };
    for expert in experts(&mut tx.conn, row.id)? {
        if own == Some(expert) {
            continue;
        }
        let account = of_expert(&mut tx.conn, expert)?.filter(|account| account.active);
        if let Some(to) = account.as_ref().and_then(recipient) {
            let mail = meeting.mail(tx, notice, &to);
            outbox::enqueue(tx, &to, &mail)?;
        }
    }
    Ok(())
}
