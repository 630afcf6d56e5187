//! What the platform does by itself: offers lapse, waiting consultations are tried again, silence is
//! not waited out. The worker finds what is due; each command looks again under the row's lock, so two
//! servers may run it at once.

use crate::accounts::store::{of_expert, recipient};
use crate::app::App;
use crate::chat::streams;
use crate::consultations::changes::{Change, Round, StepNote};
use crate::consultations::contacts::{enterprise_recipients, expert_name, link};
use crate::consultations::mails::Mail;
use crate::consultations::offers::{offer_or_wait, pass_on};
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{audit, load, save};
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Problem};
use crate::db::schema::consultation;
use crate::db::{Command, Tx};
use crate::experts::wake::MATCHER;
use crate::matching::roster;
use crate::matching::settings::MatchingSettings;
use crate::notifications::outbox;
use crate::settings::YesNo;
use crate::web::room::Job;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Timestamptz, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Lets an offer lapse whose time is over. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LapseOffer {
    /// The consultation.
    pub id: ConsultationId,
}

impl Command for LapseOffer {
    type Output = bool;
    const NAME: &'static str = "lapse_offer";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let mut c = load(tx, self.id)?;
        // An answer that came in the meantime came in time.
        let due =
            c.status == Status::Offered && !c.pinned && c.offer_expires_at.is_some_and(|end| end <= tx.now);
        if !due {
            return Ok(false);
        }
        let expert = c.expert_id;
        c.step(Step::Lapse, StepNote { expert, note: None })?;
        c.change(Change::Answer("expired", None));
        audit(tx, &c, Self::NAME, json!({ "expert": expert }))?;
        pass_on(tx, &mut c, Round::Same)?;
        Ok(true)
    }
}

/// Offers a waiting consultation, if someone fits by now. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MatchWaiting {
    /// The consultation.
    pub id: ConsultationId,
}

impl Command for MatchWaiting {
    type Output = bool;
    const NAME: &'static str = "match_waiting";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let mut c = load(tx, self.id)?;
        if c.status != Status::Waiting {
            return Ok(false);
        }
        offer_or_wait(tx, &mut c, false)
    }
}

/// Takes a consultation from an expert who has not answered within the promised time. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReassignSilent {
    /// The consultation.
    pub id: ConsultationId,
}

impl Command for ReassignSilent {
    type Output = bool;
    const NAME: &'static str = "reassign_silent";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let mut c = load(tx, self.id)?;
        let due = c.status == Status::Active && !c.pinned && c.answer_due_at.is_some_and(|end| end <= tx.now);
        let (true, Some(expert)) = (due, c.expert_id) else { return Ok(false) };
        let account = of_expert(&mut tx.conn, expert)?;
        let spoke = match &account {
            Some(account) => {
                let since = c.accepted_at.unwrap_or(c.opened_at);
                streams::has_written(&mut tx.conn, c.id, account.id, since)?
            }
            None => false,
        };
        if spoke {
            c.answered();
            save(tx, &mut c)?;
            return Ok(false);
        }
        c.step(Step::Silence, StepNote { expert: Some(expert), note: None })?;
        audit(tx, &c, Self::NAME, json!({ "expert": expert }))?;
        let (name, subject) = (expert_name(tx, expert)?, c.subject.clone());
        for to in enterprise_recipients(tx, &c)? {
            let (subject, expert, link) = (subject.clone(), name.clone(), link(tx, c.id));
            let mail = Mail::ConsultationReassigned { subject, expert, silent: true, link };
            outbox::enqueue(tx, &to, &mail)?;
        }
        if let Some(to) = account.as_ref().and_then(recipient) {
            let mail = Mail::ConsultationWithdrawn { subject, silent: true, reason: "".into() };
            outbox::enqueue(tx, &to, &mail)?;
        }
        pass_on(tx, &mut c, Round::New)?;
        Ok(true)
    }
}

/// How many consultations of each sort one round of the worker looks at.
const ROUND: i64 = 500;

