//! What is done by the day alone: officers are reminded of objections and applications for repair that are overdue, once of each; and an enterprise of
//! which somebody has an account now is notified of what was entered before.

use crate::accounts::people::officers_around;
use crate::accounts::store::recipient;
use crate::app::App;
use crate::conduct::event::NewConductStep;
use crate::conduct::ids::ConductId;
use crate::conduct::judge::Law;
use crate::conduct::mails::Mail;
use crate::conduct::notices::behaviour_words;
use crate::conduct::record::RecordConductStep;
use crate::conduct::settings::ConductSettings;
use crate::conduct::state::ConductStep;
use crate::conduct::store;
use crate::conduct::words::ConductState;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::db::published::enterprise;
use crate::db::schema::{conduct, conduct_reminder};
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::web::room::Job;
use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// How often it looks.
const POLL: Duration = Duration::from_secs(600);

/// How many it takes at once.
const BATCH: i64 = 200;

/// Notifies enterprises, and reminds officers of what is overdue.
pub const JOB: Job = Job {
    name: "conduct",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// Notifies and reminds; returns whether more is waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one entry is logged, and the others go on.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let more = notify(app, stopped)?;
    Ok(remind(app, stopped)? || more)
}

/// Notifies enterprises of entries that were made when nobody of them had an account.
fn notify(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let untold = untold(&mut *app.conn()?)?;
    let (mut done, found) = (0, untold.len());
    for conduct in untold {
        if stopped() {
            return Ok(false);
        }
        let event = NewConductStep::new(ConductStep::Notify);
        match app.execute(&Caller::system(), &RecordConductStep { conduct, event }) {
            Ok(_) => done += 1,
            Err(problem) => tracing::warn!(%conduct, ?problem, "a notice of credit conduct"),
        }
    }
    Ok(done > 0 && i64::try_from(found).is_ok_and(|found| found == BATCH))
}

fn remind(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let today = shanghai_date(app.clock().now());
    let due = overdue(&mut *app.conn()?, today)?;
    let (mut done, found) = (0, due.len());
    for id in due {
        if stopped() {
            return Ok(false);
        }
        match app.execute(&Caller::system(), &RemindOfDecision { conduct: id }) {
            Ok(()) => done += 1,
            Err(problem) => tracing::warn!(conduct = %id, ?problem, "a reminder of a decision"),
        }
    }
    Ok(done > 0 && i64::try_from(found).is_ok_and(|found| found == BATCH))
}

/// Whether somebody of the enterprise has an account to which a notice can be sent.
const REACHED: &str = "EXISTS (
    SELECT FROM published.account a WHERE a.enterprise_id = conduct.enterprise_id AND a.active AND a.email IS NOT NULL)";

/// Entries of which no enterprise was notified that can be now.
fn untold(conn: &mut PgConnection) -> QueryResult<Vec<ConductId>> {
    use conduct as c;
    c::table
        .filter(c::state.eq(ConductState::Entered))
        .filter(sql::<Bool>(REACHED))
        .order(c::id)
        .limit(BATCH)
        .select(c::id)
        .load(conn)
}

/// Whether the officers were not reminded yet of the step that waits, which is the last one.
const NOT_REMINDED: &str = "NOT EXISTS (
    SELECT FROM conduct_reminder r WHERE r.conduct_id = conduct.id
        AND r.ordinal = (SELECT max(e.ordinal) FROM conduct_event e WHERE e.conduct_id = conduct.id))";

/// Overdue entries of whose officers nobody was reminded.
fn overdue(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<ConductId>> {
    use conduct as c;
    c::table
        .filter(c::due_on.is_not_null())
        .filter(c::due_on.assume_not_null().lt(today))
        .filter(sql::<Bool>(NOT_REMINDED))
        .order((c::due_on, c::id))
        .limit(BATCH)
        .select(c::id)
        .load(conn)
}

/// Reminds the officers of one overdue decision.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RemindOfDecision {
    /// The entry.
    pub conduct: ConductId,
}

impl Command for RemindOfDecision {
    type Output = ();
    const NAME: &'static str = "remind_of_conduct_decision";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let loaded = store::load(tx, self.conduct)?;
        let today = tx.today();
        let Some(due_on) = loaded.row.due_on.filter(|due| *due < today) else { return Ok(()) };
        let noted = diesel::insert_into(conduct_reminder::table)
            .values((
                conduct_reminder::conduct_id.eq(self.conduct),
                conduct_reminder::ordinal.eq(loaded.last),
                conduct_reminder::reminded_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if noted == 0 {
            return Ok(());
        }
        let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
        let law = Law { settings: settings.section::<ConductSettings>(), calendar: &catalogue.calendar };
        let (behaviour, _) = behaviour_words(&loaded.course, law);
        let name: String = enterprise::table
            .find(loaded.row.enterprise_id.0)
            .select(enterprise::name)
            .first(&mut *tx.conn)?;
        let link = tx.link(&format!("/conduct/{}", self.conduct));
        let officers = officers_around(tx, &loaded.row.authority_region)?;
        for to in officers.iter().filter_map(recipient) {
            let mail = Mail::ConductDecisionOverdue {
                enterprise: name.clone(),
                behaviour: behaviour.get(to.language).to_owned(),
                objection: loaded.row.state == ConductState::Contested,
                due_on,
                link: link.clone(),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        Ok(())
    }
}
