//! What the `notifications` domain declares of itself.

use crate::notifications::settings::MailSettings;
use crate::notifications::{metrics, worker};
use crate::settings::DeclaredSection;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "notifications",
    tables: &["outbox_mail"],
    jobs: &[worker::JOB],
    metrics: Some(metrics::metrics),
    ready: &[("outbox", metrics::is_well)],
    settings: &[DeclaredSection::of::<MailSettings>()],
    ..Room::EMPTY
};
