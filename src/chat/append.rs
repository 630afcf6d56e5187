//! Storing messages: one call of the SQL function `chat_append` stores a batch of any consultations.
//!
//! This file puts the batch into the form of the call: arrays of streams, of senders (one entry for each sender in each
//! stream) and of messages, each referring to the ones before it by position. Rights, repetitions and numbers are decided
//! by the function.

use crate::chat::kernel::Stream;
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid,
};
use std::collections::hash_map::Entry as Place;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A message to append.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The sender.
    pub sender: AccountId,
    /// The id that the sender's client made.
    pub client_id: Uuid,
    /// `text` or `advice`.
    pub kind: &'static str,
    /// The text.
    pub body: &'a str,
    /// Ids of attachments, each once.
    pub attachments: &'a [Uuid],
    /// The number of the message of the same stream that it quotes.
    pub reply_to: Option<i64>,
}

impl Entry<'_> {
    /// Whether another one of the same sender and `client_id` is this message once more.
    fn says_the_same(&self, other: &Entry<'_>) -> bool {
        (self.consultation, self.stream, self.kind) == (other.consultation, other.stream, other.kind)
            && (self.body, self.attachments, self.reply_to) == (other.body, other.attachments, other.reply_to)
    }
}

/// The outcome of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Stored.
    Stored {
        /// Its number in the stream.
        seq: i64,
        /// The audience that it was stored for; see [`crate::chat::kernel::Stored::audience`].
        audience: i64,
    },
    /// Stored before, with this number.
    Duplicate(i64),
    /// Not stored.
    Refused(Refusal),
}

/// Why a message was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The sender may not know of the consultation or the stream.
    Hidden,
    /// The sender may see but not write.
    Forbidden,
    /// The consultation is concluded.
    Concluded,
    /// The sender used the `client_id` for another message: in another stream, or with another text, other files or another quote.
    Reused,
    /// An attachment does not exist, or the sender may not use it here.
    Attachment,
    /// The quoted message does not exist in the stream.
    Reply,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Hidden => Problem::not_found(),
            Refusal::Forbidden => {
                let mut problem = Problem::forbidden();
                problem.detail = Text::new("您不能在此发言", "you may read here, but not write");
                problem
            }
            Refusal::Concluded => Problem::new(
                Code::ConsultationConcluded,
                Text::new(
                    "问诊已办结，不能再发送消息。如需继续，企业可在规定期限内重新打开本问诊，或另行发起问诊；已合并到另一件问诊的，请在那件问诊中继续",
                    "the consultation is concluded and takes no more messages; its enterprise can reopen it for some time, or open another one; \
                     one that was merged goes on in the other one",
                ),
            ),
            Refusal::Reused => Problem::new(
                Code::ClientIdReused,
                Text::new("该 client_id 已用于另一条消息", "this client_id was used for another message"),
            ),
            Refusal::Attachment => {
                let text = Text::new("含有不能在此使用的附件", "names an attachment that you can't use here");
                Problem::invalid(vec![FieldError::body("/attachments", text)])
            }
            Refusal::Reply => {
                let text = Text::new(
                    "须为同一消息流中已有消息的序号",
                    "must be the number of an earlier message of the same stream",
                );
                Problem::invalid(vec![FieldError::body("/reply_to", text)])
            }
        }
    }
}

