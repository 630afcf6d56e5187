//! What the `conduct` domain declares of itself.

use crate::conduct::mails::Mail;
use crate::conduct::policy::may_know;
use crate::conduct::settings::ConductSettings;
use crate::conduct::{api, files, global_search, pages, sweep};
use crate::core::actor::Role::{Admin, Enterprise};
use crate::db::grants::Rights;
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Roles};
use crate::web::room::{OrderedList, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "conduct",
    tables: &[
        "conduct",
        "conduct_event",
        "conduct_fact",
        "conduct_fact_key",
        "conduct_file",
        "conduct_line",
        "conduct_past",
        "conduct_reminder",
    ],
    rights: &[
        ("conduct", Rights::Keep),
        ("conduct_event", Rights::Append),
        ("conduct_fact", Rights::Append),
        ("conduct_file", Rights::Append),
        ("conduct_line", Rights::Append),
        ("conduct_past", Rights::Append),
        ("conduct_reminder", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin]), "信用行为记录列表";
        api::mine, Roles(&[Enterprise]), "本企业的信用行为记录";
        api::enter, Roles(&[Admin]), "登记信用行为";
        api::one, ByPolicy(&[Admin, Enterprise], may_know), "信用行为记录详情";
        api::record, ByPolicy(&[Admin, Enterprise], may_know), "登记信用行为的步骤";
    ],
    pages: pages![
        GET "/conduct" => pages::list::list, Roles(&[Admin]);
        GET "/conduct/new" => pages::new::new, Roles(&[Admin]);
        GET "/conduct/{id}" => pages::one::one, ByPolicy(&[Admin, Enterprise], may_know);
    ],
    sees_attachment: Some(files::sees),
    audit: &[
        word("enter_conduct", "登记信用行为", "entered credit conduct"),
        word("record_conduct_step", "登记信用行为的步骤", "entered a step of credit conduct"),
    ],
    subjects: &[subject("conduct", "信用行为记录", "credit conduct", "/conduct/{id}")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<ConductSettings>()],
    search: &[
        SearchSource {
            zh: "信用行为记录",
            en: "credit conduct",
            by_zh: "企业名称、统一社会信用代码或文书编号",
            by_en: "Enterprise, code or decision",
            route: "/api/v1/conduct",
            page: "/conduct",
            parameter: "q",
        },
        SearchSource {
            zh: "本企业的信用行为记录",
            en: "credit conduct of one's enterprise",
            by_zh: "文书编号",
            by_en: "Number of the decision",
            route: "/api/v1/my/conduct",
            page: "",
            parameter: "q",
        },
    ],
    orders: &[OrderedList { page: "/conduct", orders: pages::orders::ORDERS }],
    global_search: &[GlobalSearchSource {
        kind: "conduct",
        zh: "信用行为记录",
        en: "Credit conduct",
        roles: &[Admin, Enterprise],
        find: global_search::find,
    }],
    jobs: &[sweep::JOB],
    ..Room::EMPTY
};
