//! Following consultations: the job that finds what has moved or whose time is over, and the command that goes on with one.
//!
//! A round looks at so many consultations and no more, and reads so many messages of each; the next one goes on where it stopped. Talks have a
//! share of the time. Two
//! servers may do it at once: the row that says how far a consultation was taken in is locked.

use crate::app::App;
use crate::chat::events::{ConsultationChanged, QueueChanged};
use crate::chat::streams::spoken_after;
use crate::consultations::information::ReceiveInformation;
use crate::consultations::store::CHANGED;
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Problem};
use crate::db::published::{consultation, expert};
use crate::db::schema::{response_event, response_target, response_watch};
use crate::db::{Command, Tx};
use crate::response_targets::events::{Seen, TargetEvent};
use crate::response_targets::history::{self, Dated};
use crate::response_targets::notices;
use crate::response_targets::rules::Rules;
use crate::response_targets::settings::ResponseTargetSettings;
use crate::response_targets::targets::{Progress, Target};
use crate::response_targets::work_time::WorkTime;
use crate::web::room::Job;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// How often the job looks when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);
/// Consultations of one round.
const ROUND: i64 = 500;
/// Messages of one consultation that one look reads.
const MESSAGES: i64 = 2_000;
/// Seconds for which the messages of a talk are gathered before they are looked at.
const DEBOUNCE_SECONDS: i64 = 3;
/// The job looks at talks for one part of the time in so many. When thousands of messages a second are written, targets follow them some
/// seconds later, and the chat has the machine; the moments of the targets are those of the messages all the same.
const SHARE: u32 = 10;
/// The most time for talks that is saved up while few are written.
const MOST_SAVED: Duration = Duration::from_millis(500);

/// Follows the consultations.
pub const JOB: Job = Job {
    name: "response_targets",
    wake: Some(CHANGED),
    poll: POLL,
    start: |_, _| {
        let mut begun = false;
        let (mut saved, mut seen_at) = (MOST_SAVED, Instant::now());
        Ok(Box::new(move |app| {
            if !begun {
                // The calendar may have changed since the last server ran.
                app.execute(&Caller::system(), &RecheckTargets {})?;
                begun = true;
            }
            let more = due(app)?;
            let passed = seen_at.elapsed();
            seen_at += passed;
            saved = (saved + passed / SHARE).min(MOST_SAVED);
            saved = saved.saturating_sub(talks(app, saved)?);
            notices::send(app)?;
            Ok(more)
        }))
    },
};

/// The consultations to be looked at in any case: those that have changed, that are over, or for which the passing of time brings something.
const FIND_DUE: &str = "
    (SELECT c.id FROM published.consultation c
     LEFT JOIN response_watch w ON w.consultation_id = c.id
     WHERE c.status <> 'concluded' AND w.seen_at IS DISTINCT FROM c.updated_at
     LIMIT $2)
    UNION
    (SELECT c.id FROM response_watch w JOIN published.consultation c ON c.id = w.consultation_id
     WHERE w.open AND c.status = 'concluded' LIMIT $2)
    UNION
    (SELECT w.consultation_id FROM response_watch w WHERE w.next_at <= $1 ORDER BY w.next_at LIMIT $2)
    LIMIT $2";

/// Those in whose talk something was written and that were last looked at before a moment, the longest ago first.
const FIND_TALKS: &str = "
    SELECT w.consultation_id AS id FROM response_watch w
    JOIN published.consultation c ON c.id = w.consultation_id
    JOIN published.chat_stream s ON s.consultation_id = c.id AND s.stream = 'talk'
    WHERE c.status <> 'concluded' AND s.last_seq > w.talk_seq AND w.looked_at <= $1
    ORDER BY w.looked_at LIMIT $2";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: ConsultationId,
}

/// Looks at everything that is to be looked at now, as the job does over some rounds, and sends what is to be told.
///
/// # Errors
/// When the database is unavailable; the next round goes on.
pub fn round(app: &App) -> Result<bool, Problem> {
    let more = due(app)?;
    talks(app, Duration::MAX)?;
    notices::send(app)?;
    Ok(more)
}

