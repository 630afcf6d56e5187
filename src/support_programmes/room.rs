//! What the `support_programmes` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::db::grants::Rights;
use crate::programmes::carried_out::SUBJECT;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::ProgrammeStep;
use crate::settings::DeclaredSection;
use crate::support_programmes::policy::may_know;
use crate::support_programmes::queries::ORDERS;
use crate::support_programmes::settings::SupportSettings;
use crate::support_programmes::{api, entries_api, pages, steps};
use crate::web::room::Access::{ByPolicy, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, StepHook, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "support_programmes",
    tables: &[
        "support_amount",
        "support_baseline",
        "support_evaluation",
        "support_kind",
        "support_measure",
        "support_programme",
        "support_region",
    ],
    rights: &[
        ("support_amount", Rights::Keep),
        ("support_baseline", Rights::Append),
        ("support_evaluation", Rights::Append),
        ("support_measure", Rights::Keep),
        ("support_programme", Rights::Keep),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin]), "康复帮扶计划列表";
        api::create, Roles(&[Admin]), "起草康复帮扶计划";
        api::one, ByPolicy(&[Admin], may_know), "康复帮扶计划详情";
        api::change, ByPolicy(&[Admin], may_know), "修改康复帮扶计划";
        api::disclose, ByPolicy(&[Admin], may_know), "说明重叠理由和回避安排";
        api::submit, ByPolicy(&[Admin], may_know), "提交康复帮扶计划审批";
        api::approve, ByPolicy(&[Admin], may_know), "批准康复帮扶计划并冻结基线";
        api::send_back, ByPolicy(&[Admin], may_know), "退回康复帮扶计划";
        api::withdraw, ByPolicy(&[Admin], may_know), "撤销康复帮扶计划";
        api::start, ByPolicy(&[Admin], may_know), "开始执行康复帮扶计划";
        api::evaluate, ByPolicy(&[Admin], may_know), "评估康复帮扶计划";
        api::close, ByPolicy(&[Admin], may_know), "完成康复帮扶计划";
        entries_api::add_measure, ByPolicy(&[Admin], may_know), "添加帮扶措施";
        entries_api::change_measure, ByPolicy(&[Admin], may_know), "修改帮扶措施";
        entries_api::move_measure, ByPolicy(&[Admin], may_know), "登记帮扶措施进展";
        entries_api::enter_amount, ByPolicy(&[Admin], may_know), "登记帮扶成本或收费";
        entries_api::reverse_amount, ByPolicy(&[Admin], may_know), "冲销帮扶成本或收费";
        api::public_sheet, Public, "公开的康复帮扶计划";
    ],
    pages: pages![
        GET "/support" => pages::list::list, Roles(&[Admin]), Place::new(&[Admin], 71, "康复帮扶", "Support", "heart");
        GET "/support/{id}" => pages::one::one, Roles(&[Admin]);
        GET "/public/support/{key}" => pages::public::public, Public;
    ],
    audit: &[
        word("create_support_programme", "起草康复帮扶计划", "wrote a support programme"),
        word("change_support_programme", "修改康复帮扶计划", "changed a support programme"),
        word(
            "disclose_support_programme",
            "说明重叠理由和回避安排",
            "changed the disclosures of a support programme",
        ),
        word("evaluate_support_programme", "评估康复帮扶计划", "evaluated a support programme"),
        word("add_support_measure", "添加帮扶措施", "added a measure of a support programme"),
        word("change_support_measure", "修改帮扶措施", "changed a measure of a support programme"),
        word("move_support_measure", "登记帮扶措施进展", "took a step of a measure of a support programme"),
        word("enter_support_amount", "登记帮扶成本或收费", "entered a cost or a fee of a support programme"),
        word(
            "reverse_support_amount",
            "冲销帮扶成本或收费",
            "reversed a cost or a fee of a support programme",
        ),
    ],
    subjects: &[subject("support_programme", "康复帮扶计划", "support programme", "/support/{id}")
        .named("SELECT id, name FROM published.programme WHERE id = ANY ($1)")],
    settings: &[DeclaredSection::of::<SupportSettings>()],
    search: &[SearchSource {
        zh: "康复帮扶计划",
        en: "support programmes",
        by_zh: "计划名称或文号",
        by_en: "Name or document",
        route: "/api/v1/support-programmes",
        page: "/support",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/support", orders: ORDERS }],
    steps: &[
        StepHook {
            subject: SUBJECT,
            kind: ProgrammeKind::Support.as_str(),
            step: ProgrammeStep::Approve.as_str(),
            run: steps::approved,
        },
        StepHook {
            subject: SUBJECT,
            kind: ProgrammeKind::Support.as_str(),
            step: ProgrammeStep::Close.as_str(),
            run: steps::closed,
        },
    ],
    ..Room::EMPTY
};
