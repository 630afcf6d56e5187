//! The job that asks for the feeds that are due.

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::schema::signal_feed;
use crate::db::{Command, Tx};
use crate::outgoing::client::{Client, Fetched, Rules};
use crate::outgoing::due::{lease, runtime};
use crate::settings::YesNo;
use crate::signals::feeds::syndication::entries;
use crate::signals::ids::SignalFeedId;
use crate::signals::settings::FeedSettings;
use crate::signals::subscriptions::commands::WAKE;
use crate::signals::subscriptions::read::ReadSignalFeed;
use crate::web::room::Job;
use diesel::pg::Pg;
use diesel::prelude::*;
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED};
use serde::Serialize;
use std::sync::Arc;

/// How often the job looks for what is due.
const POLL: std::time::Duration = std::time::Duration::from_secs(15);
/// Feeds that one round takes.
const MOST_AT_ONCE: i64 = 20;
/// Most characters of an error that is kept.
const LONGEST_ERROR: usize = 300;

/// A feed that is asked for.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = signal_feed, check_for_backend(Pg))]
struct Due {
    id: SignalFeedId,
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
}

/// Takes feeds that are due, for the time of a lease.
#[derive(Debug, Serialize)]
struct TakeDueFeeds {}

impl Command for TakeDueFeeds {
    type Output = Vec<SignalFeedId>;
    const NAME: &'static str = "take_due_feeds";

    fn run(&self, tx: &mut Tx) -> Result<Vec<SignalFeedId>, Problem> {
        let settings = Arc::clone(&tx.settings);
        let settings = settings.section::<FeedSettings>();
        let lease = lease(settings.connect_seconds, settings.total_seconds.saturating_mul(4));
        let due: Vec<SignalFeedId> = signal_feed::table
            .filter(signal_feed::paused.eq(false))
            .filter(signal_feed::next_at.le(tx.now))
            .order(signal_feed::next_at)
            .limit(MOST_AT_ONCE)
            .for_update()
            .skip_locked()
            .select(signal_feed::id)
            .load(&mut *tx.conn)?;
        diesel::update(signal_feed::table.filter(signal_feed::id.eq_any(&due)))
            .set(signal_feed::next_at.eq(tx.now + lease))
            .execute(&mut *tx.conn)?;
        Ok(due)
    }
}

/// A client with the runtime on which it works.
struct Asker {
    runtime: tokio::runtime::Runtime,
    client: Client,
}

impl Asker {
    fn new(app: &App) -> Result<Self, Problem> {
        let settings = app.settings().section::<FeedSettings>();
        let client = Client::new(&Rules {
            allowed: settings.allowed_networks.clone(),
            plain_http: settings.plain_http == YesNo::Yes,
            connect_seconds: settings.connect_seconds,
            total_seconds: settings.total_seconds,
        })?;
        Ok(Self { runtime: runtime()?, client })
    }

    /// Asks for all that is due. Returns whether more is.
    fn round(&self, app: &App, stops: &dyn Fn() -> bool) -> Result<bool, Problem> {
        let taken = app.execute(&Caller::system(), &TakeDueFeeds {})?;
        let full = i64::try_from(taken.len()).is_ok_and(|taken| taken == MOST_AT_ONCE);
        for id in taken {
            if stops() {
                return Ok(false);
            }
            let due: Option<Due> =
                signal_feed::table.find(id).select(Due::as_select()).first(&mut *app.conn()?).optional()?;
            let Some(due) = due else { continue };
            let command = self.ask(app, due);
            let Err(problem) = app.execute(&Caller::system(), &command) else { continue };
            tracing::warn!(feed = %id, ?problem, "the answer of a feed was not stored");
            // Else it were due again each time its lease ends. What is wrong with one feed keeps none of the others waiting.
            if let Err(problem) = app.execute(&Caller::system(), &command.not_stored()) {
                tracing::warn!(feed = %id, ?problem, "that a feed failed was not stored");
            }
        }
        Ok(full)
    }

    fn ask(&self, app: &App, due: Due) -> ReadSignalFeed {
        let settings = app.settings().section::<FeedSettings>();
        let most = usize::try_from(settings.most_kib).unwrap_or(usize::MAX).saturating_mul(1_024);
        let mut headers = HeaderMap::new();
        let agent = concat!("ZeroDesk-Feeds/", env!("CARGO_PKG_VERSION")).to_owned();
        let known = [
            ("user-agent", Some(agent)),
            (
                "accept",
                Some("application/rss+xml, application/atom+xml, application/xml, text/xml".to_owned()),
            ),
            ("if-none-match", due.etag),
            ("if-modified-since", due.last_modified),
        ];
        for (name, value) in known {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        let fetched = self.runtime.block_on(self.client.get(&due.url, headers, most, app.clock().now()));
        answer_of((due.id, due.url), &fetched, usize::try_from(settings.most_entries).unwrap_or(usize::MAX))
    }
}

/// The answer to a call, as it is stored.
fn answer_of((id, url): (SignalFeedId, String), fetched: &Fetched, most: usize) -> ReadSignalFeed {
    let header = |name: HeaderName| -> Option<String> {
        let value = fetched.headers.get(name)?.to_str().ok()?;
        (value.len() <= 500).then(|| value.to_owned())
    };
    let wait = fetched.retry_after.and_then(|wait| i64::try_from(wait.as_secs()).ok());
    let mut answer = ReadSignalFeed {
        id,
        url,
        status: fetched.answered.as_ref().ok().map(|status| i32::from(*status)),
        error: None,
        etag: header(ETAG),
        last_modified: header(LAST_MODIFIED),
        wait_seconds: wait,
        entries: Vec::new(),
    };
    match &fetched.answered {
        Err(error) => answer.error = Some(error.chars().take(LONGEST_ERROR).collect()),
        Ok(304) => {}
        Ok(status) if (200..300).contains(status) => match entries(&fetched.body, most) {
            Ok(entries) => answer.entries = entries,
            Err(_) => answer.error = Some("it is neither RSS 2.0 nor Atom, or broken".to_owned()),
        },
        Ok(status) => answer.error = Some(format!("the server answered {status}")),
    }
    answer
}

/// Asks for feeds that are due.
pub const JOB: Job = Job {
    name: "signal_feeds",
    wake: Some(WAKE),
    poll: POLL,
    start: |app, stop| {
        let asker = Asker::new(app)?;
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| asker.round(app, &|| stop.is_set())))
    },
};
