//! Requests to providers: no redirect is followed, and neither their time nor the size of the answer is unlimited.

use std::sync::OnceLock;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse, http};

/// A whole request.
const TIME: Duration = Duration::from_secs(10);
/// Making the connection.
const CONNECT: Duration = Duration::from_secs(5);
/// The greatest answer in bytes.
const MOST_BYTES: usize = 1 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpFault {
    /// The provider can't be reached, or does not answer in time.
    #[error("{0}")]
    Unreachable(#[from] reqwest::Error),
    /// The answer is too large.
    #[error("the answer is greater than {MOST_BYTES} bytes")]
    TooLarge,
    /// The request or the answer is not well formed.
    #[error("{0}")]
    Malformed(#[from] http::Error),
}

fn client() -> Result<reqwest::Client, reqwest::Error> {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client.clone());
    }
    // The first call counts; a second one finds the provider in place.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIME)
        .connect_timeout(CONNECT)
        // A connection belongs to the thread that made it, which may end before others need it.
        .pool_max_idle_per_host(0)
        .build()?;
    Ok(CLIENT.get_or_init(|| made).clone())
}

/// Sends a request.
///
/// # Errors
/// When there is no whole answer in time.
pub async fn send(request: HttpRequest) -> Result<HttpResponse, HttpFault> {
    let mut answer = client()?.execute(request.try_into()?).await?;
    let mut head = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        head = head.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await? {
        if body.len().saturating_add(part.len()) > MOST_BYTES {
            return Err(HttpFault::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(head.body(body)?)
}
