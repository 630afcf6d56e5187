//! The answer of a feed: stored, and its entries as signals.

use crate::core::secret::short_digest;
use crate::core::{Actor, Problem};
use crate::db::schema::{signal, signal_feed};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::Outcome;
use crate::outgoing::retry::Pauses;
use crate::signals::enter::{LONGEST_ID, LONGEST_TITLE, NewSignal, enter, stored_id};
use crate::signals::feeds::syndication::Entry;
use crate::signals::ids::SignalFeedId;
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
        if feed.paused {
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
    // Two feeds may give their entries the same names.
    let whole = format!("{}\n{}", feed.url, entry.id);
    let external_id = match entry.id.chars().count() <= LONGEST_ID && entry.id.contains("://") {
        true => entry.id.clone(),
        false => short_digest(whole.as_bytes()),
    };
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
