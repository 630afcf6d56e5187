//! The settings of Web Push.

use crate::settings::{Hosts, Networks, YesNo};

crate::settings_section! {
    /// Notices in browsers that messages are unread (Web Push). The browser's maker runs the push service that carries them, encrypted so that
    /// it can't read them; the server calls it.
    pub WebPushSettings in "web_push" {
        /// "no" switches it off: nothing is sent, and no browser can be subscribed.
        enabled: YesNo = YesNo::Yes;
        /// Hosts of push services that may be called, as `["fcm.googleapis.com"]`, by environment with commas between; each with all names
        /// below it.
        hosts: Hosts = Hosts::of(&[
            "fcm.googleapis.com",
            "push.services.mozilla.com",
            "notify.windows.com",
            "push.apple.com",
        ]);
        /// How push services reach the operator when something is wrong: `mailto:` with an address, or an address of the web. Empty: none is said.
        contact: String = String::new();
        /// Whether the subject of the consultation and the beginning of the last message stand in the notice. "no": only how much is unread.
        message_text: YesNo = YesNo::No;
        /// Seconds after which an unread message is told of, to who was not connected meanwhile.
        delay_seconds: u32 = 30, 0..=3_600;
        /// Browsers that one account may have.
        per_account: u32 = 10, 1..=100;
        /// Seconds for which the push service keeps a message for a browser that can't be reached (TTL).
        ttl_seconds: u32 = 86_400, 0..=2_419_200;
        /// Whether endpoints may be `http://`: "yes" for tests. Else they are `https://` alone.
        plain_http: YesNo = YesNo::No;
        /// Networks or addresses that may be called although they are not public, as `["10.20.0.0/16"]`, by environment with commas
        /// between. All other private, local and special addresses are refused, whatever name leads to them.
        allowed_networks: Networks = Networks::default();
        /// Seconds that making a connection may take, the look-up of the name included.
        connect_seconds: u64 = 5, 1..=60;
        /// Seconds that a whole call may take.
        total_seconds: u64 = 15, 1..=120;
        /// Calls that a server makes at one time.
        concurrent: u32 = 8, 1..=256;
        /// Seconds until the second attempt; doubled for each one after, and cut by up to a half at random.
        first_retry_seconds: u64 = 10, 1..=3_600;
        /// Minutes that lie between two attempts at most, also where the push service asks for more by `Retry-After`.
        longest_retry_minutes: u64 = 60, 1..=1_440;
        /// Hours for which a message is tried.
        give_up_hours: u32 = 12, 1..=168;
        /// Days for which is kept what was sent.
        keep_days: u32 = 7, 1..=365;
    }
}
