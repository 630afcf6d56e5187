//! What those who watch the server learn of the outbox.

use crate::app::App;
use crate::notifications::{MailState, outbox};
use crate::web::room::Metric;
use diesel::PgConnection;

/// How overdue the oldest mail may be before the server is not ready, in seconds.
const MOST_LAG: i64 = 600;

/// How many mails are in each state. Without a database there are no figures; the metrics say the rest all the same.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
pub(super) fn metrics(app: &App) -> Vec<Metric> {
    let counts = app.conn().and_then(|mut conn| outbox::counts(&mut conn)).unwrap_or_default();
    let metric = |state: &MailState| {
        let (name, help) = match state {
            MailState::Queued => ("zerodesk_mail_pending", "Mails that wait to be sent"),
            MailState::Refused => ("zerodesk_mail_refused", "Mails refused for good"),
            MailState::GaveUp => ("zerodesk_mail_gave_up", "Mails given up without a refusal"),
            MailState::Bounced => ("zerodesk_mail_bounced", "Mails that came back"),
            MailState::Sent => ("zerodesk_mail_sent", "Mails sent"),
        };
        let value = counts.iter().find(|(counted, _)| counted == state).map(|(_, count)| *count as f64);
        Metric { name, help, value }
    };
    MailState::ALL.iter().map(metric).collect()
}

/// Whether mails leave in time.
pub(super) fn is_well(app: &App, conn: &mut PgConnection) -> Result<(), String> {
    let lag = outbox::lag_seconds(conn, app.clock().now()).map_err(|problem| problem.to_string())?;
    if lag <= MOST_LAG { Ok(()) } else { Err(format!("the oldest mail is {lag} s overdue")) }
}
