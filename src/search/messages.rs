//! Looking for messages.
//!
//! The index is gone through from the newest block to the oldest, at first a few blocks at a time: a word that is everywhere is found at once,
//! and a rare one has few rows. What the index gives is looked up in pieces: the consultation and whether the actor may know of it
//! ([`visible_among`], which is the right to read), then the text, which decides. Where much fits of which the actor may see little, the
//! messages of its consultations are taken from the index first.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::app::App;
use crate::chat::kernel::Stream;
use crate::consultations::global_search::{all_if_few, visible_among};
use crate::consultations::policy::reads_notes;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice};
use crate::core::search::SearchTerms;
use crate::core::{Language, Problem};
use crate::search::postings::{BLOCK, both, unpack};
use crate::search::ranks::{Rank, ranks};
use crate::search::tokens::folded_whole;
use crate::web::global_search::{Findings, Hit, Piece, excerpt};

/// Blocks that are looked through first, and at most at a time.
const BLOCKS: (i64, i64) = (4, 256);
/// Tokens that are asked for; the text decides about the rest.
const TOKENS: usize = 12;
/// Messages that are looked up first, and at most at a time.
const LOOKED_UP: (usize, usize) = (48, 512);
/// Messages that are looked up for one answer.
const MOST: usize = 20_000;
/// Messages of some blocks from which on those of the actor's consultations are taken first.
const MANY: usize = 400;
/// Consultations of an actor up to which that is done.
const FEW: i64 = 2_000;
/// How long is looked; what was found until then is the answer.
const LONGEST: Duration = Duration::from_millis(400);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct PackedRow {
    #[diesel(sql_type = BigInt)]
    token: i64,
    #[diesel(sql_type = Integer)]
    block: i32,
    #[diesel(sql_type = Binary)]
    places: Vec<u8>,
}

#[derive(QueryableByName)]
struct RecentRow {
    #[diesel(sql_type = BigInt)]
    token: i64,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct RunRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = Integer)]
    messages: i32,
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = SqlUuid)]
    consultation_id: Uuid,
    #[diesel(sql_type = Text)]
    stream: String,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Timestamptz)]
    sent_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<BigInt>)]
    reply_to: Option<i64>,
}

/// A message that fits.
struct Fit {
    n: i64,
    near: bool,
    hit: Hit,
}

/// Looks for messages; what fits better is first, and what is newer within a rank. On a page words that are near each other come first.
///
/// # Errors
/// When the database can't be asked.
pub fn find(
    _: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &SearchTerms,
    slice: Slice,
    _: Language,
) -> Result<Findings, Problem> {
    let (ranks, partial, began) = (ranks(typed), Cell::new(false), Instant::now());
    let load = |slice: Slice| -> QueryResult<Vec<(usize, Fit)>> {
        let Some(rank) = ranks.get(slice.rank).copied() else { return Ok(Vec::new()) };
        let below = slice.after.map_or(i64::MAX, |after| i64::try_from(after.as_u128()).unwrap_or(i64::MAX));
        let wanted = usize::try_from(slice.limit + 1).unwrap_or(usize::MAX);
        let mut walk = Walk {
            conn: &mut *conn,
            actor,
            typed,
            rank,
            wanted,
            began,
            looked: 0,
            own: None,
            fits: Vec::new(),
        };
        if !walk.go(below)? {
            partial.set(true);
        }
        Ok(walk.fits.into_iter().map(|fit| (slice.rank, fit)).collect())
    };
    let mut page = Page::by_rank(ranks.len(), slice, load, |(_, fit)| number(fit.n))?;
    page.items.sort_by_key(|(rank, fit)| (*rank, !fit.near));
    let found = Findings::of(page, |(_, fit)| fit.hit);
    Ok(Findings { partial: partial.get(), ..found })
}

/// A number as the id of a cursor.
pub(super) fn number(n: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(n).unwrap_or(0))
}

/// One way through the index.
struct Walk<'a> {
    conn: &'a mut PgConnection,
    actor: &'a Actor,
    typed: &'a SearchTerms,
    rank: Rank,
    wanted: usize,
    began: Instant,
    looked: usize,
    /// The actor's consultations, once they were asked for; none where they are many.
    own: Option<Option<Vec<Uuid>>>,
    fits: Vec<Fit>,
}

/// The places of the messages that hold each of some tokens, by block.
type Lists = BTreeMap<i64, HashMap<i64, Vec<u16>>>;