/// Stores a batch in one statement, which decides about rights, repetitions and numbers. Gives the outcome of
/// each message, in the order of the batch. Locks the counters of the streams until the end of the transaction; outside
/// of one, the statement is the transaction.
///
/// # Errors
/// When the database refuses; then none of the batch is stored.
pub fn append(conn: &mut PgConnection, batch: &[Entry<'_>], now: DateTime<Utc>) -> QueryResult<Vec<Outcome>> {
    let (mut fresh, mut places) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    let mut known = HashMap::with_capacity(batch.len());
    for entry in batch {
        places.push(match known.entry((entry.sender, entry.client_id)) {
            Place::Occupied(first) => *first.get(),
            Place::Vacant(vacant) => {
                fresh.push(*entry);
                *vacant.insert(fresh.len() - 1)
            }
        });
    }
    let call = Append::of(&fresh, now);
    let outcomes = call.outcomes((&call).get_result(conn)?);
    if fresh.len() == batch.len() {
        return Ok(outcomes);
    }
    let mut answered = vec![false; fresh.len()];
    let answers = batch.iter().zip(places).map(|(entry, place)| {
        let first = fresh.get(place).zip(outcomes.get(place)).zip(answered.get_mut(place));
        let ((first, outcome), answered) = first?;
        Some(if std::mem::replace(answered, true) { repeated(entry, first, *outcome) } else { *outcome })
    });
    answers.collect::<Option<_>>().ok_or(diesel::result::Error::NotFound)
}

/// The outcome of a message whose sender and `client_id` occur earlier in the same batch.
fn repeated(entry: &Entry<'_>, first: &Entry<'_>, outcome: Outcome) -> Outcome {
    match outcome {
        _ if !entry.says_the_same(first) => Outcome::Refused(Refusal::Reused),
        Outcome::Stored { seq, .. } => Outcome::Duplicate(seq),
        known => known,
    }
}

/// The columns of the result of `chat_append`: last numbers, audiences, outcomes and numbers.
type Columns = (Option<Vec<i64>>, Option<Vec<Option<i64>>>, Option<Vec<String>>, Option<Vec<Option<i64>>>);

fn outcome(word: &str, seq: Option<i64>, audience: i64) -> Outcome {
    match (word, seq) {
        ("stored", Some(seq)) => Outcome::Stored { seq, audience },
        ("duplicate", Some(seq)) => Outcome::Duplicate(seq),
        ("concluded", _) => Outcome::Refused(Refusal::Concluded),
        ("forbidden", _) => Outcome::Refused(Refusal::Forbidden),
        ("reused", _) => Outcome::Refused(Refusal::Reused),
        ("attachment", _) => Outcome::Refused(Refusal::Attachment),
        ("reply", _) => Outcome::Refused(Refusal::Reply),
        _ => Outcome::Refused(Refusal::Hidden),
    }
}

/// The call of `chat_append`. It has a query type of its own, so that diesel prepares it once for each connection.
#[derive(Debug, Default)]
struct Append<'a> {
    consultations: Vec<Uuid>,
    notes: Vec<bool>,
    /// The number of senders up to and with each stream.
    sender_offsets: Vec<i32>,
    /// The number of messages of each stream.
    messages: Vec<i32>,
    sender_streams: Vec<i32>,
    sender_accounts: Vec<Uuid>,
    /// The position of the sender of each message.
    senders: Vec<i32>,
    /// The number of each message among those of its stream in this batch, from 1.
    seq_offsets: Vec<i32>,
    client_ids: Vec<Uuid>,
    kinds: Vec<&'static str>,
    bodies: Vec<&'a str>,
    /// Empty if no message has any.
    attachments: Vec<String>,
    /// Empty if no message quotes one.
    replies: Vec<Option<i64>>,
    sent_at: DateTime<Utc>,
}

/// A position as SQL counts it, from 1.
fn place(len: usize) -> i32 {
    i32::try_from(len).unwrap_or(i32::MAX)
}

/// The element at a position as SQL counts it.
fn at<T: Copy>(of: &[T], place: i32) -> Option<T> {
    usize::try_from(place - 1).ok().and_then(|index| of.get(index)).copied()
}

impl<'a> Append<'a> {
    fn of(batch: &[Entry<'a>], sent_at: DateTime<Utc>) -> Self {
        let mut append = Self { sent_at, ..Self::default() };
        let stream = |entry: &Entry<'_>| (entry.consultation.0, entry.stream == Stream::Notes);
        // In one order for all writers: streams are locked in it. The senders of a stream are together.
        let mut senders: BTreeMap<_, i32> = BTreeMap::new();
        for entry in batch {
            senders.insert((stream(entry), entry.sender.0), 0);
        }
        for (((consultation, notes), account), position) in &mut senders {
            if append.consultations.last() != Some(consultation) || append.notes.last() != Some(notes) {
                append.consultations.push(*consultation);
                append.notes.push(*notes);
                append.sender_offsets.push(0);
                append.messages.push(0);
            }
            append.sender_streams.push(place(append.notes.len()));
            append.sender_accounts.push(*account);
            *position = place(append.sender_accounts.len());
            if let Some(offset) = append.sender_offsets.last_mut() {
                *offset = *position;
            }
        }
        for entry in batch {
            let sender = senders.get(&(stream(entry), entry.sender.0)).copied().unwrap_or_default();
            append.senders.push(sender);
            let offset = append.next_seq_offset(sender);
            append.seq_offsets.push(offset);
            append.client_ids.push(entry.client_id);
            append.kinds.push(entry.kind);
            append.bodies.push(entry.body);
        }
        if batch.iter().any(|entry| !entry.attachments.is_empty()) {
            append.attachments = batch.iter().map(|entry| literal(entry.attachments)).collect();
        }
        if batch.iter().any(|entry| entry.reply_to.is_some()) {
            append.replies = batch.iter().map(|entry| entry.reply_to).collect();
        }
        append
    }

    /// Counts a message in the stream of a sender; gives its offset.
    fn next_seq_offset(&mut self, sender: i32) -> i32 {
        let index = at(&self.sender_streams, sender).and_then(|stream| usize::try_from(stream - 1).ok());
        let Some(count) = index.and_then(|index| self.messages.get_mut(index)) else { return 0 };
        *count += 1;
        *count
    }

    /// The outcome of each message.
    fn outcomes(&self, (last, audiences, words, seqs): Columns) -> Vec<Outcome> {
        let audiences = audiences.unwrap_or_default();
        let Some(last) = last else {
            let rows = words.unwrap_or_default().into_iter().zip(seqs.unwrap_or_default()).zip(audiences);
            return rows
                .map(|((word, seq), audience)| outcome(&word, seq, audience.unwrap_or_default()))
                .collect();
        };
        let messages = self.senders.iter().zip(&self.seq_offsets);
        messages
            .filter_map(|(sender, offset)| {
                let stream = at(&self.sender_streams, *sender)?;
                let audience = at(&audiences, stream).flatten().unwrap_or_default();
                Some(Outcome::Stored { seq: at(&last, stream)? + i64::from(*offset), audience })
            })
            .collect()
    }
}

/// An array of ids as an SQL literal: the inner arrays of an SQL array must all have the same length, so they are passed as text.
fn literal(ids: &[Uuid]) -> String {
    let ids: Vec<_> = ids.iter().map(Uuid::to_string).collect();
    format!("{{{}}}", ids.join(","))
}

impl QueryId for Append<'_> {
    type QueryId = Append<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Append<'_> {
    type SqlType = (
        Nullable<Array<BigInt>>,
        Nullable<Array<Nullable<BigInt>>>,
        Nullable<Array<SqlText>>,
        Nullable<Array<Nullable<BigInt>>>,
    );
}

