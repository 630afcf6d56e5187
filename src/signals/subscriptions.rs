//! Feeds of news and opinion that are asked for by their addresses: RSS 2.0 and Atom, with the guards of all calls of other people's servers
//! ([`crate::outgoing`]). Officers of the province keep them.
//!
//! No call is made within a transaction: a job takes what is due by moving its next call on, fetches it, and a command writes down what came of it.

use crate::app::App;
use crate::core::fields::Fields;
use crate::core::page::{Page, Slice, Total};
use crate::core::secret::sha256;
use crate::core::{Actor, Caller, Code, Problem, Text, Wake};
use crate::db::order::in_order;
use crate::db::schema::{signal, signal_feed};
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::Outcome;
use crate::outgoing::client::{Client, Fetched, Rules};
use crate::outgoing::due::{lease, runtime};
use crate::outgoing::retry::Pauses;
use crate::settings::YesNo;
use crate::signals::enter::{LONGEST_ID, LONGEST_TITLE, NewSignal, enter, stored_id};
use crate::signals::feeds::syndication::{Entry, entries};
use crate::signals::ids::SignalFeedId;
use crate::signals::policy::{feeds_visible_to, permit, province, sees};
use crate::signals::settings::FeedSettings;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::store::Named;
use crate::web::room::Job;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Wakes the job that asks for feeds.
pub const WAKE: Wake = Wake::new("signal_feeds");
/// How often the job looks for what is due.
const POLL: std::time::Duration = std::time::Duration::from_secs(15);
/// Feeds that one round takes.
const MOST_AT_ONCE: i64 = 20;
/// Most characters of the name of a feed.
const LONGEST_NAME: usize = 200;
/// Most characters of an address.
const LONGEST_URL: usize = 2_000;
/// Most characters of an error that is kept.
const LONGEST_ERROR: usize = 300;

/// A feed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = signal_feed, check_for_backend(Pg))]
pub struct SignalFeedView {
    /// Its id.
    pub id: SignalFeedId,
    /// Code of the province that keeps it.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// As what its entries are entered: `opinion` or `media`.
    #[schema(inline)]
    pub source: SignalSource,
    /// How far its entries are relied on.
    #[schema(inline)]
    pub reliability: Reliability,
    /// Whether it is not asked for at present.
    pub paused: bool,
    /// When it was last asked for.
    pub last_at: Option<DateTime<Utc>>,
    /// The status of the answer; none where there was none.
    pub last_status: Option<i32>,
    /// What went wrong, in English.
    pub last_error: Option<String>,
    /// Entries of the last answer that was read.
    pub last_items: Option<i32>,
    /// Of them, those that were new.
    pub last_new: Option<i32>,
    /// Calls in a row that failed.
    pub failures: i32,
    /// When it is asked for next.
    pub next_at: DateTime<Utc>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Where feeds are searched: name and address.
const TEXTS: Columns = Columns {
    texts: &["(search_name(signal_feed.name) || E'\\n' || search_fold(signal_feed.url))"],
    readings: &["search_readings(search_name(signal_feed.name))"],
    code: false,
};

/// The feeds of the officer's province, the newest first within the ranks of a search.
///
/// # Errors
/// 401 without a log-in, 403 for whoever is no officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<SignalFeedView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<SignalFeedView>> {
        let mut query = feeds_visible_to(actor);
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(signal_feed::id.lt(SignalFeedId(after)));
        }
        query
            .order(in_order(slice, signal_feed::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .select(SignalFeedView::as_select())
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |feed| feed.id.0)?)
}

/// How many feeds that finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, q: Option<&str>) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = feeds_visible_to(actor);
    if let Some(found) = Search::new(q, TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query.select(signal_feed::id))?)
}

/// One feed.
///
/// # Errors
/// As [`list`]; 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: SignalFeedId) -> Result<SignalFeedView, Problem> {
    permit(actor)?;
    Ok(feeds_visible_to(actor)
        .filter(signal_feed::id.eq(id))
        .select(SignalFeedView::as_select())
        .first(conn)?)
}

/// Registers a feed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddSignalFeed {
    /// Its name, at most 200 characters.
    pub name: String,
    /// Its address, `https://`.
    pub url: String,
    /// As what its entries are entered: `opinion` or `media`.
    #[schema(inline)]
    pub source: SignalSource,
    /// How far its entries are relied on; that which is usual for the source where nothing is said.
    #[serde(default)]
    #[schema(inline)]
    pub reliability: Option<Reliability>,
}

