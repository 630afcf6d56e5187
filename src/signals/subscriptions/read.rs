//! The answer of a feed: stored, and its entries as signals.

use crate::core::secret::short_digest;
use crate::core::{Actor, Problem};
use crate::db::schema::{signal, signal_feed};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::Outcome;
use crate::outgoing::retry::Pauses;
use crate::signals::enter::enter;
use crate::signals::feeds::syndication::Entry;
use crate::signals::ids::SignalFeedId;
use crate::signals::new_signal::{LONGEST_TITLE, NewSignal, stored_id};
use crate::signals::settings::FeedSettings;
use crate::signals::source::SignalSource;
use crate::signals::store::Named;
use crate::signals::subscriptions::queries::SignalFeedView;
use chrono::{Duration, NaiveDate};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

/// Stores the answer to a call and enters the entries of the feed as signals.
#[derive(Debug, Serialize)]
pub struct ReadSignalFeed {
    /// The feed.
    pub id: SignalFeedId,
    /// The address that was called.
    pub url: String,
    /// The status of the answer.
    pub status: Option<i32>,
    /// What went wrong.
    pub error: Option<String>,
    /// `ETag` of the answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the answer.
    pub last_modified: Option<String>,
    /// Seconds that the server asks to wait before the next call.
    pub wait_seconds: Option<i64>,
    /// Entries of the feed.
    #[serde(skip)]
    pub entries: Vec<Entry>,
}

impl ReadSignalFeed {
    /// The same call as one that failed, where its answer can't be stored: the next one waits as after every failure.
    #[must_use]
    pub fn not_stored(self) -> Self {
        let error = Some("its entries could not be stored".to_owned());
        Self { error, entries: Vec::new(), ..self }
    }
}

impl Command for ReadSignalFeed {
    type Output = usize;
    const NAME: &'static str = "read_signal_feed";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let settings = Arc::clone(&tx.settings);
        let settings = settings.section::<FeedSettings>();
        let feed: SignalFeedView = signal_feed::table
            .find(self.id)
            .select(SignalFeedView::as_select())
            .for_update()
            .first(&mut *tx.conn)?;
        // What an address answered is not stored of another one: a feed that was moved meanwhile is due at once.
        if feed.paused || feed.url != self.url {
            return Ok(0);
        }
        let mut new = 0_usize;
        for entry in &self.entries {
            let Some(signal) = signal(tx, &feed, entry)? else { continue };
            if enter(tx, &signal)?.outcome == Outcome::Inserted {
                new += 1;
            }
        }
        let usual = Duration::minutes(settings.every_minutes.into());
        let failures = if self.error.is_some() { feed.failures.saturating_add(1) } else { 0 };
        let pauses = Pauses {
            first_seconds: u64::from(settings.every_minutes) * 60,
            longest_seconds: settings.longest_retry_minutes * 60,
        };
        let pause = if failures > 0 { pauses.after(failures, 0) } else { usual };
        let asked = Duration::seconds(self.wait_seconds.unwrap_or(0).clamp(0, 86_400));
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let read = self.error.is_none() && self.status != Some(304);
        diesel::update(signal_feed::table.find(self.id))
            .set((
                signal_feed::last_at.eq(Some(tx.now)),
                signal_feed::last_status.eq(self.status),
                signal_feed::last_error.eq(&self.error),
                signal_feed::failures.eq(failures),
                signal_feed::next_at.eq(tx.now + pause.max(asked)),
            ))
            .execute(&mut *tx.conn)?;
        if read {
            diesel::update(signal_feed::table.find(self.id))
                .set((
                    signal_feed::etag.eq(&self.etag),
                    signal_feed::last_modified.eq(&self.last_modified),
                    signal_feed::last_items.eq(Some(count(self.entries.len()))),
                    signal_feed::last_new.eq(Some(count(new))),
                ))
                .execute(&mut *tx.conn)?;
        }
        if new > 0 {
            let subject = Subject::new("signal_feed", self.id.0).in_region(&feed.region);
            tx.audit(Self::NAME, subject, json!({ "name": feed.name, "new": new }))?;
        }
        Ok(new)
    }
}

/// An entry as a signal; none where its day is in the future, which no news is.
fn signal(tx: &mut Tx, feed: &SignalFeedView, entry: &Entry) -> Result<Option<NewSignal>, Problem> {
    let today = tx.today();
    if entry.day().is_some_and(|day| day > today) {
        return Ok(None);
    }
    // Two feeds may give other entries the same names, and may carry the same entry: each has a signal of its own, and those with the same text are
    // merged as such. What is named for the whole world stays the same when the feed moves to another address.
    let of = if entry.id.contains("://") { feed.id.to_string() } else { feed.url.clone() };
    let external_id = short_digest(format!("{of}\n{}", entry.id).as_bytes());
    // What has no day is of the day on which it was first read, or each reading would be news.
    let day = match entry.day() {
        Some(day) => day,
        None => first_read(tx, feed.source, &external_id)?.unwrap_or(today),
    };
    let title = if entry.title.is_empty() { &entry.text } else { &entry.title };
    let title: String = title.chars().take(LONGEST_TITLE).collect();
    let named = Named { authority: Some(feed.name.clone()), ..Named::default() };
    Ok(Some(NewSignal {
        url: entry.url.clone(),
        text: entry.text.clone(),
        reliability: feed.reliability,
        named,
        ..NewSignal::new(feed.source, &external_id, &feed.region, day, &title)
    }))
}

/// The day of a signal that is known already.
fn first_read(tx: &mut Tx, source: SignalSource, external_id: &str) -> Result<Option<NaiveDate>, Problem> {
    Ok(signal::table
        .filter(signal::source.eq(source))
        .filter(signal::external_id.eq(stored_id(external_id)))
        .select(signal::published_on)
        .first(&mut *tx.conn)
        .optional()?)
}
