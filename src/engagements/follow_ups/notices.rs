//! Mails about check-ups to the enterprise: that one comes, some days before its day is over; that one of which it was notified is called off; that what was
//! entered of one was corrected.

use crate::accounts::people::enterprise_recipients;
use crate::core::ids::EnterpriseId;
use crate::core::{Actor, Problem, Text};
use crate::db::schema::follow_up;
use crate::db::{Command, Tx};
use crate::engagements::common::settings::EngagementKindSettings;
use crate::engagements::common::words::FollowUpResult;
use crate::engagements::ids::EngagementId;
use crate::engagements::mails::Mail;
use crate::engagements::state::EngagementState;
use crate::notifications::outbox;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;

/// How many check-ups are announced in one transaction.
const BATCH: i64 = 200;

/// A check-up with its topic.
type Named<'a> = (EngagementId, &'a str);

/// Tells enterprises of check-ups whose day is near: each once, and of none whose day is over.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct AnnounceFollowUps {}

impl Command for AnnounceFollowUps {
    type Output = usize;
    const NAME: &'static str = "announce_follow_ups";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let today = tx.today();
        let rules = tx.settings.section::<EngagementKindSettings>().rules_on(today).cloned();
        let ahead = rules.map_or(0, |rules| u64::from(rules.follow_up_notice_days));
        let last = today.checked_add_days(Days::new(ahead)).unwrap_or(today);
        let near: Vec<(EngagementId, EnterpriseId, String, NaiveDate)> = follow_up::table
            .filter(follow_up::state.eq(EngagementState::Planned))
            .filter(follow_up::announced_at.is_null())
            .filter(follow_up::due_on.between(today, last))
            .order((follow_up::due_on, follow_up::id))
            .limit(BATCH)
            .for_update()
            .skip_locked()
            .select((follow_up::id, follow_up::enterprise_id, follow_up::topic, follow_up::due_on))
            .load(&mut *tx.conn)?;
        for (id, enterprise, topic, due_on) in &near {
            for to in enterprise_recipients(&mut tx.conn, *enterprise)? {
                let link = tx.link(&format!("/follow-ups/{id}"));
                let mail = Mail::FollowUpAnnounced { topic: topic.clone(), due: *due_on, link };
                outbox::enqueue(tx, &to, &mail)?;
            }
            diesel::update(follow_up::table.find(id))
                .set(follow_up::announced_at.eq(tx.now))
                .execute(&mut *tx.conn)?;
        }
        Ok(near.len())
    }
}

/// Notifies the enterprise that a check-up is called off, where it was told that it comes.
///
/// # Errors
/// When the database refuses.
pub fn cancelled(tx: &mut Tx, (id, topic): Named<'_>, reason: &str) -> Result<(), Problem> {
    let (enterprise, announced_at): (EnterpriseId, Option<DateTime<Utc>>) = follow_up::table
        .find(id)
        .select((follow_up::enterprise_id, follow_up::announced_at))
        .first(&mut *tx.conn)?;
    if announced_at.is_none() {
        return Ok(());
    }
    for to in enterprise_recipients(&mut tx.conn, enterprise)? {
        let link = tx.link(&format!("/follow-ups/{id}"));
        let mail = Mail::FollowUpCancelled { topic: topic.to_owned(), reason: reason.to_owned(), link };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Notifies the enterprise that what was entered of a check-up was corrected; without a result it was not held.
///
/// # Errors
/// When the database refuses.
pub fn corrected(
    tx: &mut Tx,
    (id, topic): Named<'_>,
    (result, reason): (Option<FollowUpResult>, &str),
) -> Result<(), Problem> {
    let enterprise: EnterpriseId =
        follow_up::table.find(id).select(follow_up::enterprise_id).first(&mut *tx.conn)?;
    let none = || Text::new("尚未开展，登记有误", "not held; it was entered by mistake");
    let found = result.map_or_else(none, FollowUpResult::text);
    for to in enterprise_recipients(&mut tx.conn, enterprise)? {
        let mail = Mail::FollowUpCorrected {
            topic: topic.to_owned(),
            result: found.get(to.language).to_owned(),
            reason: reason.to_owned(),
            link: tx.link(&format!("/follow-ups/{id}")),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}