impl AddSignalFeed {
    /// The name and the address, set right.
    fn check(&self, settings: &FeedSettings) -> Result<(String, String), Problem> {
        let mut fields = Fields::new();
        let name = fields.text("/name", &self.name, LONGEST_NAME);
        let url = fields.text("/url", &self.url, LONGEST_URL);
        let parsed = reqwest::Url::parse(&url).ok().filter(|url| url.host_str().is_some());
        let plain = settings.plain_http == YesNo::Yes;
        let scheme =
            parsed.as_ref().is_some_and(|url| url.scheme() == "https" || (plain && url.scheme() == "http"));
        fields.require(
            scheme,
            "/url",
            "须为 https:// 开头的地址",
            "must be an address that begins with https://",
        );
        let bare = parsed.as_ref().is_none_or(|url| url.username().is_empty() && url.password().is_none());
        fields.require(bare, "/url", "地址不得含用户名和密码", "must not have a user name or password in it");
        let number =
            parsed.as_ref().and_then(|url| url.host_str()).and_then(crate::outgoing::address::literal);
        let public = number.is_none_or(|address| {
            crate::outgoing::address::check(address, &settings.allowed_networks).is_ok()
        });
        fields.require(public, "/url", "不能是内网或本机地址", "must be a public address");
        let known = matches!(self.source, SignalSource::Opinion | SignalSource::Media);
        fields.require(known, "/source", "须为舆情或媒体报道", "must be opinion or media");
        fields.done()?;
        Ok((name, url))
    }

    fn relied_on(&self) -> Reliability {
        self.reliability.unwrap_or_else(|| self.source.usual_reliability())
    }
}

/// That another feed has the address.
fn taken() -> Problem {
    Problem::new(
        Code::SignalFeedTaken,
        Text::new("该地址的订阅源已登记", "a feed of this address is registered already"),
    )
}

impl Command for AddSignalFeed {
    type Output = SignalFeedId;
    const NAME: &'static str = "add_signal_feed";

    fn run(&self, tx: &mut Tx) -> Result<SignalFeedId, Problem> {
        let region = province(&tx.actor, &tx.catalogue)?;
        let settings = Arc::clone(&tx.settings);
        let settings = settings.section::<FeedSettings>();
        let (name, url) = self.check(settings)?;
        let there: i64 =
            signal_feed::table.filter(signal_feed::region.eq(&region)).count().get_result(&mut *tx.conn)?;
        if there >= i64::from(settings.per_province) {
            let most = settings.per_province;
            let mut fields = Fields::new();
            fields.fault(
                "/url",
                format!("订阅源不能超过 {most} 个"),
                format!("there are at most {most} feeds"),
            );
            fields.done()?;
        }
        let id = SignalFeedId::new();
        let written = diesel::insert_into(signal_feed::table)
            .values((
                signal_feed::id.eq(id),
                signal_feed::region.eq(&region),
                signal_feed::name.eq(&name),
                signal_feed::url.eq(&url),
                signal_feed::source.eq(self.source),
                signal_feed::reliability.eq(self.relied_on()),
                signal_feed::next_at.eq(tx.now),
                signal_feed::created_by.eq(tx.actor.account()),
                signal_feed::created_at.eq(tx.now),
            ))
            .on_conflict((signal_feed::region, signal_feed::url))
            .do_nothing()
            .execute(&mut *tx.conn)?;
        if written == 0 {
            return Err(taken());
        }
        let subject = Subject::new("signal_feed", id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "name": name, "url": url, "source": self.source }))?;
        tx.wake(WAKE);
        Ok(id)
    }
}

/// Corrects a feed: its name, its address, as what its entries are entered and how far they are relied on. Entries that were read stay as they are
/// until the feed tells them anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeSignalFeed {
    /// The feed.
    pub id: SignalFeedId,
    /// What it is from now on.
    pub feed: AddSignalFeed,
}

impl Command for ChangeSignalFeed {
    type Output = SignalFeedId;
    const NAME: &'static str = "change_signal_feed";

