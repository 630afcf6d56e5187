//! The settings of webhooks.

use crate::settings::{Networks, YesNo};

crate::settings_section! {
    /// Calls of other systems that officers have registered as webhooks.
    pub WebhookSettings in "webhooks" {
        /// Whether endpoints may be `http://`: "yes" for closed networks and tests. Else they are `https://` alone.
        plain_http: YesNo = YesNo::No;
        /// Networks or addresses that may be called although they are not public, as `["10.20.0.0/16"]`, by environment with commas
        /// between. All other private, local and special addresses are refused, whatever name leads to them.
        allowed_networks: Networks = Networks::default();
        /// Webhooks that one officer may have.
        per_officer: u32 = 20, 1..=1_000;
        /// Seconds that making a connection may take, the look-up of the name included.
        connect_seconds: u64 = 5, 1..=60;
        /// Seconds that a whole call may take.
        total_seconds: u64 = 15, 1..=120;
        /// Calls that a server makes at one time; at most two of them to one webhook.
        concurrent: u32 = 8, 1..=256;
        /// Seconds until the second attempt at a delivery; doubled for each one after, and cut by up to a half at random.
        first_retry_seconds: u64 = 10, 1..=3_600;
        /// Minutes that lie between two attempts at most, also where the receiver asks for more by `Retry-After`.
        longest_retry_minutes: u64 = 360, 1..=1_440;
        /// Hours for which a delivery is tried. The last attempt is at their end.
        give_up_hours: u32 = 72, 1..=720;
        /// Hours of nothing but failures after which a webhook is disabled and its officer told by mail.
        disable_after_hours: u32 = 120, 1..=8_760;
        /// Hours for which the secret before the present one signs as well after a rotation.
        old_secret_hours: u32 = 24, 0..=720;
        /// Days for which deliveries are kept.
        keep_days: u32 = 30, 1..=3_650;
        /// Failed deliveries that one call sends again at most.
        replay_most: u32 = 1_000, 1..=100_000;
    }
}
