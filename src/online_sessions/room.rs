//! What the `online_sessions` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::online_sessions::mails::Mail;
use crate::online_sessions::policy::may_know;
use crate::online_sessions::settings::OnlineSessionSettings;
use crate::online_sessions::{api, global_search, hand_over, hold, pages};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of sessions.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "topic",
        "按主题（拼音）",
        "by topic",
        "search_readings(search_fold(online_session.topic))",
    ),
    ListOrder::new("time", "最早举办在前", "first to be held first", "online_session.starts_at"),
    ListOrder::new("state", "按状态", "by state", "online_session.state"),
    ListOrder::new("region", "按地区", "by region", "online_session.region"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "online_sessions",
    tables: &[
        "online_session",
        "online_session_event",
        "online_session_expert",
        "online_session_member",
        "online_session_question",
    ],
    functions: include_str!("functions.sql"),
    rights: &[
        ("online_session", Rights::Keep),
        ("online_session_event", Rights::Append),
        ("online_session_member", Rights::Keep),
        ("online_session_question", Rights::Keep),
    ],
    routes: routes![
        api::list, Roles(&[Admin, Expert, Enterprise]), "线上问诊会列表";
        api::announce, Roles(&[Admin, Expert]), "公布线上问诊会";
        api::one, Roles(&[Admin, Expert, Enterprise]), "线上问诊会详情";
        api::change, ByPolicy(&[Admin, Expert], may_know), "变更线上问诊会";
        api::invite, ByPolicy(&[Admin, Expert], may_know), "邀请企业参加线上问诊会";
        api::members, ByPolicy(&[Admin, Expert], may_know), "线上问诊会企业名单";
        api::sign_up, ByPolicy(&[Enterprise], may_know), "报名线上问诊会";
        api::leave, ByPolicy(&[Enterprise], may_know), "取消线上问诊会报名";
        api::join, ByPolicy(&[Enterprise], may_know), "参加线上问诊会";
        api::questions, ByPolicy(&[Admin, Expert, Enterprise], may_know), "线上问诊会提问列表";
        api::ask, ByPolicy(&[Enterprise], may_know), "在线上问诊会提问";
        api::decide, ByPolicy(&[Admin, Expert], may_know), "处理线上提问";
        api::hold, ByPolicy(&[Admin, Expert], may_know), "登记线上问诊会纪要";
        api::cancel, ByPolicy(&[Admin, Expert], may_know), "取消线上问诊会";
    ],
    pages: pages![
        GET "/online-sessions" => pages::list, Roles(&[Admin, Expert, Enterprise]), Place::new(&[Admin], 67, "线上问诊会", "Online sessions", "chat"), Place::new(&[Expert], 26, "线上问诊会", "Online sessions", "chat"), Place::new(&[Enterprise], 32, "线上问诊会", "Online sessions", "chat");
        GET "/online-sessions/{id}" => pages::one, Roles(&[Admin, Expert, Enterprise]);
        GET "/online-sessions/{id}/questions" => pages::questions, Roles(&[Admin, Expert, Enterprise]);
    ],
    sees_attachment: Some(hold::sees_file),
    audit: &[
        word("announce_online_session", "公布线上问诊会", "announced an online session"),
        word("change_online_session", "变更线上问诊会", "changed an online session"),
        word("cancel_online_session", "取消线上问诊会", "cancelled an online session"),
        word("hand_over_online_session", "移交线上问诊会", "handed over an online session"),
        word(
            "invite_to_online_session",
            "邀请企业参加线上问诊会",
            "invited enterprises to an online session",
        ),
        word("sign_up_for_online_session", "报名线上问诊会", "signed up for an online session"),
        word(
            "leave_online_session",
            "取消线上问诊会报名",
            "cancelled the registration for an online session",
        ),
        word("join_online_session", "参加线上问诊会", "joined an online session"),
        word("ask_in_online_session", "在线上问诊会提问", "asked in an online session"),
        word("decide_online_question", "处理线上提问", "dealt with a question of an online session"),
        word("hold_online_session", "登记线上问诊会纪要", "wrote the minutes of an online session"),
    ],
    subjects: &[subject("online_session", "线上问诊会", "online session", "/online-sessions/{id}")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<OnlineSessionSettings>()],
    search: &[SearchSource {
        zh: "线上问诊会",
        en: "online sessions",
        by_zh: "主题",
        by_en: "Topic",
        route: "/api/v1/online-sessions",
        page: "/online-sessions",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/online-sessions", orders: ORDERS }],
    global_search: &[GlobalSearchSource {
        kind: "online_sessions",
        zh: "线上问诊会",
        en: "Online sessions",
        roles: &[Admin, Expert, Enterprise],
        find: global_search::find,
    }],
    open_matters: &[hand_over::SESSIONS],
    ..Room::EMPTY
};
