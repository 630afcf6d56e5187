//! Deletes what was sent long ago, and browsers whose log-in has ended by its time.

use crate::app::App;
use crate::core::Problem;
use crate::web::room::Job;
use crate::web_push::queue;
use crate::web_push::settings::WebPushSettings;

/// Looks for them once an hour.
pub const JOB: Job = Job {
    name: "web_push_housekeeping",
    wake: None,
    poll: std::time::Duration::from_secs(3600),
    start: |_, _| Ok(Box::new(sweep)),
};

/// One round; says whether more is to be done at once.
///
/// # Errors
/// When the database is unavailable; the next round tries again.
pub fn sweep(app: &App) -> Result<bool, Problem> {
    queue::sweep(&mut *app.conn()?, app.settings().section::<WebPushSettings>(), app.clock().now())
}