    fn run(&self, tx: &mut Tx) -> Result<SignalFeedId, Problem> {
        permit(&tx.actor)?;
        let was: SignalFeedView = signal_feed::table
            .find(self.id)
            .select(SignalFeedView::as_select())
            .for_update()
            .first(&mut *tx.conn)?;
        if !sees(&tx.actor, &was.region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        province(&tx.actor, &tx.catalogue)?;
        let settings = Arc::clone(&tx.settings);
        let (name, url) = self.feed.check(settings.section::<FeedSettings>())?;
        let others: i64 = signal_feed::table
            .filter(signal_feed::region.eq(&was.region))
            .filter(signal_feed::url.eq(&url))
            .filter(signal_feed::id.ne(self.id))
            .count()
            .get_result(&mut *tx.conn)?;
        if others > 0 {
            return Err(taken());
        }
        let reliability = self.feed.relied_on();
        // What the server of the old address said of its answer means nothing to the new one; nor is an answer the same that is to be relied on
        // otherwise.
        diesel::update(signal_feed::table.find(self.id))
            .set((
                signal_feed::name.eq(&name),
                signal_feed::url.eq(&url),
                signal_feed::source.eq(self.feed.source),
                signal_feed::reliability.eq(reliability),
                signal_feed::etag.eq(None::<String>),
                signal_feed::last_modified.eq(None::<String>),
                signal_feed::last_error.eq(None::<String>),
                signal_feed::failures.eq(0),
                signal_feed::next_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("signal_feed", self.id.0).in_region(&was.region);
        let before =
            json!({ "name": was.name, "url": was.url, "source": was.source, "reliability": was.reliability });
        let data = json!({
            "name": name, "url": url, "source": self.feed.source, "reliability": reliability, "before": before,
        });
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(WAKE);
        Ok(self.id)
    }
}

/// Pauses a feed, or has it asked for again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PauseSignalFeed {
    /// The feed.
    pub id: SignalFeedId,
    /// Whether it is not asked for from now on.
    pub paused: bool,
}

impl Command for PauseSignalFeed {
    type Output = SignalFeedId;
    const NAME: &'static str = "pause_signal_feed";

    fn run(&self, tx: &mut Tx) -> Result<SignalFeedId, Problem> {
        permit(&tx.actor)?;
        let (region, name, paused): (String, String, bool) = signal_feed::table
            .find(self.id)
            .select((signal_feed::region, signal_feed::name, signal_feed::paused))
            .for_update()
            .first(&mut *tx.conn)?;
        if !sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        province(&tx.actor, &tx.catalogue)?;
        if paused != self.paused {
            diesel::update(signal_feed::table.find(self.id))
                .set((
                    signal_feed::paused.eq(self.paused),
                    signal_feed::next_at.eq(tx.now),
                    signal_feed::failures.eq(0),
                ))
                .execute(&mut *tx.conn)?;
            let subject = Subject::new("signal_feed", self.id.0).in_region(&region);
            tx.audit(Self::NAME, subject, json!({ "name": name, "paused": self.paused }))?;
            tx.wake(WAKE);
        }
        Ok(self.id)
    }
}

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

/// Writes down what came of a call, and enters what the feed tells.
#[derive(Debug, Serialize)]
pub struct ReadSignalFeed {
    /// The feed.
    pub id: SignalFeedId,
    /// The status of the answer.
    pub status: Option<i32>,
    /// What went wrong.
    pub error: Option<String>,
    /// By which its server knows this answer.
    pub etag: Option<String>,
    /// The same.
    pub last_modified: Option<String>,
    /// For how many seconds the server asks to be left alone.
    pub wait_seconds: Option<i64>,
    /// What the feed tells.
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
        false => sha256(whole.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect(),
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

/// What asks for feeds: a client with the runtime on which it works.
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

    /// Asks for all that is due. Says whether more is.
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
            // What is wrong with one feed keeps none of the others waiting.
            if let Err(problem) = app.execute(&Caller::system(), &command) {
                tracing::warn!(feed = %id, ?problem, "what a feed told was not written down");
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
        told(due.id, &fetched, usize::try_from(settings.most_entries).unwrap_or(usize::MAX))
    }
}

/// What came of a call.
fn told(id: SignalFeedId, fetched: &Fetched, most: usize) -> ReadSignalFeed {
    let header = |name: HeaderName| -> Option<String> {
        let value = fetched.headers.get(name)?.to_str().ok()?;
        (value.len() <= 500).then(|| value.to_owned())
    };
    let wait = fetched.retry_after.and_then(|wait| i64::try_from(wait.as_secs()).ok());
    let mut told = ReadSignalFeed {
        id,
        status: fetched.answered.as_ref().ok().map(|status| i32::from(*status)),
        error: None,
        etag: header(ETAG),
        last_modified: header(LAST_MODIFIED),
        wait_seconds: wait,
        entries: Vec::new(),
    };
    match &fetched.answered {
        Err(error) => told.error = Some(error.chars().take(LONGEST_ERROR).collect()),
        Ok(304) => {}
        Ok(status) if (200..300).contains(status) => match entries(&fetched.body, most) {
            Ok(entries) => told.entries = entries,
            Err(_) => told.error = Some("it is neither RSS 2.0 nor Atom, or broken".to_owned()),
        },
        Ok(status) => told.error = Some(format!("the server answered {status}")),
    }
    told
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
