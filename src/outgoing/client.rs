//! The calls: one POST each, to an address that was checked. No redirect is followed, and neither the time nor what is read of the answer is
//! unlimited. What is fetched may be moved: each address on the way is checked like the first.

use crate::core::Problem;
use crate::core::hidden_characters::mark_hidden;
use crate::outgoing::address::{AddressFault, CheckedResolver, check, literal};
use crate::settings::Networks;
use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Bytes that are kept of an answer's body.
const KEPT: usize = 1024;
/// The longest error in characters.
const LONGEST_ERROR: usize = 300;

/// What a client may do.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Networks that may be called although they are not public.
    pub allowed: Networks,
    /// Whether endpoints may be `http://`.
    pub plain_http: bool,
    /// Seconds that making a connection may take, the look-up of the name included.
    pub connect_seconds: u64,
    /// Seconds that a whole call may take.
    pub total_seconds: u64,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The status of the answer, or why there was none.
    pub answered: Result<u16, String>,
    /// The beginning of the answer's body, as people can read it.
    pub answer: Option<String>,
    /// For how long the receiver asks to be left alone.
    pub retry_after: Option<Duration>,
    /// How long it took.
    pub took: Duration,
}

impl Outcome {
    /// That of a call that was not made, and why.
    pub fn unsent(why: &str) -> Self {
        Self { answered: Err(why.to_owned()), answer: None, retry_after: None, took: Duration::ZERO }
    }
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The status of the last answer, or why there was none or its body was too long.
    pub answered: Result<u16, String>,
    /// The headers of the last answer.
    pub headers: HeaderMap,
    /// The body of the last answer, whole.
    pub body: Vec<u8>,
    /// For how long the server asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// So often what is fetched may have moved on.
const MOST_MOVES: usize = 3;

/// Makes calls. Its connections belong to the runtime of its first call.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    allowed: Networks,
    plain_http: bool,
}

impl Client {
    /// One that keeps to these rules.
    ///
    /// # Errors
    /// When the system gives no TLS.
    pub fn new(rules: &Rules) -> Result<Self, Problem> {
        // The first call counts; a second one finds the provider in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .dns_resolver(CheckedResolver::new(rules.allowed.clone()))
            // A proxy would resolve names itself.
            .no_proxy()
            .redirect(Policy::none())
            // Also endpoints that were registered while the settings allowed others.
            .https_only(!rules.plain_http)
            .referer(false)
            .connect_timeout(Duration::from_secs(rules.connect_seconds))
            .timeout(Duration::from_secs(rules.total_seconds))
            .pool_max_idle_per_host(0)
            .build()
            .map_err(Problem::internal)?;
        Ok(Self { http, allowed: rules.allowed.clone(), plain_http: rules.plain_http })
    }