/// Waiting consultations whose search widens now, or for which an expert of the kind or class (of any
/// related one, where the search has come so far) has a place free; the most urgent first. Not those of an enterprise that has all the places it
/// may have, however many of them wait.
const WAITING: &str = "
    SELECT c.id FROM consultation c
    JOIN product_kind k ON k.code = c.product_kind
    LEFT JOIN LATERAL consultation_deadline(c.nonconformity_id, $6) d ON true
    WHERE c.status = 'waiting' AND (
        SELECT count(*) FROM consultation o
        WHERE o.enterprise_id = c.enterprise_id AND o.status IN ('offered', 'active')) < $7
      AND (
        c.searched_at IS NULL
        OR (c.search_step = 'exact' AND c.search_since <= $2)
        OR (c.search_step = 'class' AND c.search_since <= $3)
        OR (c.search_step = 'province' AND c.search_since <= $4)
        OR c.searched_at <= $5
        OR EXISTS (
            SELECT FROM published.expert_specialty s JOIN published.expert e ON e.id = s.expert_id
            WHERE (s.product_kind = c.product_kind OR s.product_class = k.class)
              AND e.vetting = 'approved' AND NOT e.suspended AND e.available AND e.open_count < e.capacity
              AND EXISTS (SELECT FROM published.account a WHERE a.expert_id = e.id AND a.active)
              AND NOT coalesce($6 BETWEEN e.leave_from AND e.leave_to, false)
              AND NOT EXISTS (SELECT FROM consultation_offer o
                              WHERE o.consultation_id = c.id AND o.expert_id = e.id
                                AND o.offered_at >= coalesce(c.tried_since, o.offered_at))))
    ORDER BY array_position(ARRAY['strict', 'special', 'general'], k.supervision),
             d.due_on NULLS LAST, c.id
    LIMIT $1";

/// How long after a search in vain another is made at the latest, in case something changed that
/// [`WAITING`] does not look at.
const AGAIN_SECONDS: i64 = 60;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Uuid)]
    id: ConsultationId,
}

fn waiting(app: &App, now: DateTime<Utc>) -> Result<Vec<ConsultationId>, Problem> {
    use crate::matching::search::SearchStep;
    let settings = app.settings().section::<MatchingSettings>();
    let found: Vec<Found> = diesel::sql_query(WAITING)
        .bind::<BigInt, _>(ROUND)
        .bind::<Timestamptz, _>(now - SearchStep::Class.after(settings))
        .bind::<Timestamptz, _>(now - SearchStep::Province.after(settings))
        .bind::<Timestamptz, _>(now - SearchStep::Queue.after(settings))
        .bind::<Timestamptz, _>(now - chrono::Duration::seconds(AGAIN_SECONDS))
        .bind::<Date, _>(crate::core::clock::shanghai_date(now))
        .bind::<BigInt, _>(i64::from(app.settings().section::<ConsultationSettings>().places_per_enterprise))
        .load(&mut *app.conn()?)?;
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// One round of the matcher: silent experts are passed over, lapsed offers passed on, waiting
/// consultations tried again.
///
/// # Errors
/// When the database is unavailable; the next round tries again.
pub fn worker(app: &App) -> Result<bool, Problem> {
    roster::refresh_roster(app)?;
    let (caller, now) = (Caller::system(), app.clock().now());
    if app.settings().section::<MatchingSettings>().reassign_silent == YesNo::Yes {
        let silent: Vec<ConsultationId> = consultation::table
            .filter(consultation::status.eq(Status::Active))
            .filter(consultation::answer_due_at.le(now))
            .filter(diesel::dsl::not(consultation::pinned))
            .order(consultation::answer_due_at)
            .limit(ROUND)
            .select(consultation::id)
            .load(&mut *app.conn()?)?;
        for id in silent {
            app.execute(&caller, &ReassignSilent { id })?;
        }
    }
    let due: Vec<ConsultationId> = consultation::table
        .filter(consultation::status.eq(Status::Offered))
        .filter(consultation::offer_expires_at.le(now))
        .filter(diesel::dsl::not(consultation::pinned))
        .order(consultation::offer_expires_at)
        .limit(ROUND)
        .select(consultation::id)
        .load(&mut *app.conn()?)?;
    for id in due {
        app.execute(&caller, &LapseOffer { id })?;
    }
    for id in waiting(app, now)? {
        app.execute(&caller, &MatchWaiting { id })?;
    }
    Ok(false)
}

/// How long the matcher waits when nothing wakes it.
const MATCH_POLL: Duration = Duration::from_secs(2);

/// Offers what waits, ends offers that lapsed, and reassigns where an expert stays silent.
pub const JOB: Job =
    Job { name: "matcher", wake: Some(MATCHER), poll: MATCH_POLL, start: |_, _| Ok(Box::new(worker)) };
