//! The calls: one POST each, signed, to an address that was checked ([`crate::outgoing`]).

use crate::core::Problem;
use crate::outgoing::client::{self, Rules};
use crate::settings::YesNo;
use crate::webhooks::settings::WebhookSettings;
use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

pub use crate::outgoing::client::Outcome;

/// What a call says.
#[derive(Debug, Clone)]
pub struct Call {
    /// The endpoint.
    pub url: String,
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub at: DateTime<Utc>,
    /// `webhook-signature`.
    pub signatures: String,
    /// The body, JSON.
    pub body: String,
}

/// Makes calls. Its connections belong to the runtime of its first call.
#[derive(Debug, Clone)]
pub struct Client(client::Client);

impl Client {
    /// One with these settings.
    ///
    /// # Errors
    /// When the system gives no TLS.
    pub fn new(settings: &WebhookSettings) -> Result<Self, Problem> {
        client::Client::new(&Rules {
            allowed: settings.allowed_networks.clone(),
            plain_http: settings.plain_http == YesNo::Yes,
            connect_seconds: settings.connect_seconds,
            total_seconds: settings.total_seconds,
        })
        .map(Self)
    }

    /// Makes a call. `now` is the moment against which a date in `Retry-After` is read.
    pub async fn send(&self, call: Call, now: DateTime<Utc>) -> Outcome {
        let named = [
            ("content-type", "application/json".to_owned()),
            ("user-agent", concat!("ZeroDesk-Webhooks/", env!("CARGO_PKG_VERSION")).to_owned()),
            ("webhook-id", call.id),
            ("webhook-timestamp", call.at.timestamp().to_string()),
            ("webhook-signature", call.signatures),
        ];
        let mut headers = HeaderMap::new();
        for (name, value) in named {
            let Ok(value) = HeaderValue::try_from(value) else {
                return Outcome::unsent("a header can’t be sent");
            };
            headers.insert(HeaderName::from_static(name), value);
        }
        self.0.post(&call.url, headers, call.body.into_bytes(), now).await
    }
}
