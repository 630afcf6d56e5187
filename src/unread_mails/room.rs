//! What the `unread_mails` domain declares of itself.

use crate::settings::DeclaredSection;
use crate::unread_mails::follow::JOB;
use crate::unread_mails::mails::Mail;
use crate::unread_mails::settings::UnreadMailSettings;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "unread_mails",
    tables: &["unread_watch", "unread_waiting", "unread_mail"],
    jobs: &[JOB],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<UnreadMailSettings>()],
    ..Room::EMPTY
};