impl QueryFragment<Pg> for Append<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT last, audience, outcome, seq FROM chat_append(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.consultations)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Bool>, _>(&self.notes)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.sender_offsets)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.messages)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.sender_streams)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.sender_accounts)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.senders)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.seq_offsets)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.client_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlText>, _>(&self.kinds)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlText>, _>(&self.bodies)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlText>, _>(&self.attachments)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<BigInt>>, _>(&self.replies)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.sent_at)?;
        out.push_sql(")");
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for &Append<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(consultation: u128, stream: Stream, sender: u128) -> Entry<'static> {
        Entry {
            consultation: ConsultationId(Uuid::from_u128(consultation)),
            stream,
            sender: AccountId(Uuid::from_u128(sender)),
            client_id: Uuid::new_v4(),
            kind: "text",
            body: "x",
            attachments: &[],
            reply_to: None,
        }
    }

    #[test]
    fn streams_come_in_one_order_and_once() {
        let (talk, notes) = (Stream::Talk, Stream::Notes);
        let batch =
            [entry(9, talk, 1), entry(2, notes, 1), entry(9, talk, 2), entry(2, talk, 1), entry(9, talk, 1)];
        let append = Append::of(&batch, DateTime::UNIX_EPOCH);
        assert_eq!(append.consultations, [2, 2, 9].map(Uuid::from_u128));
        assert_eq!(append.notes, [false, true, false]);
        assert_eq!(append.sender_streams, [1, 2, 3, 3]);
        assert_eq!(append.sender_accounts, [1, 1, 1, 2].map(Uuid::from_u128));
        assert_eq!(append.sender_offsets, [1, 2, 4]);
        assert_eq!(append.messages, [1, 1, 3]);
        assert_eq!(append.senders, [3, 2, 4, 1, 3]);
        assert_eq!(append.seq_offsets, [1, 1, 2, 1, 3]);
        let all_stored =
            append.outcomes((Some(vec![10, 20, 30]), Some(vec![Some(4), Some(5), Some(6)]), None, None));
        let stored = |seq, audience| Outcome::Stored { seq, audience };
        assert_eq!(all_stored, [stored(31, 6), stored(21, 5), stored(32, 6), stored(11, 4), stored(33, 6)]);
    }

    #[test]
    fn a_repetition_in_a_batch_is_answered_by_the_first() {
        let (first, elsewhere) = (entry(1, Stream::Talk, 1), entry(1, Stream::Notes, 1));
        let stored = Outcome::Stored { seq: 7, audience: 1 };
        let hidden = Outcome::Refused(Refusal::Hidden);
        let reused = Outcome::Refused(Refusal::Reused);
        for (outcome, here) in
            [(stored, Outcome::Duplicate(7)), (Outcome::Duplicate(3), Outcome::Duplicate(3))]
        {
            assert_eq!(repeated(&first, &first, outcome), here);
        }
        assert_eq!(repeated(&first, &first, hidden), hidden);
        assert_eq!(repeated(&elsewhere, &first, stored), reused);
        let quoting = Entry { reply_to: Some(3), ..first };
        assert_eq!(repeated(&quoting, &first, stored), reused);
        assert_eq!(repeated(&quoting, &quoting, stored), Outcome::Duplicate(7));
    }
}
