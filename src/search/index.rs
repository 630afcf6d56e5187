//! The job that fills the index of messages.
//!
//! It follows the log: the writers of the chat note in memory which streams have grown ([`Written`]), and nothing is added to what storing
//! a message costs. What a process that was killed had noted is found by comparing the numbers of all streams with those that are indexed, at
//! the start and then every few minutes. What is indexed of a stream stands in `search_run`, so a round that did not commit is done again.
//!
//! With several servers each indexes what it stored itself; whoever adds to the index holds the row of `search_progress`, so the numbers
//! have no gap and no message is indexed twice.
//!
//! While the chat stores thousands of messages a second, the job waits for a quieter second, a minute at most: messages are found later then,
//! and the chat has the whole machine.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::app::App;
use crate::chat::kernel::Stream;
use crate::chat::written::{LOG_GREW, StreamKey, Written};
use crate::core::Problem;
use crate::core::ids::ConsultationId;
use crate::search::packing::{pack_slice, write_packed};
use crate::search::postings::BLOCK;
use crate::search::progress;
use crate::search::tokens::{folded_whole, of_text};
use crate::web::room::Job;

/// Messages of a round that go into the block that is being filled.
const FEW: i64 = 2_000;
/// Bytes of text of a round.
const MOST_BYTES: i64 = 32 * 1024 * 1024;
/// Streams of a round.
const STREAMS: usize = 2_000;
/// Streams whose numbers are compared in a round.
const COMPARED: i64 = 20_000;
/// How often the numbers of all streams are compared.
const COMPARE_EVERY: Duration = Duration::from_secs(900);
/// Messages stored within a second from which on the job waits for a quieter one.
const FLOOD: f64 = 5_000.0;
/// How long it waits before it looks again.
const PAUSE: Duration = Duration::from_secs(1);
/// How long it waits in all, so that it gets on even if that never ends.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Fills the index of messages.
pub const JOB: Job = Job {
    name: "message index",
    wake: Some(LOG_GREW),
    poll: Duration::from_millis(500),
    start: |app, _| {
        app.cache().of::<Written>().wake_with(app.wake_signal(LOG_GREW));
        let mut indexer = Indexer::default();
        Ok(Box::new(move |app| indexer.round(app)))
    },
};

/// What the rounds keep between them.
#[derive(Debug, Default)]
pub struct Indexer {
    /// The streams that are to be read, each once.
    streams: VecDeque<StreamKey>,
    queued: HashSet<StreamKey>,
    /// Where the comparison of all streams goes on.
    compared: Option<(Uuid, String)>,
    /// When the next one begins; none while one runs.
    compare_at: Option<Instant>,
    /// When the noted streams were last taken.
    taken_at: Option<Instant>,
    /// Until when nothing is done, and since when.
    rest_until: Option<Instant>,
    resting_since: Option<Instant>,
    /// Whether nothing is left to pack.
    packed: bool,
}

#[derive(QueryableByName)]
struct Gap {
    #[diesel(sql_type = SqlUuid)]
    consultation_id: Uuid,
    #[diesel(sql_type = Text)]
    stream: String,
    #[diesel(sql_type = BigInt)]
    done: i64,
    #[diesel(sql_type = BigInt)]
    last_seq: i64,
}

#[derive(QueryableByName)]
struct Message {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Text)]
    body: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The parts of streams that a round indexes.
#[derive(Debug, Default)]
struct Parts {
    consultations: Vec<Uuid>,
    streams: Vec<String>,
    /// The first number of each.
    firsts: Vec<i64>,
    counts: Vec<i32>,
    /// The place of the first message of each in the round.
    places: Vec<i64>,
    total: i64,
}

