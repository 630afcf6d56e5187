//! What the `risk` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::risk::alerts::settings::ClusterSettings;
use crate::risk::assessments::{files, hand_over, policy};
use crate::risk::mails::Mail;
use crate::risk::settings::{RiskKeepingSettings, RiskSettings};
use crate::risk::{alerts, api, digest, global_search, index, pages, sources};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of quality alerts.
const ALERTS: &[ListOrder] = &[
    ListOrder::new(
        "count",
        "不合格最多在前",
        "most nonconformities first",
        "quality_alert.nonconformities DESC",
    ),
    ListOrder::new(
        "enterprises",
        "涉及企业最多在前",
        "most enterprises first",
        "quality_alert.enterprises DESC",
    ),
    ListOrder::new("product", "按产品种类", "by product kind", "quality_alert.product_kind"),
    ListOrder::new("region", "按地区", "by region", "quality_alert.region"),
    ListOrder::new("state", "按状态", "by state", "quality_alert.state"),
    ListOrder::new("cause", "按预警原因", "by cause", "quality_alert.cause"),
    ListOrder::new("oldest", "最早在前", "oldest first", "quality_alert.opened_at"),
];

/// The orders of the list of the index, whose own is the highest first.
const INDEX: &[ListOrder] = &[
    ListOrder::new("rate", "不合格率最高在前", "highest rate first", "risk_cell.rate DESC"),
    ListOrder::new("trend", "上升最快在前", "fastest rise first", "risk_cell.part_trend DESC"),
    ListOrder::new("signals", "风险信息最多在前", "most signals first", "risk_cell.signal_count DESC"),
    ListOrder::new("tested", "检验结果最多在前", "most results first", "risk_cell.tested DESC"),
    ListOrder::new("product", "按产品种类", "by product kind", "risk_cell.product_kind"),
    ListOrder::new("region", "按地区", "by region", "risk_cell.region"),
];

/// The orders of the list of assessments.
const ASSESSMENTS: &[ListOrder] = &[
    ListOrder::new(
        "level",
        "等级最高在前",
        "highest level first",
        "array_position(ARRAY['serious', 'high', 'medium', 'low'], assessment.level)",
    ),
    ListOrder::new("product", "按产品种类", "by product kind", "assessment.product_kind"),
    ListOrder::new("region", "按地区", "by region", "assessment.region"),
    ListOrder::new("state", "按状态", "by state", "assessment.state"),
];

