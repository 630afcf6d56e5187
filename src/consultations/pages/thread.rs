//! A conversation as its page shows it: messages with their files, days, what happened, and where the unread begins. What
//! `assets/chat-view.js` makes of a message that comes later looks the same.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use crate::attachments::ids::AttachmentId;
use crate::attachments::kind::FileKind;
use crate::attachments::scan::ScanState;
use crate::attachments::store::find_all;
use crate::chat::events::StoredMessage;
use crate::chat::kernel::Stream;
use crate::chat::quotes::{Quoted, quoted};
use crate::consultations::chat_port::chat_log;
use crate::consultations::views::HistoryView;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Language, Problem};
use crate::web::frame::Frame;

/// The messages of talk and of notes that come with the page, at most; earlier ones are loaded on demand.
const SHOWN: [i64; 2] = [5, 4];
/// About so many bytes of text of them: a page stays under 100 KiB, unpacked.
const BYTES: [i64; 2] = [4 * 1024, 2 * 1024];
/// What happened to the consultation and is shown within the talk.
const TOLD: [&str; 23] = [
    "opened_by_system",
    "accept",
    "transfer",
    "assign",
    "silence",
    "withdraw",
    "invite",
    "join_panel",
    "decline_invitation",
    "withdraw_invitation",
    "opinion",
    "late_opinion",
    "advise",
    "conclude",
    "take_back",
    "close",
    "merge",
    "merged_in",
    "reopen",
    "rate",
    "ask_information",
    "cancel_information_request",
    "information_received",
];

/// A file of a message.
pub struct File {
    /// Id of the row.
    pub id: Uuid,
    /// Its name; none where it is gone.
    pub name: Option<String>,
    /// In bytes.
    pub size: i64,
    /// Whether a page may show it.
    pub is_picture: bool,
    /// What the scanner says of it.
    pub scan: ScanState,
}

/// A line of a conversation.
pub enum Line {
    /// A new day.
    Day(String),
    /// Where the unread begins.
    New,
    /// A message.
    Message(Box<MessageWithFiles>),
    /// Something happened.
    Event(HistoryView),
}

/// A message with its files.
pub struct MessageWithFiles {
    /// The message.
    pub m: StoredMessage,
    /// It is the reader's own.
    pub mine: bool,
    /// Its files.
    pub files: Vec<File>,
    /// The message that it quotes.
    pub quote: Option<Quoted>,
}

/// One stream as it is shown.
pub struct Thread {
    /// `talk` or `notes`.
    pub name: &'static str,
    /// What is shown, in order.
    pub lines: Vec<Line>,
    /// The number before the first message shown.
    pub before: i64,
    /// The last number there is.
    pub last: i64,
    /// Messages of others that the reader has not read.
    pub unread: usize,
}

/// A day with its weekday, as people write it.
pub fn day_name(f: &Frame, day: NaiveDate) -> String {
    let names = match f.language {
        Language::Zh => ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
        Language::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    };
    let place = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
    format!("{} {}", f.day(&day), names.get(place).copied().unwrap_or_default())
}

/// The newest part of a stream, with what happened meanwhile where it is the talk.
pub fn thread(
    conn: &mut PgConnection,
    f: &Frame,
    actor: &Actor,
    id: ConsultationId,
    stream: Stream,
    (read_up_to, history): (i64, &[HistoryView]),
) -> Result<Thread, Problem> {
    let ([talk, notes], [of_talk, of_notes]) = (SHOWN, BYTES);
    let (count, bytes) = if stream == Stream::Talk { (talk, of_talk) } else { (notes, of_notes) };
    let messages = chat_log(actor).read_newest(conn, id, stream, count, bytes)?.messages;
    let before = messages.first().map_or(0, |m| m.seq - 1);
    let last = messages.last().map_or(0, |m| m.seq);
    let me = actor.account();
    let ids: Vec<_> = messages.iter().flat_map(|m| &m.attachments).map(|id| AttachmentId(*id)).collect();
    let mut files = HashMap::new();
    if !ids.is_empty() {
        for row in find_all(conn, &ids)? {
            let is_picture = FileKind::is_shown(&row.content_type);
            files.insert(row.id.0, (row.name, row.size, is_picture, row.scan));
        }
    }
    let quotes = quoted(conn, id, stream, &messages)?;
    let since = messages.first().filter(|_| before > 0).map(|m| m.sent_at);
    let told = stream == Stream::Talk;
    let told = history.iter().filter(|h| told && TOLD.contains(&h.event.as_str()));
    let mut events = told.filter(|h| since.is_none_or(|since| h.at >= since)).cloned().peekable();
    let unread = messages.iter().filter(|m| is_unread(m, read_up_to, me)).count();
    let mut lines = Lines { f, day: None, all: Vec::new() };
    let mut divided = false;
    for m in messages {
        while let Some(event) = events.next_if(|event| event.at < m.sent_at) {
            lines.push(event.at, Line::Event(event));
        }
        // A divider above everything divides nothing.
        if !divided && m.seq > 1 && is_unread(&m, read_up_to, me) {
            divided = true;
            lines.push(m.sent_at, Line::New);
        }
        let file = |id: &Uuid| match files.remove(id) {
            Some((name, size, is_picture, scan)) => {
                File { id: *id, name: Some(name), size, is_picture, scan }
            }
            None => File { id: *id, name: None, size: 0, is_picture: false, scan: ScanState::Unscanned },
        };
        let found = m.attachments.iter().map(file).collect();
        let quote = m.reply_to.and_then(|seq| quotes.get(&seq)).cloned();
        let said = MessageWithFiles { mine: me == Some(m.sender.id), files: found, quote, m };
        lines.push(said.m.sent_at, Line::Message(Box::new(said)));
    }
    events.for_each(|event| lines.push(event.at, Line::Event(event)));
    Ok(Thread { name: stream.as_str(), lines: lines.all, before, last, unread })
}

fn is_unread(m: &StoredMessage, read_up_to: i64, me: Option<AccountId>) -> bool {
    m.seq > read_up_to && me != Some(m.sender.id)
}

/// Lines with a separator before the first one of each day.
struct Lines<'a> {
    f: &'a Frame,
    day: Option<NaiveDate>,
    all: Vec<Line>,
}

impl Lines<'_> {
    fn push(&mut self, at: DateTime<Utc>, line: Line) {
        let day = shanghai_date(at);
        if self.day.replace(day) != Some(day) {
            self.all.push(Line::Day(day_name(self.f, day)));
        }
        self.all.push(line);
    }
}

impl File {
    /// Whether something was found in it, so that nobody gets it.
    pub fn is_infected(&self) -> bool {
        self.scan == ScanState::Infected
    }

    /// Whether it waits to be scanned.
    pub fn is_waiting(&self) -> bool {
        self.scan == ScanState::Waiting
    }

    /// Its size for people.
    pub fn size(&self) -> String {
        match self.size {
            n if n >= 1024 * 1024 => format!("{}.{} MB", n / 1_048_576, n % 1_048_576 * 10 / 1_048_576),
            n => format!("{} KB", (n + 1023) / 1024),
        }
    }
}