impl Indexer {
    /// One round; says whether more may be waiting.
    ///
    /// # Errors
    /// When the database can't be asked; the streams are read again.
    pub fn round(&mut self, app: &App) -> Result<bool, Problem> {
        let began = Instant::now();
        if self.rest_until.is_some_and(|until| began < until) {
            return Ok(false);
        }
        let noted = app.cache().of::<Written>().take();
        let passed = self.taken_at.replace(began).map_or(PAUSE, |at| began - at).max(PAUSE);
        if noted.incomplete {
            (self.compared, self.compare_at) = (None, None);
        }
        // Before what the comparison found, which may be much: people wait for what was just written.
        for key in noted.streams {
            if self.queued.insert(key) {
                self.streams.push_front(key);
            }
        }
        if f64::from(u32::try_from(noted.messages).unwrap_or(u32::MAX)) > FLOOD * passed.as_secs_f64()
            && self.resting_since.get_or_insert(began).elapsed() < LONGEST_PAUSE
        {
            self.rest_until = Some(began + PAUSE);
            return Ok(false);
        }
        self.resting_since = None;
        if self.streams.is_empty() {
            self.compare(app)?;
        }
        let streams: Vec<StreamKey> = self.streams.iter().copied().take(STREAMS).collect();
        if streams.is_empty() && self.packed {
            return Ok(self.compare_at.is_none());
        }
        let conn = &mut *app.conn()?;
        if !streams.is_empty() {
            self.packed = false;
            let ended = add(conn, &streams)?;
            for key in self.streams.drain(..ended.min(streams.len())) {
                self.queued.remove(&key);
            }
        }
        self.packed = !pack_slice(conn)?;
        Ok(!self.packed || !self.streams.is_empty() || self.compare_at.is_none())
    }

    /// Finds streams that hold more than is indexed, some of them at a time.
    fn compare(&mut self, app: &App) -> Result<(), Problem> {
        if self.compare_at.is_some_and(|at| Instant::now() < at) {
            return Ok(());
        }
        let (after, stream) = self.compared.clone().unwrap_or_default();
        let rows: Vec<Gap> = diesel::sql_query(
            "SELECT s.consultation_id, s.stream, s.last_seq, coalesce(d.done, 0) AS done
             FROM (SELECT * FROM published.chat_stream WHERE (consultation_id, stream) > ($1, $2)
                   ORDER BY consultation_id, stream LIMIT $3) AS s
             LEFT JOIN LATERAL (
                 SELECT r.seq + r.messages - 1 AS done FROM search_run r
                 WHERE r.consultation_id = s.consultation_id AND r.stream = s.stream ORDER BY r.seq DESC LIMIT 1) AS d ON true
             ORDER BY s.consultation_id, s.stream",
        )
        .bind::<SqlUuid, _>(after)
        .bind::<Text, _>(stream)
        .bind::<BigInt, _>(COMPARED)
        .load(&mut *app.conn()?)?;
        self.compared = rows.last().map(|row| (row.consultation_id, row.stream.clone()));
        self.compare_at = match self.compared {
            Some(_) => None,
            None => Some(Instant::now() + COMPARE_EVERY),
        };
        let grown = rows.iter().filter(|row| row.last_seq > row.done);
        for row in grown {
            let Ok(stream) = row.stream.parse::<Stream>() else { continue };
            let key = (ConsultationId(row.consultation_id), stream);
            if self.queued.insert(key) {
                self.streams.push_back(key);
            }
        }
        Ok(())
    }
}

/// Indexes what is new in streams, in their order. Gives how many of the streams were read to their end.
fn add(conn: &mut PgConnection, streams: &[StreamKey]) -> Result<usize, Problem> {
    Ok(conn.transaction::<_, diesel::result::Error, _>(|conn| {
        let progress = progress::lock(conn)?;
        let gaps = gaps(conn, streams)?;
        // A whole block is packed at once.
        let left = BLOCK - progress.next_n % BLOCK;
        let mut parts = Parts::of(&gaps, left);
        if left < BLOCK || parts.total < BLOCK || bytes(conn, &parts)? > MOST_BYTES {
            parts = Parts::of(&gaps, left.min(FEW));
        }
        if parts.total == 0 {
            return Ok(streams.len());
        }
        let mut postings: Vec<(i64, u16)> = Vec::new();
        for message in messages(conn, &parts)? {
            let place = u16::try_from((progress.next_n + message.place) % BLOCK).unwrap_or(0);
            postings.extend(of_text(&folded_whole(&message.body)).into_iter().map(|token| (token, place)));
        }
        postings.sort_unstable();
        let block = progress.next_n / BLOCK;
        if parts.total == BLOCK {
            write_packed(conn, block, &postings)?;
        } else {
            let numbered = postings.iter().map(|(token, place)| (*token, block * BLOCK + i64::from(*place)));
            let (tokens, numbers): (Vec<i64>, Vec<i64>) = numbered.unzip();
            diesel::sql_query("INSERT INTO search_recent (token, n) SELECT * FROM unnest($1, $2)")
                .bind::<Array<BigInt>, _>(tokens)
                .bind::<Array<BigInt>, _>(numbers)
                .execute(conn)?;
        }
        diesel::sql_query(
            "INSERT INTO search_run (n, consultation_id, stream, seq, messages)
             SELECT $1 + u.place, u.consultation_id, u.stream, u.seq, u.messages
             FROM unnest($2, $3, $4, $5, $6) AS u(place, consultation_id, stream, seq, messages)",
        )
        .bind::<BigInt, _>(progress.next_n)
        .bind::<Array<BigInt>, _>(&parts.places)
        .bind::<Array<SqlUuid>, _>(&parts.consultations)
        .bind::<Array<Text>, _>(&parts.streams)
        .bind::<Array<BigInt>, _>(&parts.firsts)
        .bind::<Array<Integer>, _>(&parts.counts)
        .execute(conn)?;
        diesel::sql_query("UPDATE search_progress SET next_n = next_n + $1")
            .bind::<BigInt, _>(parts.total)
            .execute(conn)?;
        Ok(parts.ended(&gaps, streams))
    })?)
}