/// The route that counts what waits for an officer.
const COUNTS: &str = "/api/v1/assessments/counts";

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "risk",
    tables: &[
        "assessment",
        "assessment_event",
        "assessment_evidence",
        "quality_alert",
        "quality_alert_event",
        "quality_meeting",
        "risk_cell",
        "risk_change",
        "risk_day",
        "risk_digest",
        "risk_source_note",
    ],
    rights: &[
        ("assessment", Rights::Keep),
        ("assessment_event", Rights::Append),
        ("quality_alert_event", Rights::Append),
        ("quality_meeting", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        alerts::api::list, Roles(&[Admin]), "质量预警列表";
        alerts::api::alert, Roles(&[Admin]), "质量预警详情";
        alerts::api::meeting, Knowing(&[Admin], alerts::policy::may_know), "登记质量分析会";
        alerts::api::close, Knowing(&[Admin], alerts::policy::may_know), "办结质量预警";
        alerts::api::dismiss, Knowing(&[Admin], alerts::policy::may_know), "撤销质量预警";
        api::index::list, Roles(&[Admin]), "风险指数";
        api::rules::rules, Roles(&[Admin]), "风险规则";
        api::rules::try_rules, Roles(&[Admin]), "试算风险规则";
        api::rules::precision, Roles(&[Admin]), "预警的准确率和提前量";
        api::digest::wish, Roles(&[Admin]), "是否订阅风险每周摘要";
        api::digest::set, Roles(&[Admin]), "订阅或停发风险每周摘要";
        api::index::history, Roles(&[Admin]), "风险指数的变化";
        api::assessments::list, Roles(&[Admin]), "风险研判列表";
        api::assessments::write, Roles(&[Admin]), "起草风险研判";
        api::assessments::level, Roles(&[Admin]), "试算风险等级";
        api::assessments::counts, Roles(&[Admin]), "待审核的风险研判数";
        api::assessments::one, Roles(&[Admin]), "风险研判详情";
        api::assessments::revise, ByPolicy(&[Admin], policy::may_know), "修改风险研判";
        api::assessments::submit, ByPolicy(&[Admin], policy::may_know), "提交风险研判";
        api::assessments::validate, ByPolicy(&[Admin], policy::may_know), "确认风险研判";
        api::assessments::send_back, ByPolicy(&[Admin], policy::may_know), "退回风险研判";
        api::assessments::withdraw, ByPolicy(&[Admin], policy::may_know), "撤回风险研判";
    ],
    pages: pages![
        GET "/alerts" => alerts::pages::list, Roles(&[Admin]), Place::new(&[Admin], 97, "质量预警", "Alerts", "alert");
        GET "/alerts/{id}" => alerts::pages::one, Roles(&[Admin]);
        GET "/risk" => pages::index::list, Roles(&[Admin]), Place::new(&[Admin], 96, "风险研判", "Risk", "shield").over(&["/assessments"]).waiting(COUNTS);
        GET "/risk/rules" => pages::rules::rules, Roles(&[Admin]);
        GET "/risk/{key}" => pages::kind::kind, Roles(&[Admin]);
        GET "/assessments" => pages::assessments::list, Roles(&[Admin]);
        GET "/assessments/new" => pages::form::new, Roles(&[Admin]);
        GET "/assessments/{id}" => pages::assessments::one, Roles(&[Admin]);
        GET "/assessments/{id}/edit" => pages::form::edit, Roles(&[Admin]);
    ],
    sees_attachment: Some(files::sees),
    audit: &[
        word("raise_alert", "产生质量预警", "raised quality alerts"),
        word("hold_quality_meeting", "登记质量分析会", "recorded a quality meeting"),
        word("take_measure_of_alert", "对质量预警采取督促措施", "took a measure upon a quality alert"),
        word("close_quality_alert", "办结质量预警", "closed a quality alert"),
        word("withdraw_alert", "质量预警随记录撤回", "closed an alert with its records"),
        word("dismiss_quality_alert", "撤销质量预警", "dismissed a quality alert"),
        word("subside_alert", "质量预警自行回落", "closed an alert whose rate had fallen"),
        word("write_assessment", "起草风险研判", "wrote an assessment of risk"),
        word("revise_assessment", "修改风险研判", "changed an assessment of risk"),
        word("submit_assessment", "提交风险研判", "submitted an assessment of risk"),
        word("validate_assessment", "确认风险研判", "validated an assessment of risk"),
        word("return_assessment", "退回风险研判", "returned an assessment of risk"),
        word("withdraw_assessment", "撤回风险研判", "withdrew an assessment of risk"),
    ],
    subjects: &[
        subject("quality_alert", "质量预警", "quality alert", "/alerts/{id}").named("SELECT a.id, concat_ws(' · ', k.name_zh, a.item) AS name FROM quality_alert a LEFT JOIN product_kind k ON k.code = a.product_kind WHERE a.id = ANY ($1)"),
        subject("assessment", "风险研判", "assessment of risk", "/assessments/{id}").named("SELECT a.id, concat_ws(' · ', k.name_zh, a.hazard) AS name FROM assessment a LEFT JOIN product_kind k ON k.code = a.product_kind WHERE a.id = ANY ($1)"),
    ],
    search: &[
        SearchSource {
            zh: "质量预警",
            en: "quality alerts",
            by_zh: "项目、产品或地区",
            by_en: "Item, product or region",
            route: "/api/v1/remediation/alerts",
            page: "/alerts",
            parameter: "q",
        },
        SearchSource {
            zh: "风险指数",
            en: "index of risk",
            by_zh: "产品或地区",
            by_en: "Product or region",
            route: "/api/v1/risk",
            page: "/risk",
            parameter: "q",
        },
        SearchSource {
            zh: "风险研判",
            en: "assessments of risk",
            by_zh: "危害、产品或地区",
            by_en: "Hazard, product or region",
            route: "/api/v1/assessments",
            page: "/assessments",
            parameter: "q",
        },
    ],
    global_search: &[
        GlobalSearchSource {
            kind: "alert",
            zh: "质量预警",
            en: "Quality alerts",
            roles: &[Admin],
            find: global_search::find_alerts,
        },
        GlobalSearchSource {
            kind: "assessment",
            zh: "风险研判",
            en: "Assessments of risk",
            roles: &[Admin],
            find: global_search::find_assessments,
        },
    ],
    jobs: &[alerts::JOB, index::follow::JOB, sources::follow::JOB, digest::JOB],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[
        DeclaredSection::of::<ClusterSettings>(),
        DeclaredSection::of::<RiskSettings>(),
        DeclaredSection::of::<RiskKeepingSettings>(),
    ],
    orders: &[
        OrderedList { page: "/alerts", orders: ALERTS },
        OrderedList { page: "/risk", orders: INDEX },
        OrderedList { page: "/assessments", orders: ASSESSMENTS },
    ],
    open_matters: &[hand_over::ASSESSMENTS],
    ..Room::EMPTY
};
