//! What is not decided in time: officers are reminded before the last day, and copies go after theirs.

use crate::accounts::store::{officers_of, recipient};
use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Actor, Caller, Problem};
use crate::db::schema::{personal_copy, personal_request as r};
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::personal_data::ids::PersonalRequestId;
use crate::personal_data::mails::Mail;
use crate::personal_data::rules::{is_near, working_days_after};
use crate::personal_data::settings::PersonalDataSettings;
use crate::personal_data::state::{RequestKind, RequestState, RequestStep, transition};
use crate::personal_data::store;
use crate::web::room::Job;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Requests that one round looks at.
const ROUND: i64 = 200;

/// Reminds officers, and lets copies go. Looks twice an hour.
pub const JOB: Job = Job {
    name: "personal_terms",
    wake: None,
    poll: std::time::Duration::from_secs(1800),
    start: |_, _| Ok(Box::new(sweep)),
};

/// One round; says whether more is to be done at once.
///
/// # Errors
/// When the database is unavailable; the next round goes on.
pub fn sweep(app: &App) -> Result<bool, Problem> {
    let now = app.clock().now();
    let days = app.settings().section::<PersonalDataSettings>().remind_working_days;
    let horizon = working_days_after(&app.catalogue().calendar, shanghai_date(now), days);
    let due: Vec<PersonalRequestId> = r::table
        .filter(r::state.eq(RequestState::Received))
        .filter(r::kind.ne(RequestKind::Copy))
        .filter(r::reminded_at.is_null())
        .filter(r::due_on.le(horizon))
        .order((r::due_on, r::id))
        .limit(ROUND)
        .select(r::id)
        .load(&mut *app.conn()?)?;
    for id in &due {
        app.execute(&Caller::system(), &RemindOfficers { id: *id })?;
    }
    let over: Vec<PersonalRequestId> = r::table
        .filter(r::state.eq(RequestState::Ready))
        .filter(r::expires_at.le(now))
        .order(r::id)
        .limit(ROUND)
        .select(r::id)
        .load(&mut *app.conn()?)?;
    for id in &over {
        app.execute(&Caller::system(), &ExpireCopy { id: *id })?;
    }
    let whole = |count: usize| i64::try_from(count).is_ok_and(|count| count >= ROUND);
    Ok(whole(due.len()) || whole(over.len()))
}

/// Reminds the officers in charge of the last day of a request, once. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemindOfficers {
    /// The request.
    pub id: PersonalRequestId,
}

impl Command for RemindOfficers {
    type Output = ();
    const NAME: &'static str = "remind_of_personal_request";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let row = store::lock(tx, self.id)?;
        let reminded: Option<DateTime<Utc>> =
            r::table.find(row.id).select(r::reminded_at).first(&mut *tx.conn)?;
        if row.state != RequestState::Received || reminded.is_some() {
            return Ok(());
        }
        let days = tx.settings.section::<PersonalDataSettings>().remind_working_days;
        let today = tx.today();
        // What is late by now is reminded of as well, where no round ran before.
        if today <= row.due_on && !is_near(&tx.catalogue.calendar, today, row.due_on, days) {
            return Ok(());
        }
        let what = row.kind.text();
        let mail = Mail::PersonalRequestDue {
            what_zh: what.zh.into_owned(),
            what_en: what.en.into_owned(),
            due_on: row.due_on,
            link: tx.link("/personal-data"),
        };
        for officer in officers_near(tx, &row.region)? {
            if let Some(to) = recipient(&officer).filter(|_| officer.id != row.account_id) {
                outbox::enqueue(tx, &to, &mail)?;
            }
        }
        diesel::update(r::table.find(row.id)).set(r::reminded_at.eq(tx.now)).execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, row.subject(), json!({ "kind": format!("personal_{}", row.kind) }))
    }
}

/// The officers of a region; where it has none, of the next one above.
fn officers_near(tx: &mut Tx, region: &str) -> Result<Vec<crate::accounts::store::AccountRow>, Problem> {
    let codes: Vec<String> =
        tx.catalogue.regions.ancestors(region).map(|region| region.code.clone()).collect();
    for code in codes {
        let found = officers_of(&mut tx.conn, &code)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Deletes a copy whose time is over. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpireCopy {
    /// The request.
    pub id: PersonalRequestId,
}

impl Command for ExpireCopy {
    type Output = ();
    const NAME: &'static str = "expire_personal_copy";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let row = store::lock(tx, self.id)?;
        if row.state != RequestState::Ready {
            return Ok(());
        }
        let state = transition(row.kind, row.state, RequestStep::Expire)?;
        diesel::delete(personal_copy::table.find(row.id)).execute(&mut *tx.conn)?;
        diesel::update(r::table.find(row.id)).set(r::state.eq(state)).execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, row.subject(), json!({}))
    }
}
