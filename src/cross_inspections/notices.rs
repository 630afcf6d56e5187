//! Mails about a round: what is given out for testing, which results are due, that all can be seen. None says what was found.

use crate::accounts::people::{body_recipients, enterprise_recipients};
use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::ids::LaboratoryId;
use crate::core::{Caller, Problem};
use crate::cross_inspections::ids::{ParticipantId, RoundId};
use crate::cross_inspections::mails::Mail;
use crate::cross_inspections::settings::CrossInspectionSettings;
use crate::cross_inspections::state::RoundState;
use crate::cross_inspections::store::participants;
use crate::db::schema::{cross_product, cross_round};
use crate::db::{Command, Tx};
use crate::notifications::{Recipient, outbox};
use crate::web::room::Job;
use chrono::{Days, NaiveDate};
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// The most rounds that are looked at in one turn.
const BATCH: i64 = 200;

fn whole(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Those who test in a round, each with how many samples: all of them, or those without a result alone.
fn testers(tx: &mut Tx, id: RoundId, missing: bool) -> Result<Vec<(Vec<Recipient>, u32)>, Problem> {
    use cross_product as p;
    let given: Vec<(Option<ParticipantId>, i64)> = {
        let query = p::table.filter(p::round_id.eq(id)).group_by(p::tester_id);
        if missing {
            query.filter(p::reported_at.is_null()).select((p::tester_id, count_star())).load(&mut *tx.conn)?
        } else {
            query.select((p::tester_id, count_star())).load(&mut *tx.conn)?
        }
    };
    let mut found = Vec::new();
    for one in participants(&mut tx.conn, id)? {
        let samples = given.iter().find(|(tester, _)| *tester == Some(one.id)).map_or(0, |(_, count)| *count);
        if samples > 0 {
            found.push((enterprise_recipients(&mut tx.conn, one.enterprise_id)?, whole(samples)));
        }
    }
    let laboratory: Option<LaboratoryId> =
        cross_round::table.find(id).select(cross_round::laboratory_id).first(&mut *tx.conn)?;
    if let Some(laboratory) = laboratory {
        let share = p::table.filter(p::round_id.eq(id)).filter(p::checked).into_boxed();
        let share = if missing { share.filter(p::check_at.is_null()) } else { share };
        let samples: i64 = share.count().get_result(&mut *tx.conn)?;
        if samples > 0 {
            found.push((body_recipients(&mut tx.conn, laboratory)?, whole(samples)));
        }
    }
    Ok(found)
}

fn link(tx: &Tx, id: RoundId) -> String {
    tx.link(&format!("/cross-inspections/{id}"))
}

/// Tells those who test how many samples they have, and until when.
///
/// # Errors
/// When the database refuses.
pub(super) fn assigned(tx: &mut Tx, id: RoundId, round: &str, due_on: NaiveDate) -> Result<(), Problem> {
    for (people, samples) in testers(tx, id, false)? {
        for to in people {
            let (round, link) = (round.to_owned(), link(tx, id));
            outbox::enqueue(tx, &to, &Mail::CrossAssigned { round, samples, due_on, link })?;
        }
    }
    Ok(())
}

/// Tells the participants that all results can be seen.
///
/// # Errors
/// When the database refuses.
pub(super) fn released(tx: &mut Tx, id: RoundId, round: &str) -> Result<(), Problem> {
    for one in participants(&mut tx.conn, id)? {
        for to in enterprise_recipients(&mut tx.conn, one.enterprise_id)? {
            let mail = Mail::CrossReleased { round: round.to_owned(), link: link(tx, id) };
            outbox::enqueue(tx, &to, &mail)?;
        }
    }
    Ok(())
}

/// Reminds those whose results are due, once for each round.
pub const JOB: Job = Job {
    name: "cross_inspections",
    wake: None,
    poll: Duration::from_secs(600),
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| remind(app, &|| stop.is_set())))
    },
};

/// Sends the reminders that are due; says whether more is waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one round is logged, and the others go on.
pub fn remind(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let today = shanghai_date(app.clock().now());
    for id in due(&mut *app.conn()?, app.settings().section::<CrossInspectionSettings>(), today)? {
        if stopped() {
            return Ok(false);
        }
        if let Err(problem) = app.execute(&Caller::system(), &RemindRound { id }) {
            tracing::warn!(round = %id, ?problem, "the reminder of a round");
        }
    }
    Ok(false)
}

/// The rounds whose results are due within the days of their rules, and of which nobody was reminded yet.
fn due(
    conn: &mut PgConnection,
    settings: &CrossInspectionSettings,
    today: NaiveDate,
) -> QueryResult<Vec<RoundId>> {
    use cross_round as r;
    let open: Vec<(RoundId, String, NaiveDate)> = r::table
        .filter(r::state.eq(RoundState::Assigned))
        .filter(r::reminded_at.is_null())
        .filter(r::results_due_on.is_not_null())
        .order(r::results_due_on)
        .limit(BATCH)
        .select((r::id, r::rules_version, r::results_due_on.assume_not_null()))
        .load(conn)?;
    let is_due = |(_, version, due_on): &(RoundId, String, NaiveDate)| {
        let rules = settings.version(version).or_else(|| settings.rules_on(today));
        let days = Days::new(rules.map_or(0, |rules| u64::from(rules.remind_days)));
        today.checked_add_days(days).is_none_or(|until| *due_on <= until)
    };
    Ok(open.into_iter().filter(is_due).map(|(id, ..)| id).collect())
}

/// Reminds those of a round who have not reported all of their results.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RemindRound {
    /// The round.
    pub id: RoundId,
}

impl Command for RemindRound {
    type Output = ();
    const NAME: &'static str = "remind_cross_round";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use cross_round as r;
        let found: Option<(String, NaiveDate)> = r::table
            .find(self.id)
            .filter(r::state.eq(RoundState::Assigned))
            .filter(r::reminded_at.is_null())
            .filter(r::results_due_on.is_not_null())
            .for_update()
            .select((r::name, r::results_due_on.assume_not_null()))
            .first(&mut *tx.conn)
            .optional()?;
        let Some((name, due_on)) = found else { return Ok(()) };
        diesel::update(r::table.find(self.id)).set(r::reminded_at.eq(tx.now)).execute(&mut *tx.conn)?;
        for (people, missing) in testers(tx, self.id, true)? {
            for to in people {
                let (round, link) = (name.clone(), link(tx, self.id));
                outbox::enqueue(tx, &to, &Mail::CrossResultsDue { round, missing, due_on, link })?;
            }
        }
        Ok(())
    }
}
