//! The messages that others quote: who sent them, and their first words.

use crate::chat::erasure::ERASED;
use crate::chat::events::{Sender, StoredMessage};
use crate::chat::kernel::Stream;
use crate::chat::store::RETRACTED;
use crate::core::actor::Role;
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::published::account;
use crate::db::schema::chat_message;
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz};
use std::collections::HashMap;

/// Characters of a quoted message that are shown.
const SHOWN: usize = 60;

/// What of a quoted message may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotedState {
    /// Its first words.
    There,
    /// Its sender took it back.
    TakenBack,
    /// Its period has passed.
    Erased,
}

/// A message that another one quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// Its number.
    pub seq: i64,
    /// Who sent it.
    pub sender: Sender,
    /// What of it may be shown.
    pub state: QuotedState,
    /// Its first words in one line; empty where they may not be shown.
    pub words: String,
}

impl Quoted {
    /// The words in the place of those of a message that has none any more, in Chinese and in English.
    pub fn gone(&self) -> Option<(&'static str, &'static str)> {
        match self.state {
            QuotedState::There => None,
            QuotedState::TakenBack => Some(("消息已撤回", "This message was taken back")),
            QuotedState::Erased => Some(("已按保存期限清除", "erased when its retention period had passed")),
        }
    }
}

type Row = (i64, AccountId, String, Role, String, String, Option<DateTime<Utc>>);

/// The messages that these quote, by their numbers. The caller has read these, so it may see what they quote: it is in the same stream.
///
/// # Errors
/// When the database can't be asked.
pub fn quoted(
    conn: &mut PgConnection,
    id: ConsultationId,
    stream: Stream,
    by: &[StoredMessage],
) -> QueryResult<HashMap<i64, Quoted>> {
    let numbers: Vec<i64> = by.iter().filter_map(|message| message.reply_to).collect();
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = chat_message::table
        .inner_join(account::table.on(account::id.eq(chat_message::sender_id)))
        .filter(chat_message::consultation_id.eq(id.0))
        .filter(chat_message::stream.eq(stream.as_str()))
        .filter(chat_message::seq.eq_any(numbers))
        .select((
            chat_message::seq,
            account::id,
            account::name,
            account::role,
            chat_message::kind,
            // White space at the beginning is not shown.
            sql::<Text>("left(chat_message.body, 400)"),
            sql::<Nullable<Timestamptz>>(RETRACTED),
        ))
        .load(conn)?;
    let all = rows.into_iter().map(|(seq, id, name, role, kind, body, retracted_at)| {
        let state = match retracted_at {
            Some(_) => QuotedState::TakenBack,
            None if kind == ERASED => QuotedState::Erased,
            None => QuotedState::There,
        };
        let words = if state == QuotedState::There { first_words(&body) } else { String::new() };
        (seq, Quoted { seq, sender: Sender { id, name, role }, state, words })
    });
    Ok(all.collect())
}

/// The beginning of a text in one line.
fn first_words(body: &str) -> String {
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut words: String = line.chars().take(SHOWN).collect();
    if line.chars().nth(SHOWN).is_some() {
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_are_one_short_line() {
        assert_eq!(first_words("  横肋\n间距\t偏大 "), "横肋 间距 偏大");
        assert_eq!(first_words(&"铁".repeat(60)), "铁".repeat(60));
        assert_eq!(first_words(&"铁".repeat(61)), format!("{}…", "铁".repeat(60)));
        assert_eq!(first_words(""), "");
    }
}
