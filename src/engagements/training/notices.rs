//! Mails about trainings to the enterprises that are invited: sent by a job, since one call can invite thousands.

use crate::accounts::people::enterprise_recipients;
use crate::app::App;
use crate::core::clock::{moment_en, moment_zh};
use crate::core::ids::EnterpriseId;
use crate::core::{Actor, Caller, Language, Problem, Wake};
use crate::db::schema::{training, training_attendee};
use crate::db::{Command, Tx};
use crate::engagements::ids::EngagementId;
use crate::engagements::mails::Mail;
use crate::engagements::state::EngagementState;
use crate::notifications::outbox;
use crate::web::room::Job;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// Wakes the job: enterprises were invited.
pub const INVITED: Wake = Wake::new("training_invited");
/// How many enterprises are told in one transaction.
const BATCH: i64 = 200;

/// Tells enterprises of trainings to which they are invited.
pub const JOB: Job = Job {
    name: "training_invitations",
    wake: Some(INVITED),
    poll: Duration::from_secs(300),
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| tell(app, &|| stop.is_set())))
    },
};

/// Tells those that wait; says whether more are waiting.
///
/// # Errors
/// When the database can't be asked.
pub fn tell(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    while !stopped() {
        if app.execute(&Caller::system(), &TellInvited {})? == 0 {
            break;
        }
    }
    Ok(false)
}

/// Tells some of the enterprises that were invited and not told yet.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct TellInvited {}

type Invited = (EngagementId, EnterpriseId);
type Meeting = (String, DateTime<Utc>, Option<String>, Option<String>);

impl Command for TellInvited {
    type Output = usize;
    const NAME: &'static str = "tell_invited_enterprises";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        use training_attendee as a;
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let waiting: Vec<Invited> = a::table
            .filter(a::invited)
            .filter(a::told_at.is_null())
            .order((a::training_id, a::enterprise_id))
            .limit(BATCH)
            .for_update()
            .skip_locked()
            .select((a::training_id, a::enterprise_id))
            .load(&mut *tx.conn)?;
        for (id, enterprise) in &waiting {
            let planned: Option<Meeting> = training::table
                .find(id)
                .filter(training::state.eq(EngagementState::Planned))
                .filter(training::ends_at.gt(tx.now))
                .select((training::topic, training::starts_at, training::place, training::online_url))
                .first(&mut *tx.conn)
                .optional()?;
            if let Some(planned) = planned {
                invited(tx, (*id, *enterprise), &planned)?;
            }
            diesel::update(a::table.find((id, enterprise)))
                .set(a::told_at.eq(tx.now))
                .execute(&mut *tx.conn)?;
        }
        Ok(waiting.len())
    }
}

fn invited(tx: &mut Tx, (id, enterprise): Invited, meeting: &Meeting) -> Result<(), Problem> {
    let (topic, starts_at, place, online) = meeting;
    for to in enterprise_recipients(&mut tx.conn, enterprise)? {
        let begins = match to.language {
            Language::Zh => moment_zh(starts_at),
            Language::En => moment_en(starts_at),
        };
        let place = place.clone().or_else(|| online.clone()).unwrap_or_default();
        let link = tx.link(&format!("/trainings/{id}"));
        outbox::enqueue(tx, &to, &Mail::TrainingInvited { topic: topic.clone(), begins, place, link })?;
    }
    Ok(())
}

/// Tells the enterprises that were told of a training that it is called off.
///
/// # Errors
/// When the database refuses.
pub fn cancelled(tx: &mut Tx, id: EngagementId, (topic, reason): (&str, &str)) -> Result<(), Problem> {
    use training_attendee as a;
    let told: Vec<EnterpriseId> = a::table
        .filter(a::training_id.eq(id))
        .filter(a::told_at.is_not_null())
        .order(a::enterprise_id)
        .select(a::enterprise_id)
        .load(&mut *tx.conn)?;
    for enterprise in told {
        for to in enterprise_recipients(&mut tx.conn, enterprise)? {
            let link = tx.link(&format!("/trainings/{id}"));
            let mail = Mail::TrainingCancelled { topic: topic.to_owned(), reason: reason.to_owned(), link };
            outbox::enqueue(tx, &to, &mail)?;
        }
    }
    Ok(())
}