impl Walk<'_> {
    /// Looks for what is wanted below a number. Says whether all was looked through that had to be.
    fn go(&mut self, below: i64) -> QueryResult<bool> {
        let mut tokens = self.rank.tokens(self.typed);
        tokens.truncate(TOKENS);
        let top =
            diesel::sql_query("SELECT next_n AS n FROM search_progress").get_result::<Number>(self.conn);
        let end = top.optional()?.map_or(0, |row| row.n).min(below);
        if tokens.is_empty() || end <= 0 {
            return Ok(true);
        }
        let mut recent = self.recent(&tokens, end)?;
        let (mut high, mut size) = ((end - 1) / BLOCK + 1, BLOCKS.0);
        while high > 0 {
            let low = (high - size).max(0);
            let mut lists = recent.split_off(&low);
            self.packed(&tokens, (low, high), &mut lists)?;
            let mut all: Vec<i64> = Vec::new();
            for (block, of_tokens) in lists.into_iter().rev() {
                let places = in_all(of_tokens, tokens.len());
                all.extend(places.into_iter().rev().map(|place| block * BLOCK + i64::from(place)));
            }
            all.retain(|n| *n < end);
            if all.len() > MANY {
                all = self.of_own(all, (low, high))?;
            }
            let (mut rest, mut some) = (all.as_slice(), LOOKED_UP.0);
            while !rest.is_empty() {
                let (these, others) = rest.split_at(some.min(rest.len()));
                self.look_up(these)?;
                if self.fits.len() >= self.wanted {
                    self.fits.truncate(self.wanted);
                    return Ok(true);
                }
                if self.looked >= MOST || self.began.elapsed() > LONGEST {
                    return Ok(false);
                }
                (rest, some) = (others, (some * 2).min(LOOKED_UP.1));
            }
            if self.began.elapsed() > LONGEST {
                return Ok(low == 0);
            }
            (high, size) = (low, (size * 4).min(BLOCKS.1));
        }
        Ok(true)
    }

    fn recent(&mut self, tokens: &[i64], end: i64) -> QueryResult<Lists> {
        let query = "SELECT token, n FROM search_recent WHERE token = ANY ($1) AND n < $2 ORDER BY token, n";
        let rows: Vec<RecentRow> = diesel::sql_query(query)
            .bind::<Array<BigInt>, _>(tokens)
            .bind::<BigInt, _>(end)
            .load(self.conn)?;
        let mut lists = Lists::new();
        for RecentRow { token, n } in rows {
            let places = lists.entry(n / BLOCK).or_default().entry(token).or_default();
            places.push(u16::try_from(n % BLOCK).unwrap_or(0));
        }
        Ok(lists)
    }

    fn packed(&mut self, tokens: &[i64], (low, high): (i64, i64), lists: &mut Lists) -> QueryResult<()> {
        let block = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
        let rows: Vec<PackedRow> = diesel::sql_query(
            "SELECT token, block, places FROM search_posting WHERE token = ANY ($1) AND block >= $2 AND block < $3",
        )
        .bind::<Array<BigInt>, _>(tokens)
        .bind::<Integer, _>(block(low))
        .bind::<Integer, _>(block(high))
        .load(self.conn)?;
        for PackedRow { token, block, places } in rows {
            lists.entry(i64::from(block)).or_default().insert(token, unpack(&places));
        }
        Ok(())
    }

    /// Of these messages of some blocks those of the actor's own consultations; all where these are many.
    fn of_own(&mut self, all: Vec<i64>, (low, high): (i64, i64)) -> QueryResult<Vec<i64>> {
        if self.own.is_none() {
            self.own = Some(all_if_few(self.conn, self.actor, FEW)?);
        }
        let Some(Some(own)) = &self.own else { return Ok(all) };
        let mut runs: Vec<RunRow> = diesel::sql_query(
            "SELECT n, messages FROM search_run WHERE consultation_id = ANY ($1) AND n >= $2 AND n < $3",
        )
        .bind::<Array<SqlUuid>, _>(own)
        .bind::<BigInt, _>(low * BLOCK)
        .bind::<BigInt, _>(high * BLOCK)
        .load(self.conn)?;
        runs.sort_unstable_by_key(|run| run.n);
        let is_own = |n: &i64| {
            let behind = runs.partition_point(|run| run.n <= *n);
            behind
                .checked_sub(1)
                .and_then(|at| runs.get(at))
                .is_some_and(|run| *n < run.n + i64::from(run.messages))
        };
        Ok(all.into_iter().filter(is_own).collect())
    }

    /// Adds those of these messages that the actor may see and that fit.
    fn look_up(&mut self, numbers: &[i64]) -> QueryResult<()> {
        self.looked += numbers.len();
        let places: Vec<Place> = diesel::sql_query(
            "SELECT q.n, r.consultation_id, r.stream, r.seq + q.n - r.n AS seq FROM unnest($1) AS q(n)
             CROSS JOIN LATERAL (SELECT * FROM search_run k WHERE k.n <= q.n ORDER BY k.n DESC LIMIT 1) AS r",
        )
        .bind::<Array<BigInt>, _>(numbers)
        .load(self.conn)?;
        let ids: HashSet<Uuid> = places.iter().map(|place| place.consultation_id).collect();
        let seen = visible_among(self.conn, self.actor, &ids.into_iter().collect::<Vec<_>>())?;
        let notes = reads_notes(self.actor);
        let is_seen = |place: &Place| {
            seen.contains_key(&place.consultation_id) && (notes || place.stream == Stream::Talk.as_str())
        };
        let places: HashMap<i64, Place> =
            places.into_iter().filter(is_seen).map(|place| (place.n, place)).collect();
        let mut said = self.said(&places)?;
        said.sort_unstable_by_key(|said| std::cmp::Reverse(said.n));
        for Said { n, body, sent_at, reply_to } in said {
            let Some(place) = places.get(&n) else { continue };
            let Some(near) = self.rank.fits(&folded_whole(&body), self.typed) else { continue };
            let (subject, enterprise) = seen.get(&place.consultation_id).cloned().unwrap_or_default();
            let title = vec![Piece { text: format!("{subject} · {enterprise}"), found: false }];
            let hit = hit(
                place.consultation_id,
                &place.stream,
                place.seq,
                title,
                marks(&body, self.typed, self.rank),
                (sent_at, reply_to),
            );
            self.fits.push(Fit { n, near, hit });
        }
        Ok(())
    }

    fn said(&mut self, places: &HashMap<i64, Place>) -> QueryResult<Vec<Said>> {
        let all = || places.values();
        diesel::sql_query(
            "SELECT u.n, m.body, m.sent_at, m.reply_to FROM unnest($1, $2, $3, $4) AS u(n, consultation_id, stream, seq)
             CROSS JOIN LATERAL (
                 SELECT * FROM published.chat_message k
                 WHERE k.consultation_id = u.consultation_id AND k.stream = u.stream AND k.seq = u.seq OFFSET 0) AS m",
        )
        .bind::<Array<BigInt>, _>(all().map(|place| place.n).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(all().map(|place| place.consultation_id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(all().map(|place| place.stream.as_str()).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(all().map(|place| place.seq).collect::<Vec<_>>())
        .load(self.conn)
    }
}

/// A message as it is found: when it was sent, and the number of the one that it answers.
pub(super) fn hit(
    consultation: Uuid,
    stream: &str,
    seq: i64,
    title: Vec<Piece>,
    excerpt: Vec<Piece>,
    (sent_at, reply_to): (DateTime<Utc>, Option<i64>),
) -> Hit {
    Hit {
        id: format!("{consultation}/{stream}/{seq}"),
        link: format!("/consultations/{consultation}#{stream}-{seq}"),
        title,
        excerpt,
        at: Some(sent_at),
        reply_to,
    }
}

/// The place of a message where it fits, with marks.
pub(super) fn marks(body: &str, typed: &SearchTerms, rank: Rank) -> Vec<Piece> {
    if rank != Rank::Characters {
        return excerpt(body, typed);
    }
    let apart: String = typed.whole().chars().flat_map(|c| [c, ' ']).collect();
    SearchTerms::of(Some(&apart)).map_or_else(Vec::new, |apart| excerpt(body, &apart))
}

/// What stands in the lists of so many tokens.
fn in_all(of_tokens: HashMap<i64, Vec<u16>>, tokens: usize) -> Vec<u16> {
    if of_tokens.len() < tokens {
        return Vec::new();
    }
    let mut lists: Vec<Vec<u16>> = of_tokens.into_values().collect();
    lists.sort_unstable_by_key(Vec::len);
    lists.into_iter().reduce(|a, b| both(&a, &b)).unwrap_or_default()
}
