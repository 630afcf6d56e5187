//! The job that decides what browsers are told and sends it, many at one time.

use crate::app::App;
use crate::core::Problem;
use crate::jobs::Stop;
use crate::outgoing::client::{Client, Outcome, Rules};
use crate::outgoing::due::{lease, runtime, send_due};
use crate::settings::YesNo;
use crate::web::room::Job;
use crate::web_push::queue::{self, Claimed, WAKE};
use crate::web_push::settings::WebPushSettings;
use crate::web_push::vapid::VapidKey;
use crate::web_push::{decide, encryption, key};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How long the job waits to be woken before it looks by itself.
const POLL: Duration = Duration::from_secs(2);

/// Decides and sends. When the server stops, it finishes the calls that it is making and takes no further ones.
pub const JOB: Job = Job {
    name: "web_push",
    wake: Some(WAKE),
    poll: POLL,
    start: |app, stop| {
        let sender = Sender::new(app)?;
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sender.round(app, &stop)))
    },
};

/// What sends: a client with the runtime on which it works.
#[derive(Debug)]
pub struct Sender {
    runtime: Runtime,
    client: Client,
}

impl Sender {
    /// One for an application.
    ///
    /// # Errors
    /// When the system gives no threads or no TLS.
    pub fn new(app: &App) -> Result<Self, Problem> {
        let settings = app.settings().section::<WebPushSettings>();
        let client = Client::new(&Rules {
            allowed: settings.allowed_networks.clone(),
            plain_http: settings.plain_http == YesNo::Yes,
            connect_seconds: settings.connect_seconds,
            total_seconds: settings.total_seconds,
        })?;
        Ok(Self { runtime: runtime()?, client })
    }

    /// Decides what is due and sends it until nothing is, or the server stops. Says whether more is to be decided.
    ///
    /// # Errors
    /// When the database is unavailable; what is in hand is sent again once its lease has ended.
    pub fn round(&self, app: &App, stop: &Stop) -> Result<bool, Problem> {
        let more = decide::due(app)?;
        let settings = app.settings().section::<WebPushSettings>();
        if settings.enabled == YesNo::No {
            return Ok(more);
        }
        let Some(pair) = key::pair(&mut *app.conn()?, app.settings())? else { return Ok(more) };
        let most = usize::try_from(settings.concurrent).unwrap_or(usize::MAX);
        let lease = lease(settings.connect_seconds, settings.total_seconds);
        let take = |limit| queue::claim(&mut *app.conn()?, app.clock().now(), lease, limit);
        let send = |one| self.send(app, &pair, one);
        let record = |(one, outcome): (Claimed, Outcome)| {
            queue::record(&mut *app.conn()?, settings, &one, &outcome, app.clock().now())
        };
        self.runtime.block_on(send_due(most, POLL, || stop.is_set(), take, send, record))?;
        Ok(more)
    }

    async fn send(&self, app: &App, pair: &VapidKey, one: Claimed) -> (Claimed, Outcome) {
        let now = app.clock().now();
        let settings = app.settings().section::<WebPushSettings>();
        let outcome = match call(settings, pair, &one, now) {
            Ok((headers, body)) => self.client.post(&one.endpoint, headers, body, now).await,
            Err(why) => Outcome::unsent(&why),
        };
        let status = outcome.answered.as_ref().copied().unwrap_or_default();
        tracing::debug!(message = %one.id, attempt = one.attempts, status, "push service called");
        (one, outcome)
    }
}

/// `Topic` of a message (RFC 8030, section 5.4): a later message of one consultation takes the place of one that waits at the push service.
fn topic(one: &Claimed) -> String {
    let of = one.consultation_id.map_or(one.subscription_id.0, |id| id.0);
    URL_SAFE_NO_PAD.encode(of.as_bytes())
}

/// The headers and the encrypted body of a call; else why it is not made.
fn call(
    settings: &WebPushSettings,
    pair: &VapidKey,
    one: &Claimed,
    now: DateTime<Utc>,
) -> Result<(HeaderMap, Vec<u8>), String> {
    let endpoint = Url::parse(&one.endpoint).map_err(|error| error.to_string())?;
    // The settings may name other hosts by now.
    if !endpoint.host_str().is_some_and(|host| settings.hosts.contain(host)) {
        return Err("the settings do not name the host of the push service".to_owned());
    }
    let contact = Some(settings.contact.trim()).filter(|contact| !contact.is_empty());
    let words = |problem: Problem| problem.to_string();
    let named = [
        ("authorization", pair.authorization(&endpoint, contact, now).map_err(words)?),
        ("content-type", "application/octet-stream".to_owned()),
        ("content-encoding", "aes128gcm".to_owned()),
        ("ttl", settings.ttl_seconds.to_string()),
        ("urgency", "normal".to_owned()),
        ("topic", topic(one)),
        ("user-agent", concat!("ZeroDesk/", env!("CARGO_PKG_VERSION")).to_owned()),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in named {
        let value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
        headers.insert(HeaderName::from_static(name), value);
    }
    let body = encryption::encrypt(&one.public_key, &one.auth, &one.payload(settings).bytes());
    Ok((headers, body.map_err(words)?))
}
