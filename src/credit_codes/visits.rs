//! A visit to the public page of a code: the limit on how often a network may open pages, the scan, its count.

use crate::core::{Code, Problem, Text, Throttle};
use crate::credit_codes::public::{self, PublicCode};
use crate::credit_codes::scans::{ScanCounts, region_of};
use crate::credit_codes::settings::CodePageSettings;
use crate::web::ClientAddress;
use crate::web::client_address::Network;
use crate::web::problem::Failure;
use crate::web::reply::read;
use crate::web::state::State;
use actix_web::HttpRequest;
use actix_web::http::Method;
use chrono::{DateTime, Utc};
use std::sync::OnceLock;
use std::time::Duration;

/// For how many seconds a browser or a cache may keep what a page says. A cache before a browser doubles it, and a lost condition still shows within a minute.
pub const SECONDS: u32 = 30;

/// Within what time the calls of a network are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// How often each network opened pages within the minute, at this server. Made at the first call, with the limit that holds then.
#[derive(Debug, Default)]
struct CallLimit(OnceLock<Throttle<Network>>);

impl CallLimit {
    /// Counts a call of a network.
    ///
    /// # Errors
    /// 429 with the seconds to wait, for one that is over the limit.
    fn take(&self, network: Network, most: u32, now: DateTime<Utc>) -> Result<(), Problem> {
        let limit = self.0.get_or_init(|| Throttle::new(usize::try_from(most).unwrap_or(usize::MAX), WINDOW));
        let now = (now - DateTime::UNIX_EPOCH).to_std().unwrap_or_default();
        if limit.take(network, now) {
            return Ok(());
        }
        let wait = limit.wait(&network, now).map_or(1, |wait| wait.as_secs().max(1));
        let text = Text::new(
            format!("来自您所在网络的查询过多，请 {wait} 秒后再试"),
            format!("there were too many calls from your network; try again in {wait} seconds"),
        );
        let mut problem = Problem::new(Code::TooManyRequests, text);
        problem.retry_after = Some(wait);
        Err(problem)
    }
}

/// Refuses a network that opens pages too often.
///
/// # Errors
/// 429 with the seconds to wait.
pub fn admit(state: &State, request: &HttpRequest) -> Result<(), Problem> {
    let most = state.app.settings().section::<CodePageSettings>().calls_per_minute;
    let limit = state.app.cache().of::<CallLimit>();
    limit.take(ClientAddress::of(request).network(), most, state.app.clock().now())
}

/// Reads a code for a visitor, and counts the scan. A request for the head alone is none.
///
/// # Errors
/// 404 where nobody was given the token, 429 where the network asks too often.
pub async fn visit(state: &State, request: &HttpRequest, token: String) -> Result<PublicCode, Failure> {
    admit(state, request)?;
    let scan = read(state, move |app| public::scan(app, &token)).await?;
    if *request.method() != Method::HEAD {
        let mut key = scan.key;
        key.region = region_of(request, &state.app);
        state.app.cache().of::<ScanCounts>().note(key);
    }
    Ok(scan.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_waits_for_the_minute_to_pass_and_others_do_not() {
        let (limit, now) = (CallLimit::default(), "2026-03-02T01:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let take = |network: &str, seconds| {
            limit.take(network.parse().unwrap(), 2, now + chrono::Duration::seconds(seconds))
        };
        assert!(take("203.0.113.0/32", 0).is_ok() && take("203.0.113.0/32", 10).is_ok());
        let refused = take("203.0.113.0/32", 20).unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(40)));
        assert!(take("198.51.100.0/32", 20).is_ok());
        assert!(take("203.0.113.0/32", 60).is_ok());
    }
}