/// What is new in streams, in their order.
fn gaps(conn: &mut PgConnection, streams: &[StreamKey]) -> QueryResult<Vec<Gap>> {
    diesel::sql_query(
        "SELECT w.consultation_id, w.stream, s.last_seq, coalesce(d.done, 0) AS done
         FROM unnest($1, $2) WITH ORDINALITY AS w(consultation_id, stream, place)
         JOIN published.chat_stream s ON s.consultation_id = w.consultation_id AND s.stream = w.stream
         LEFT JOIN LATERAL (
             SELECT r.seq + r.messages - 1 AS done FROM search_run r
             WHERE r.consultation_id = w.consultation_id AND r.stream = w.stream ORDER BY r.seq DESC LIMIT 1) AS d ON true
         ORDER BY w.place",
    )
    .bind::<Array<SqlUuid>, _>(streams.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(streams.iter().map(|(_, stream)| stream.as_str()).collect::<Vec<_>>())
    .load(conn)
}

impl Parts {
    /// The first so many messages.
    fn of(gaps: &[Gap], most: i64) -> Self {
        let mut parts = Self::default();
        for gap in gaps {
            let count = (gap.last_seq - gap.done).min(most - parts.total);
            if count > 0 {
                parts.consultations.push(gap.consultation_id);
                parts.streams.push(gap.stream.clone());
                parts.firsts.push(gap.done + 1);
                parts.counts.push(i32::try_from(count).unwrap_or(i32::MAX));
                parts.places.push(parts.total);
                parts.total += count;
            }
        }
        parts
    }

    /// How many of the streams are read to their end.
    fn ended(&self, gaps: &[Gap], streams: &[StreamKey]) -> usize {
        let mut left = self.total;
        let unfinished = gaps.iter().find(|gap| {
            let new = (gap.last_seq - gap.done).max(0);
            left -= new;
            left < 0
        });
        let is = |gap: &Gap, key: &StreamKey| gap.consultation_id == key.0.0 && gap.stream == key.1.as_str();
        let at = unfinished.and_then(|gap| streams.iter().position(|key| is(gap, key)));
        at.unwrap_or(streams.len())
    }
}

const IN_PARTS: &str = "FROM unnest($1, $2, $3, $4, $5) AS u(consultation_id, stream, first, messages, place)
     CROSS JOIN LATERAL (
         SELECT * FROM published.chat_message k
         WHERE k.consultation_id = u.consultation_id AND k.stream = u.stream
           AND k.seq >= u.first AND k.seq < u.first + u.messages OFFSET 0) AS m";

type OfParts<'a> = diesel::query_builder::BoxedSqlQuery<'a, diesel::pg::Pg, diesel::query_builder::SqlQuery>;

fn in_parts(select: &str, parts: &Parts) -> OfParts<'static> {
    diesel::sql_query(format!("{select} {IN_PARTS}"))
        .into_boxed()
        .bind::<Array<SqlUuid>, _>(parts.consultations.clone())
        .bind::<Array<Text>, _>(parts.streams.clone())
        .bind::<Array<BigInt>, _>(parts.firsts.clone())
        .bind::<Array<Integer>, _>(parts.counts.clone())
        .bind::<Array<BigInt>, _>(parts.places.clone())
}

fn bytes(conn: &mut PgConnection, parts: &Parts) -> QueryResult<i64> {
    let select = "SELECT coalesce(sum(octet_length(m.body)), 0)::bigint AS count";
    in_parts(select, parts).get_result::<Count>(conn).map(|row| row.count)
}

fn messages(conn: &mut PgConnection, parts: &Parts) -> QueryResult<Vec<Message>> {
    in_parts("SELECT u.place + m.seq - u.first AS place, m.body", parts).load(conn)
}
