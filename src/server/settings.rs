//! Who may read the metrics.

use crate::settings::{Checks, Secret};
use std::net::SocketAddr;

crate::settings_section! {
    /// The metrics, for Prometheus. Where neither is set they are served at the server's own address in development, and not at all in
    /// production.
    pub MetricsSettings in "metrics" checked by check_metrics {
        /// An address of their own, such as "127.0.0.1:9464", at which alone they are then served.
        address: String = String::new();
        /// What a reader sends as `Authorization: Bearer …`. (secret)
        token: Secret = Secret::default();
    }
}

/// Fewest bytes of the token: it is guessed at without a limit.
const LEAST_TOKEN_BYTES: usize = 16;

fn check_metrics(metrics: &MetricsSettings, checks: &mut Checks<'_>) {
    let address = &metrics.address;
    checks.check(
        address.is_empty() || address.parse::<SocketAddr>().is_ok(),
        "metrics.address",
        "must be an address with a port, such as 127.0.0.1:9464",
    );
    let long = metrics.token.is_empty() || metrics.token.len() >= LEAST_TOKEN_BYTES;
    checks.check(long, "metrics.token", format!("must have at least {LEAST_TOKEN_BYTES} bytes"));
}
