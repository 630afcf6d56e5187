//! What is the same for all calls that nobody has to log in for and that may cause a mail: a limit by network, and answers after one time,
//! so that neither the words nor the time tell what was found.

use std::sync::OnceLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join;
use ipnet::{Ipv4Net, Ipv6Net};

use crate::core::{Code, Problem, Text, Throttle};
use crate::web::client_address::Network;

/// Within what time a network's calls are counted.
const WINDOW: Duration = Duration::from_secs(3600);

/// How often each network called within the hour, at this server. Made at the first call, with the limit that holds then.
#[derive(Debug, Default)]
pub struct NetworkLimit(OnceLock<Throttle<Network>>);

impl NetworkLimit {
    /// Counts a call of a network.
    ///
    /// # Errors
    /// 429 with the seconds to wait, for one that is over the limit.
    pub fn take(&self, network: Network, most: u32, now: DateTime<Utc>) -> Result<(), Problem> {
        let limit = self.0.get_or_init(|| Throttle::new(usize::try_from(most).unwrap_or(usize::MAX), WINDOW));
        let now = (now - DateTime::UNIX_EPOCH).to_std().unwrap_or_default();
        if limit.take(network, now) {
            return Ok(());
        }
        let wait = limit.wait(&network, now).map_or(1, |wait| wait.as_secs().max(1));
        let mut problem = Problem::new(
            Code::TooManyRequests,
            Text::new(
                format!("来自您所在网络的申请过多，请 {wait} 秒后再试"),
                format!("there were too many requests from your network; try again in {wait} seconds"),
            ),
        );
        problem.retry_after = Some(wait);
        Err(problem)
    }
}

/// A network by its first bits only, as it is shown to people: it says from where about someone asked, and not who it was.
pub fn coarse(network: &str) -> String {
    let coarse = match network.parse::<Network>() {
        Ok(Network::V4(net)) => {
            Ipv4Net::new(net.addr(), net.prefix_len().min(24)).map(|net| net.trunc().to_string())
        }
        Ok(Network::V6(net)) => {
            Ipv6Net::new(net.addr(), net.prefix_len().min(48)).map(|net| net.trunc().to_string())
        }
        Err(_) => return String::new(),
    };
    coarse.unwrap_or_default()
}

/// A text that a stranger wrote, with what can't be seen or turns the direction shown as `[U+202E]`.
pub fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    text.chars().fold(String::new(), |mut shown, c| {
        if hidden(c) {
            shown.push_str(&format!("[U+{:04X}]", u32::from(c)));
        } else {
            shown.push(c);
        }
        shown
    })
}

/// Does the work, and gives what it came to after this many milliseconds at the least.
pub async fn no_sooner<T>(milliseconds: u64, work: impl Future<Output = T>) -> T {
    join(work, tokio::time::sleep(Duration::from_millis(milliseconds))).await.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_does_not_use_up_what_others_may() {
        let (limit, now) =
            (NetworkLimit::default(), "2026-03-02T01:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let take = |network: &str, minutes| {
            limit.take(network.parse().unwrap(), 2, now + chrono::Duration::minutes(minutes))
        };
        assert!(take("203.0.113.0/32", 0).is_ok() && take("203.0.113.0/32", 10).is_ok());
        let refused = take("203.0.113.0/32", 20).unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(2400)));
        assert!(take("198.51.100.0/32", 20).is_ok());
        assert!(take("203.0.113.0/32", 60).is_ok(), "the first is out of the hour");
    }

    #[test]
    fn a_network_is_shown_coarsely_and_what_cannot_be_seen_is() {
        assert_eq!(coarse("203.0.113.77/32"), "203.0.113.0/24");
        assert_eq!(coarse("2001:db8:1:2::/64"), "2001:db8:1::/48");
        assert_eq!(coarse(""), "");
        assert_eq!(visible("李\u{202e}四\u{200b}\n·"), "李[U+202E]四[U+200B][U+000A]·");
    }
}
