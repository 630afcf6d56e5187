//! The job: it finds the consultations in which something was written and has it taken in, then sends the mails that are due.
//!
//! Nothing tells it of a message: it compares the numbers of the streams with those that are taken in, of consultations under way often,
//! of all of them now and then, since officers write notes in ended ones, too. A round looks through a slice and goes on behind it the
//! next time. Several servers may do so at once.

use crate::app::App;
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Problem};
use crate::unread_mails::notices::{NotePresence, send};
use crate::unread_mails::take_in::{NEWS_HOURS, TakeInMessages};
use crate::web::room::Job;
use chrono::Duration as Span;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often the job looks.
const POLL: Duration = Duration::from_secs(10);
/// How often the consultations under way are looked through.
const OPEN_EVERY: Duration = Duration::from_secs(20);
/// How often all of them are.
const ALL_EVERY: Duration = Duration::from_secs(900);
/// How often it is noted who is connected.
const PRESENCE_EVERY: Duration = Duration::from_secs(60);
/// Consultations whose numbers a round compares.
const COMPARED: usize = 5_000;
/// Consultations that a round takes in.
const TAKEN_IN: usize = 500;

/// Tells who is away of unread messages.
pub const JOB: Job = Job {
    name: "unread_mails",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let mut follower = Follower::default();
        Ok(Box::new(move |app| follower.round(app)))
    },
};

/// What the rounds keep between them. One that is new looks through everything.
#[derive(Debug, Default)]
pub struct Follower {
    open: Pass,
    all: Pass,
    presence_at: Option<Instant>,
}

/// A walk through consultations by their ids.
#[derive(Debug, Default)]
struct Pass {
    /// Where it goes on.
    after: Uuid,
    /// When the next one begins; none while one runs.
    next: Option<Instant>,
}

#[derive(QueryableByName)]
struct Compared {
    #[diesel(sql_type = SqlUuid)]
    id: ConsultationId,
    #[diesel(sql_type = Bool)]
    grown: bool,
}

/// A slice of the consultations, and whether more was written in each than is taken in. What was last written long ago is no news: it is not
/// looked at again and again after this was installed, nor told of where no server ran for days.
fn comparison(condition: &str) -> String {
    format!(
        "SELECT c.id, coalesce((
             SELECT bool_or(
                 s.last_seq > coalesce(CASE s.stream WHEN 'talk' THEN w.talk_seq ELSE w.notes_seq END, 0)
                 AND EXISTS (
                     SELECT FROM published.chat_message m
                     WHERE m.consultation_id = s.consultation_id AND m.stream = s.stream AND m.seq = s.last_seq
                       AND m.sent_at > $2))
             FROM published.chat_stream s WHERE s.consultation_id = c.id), false) AS grown
         FROM (SELECT k.id FROM published.consultation k WHERE k.id > $1 {condition} ORDER BY k.id LIMIT $3) AS c
         LEFT JOIN unread_watch w ON w.consultation_id = c.id
         ORDER BY c.id"
    )
}

impl Follower {
    /// One round; says whether more is to be done at once.
    ///
    /// # Errors
    /// When the database is unavailable; the next round goes on.
    pub fn round(&mut self, app: &App) -> Result<bool, Problem> {
        let mut more = self.open.step(app, "AND k.status <> 'concluded'", OPEN_EVERY)?;
        more |= self.all.step(app, "", ALL_EVERY)?;
        if self.presence_at.is_none_or(|at| at.elapsed() >= PRESENCE_EVERY) {
            app.execute(&Caller::system(), &NotePresence {})?;
            self.presence_at = Some(Instant::now());
        }
        more |= send(app)?;
        Ok(more)
    }
}

impl Pass {
    /// Looks through the next slice; says whether more follow.
    fn step(&mut self, app: &App, condition: &str, every: Duration) -> Result<bool, Problem> {
        if self.next.is_some_and(|at| Instant::now() < at) {
            return Ok(false);
        }
        self.next = None;
        let mut slice: Vec<Compared> = diesel::sql_query(comparison(condition))
            .bind::<SqlUuid, _>(self.after)
            .bind::<Timestamptz, _>(app.clock().now() - Span::hours(NEWS_HOURS))
            .bind::<BigInt, _>(i64::try_from(COMPARED).unwrap_or(i64::MAX))
            .load(&mut *app.conn()?)?;
        let whole = slice.len();
        if let Some((last, _)) = slice.iter().enumerate().filter(|(_, one)| one.grown).nth(TAKEN_IN - 1) {
            slice.truncate(last + 1);
        }
        let consultations: Vec<ConsultationId> =
            slice.iter().filter(|one| one.grown).map(|one| one.id).collect();
        if !consultations.is_empty() {
            app.execute(&Caller::system(), &TakeInMessages { consultations })?;
        }
        match slice.last() {
            Some(last) if whole == COMPARED || slice.len() < whole => self.after = last.id.0,
            _ => *self = Self { after: Uuid::nil(), next: Some(Instant::now() + every) },
        }
        Ok(self.next.is_none())
    }
}