/// Looks at the consultations that must be looked at. Says whether there are more.
fn due(app: &App) -> Result<bool, Problem> {
    let found: Vec<Found> = diesel::sql_query(FIND_DUE)
        .bind::<Timestamptz, _>(app.clock().now())
        .bind::<BigInt, _>(ROUND)
        .load(&mut *app.conn()?)?;
    found.iter().try_for_each(|found| look(app, found.id))?;
    Ok(i64::try_from(found.len()).is_ok_and(|count| count >= ROUND))
}

/// Looks at talks in which something was written, until as much time has passed. Gives the time that it took.
fn talks(app: &App, at_most: Duration) -> Result<Duration, Problem> {
    let began = Instant::now();
    if at_most.is_zero() {
        return Ok(Duration::ZERO);
    }
    let found: Vec<Found> = diesel::sql_query(FIND_TALKS)
        .bind::<Timestamptz, _>(app.clock().now() - chrono::Duration::seconds(DEBOUNCE_SECONDS))
        .bind::<BigInt, _>(ROUND)
        .load(&mut *app.conn()?)?;
    for Found { id } in found {
        if began.elapsed() >= at_most {
            break;
        }
        look(app, id)?;
    }
    Ok(began.elapsed())
}

/// Looks at a consultation.
fn look(app: &App, id: ConsultationId) -> Result<(), Problem> {
    let caller = Caller::system();
    if app.execute(&caller, &FollowTargets { id })? {
        app.execute(&caller, &ReceiveInformation { id })?;
    }
    Ok(())
}

/// Has everything that runs computed anew. Done by the platform when a server starts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecheckTargets {}

