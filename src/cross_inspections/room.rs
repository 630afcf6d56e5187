//! What the `cross_inspections` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert, Laboratory};
use crate::core::page::ListOrder;
use crate::cross_inspections::mails::Mail;
use crate::cross_inspections::policy::may_know;
use crate::cross_inspections::settings::CrossInspectionSettings;
use crate::cross_inspections::{api, hand_over, notices, pages};
use crate::db::grants::Rights;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{ByPolicy, Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of rounds.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_fold(cross_round.name))"),
    ListOrder::new("state", "按状态", "by state", "cross_round.state"),
    ListOrder::new("region", "按地区", "by region", "cross_round.region"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "cross_inspections",
    tables: &["cross_event", "cross_participant", "cross_product", "cross_relation", "cross_round"],
    rights: &[("cross_event", Rights::Append), ("cross_round", Rights::Keep)],
    routes: routes![
        api::list, Roles(&[Admin, Expert, Enterprise, Laboratory]), "交叉互检轮次列表";
        api::create, Roles(&[Admin, Expert]), "发起交叉互检";
        api::join, Roles(&[Enterprise]), "加入交叉互检";
        api::one, Roles(&[Admin, Expert, Enterprise, Laboratory]), "交叉互检轮次详情";
        api::change, ByPolicy(&[Admin, Expert], may_know), "修改交叉互检";
        api::leave, ByPolicy(&[Enterprise], may_know), "退出交叉互检";
        api::take_out, ByPolicy(&[Admin, Expert], may_know), "移出参加企业";
        api::declare, Knowing(&[Admin, Expert, Enterprise], may_know), "申报关联企业和竞争对手";
        api::add_product, ByPolicy(&[Enterprise], may_know), "登记互检产品";
        api::remove_product, Knowing(&[Admin, Expert, Enterprise], may_know), "取消互检产品";
        api::assign, ByPolicy(&[Admin, Expert], may_know), "分配互检样品";
        api::report, ByPolicy(&[Enterprise], may_know), "提交互检结果";
        api::check, ByPolicy(&[Admin, Expert, Laboratory], may_know), "录入检验机构复核结果";
        api::correct, ByPolicy(&[Enterprise], may_know), "登记互检整改";
        api::take_over, ByPolicy(&[Admin], may_know), "接管交叉互检";
        api::close, ByPolicy(&[Admin, Expert], may_know), "结束交叉互检";
        api::withdraw, ByPolicy(&[Admin, Expert], may_know), "撤销交叉互检";
        api::figures, Roles(&[Admin, Expert]), "交叉互检汇总数据";
    ],
    pages: pages![
        GET "/cross-inspections" => pages::list, Roles(&[Admin, Expert, Enterprise, Laboratory]), Place::new(&[Admin, Laboratory], 86, "交叉互检", "Cross-inspection", "people");
        GET "/cross-inspections/{id}" => pages::one, Roles(&[Admin, Expert, Enterprise, Laboratory]);
    ],
    audit: &[
        word("create_cross_round", "发起交叉互检", "set a round of cross-inspection up"),
        word("change_cross_round", "修改交叉互检", "changed a round of cross-inspection"),
        word("join_cross_round", "加入交叉互检", "joined a round of cross-inspection"),
        word("leave_cross_round", "退出或移出交叉互检", "left a round of cross-inspection"),
        word(
            "declare_cross_relations",
            "申报关联企业和竞争对手",
            "declared related enterprises and competitors",
        ),
        word("add_cross_product", "登记互检产品", "handed a product in for cross-inspection"),
        word("remove_cross_product", "取消互检产品", "took a product back from cross-inspection"),
        word("assign_cross_round", "分配互检样品", "assigned the products of a round"),
        word("report_cross_result", "提交互检结果", "reported a result of cross-inspection"),
        word("enter_cross_check", "录入检验机构复核结果", "entered the laboratory’s result"),
        word("correct_cross_product", "登记互检整改", "recorded a correction after cross-inspection"),
        word("take_over_cross_round", "接管交叉互检", "took a round of cross-inspection over"),
        word("close_cross_round", "结束交叉互检", "closed a round of cross-inspection"),
        word("withdraw_cross_round", "撤销交叉互检", "gave a round of cross-inspection up"),
    ],
    subjects: &[subject(
        "cross_round",
        "交叉互检轮次",
        "round of cross-inspection",
        "/cross-inspections/{id}",
    )],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    jobs: &[notices::JOB],
    settings: &[DeclaredSection::of::<CrossInspectionSettings>()],
    search: &[SearchSource {
        zh: "交叉互检轮次",
        en: "rounds of cross-inspection",
        by_zh: "轮次名称",
        by_en: "Name",
        route: "/api/v1/cross-inspections",
        page: "/cross-inspections",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/cross-inspections", orders: ORDERS }],
    open_matters: &[hand_over::ROUNDS],
    ..Room::EMPTY
};
