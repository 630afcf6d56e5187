//! Looking for messages within one conversation. It reads the log itself, from its end, and needs no index: what was just written is found.

use std::cell::Cell;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::chat::kernel::Stream;
use crate::chat::port::ConsultationPort;
use crate::consultations::ChatPort;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::page::{Page, Slice};
use crate::core::search::SearchTerms;
use crate::search::messages::{hit, marks, number};
use crate::search::ranks::{Rank, ranks};
use crate::search::tokens::folded_whole;
use crate::web::global_search::{Findings, Piece};

/// Messages that are read at a time.
const SOME: i64 = 500;
/// Messages that are read for one answer.
const MOST: i64 = 20_000;

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Timestamptz)]
    sent_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<BigInt>)]
    reply_to: Option<i64>,
}

/// Looks for messages of one stream; what fits better is first, and what is newer within a rank.
///
/// # Errors
/// 404 where the actor may not read the stream.
pub fn find(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    stream: Stream,
    typed: &SearchTerms,
    slice: Slice,
) -> Result<Findings, Problem> {
    let info = ChatPort.find(conn, actor, id)?;
    if stream == Stream::Notes && !info.sees_notes {
        return Err(Problem::not_found());
    }
    let (ranks, partial) = (ranks(typed), Cell::new(false));
    let load = |slice: Slice| -> QueryResult<Vec<(usize, Rank, Said)>> {
        let Some(rank) = ranks.get(slice.rank).copied() else { return Ok(Vec::new()) };
        let mut below =
            slice.after.map_or(i64::MAX, |after| i64::try_from(after.as_u128()).unwrap_or(i64::MAX));
        let (mut fits, mut left) = (Vec::new(), MOST);
        loop {
            let rows: Vec<Said> = diesel::sql_query(
                "SELECT m.seq, a.name, m.body, m.sent_at, m.reply_to FROM published.chat_message m
                 JOIN published.account a ON a.id = m.sender_id
                 WHERE m.consultation_id = $1 AND m.stream = $2 AND m.seq < $3 ORDER BY m.seq DESC LIMIT $4",
            )
            .bind::<SqlUuid, _>(id.0)
            .bind::<Text, _>(stream.as_str())
            .bind::<BigInt, _>(below)
            .bind::<BigInt, _>(SOME)
            .load(conn)?;
            let Some(last) = rows.last().map(|row| row.seq) else { break };
            let read = i64::try_from(rows.len()).unwrap_or(SOME);
            (below, left) = (last, left - read);
            let good = |said: &Said| rank.fits(&folded_whole(&said.body), typed).is_some();
            fits.extend(rows.into_iter().filter(good).map(|said| (slice.rank, rank, said)));
            if i64::try_from(fits.len()).unwrap_or(i64::MAX) > slice.limit || read < SOME {
                break;
            }
            if left <= 0 {
                partial.set(true);
                break;
            }
        }
        fits.truncate(usize::try_from(slice.limit + 1).unwrap_or(usize::MAX));
        Ok(fits)
    };
    let page = Page::by_rank(ranks.len(), slice, load, |(.., said)| number(said.seq))?;
    let found = Findings::of(page, |(_, rank, said)| {
        let title = vec![Piece { text: said.name, found: false }];
        hit(
            id.0,
            stream.as_str(),
            said.seq,
            title,
            marks(&said.body, typed, rank),
            (said.sent_at, said.reply_to),
        )
    });
    Ok(Findings { partial: partial.get(), ..found })
}