impl Command for RecheckTargets {
    type Output = ();
    const NAME: &'static str = "recheck_targets";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use response_watch as w;
        diesel::update(w::table.filter(w::open).filter(w::next_at.gt(tx.now)))
            .set(w::next_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// Takes in what has happened to a consultation since the last look, and what the passing of time has brought. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowTargets {
    /// The consultation.
    pub id: ConsultationId,
}

/// How far a consultation was taken in.
#[derive(Queryable, Selectable)]
#[diesel(table_name = response_watch, check_for_backend(diesel::pg::Pg))]
struct Watch {
    seen_at: Option<DateTime<Utc>>,
    event_seq: i32,
    talk_seq: i64,
    statutory_due: Option<NaiveDate>,
    progress: serde_json::Value,
}

impl Command for FollowTargets {
    /// Whether the enterprise has answered a question for information, which the consultation is yet to be told.
    type Output = bool;
    const NAME: &'static str = "follow_targets";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        use response_watch as w;
        let Some(rules) = Rules::of(tx.settings.section::<ResponseTargetSettings>()) else {
            return Err(Problem::internal("the rules of response targets are none"));
        };
        diesel::insert_into(w::table)
            .values((w::consultation_id.eq(self.id), w::looked_at.eq(tx.now)))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        let watch: Watch =
            w::table.find(self.id).for_update().select(Watch::as_select()).first(&mut *tx.conn)?;
        let seen: Seen = consultation::table
            .filter(consultation::id.eq(self.id))
            .select(Seen::as_select())
            .first(&mut *tx.conn)?;
        let statutory_due = match watch.seen_at {
            Some(_) => watch.statutory_due,
            None => history::statutory_due(&mut tx.conn, seen.nonconformity_id, seen.opened_at)?,
        };
        let mut progress: Progress =
            if watch.event_seq == 0 { Progress::default() } else { serde_json::from_value(watch.progress)? };
        let (facts, event_seq, talk_seq) = facts(tx, self.id, watch.event_seq, watch.talk_seq)?;
        let catalogue = std::sync::Arc::clone(&tx.catalogue);
        let matter = (seen.product_kind.as_str(), seen.opened_at, statutory_due);
        let fold = history::fold(&rules, &catalogue.calendar, &catalogue, matter);
        let mut touched: Vec<Target> =
            facts.into_iter().flat_map(|(at, fact)| fold.apply(&mut progress, at, fact)).collect();
        fold.pass(&mut progress, tx.now);
        touched.extend(progress.open.iter().cloned());
        for target in &touched {
            save(tx, self.id, target, fold.time)?;
        }
        note(tx, self.id, &seen, &touched, fold.time)?;
        diesel::update(w::table.find(self.id))
            .set((
                w::seen_at.eq(seen.updated_at),
                w::event_seq.eq(event_seq),
                w::talk_seq.eq(talk_seq),
                w::statutory_due.eq(statutory_due),
                w::progress.eq(serde_json::to_value(&progress)?),
                w::open.eq(!progress.ended),
                w::next_at.eq(fold.next_at(&progress)),
                w::looked_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        Ok(seen.information_asked_at.is_some() && !progress.paused && !progress.ended)
    }
}

/// What has happened since the last look, and the numbers up to which it was read.
fn facts(
    tx: &mut Tx,
    id: ConsultationId,
    event_seq: i32,
    talk_seq: i64,
) -> Result<(Vec<Dated>, i32, i64), Problem> {
    let messages = spoken_after(&mut tx.conn, id, talk_seq, MESSAGES)?;
    let mut lines = history::lines(&mut tx.conn, &[id], event_seq)?;
    // What happened after the last message that was read waits for those that are yet to be read.
    if i64::try_from(messages.len()).is_ok_and(|n| n >= MESSAGES) {
        let until = messages.last().map(|(_, _, at)| *at);
        lines.retain(|(_, (_, at, _))| until.is_none_or(|until| *at <= until));
    }
    let event_seq = lines.last().map_or(event_seq, |(_, (seq, ..))| *seq);
    let talk_seq = messages.last().map_or(talk_seq, |(seq, ..)| *seq);
    let events = lines.into_iter().filter_map(|(_, (_, at, fact))| Some((at, fact?)));
    let written = messages.into_iter().filter_map(|(_, role, at)| Some((at, history::written(role)?)));
    Ok((history::merged(events, written), event_seq, talk_seq))
}

fn save(tx: &mut Tx, id: ConsultationId, target: &Target, time: WorkTime<'_>) -> Result<(), Problem> {
    use response_target as t;
    let standing = (
        t::state.eq(target.state()),
        t::due_at.eq(target.due_at(time)),
        t::counted_seconds.eq(target.counted),
        t::pauses.eq(target.pauses),
        t::warned_at.eq(target.warned_at),
        t::breached_at.eq(target.breached_at),
        t::met_at.eq(target.met_at),
        t::ended_at.eq(target.ended_at),
    );
    diesel::insert_into(t::table)
        .values((
            t::consultation_id.eq(id),
            t::kind.eq(target.kind),
            t::cycle.eq(target.cycle),
            t::urgency.eq(target.urgency),
            t::started_at.eq(target.started_at),
            t::hours.eq(target.hours),
            t::allowed_seconds.eq(target.allowed),
            standing,
        ))
        .on_conflict((t::consultation_id, t::kind, t::cycle))
        .do_update()
        .set(standing)
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes the events that are new, and tells who is concerned.
fn note(
    tx: &mut Tx,
    id: ConsultationId,
    seen: &Seen,
    touched: &[Target],
    time: WorkTime<'_>,
) -> Result<(), Problem> {
    use response_event as e;
    let mut alarmed = false;
    for target in touched {
        let events = [
            (TargetEvent::Warned, target.warned_at),
            (TargetEvent::Breached, target.breached_at),
            (TargetEvent::Met, target.met_at),
        ];
        for (event, at) in events.into_iter().filter_map(|(event, at)| Some((event, at?))) {
            let written = diesel::insert_into(e::table)
                .values((
                    e::consultation_id.eq(id),
                    e::kind.eq(target.kind),
                    e::cycle.eq(target.cycle),
                    e::event.eq(event),
                    e::at.eq(at),
                    e::noted_at.eq(tx.now),
                ))
                .on_conflict_do_nothing()
                .execute(&mut *tx.conn)?;
            if written == 0 {
                continue;
            }
            // Who answers already needs no reminder.
            if target.ended_at.is_none() {
                alarmed = true;
                notices::note(tx, id, seen, target, (event, at), target.due_at(time))?;
            }
            // Whoever sees the warning, or that it is overdue, sees that it is over.
            alarmed |= event == TargetEvent::Met && target.warned_at.is_some();
        }
    }
    if alarmed {
        let expert = match seen.expert_id.filter(|_| seen.status.shows_expert()) {
            Some(id_of) => expert::table
                .filter(expert::id.eq(id_of))
                .select(expert::name)
                .first(&mut *tx.conn)
                .optional()?,
            None => None,
        };
        tx.emit(QueueChanged { region: seen.region.clone() });
        let status = seen.status.as_str().to_owned();
        tx.emit(ConsultationChanged { consultation: id, status, expert, panel: Vec::new(), inside: true });
    }
    Ok(())
}
