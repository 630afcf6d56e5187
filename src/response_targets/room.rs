//! What the `response_targets` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::db::grants::Rights;
use crate::response_targets::api;
use crate::response_targets::mails::Mail;
use crate::response_targets::settings::ResponseTargetSettings;
use crate::routes;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{LoggedIn, Roles};
use crate::web::room::Room;

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "response_targets",
    tables: &["response_watch", "response_target", "response_event", "response_notice", "response_mail"],
    rights: &[("response_event", Rights::Append)],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::targets, LoggedIn, "问诊的答复时限";
        api::try_rules, Roles(&[Admin]), "按以往问诊试算答复时限规则";
    ],
    jobs: &[crate::response_targets::follow::JOB],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<ResponseTargetSettings>()],
    ..Room::EMPTY
};