    /// Posts a body. `now` is the moment against which a date in `Retry-After` is read.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Vec<u8>, now: DateTime<Utc>) -> Outcome {
        let begun = Instant::now();
        let mut outcome = match self.answered(url, headers, body).await {
            Err(error) => Outcome::unsent(&error),
            Ok(mut response) => {
                let (status, retry_after) =
                    (response.status().as_u16(), retry_after(response.headers(), now));
                let answer = beginning(&mut response).await;
                Outcome { answered: Ok(status), answer, retry_after, took: Duration::ZERO }
            }
        };
        outcome.took = begun.elapsed();
        outcome
    }

    /// Fetches what is at an address, at most so many bytes. Where it has moved it is fetched from there: each address is checked as the first
    /// one is, and none but `https://` leads on from `https://`.
    pub async fn get(&self, url: &str, headers: HeaderMap, most: usize, now: DateTime<Utc>) -> Fetched {
        let mut fetched =
            Fetched { answered: Ok(0), headers: HeaderMap::new(), body: Vec::new(), retry_after: None };
        match self.moved(url, headers).await {
            Err(error) => fetched.answered = Err(error),
            Ok(mut response) => {
                fetched.answered = Ok(response.status().as_u16());
                fetched.retry_after = retry_after(response.headers(), now);
                fetched.headers = response.headers().clone();
                match whole(&mut response, most).await {
                    Ok(body) => fetched.body = body,
                    Err(error) => fetched.answered = Err(error),
                }
            }
        }
        fetched
    }

    async fn moved(&self, url: &str, headers: HeaderMap) -> Result<reqwest::Response, String> {
        let mut url = self.checked(url)?;
        for _ in 0..=MOST_MOVES {
            let request = self.http.get(url.clone()).headers(headers.clone());
            let response = request.send().await.map_err(|error| said(&error))?;
            if !response.status().is_redirection() || response.status().as_u16() == 304 {
                return Ok(response);
            }
            let place = response.headers().get(LOCATION).and_then(|place| place.to_str().ok());
            let place = place.ok_or_else(|| "the answer names no address to go on to".to_owned())?;
            let next = url.join(place).map_err(|error| short(&error.to_string()))?;
            let next = self.checked(next.as_str())?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err("it moved from https to another scheme".to_owned());
            }
            url = next;
        }
        Err("it moved on too often".to_owned())
    }

    /// An address whose scheme and, where it is no name, whose number may be called. Names are checked when they are looked up.
    fn checked(&self, url: &str) -> Result<reqwest::Url, String> {
        let url = reqwest::Url::parse(url).map_err(|error| short(&error.to_string()))?;
        if !matches!((url.scheme(), self.plain_http), ("https", _) | ("http", true)) {
            return Err("the scheme of the address is not allowed".to_owned());
        }
        // What is no name is looked up by nobody.
        if let Some(address) = url.host_str().and_then(literal) {
            check(address, &self.allowed).map_err(|fault| fault.to_string())?;
        }
        Ok(url)
    }

    async fn answered(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<reqwest::Response, String> {
        let url = reqwest::Url::parse(url).map_err(|error| short(&error.to_string()))?;
        // What is no name is looked up by nobody.
        if let Some(address) = url.host_str().and_then(literal) {
            check(address, &self.allowed).map_err(|fault| fault.to_string())?;
        }
        let request = self.http.post(url).headers(headers).body(body);
        request.send().await.map_err(|error| said(&error))
    }
}

/// TLS with the certificates that the system trusts. All clients share them: to read them takes longer than all else in making a client.
fn tls() -> Result<ClientConfig, Problem> {
    static TLS: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(tls) = TLS.get() {
        return Ok(tls.clone());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Problem::internal)?
        .with_platform_verifier()
        .map_err(Problem::internal)?
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TLS.get_or_init(|| tls).clone())
}

/// Why there was no answer: the address, the time, or what the innermost error says.
fn said(error: &reqwest::Error) -> String {
    let mut cause: &(dyn Error + 'static) = error;
    loop {
        if let Some(fault) = cause.downcast_ref::<AddressFault>() {
            return fault.to_string();
        }
        match cause.source() {
            Some(source) => cause = source,
            None if error.is_timeout() => return "no answer in time".to_owned(),
            None => return short(&cause.to_string()),
        }
    }
}

fn short(error: &str) -> String {
    mark_hidden(error).chars().take(LONGEST_ERROR).collect()
}

/// The beginning of a body; none where there is none. What does not show is marked, so that no page is turned by it.
async fn beginning(response: &mut reqwest::Response) -> Option<String> {
    let mut bytes: Vec<u8> = Vec::new();
    while bytes.len() < KEPT {
        match response.chunk().await {
            Ok(Some(part)) => bytes.extend(part.iter().take(KEPT - bytes.len())),
            // The status counts, whatever became of the rest.
            Ok(None) | Err(_) => break,
        }
    }
    let text = String::from_utf8_lossy(&bytes).replace('\0', "\u{FFFD}");
    let text = mark_hidden(text.trim());
    (!text.is_empty()).then(|| text.into_owned())
}

/// A body as a whole, if it is no longer than that.
async fn whole(response: &mut reqwest::Response, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        match response.chunk().await.map_err(|error| said(&error))? {
            Some(part) if bytes.len() + part.len() <= most => bytes.extend_from_slice(&part),
            Some(_) => return Err("the answer is too long".to_owned()),
            None => return Ok(bytes),
        }
    }
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let said = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = said.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = DateTime::parse_from_rfc2822(said).ok()?;
    (date.with_timezone(&Utc) - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2026-03-02T01:00:00Z".parse().unwrap();
        for (said, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Mon, 02 Mar 2026 01:01:30 GMT", Some(90)),
            ("Mon, 02 Mar 2026 00:00:00 GMT", None),
            ("-1", None),
            ("99999999999999", None),
            ("soon", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, said.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs), "{said}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
