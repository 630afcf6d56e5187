//! What the `programmes` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::programmes::mails::Mail;
use crate::programmes::settings::ProgrammeSettings;
use crate::programmes::{api, draw, laboratories, licences, pages, policy, regimes};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Knowing, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of programmes.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_fold(programme.name))"),
    ListOrder::new("until", "最早结束在前", "first to end first", "programme.period_until"),
    ListOrder::new("level", "按级别", "by level", "programme.level"),
    ListOrder::new("region", "按组织地区", "by organiser", "programme.organiser_region"),
    ListOrder::new("state", "按状态", "by state", "programme.state"),
];

/// The orders of the list of targets of a programme.
const TARGET_ORDERS: &[ListOrder] = &[
    ListOrder::new("due", "最早截止在前", "first to end first", "programme_target.due_on"),
    ListOrder::new("region", "按地区", "by region", "programme_target.region"),
    ListOrder::new(
        "product",
        "按产品",
        "by product",
        "programme_target.product_class, programme_target.product_kind",
    ),
    ListOrder::new("samples", "批次最多在前", "most samples first", "programme_target.samples DESC"),
    ListOrder::new(
        "missing",
        "未完成最多在前",
        "most outstanding first",
        "(programme_target.samples - programme_target.finished) DESC",
    ),
];

/// The orders of the list of operators that were drawn.
const DRAWN_ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_fold(programme_drawn.name))"),
    ListOrder::new("region", "按地区", "by region", "programme_drawn.region"),
    ListOrder::new("product", "按产品种类", "by product kind", "programme_drawn.product_kind"),
];

/// The orders of the list of laboratories.
const LABORATORY_ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_fold(laboratory.name))"),
    ListOrder::new("region", "按地区", "by region", "laboratory.region"),
    ListOrder::new("capacity", "能力最大在前", "largest capacity first", "laboratory.capacity DESC"),
];

