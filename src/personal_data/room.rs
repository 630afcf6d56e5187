//! What the `personal_data` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::personal_data::mails::Mail;
use crate::personal_data::pages::OWN_PAGE;
use crate::personal_data::policy::may_know;
use crate::personal_data::settings::PersonalDataSettings;
use crate::personal_data::{api, copy, pages, personal, term};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Knowing, LoggedIn, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of requests.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "due",
        "答复期限最近在前",
        "nearest last day first",
        "(personal_request.state IN ('received', 'preparing')) DESC, personal_request.due_on",
    ),
    ListOrder::new("kind", "按种类", "by kind", "personal_request.kind"),
    ListOrder::new("state", "按状态", "by state", "personal_request.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "personal_data",
    tables: &["personal_request", "personal_copy"],
    routes: routes![
        api::own, LoggedIn, "我的个人信息请求";
        api::ask, LoggedIn, "申请复制、更正或删除个人信息";
        api::own_one, LoggedIn, "我的个人信息请求详情";
        api::withdraw, LoggedIn, "撤回个人信息请求";
        api::file, LoggedIn, "下载个人信息副本";
        api::list, Roles(&[Admin]), "个人信息请求列表";
        api::counts, Roles(&[Admin]), "待答复个人信息请求数";
        api::one, Roles(&[Admin]), "个人信息请求详情";
        api::decide, Knowing(&[Admin], may_know), "答复个人信息请求";
    ],
    pages: pages![
        GET OWN_PAGE => pages::own, LoggedIn;
        GET "/personal-data" => pages::list, Roles(&[Admin]), Place::new(&[Admin], 106, "个人信息请求", "Personal data", "person").waiting("/api/v1/personal-data/requests/counts");
    ],
    jobs: &[copy::JOB, term::JOB],
    audit: &[
        word("ask_personal_data", "提出个人信息请求", "asked about their personal data"),
        word("withdraw_personal_request", "撤回个人信息请求", "withdrew a request about personal data"),
        word("decide_personal_request", "答复个人信息请求", "decided on a request about personal data"),
        word("prepare_personal_copy", "生成个人信息副本", "made a copy of personal data"),
        word("expire_personal_copy", "清除过期的个人信息副本", "deleted an expired copy"),
        word("remind_of_personal_request", "提醒答复个人信息请求", "reminded of a request"),
    ],
    subjects: &[subject("personal_request", "个人信息请求", "request about personal data", "").named("SELECT r.id, a.name FROM personal_request r JOIN published.account a ON a.id = r.account_id WHERE r.id = ANY ($1)")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<PersonalDataSettings>()],
    search: &[SearchSource {
        zh: "个人信息请求",
        en: "requests about personal data",
        by_zh: "姓名或用户名",
        by_en: "Name or username",
        route: "/api/v1/personal-data/requests",
        page: "/personal-data",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/personal-data", orders: ORDERS }],
    personal: personal::PARTS,
    ..Room::EMPTY
};
