//! Registering, correcting and pausing feeds.

use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text, Wake};
use crate::db::schema::signal_feed;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::settings::YesNo;
use crate::signals::ids::SignalFeedId;
use crate::signals::policy::{permit, province, sees};
use crate::signals::settings::FeedSettings;
use crate::signals::source::{Reliability, SignalSource};
use crate::signals::subscriptions::queries::SignalFeedView;
use diesel::prelude::*;
use diesel::sql_types::Text as SqlText;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Wakes the job that asks for feeds.
pub const WAKE: Wake = Wake::new("signal_feeds");
/// Most characters of the name of a feed.
const LONGEST_NAME: usize = 200;
/// Most characters of an address.
const LONGEST_URL: usize = 2_000;

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
    /// How far its entries are relied on; that which is usual for the source where none is given.
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

/// Takes the lock under which the feeds of a province are registered and get another address, for the rest of the transaction: how many there are,
/// and which addresses, stays as it was read.
fn lock(conn: &mut PgConnection, region: &str) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('signal_feed ' || $1, 0))")
        .bind::<SqlText, _>(region)
        .execute(conn)?;
    Ok(())
}

impl Command for AddSignalFeed {
    type Output = SignalFeedId;
    const NAME: &'static str = "add_signal_feed";

    fn run(&self, tx: &mut Tx) -> Result<SignalFeedId, Problem> {
        let region = province(&tx.actor, &tx.catalogue)?;
        let settings = Arc::clone(&tx.settings);
        let settings = settings.section::<FeedSettings>();
        let (name, url) = self.check(settings)?;
        lock(&mut tx.conn, &region)?;
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
        lock(&mut tx.conn, &was.region)?;
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