/// The orders of the register of licensed producers.
const LICENCE_ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按名称（拼音）",
        "by name",
        "search_readings(search_fold(production_licence.name))",
    ),
    ListOrder::new("region", "按地区", "by region", "production_licence.region"),
    ListOrder::new("product", "按产品种类", "by product kind", "production_licence.product_kind"),
    ListOrder::new("until", "最早到期在前", "first to end first", "production_licence.valid_until"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "programmes",
    tables: &[
        "kind_regime",
        "kind_review",
        "laboratory",
        "operator_grade",
        "production_licence",
        "programme",
        "programme_draw",
        "programme_drawn",
        "programme_event",
        "programme_frame",
        "programme_target",
    ],
    rights: &[
        ("kind_regime", Rights::Append),
        ("kind_review", Rights::Append),
        ("laboratory", Rights::Keep),
        ("production_licence", Rights::Keep),
        ("programme", Rights::Keep),
        ("programme_draw", Rights::Append),
        ("programme_drawn", Rights::Keep),
        ("programme_event", Rights::Append),
        ("programme_frame", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin]), "监督抽查计划列表";
        api::create, Roles(&[Admin]), "起草监督抽查计划";
        api::one, Roles(&[Admin]), "监督抽查计划详情";
        api::change, Knowing(&[Admin], policy::may_know), "修改监督抽查计划";
        api::submit, Knowing(&[Admin], policy::may_know), "提交计划审批";
        api::approve, Knowing(&[Admin], policy::may_know), "批准计划";
        api::send_back, Knowing(&[Admin], policy::may_know), "退回计划";
        api::withdraw, Knowing(&[Admin], policy::may_know), "撤销计划";
        api::start, Knowing(&[Admin], policy::may_know), "开始执行计划";
        api::close, Knowing(&[Admin], policy::may_know), "完成计划";
        api::targets, Roles(&[Admin]), "计划的任务";
        api::add_target, Knowing(&[Admin], policy::may_know), "添加任务";
        api::one_target, Roles(&[Admin]), "任务详情";
        api::change_target, Knowing(&[Admin], policy::may_know), "修改任务";
        api::remove_target, Knowing(&[Admin], policy::may_know), "删除任务";
        draw::api::list, Roles(&[Admin]), "计划的抽取记录";
        draw::api::draw, Knowing(&[Admin], policy::may_know), "抽取经营者";
        draw::api::one, Roles(&[Admin]), "抽取详情";
        draw::api::operators, Roles(&[Admin]), "抽中的经营者";
        draw::api::assign, Knowing(&[Admin], policy::may_know_draw), "分配检验机构";
        draw::api::published, Public, "公开的抽取结果";
        draw::api::frame, Public, "公开的抽样框";
        laboratories::api::list, Roles(&[Admin]), "承检和抽样机构列表";
        laboratories::api::create, Roles(&[Admin]), "登记承检或抽样机构";
        laboratories::api::one, Roles(&[Admin]), "承检或抽样机构详情";
        laboratories::api::change, Knowing(&[Admin], policy::may_know_laboratory), "修改承检或抽样机构";
        licences::api::list, Roles(&[Admin]), "获证企业列表";
        licences::api::enter, Roles(&[Admin]), "登记生产许可";
        licences::api::enter_list, Roles(&[Admin]), "以文件登记生产许可";
        licences::api::template_of, Roles(&[Admin]), "下载获证企业名单模板";
        licences::api::withdraw_list, Knowing(&[Admin], policy::may_know_licence_list), "整份撤回获证企业名单";
        licences::api::revoke, Knowing(&[Admin], policy::may_know_licence), "登记许可失效";
        regimes::api::list, Roles(&[Admin]), "产品分类监管列表";
        regimes::api::summary, Roles(&[Admin]), "产品分类监管概况";
        regimes::api::one, Roles(&[Admin]), "产品种类的监管类别";
        regimes::api::change, Roles(&[Admin]), "调整产品种类的监管类别";
        regimes::api::review, Roles(&[Admin]), "登记产品种类的风险研判";
    ],
    pages: pages![
        GET "/programmes" => pages::programmes::list, Roles(&[Admin]), Place::new(&[Admin], 82, "监督抽查", "Sampling", "calendar").over(&["/draws", "/laboratories", "/licences", "/regimes"]);
        GET "/programmes/{id}" => pages::programmes::one, Roles(&[Admin]);
        GET "/draws/{id}" => pages::draws::one, Roles(&[Admin]);
        GET "/public/draws/{id}" => pages::draws::published, Public;
        GET "/laboratories" => pages::laboratories::list, Roles(&[Admin]);
        GET "/licences" => pages::licences::list, Roles(&[Admin]);
        GET "/regimes" => pages::regimes::list, Roles(&[Admin]);
        GET "/regimes/kinds/{key}" => pages::regimes::one, Roles(&[Admin]);
    ],
    audit: &[
        word("create_programme", "起草监督抽查计划", "wrote a programme"),
        word("change_programme", "修改监督抽查计划", "changed a programme"),
        word("submit_programme", "提交计划审批", "handed a programme in"),
        word("approve_programme", "批准计划", "approved a programme"),
        word("return_programme", "退回计划", "sent a programme back"),
        word("withdraw_programme", "撤销计划", "gave a programme up"),
        word("start_programme", "开始执行计划", "began a programme"),
        word("close_programme", "完成计划", "closed a programme"),
        word("add_programme_target", "添加抽查任务", "added a target to a programme"),
        word("change_programme_target", "修改抽查任务", "changed a target of a programme"),
        word("remove_programme_target", "删除抽查任务", "took a target out of a programme"),
        word("draw_sample", "抽取经营者", "drew operators for a programme"),
        word("assign_laboratories", "分配检验机构", "assigned laboratories to a draw"),
        word("create_laboratory", "登记承检或抽样机构", "entered a laboratory"),
        word("change_laboratory", "修改承检或抽样机构", "changed a laboratory"),
        word("enter_licences", "登记生产许可", "entered production licences"),
        word("enter_licence_list", "导入获证企业名单", "imported a list of production licences"),
        word("withdraw_licence_list", "撤回获证企业名单", "withdrew a list of production licences"),
        word("revoke_licence", "登记许可失效", "revoked a production licence"),
        word("change_kind_regime", "调整产品种类的监管类别", "put a product kind into another regime"),
        word("review_kind", "登记产品种类的风险研判", "recorded a review of a product kind"),
    ],
    subjects: &[
        subject("programme", "计划", "programme", "/programmes/{id}")
            .named("SELECT id, name FROM programme WHERE id = ANY ($1)"),
        subject("laboratory", "承检或抽样机构", "laboratory", "/laboratories")
            .named("SELECT id, name FROM laboratory WHERE id = ANY ($1)"),
        subject("production_licence", "生产许可", "production licence", "/licences")
            .named("SELECT id, name FROM production_licence WHERE id = ANY ($1)"),
        subject("kind_regime", "产品种类的监管类别", "regime of a product kind", "/regimes"),
    ],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<ProgrammeSettings>()],
    search: &[
        SearchSource {
            zh: "监督抽查计划",
            en: "programmes of sampling",
            by_zh: "名称或文号",
            by_en: "Name or document",
            route: "/api/v1/programmes",
            page: "/programmes",
            parameter: "q",
        },
        SearchSource {
            zh: "抽查任务",
            en: "targets of a programme",
            by_zh: "地区或产品",
            by_en: "Region or product",
            route: "/api/v1/programmes/{id}/targets",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "抽中的经营者",
            en: "operators that were drawn",
            by_zh: "名称或信用代码",
            by_en: "Name or credit code",
            route: "/api/v1/draws/{id}/operators",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "承检和抽样机构",
            en: "laboratories",
            by_zh: "机构名称",
            by_en: "Name",
            route: "/api/v1/laboratories",
            page: "/laboratories",
            parameter: "q",
        },
        SearchSource {
            zh: "获证企业",
            en: "licensed producers",
            by_zh: "企业名称、信用代码或许可证编号",
            by_en: "Producer, credit code or licence",
            route: "/api/v1/production-licences",
            page: "/licences",
            parameter: "q",
        },
        SearchSource {
            zh: "产品种类的监管类别",
            en: "regimes of product kinds",
            by_zh: "产品名称或代码",
            by_en: "Product or code",
            route: "/api/v1/regimes",
            page: "/regimes",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/programmes", orders: ORDERS },
        OrderedList { page: "/programmes/{id}", orders: TARGET_ORDERS },
        OrderedList { page: "/draws/{id}", orders: DRAWN_ORDERS },
        OrderedList { page: "/laboratories", orders: LABORATORY_ORDERS },
        OrderedList { page: "/licences", orders: LICENCE_ORDERS },
    ],
    ..Room::EMPTY
};
