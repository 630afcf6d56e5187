//! What the `rounds` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert, Operator};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::programmes;
use crate::rounds::settings::CircuitSettings;
use crate::rounds::{api, global_search, hand_over, keep, pages, policy};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of rounds.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("no", "按轮次", "by number", "circuit_round.no"),
    ListOrder::new("starts", "最早开始在前", "first to begin first", "circuit_round.starts_on"),
    ListOrder::new("region", "按地区", "by region", "circuit_round.region"),
    ListOrder::new("state", "按状态", "by state", "circuit_round.state"),
];

/// The orders of the lists of members.
const MEMBER_ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按企业名称（拼音）",
        "by enterprise",
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = circuit_member.enterprise_id)",
    ),
    ListOrder::new("region", "按地区", "by region", "circuit_member.region"),
    ListOrder::new("stage", "阶段最近变化在前", "last change of stage first", "circuit_member.stage_at DESC"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "rounds",
    tables: &[
        "circuit_member",
        "circuit_member_event",
        "circuit_note",
        "circuit_point",
        "circuit_round",
        "circuit_round_event",
        "circuit_stop",
    ],
    rights: &[
        ("circuit_member", Rights::Keep),
        ("circuit_member_event", Rights::Append),
        ("circuit_round", Rights::Keep),
        ("circuit_round_event", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::members::add, Knowing(&[Admin], programmes::policy::may_know), "列入巡回对象";
        api::members::list, Roles(&[Admin, Expert, Enterprise]), "巡回对象列表";
        api::members::one, Roles(&[Admin, Expert, Enterprise]), "巡回对象详情";
        api::members::decide, Knowing(&[Admin], policy::may_know_member), "办理巡回对象";
        api::members::point, Knowing(&[Admin], policy::may_place), "登记企业位置";
        api::rounds::list, Roles(&[Admin, Expert, Enterprise]), "巡回轮次列表";
        api::rounds::create, Roles(&[Admin]), "安排巡回轮次";
        api::rounds::one, Roles(&[Admin, Expert, Enterprise]), "巡回轮次详情";
        api::rounds::change, Knowing(&[Admin], policy::may_know_round), "修改巡回轮次";
        api::rounds::give, Knowing(&[Admin], policy::may_know_round), "向轮次分配企业";
        api::rounds::take_out, Knowing(&[Admin], policy::may_know_round), "从轮次移出企业";
        api::rounds::route, Knowing(&[Admin], policy::may_know_round), "计算巡回路线";
        api::rounds::stops, Roles(&[Admin, Expert, Enterprise]), "巡回路线";
        api::rounds::close, Knowing(&[Admin], policy::may_know_round), "结束巡回轮次";
        api::rounds::cancel, Knowing(&[Admin], policy::may_know_round), "取消巡回轮次";
        api::report::figures, Roles(&[Admin, Operator]), "巡回问诊统计";
    ],
    pages: pages![
        GET "/rounds" => pages::overview::page, Roles(&[Admin]), Place::new(&[Admin], 62, "巡回问诊", "Rounds", "plan").over(&["/circuit-members"]);
        GET "/rounds/{id}" => pages::one::page, Roles(&[Admin, Expert, Enterprise]);
        GET "/circuit-members" => pages::members::list, Roles(&[Admin]);
        GET "/circuit-members/{id}" => pages::members::one, Roles(&[Admin]);
        GET "/my/rounds" => pages::mine::page, Roles(&[Expert, Enterprise]), Place::new(&[Expert], 62, "巡回问诊", "Rounds", "plan").over(&["/rounds"]);
        GET "/reports/circuit" => pages::figures::page, Roles(&[Admin, Operator]), Place::new(&[Operator], 23, "巡回统计", "Circuit figures", "chart");
    ],
    audit: &[
        word("add_to_cohort", "列入巡回对象", "added enterprises to a cohort"),
        word("decide_circuit_member", "办理巡回对象", "decided on a member of a cohort"),
        word("set_circuit_point", "登记企业位置", "entered where an enterprise is"),
        word("create_circuit_round", "安排巡回轮次", "planned a round"),
        word("change_circuit_round", "修改巡回轮次", "changed a round"),
        word("give_circuit_members", "向轮次分配或移出企业", "put members into a round or took them out"),
        word("route_circuit_round", "计算巡回路线", "planned the routes of a round"),
        word("close_circuit_round", "结束巡回轮次", "closed a round"),
        word("cancel_circuit_round", "取消巡回轮次", "cancelled a round"),
    ],
    subjects: &[
        subject("circuit_round", "巡回轮次", "round", "/rounds/{id}"),
        subject("circuit_member", "巡回对象", "member of a cohort", "/circuit-members/{id}"),
    ],
    jobs: &[keep::JOB],
    settings: &[DeclaredSection::of::<CircuitSettings>()],
    search: &[
        SearchSource {
            zh: "巡回轮次",
            en: "rounds of circuit consultation",
            by_zh: "计划、地区或备注",
            by_en: "Programme, region or note",
            route: "/api/v1/circuit-rounds",
            page: "/rounds",
            parameter: "q",
        },
        SearchSource {
            zh: "巡回对象",
            en: "members of cohorts",
            by_zh: "企业名称或信用代码",
            by_en: "Enterprise or credit code",
            route: "/api/v1/circuit-members",
            page: "/circuit-members",
            parameter: "q",
        },
        SearchSource {
            zh: "本人的巡回对象",
            en: "one’s own members",
            by_zh: "企业名称或信用代码",
            by_en: "Enterprise or credit code",
            route: "",
            page: "/my/rounds",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/rounds", orders: ORDERS },
        OrderedList { page: "/circuit-members", orders: MEMBER_ORDERS },
        OrderedList { page: "/my/rounds", orders: MEMBER_ORDERS },
    ],
    global_search: &[GlobalSearchSource {
        kind: "rounds",
        zh: "巡回轮次",
        en: "Rounds",
        roles: &[Admin, Expert],
        find: global_search::find,
    }],
    open_matters: &[hand_over::MEMBERS],
    ..Room::EMPTY
};
