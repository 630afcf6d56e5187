//! How often a network may ask for something that costs mails, from each server.

use std::sync::OnceLock;
use std::time::Duration;

use crate::accounts::settings::AuthSettings;
use crate::app::App;
use crate::core::{Code, Problem, Text, Throttle};
use crate::web::client_address::Network;
use chrono::DateTime;

/// Within which time it is counted.
const WINDOW: Duration = Duration::from_secs(3600);

#[derive(Default)]
struct PasswordResets(OnceLock<Throttle<Network>>);

/// Counts one that asks for a new password from a network.
///
/// # Errors
/// 429 with the seconds to wait, whatever was asked for.
pub fn count_password_reset(app: &App, network: Network) -> Result<(), Problem> {
    let most = app.settings().section::<AuthSettings>().password_resets_from_network;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let counted = app.cache().of::<PasswordResets>();
    let throttle = counted.0.get_or_init(|| Throttle::new(most, WINDOW));
    let now = (app.clock().now() - DateTime::UNIX_EPOCH).to_std().unwrap_or_default();
    if let Some(wait) = throttle.wait(&network, now) {
        let seconds = wait.as_secs().max(1);
        let mut problem = Problem::new(
            Code::TooManyRequests,
            Text::new(
                format!("该网络请求重置密码的次数过多，请 {seconds} 秒后再试"),
                format!("this network asked for new passwords too often; try again in {seconds} seconds"),
            ),
        );
        problem.retry_after = Some(seconds);
        return Err(problem);
    }
    throttle.note(network, now);
    Ok(())
}
