//! What the `vouchers` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert, Laboratory};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::settings::DeclaredSection;
use crate::vouchers::mails::Mail;
use crate::vouchers::policy::{may_know, may_know_redemption, may_know_voucher};
use crate::vouchers::settings::VoucherSettings;
use crate::vouchers::{api, endings, global_search, pages};
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Knowing, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of issues.
const ISSUES: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_fold(voucher_issue.name))"),
    ListOrder::new("until", "最早截止在前", "first to end first", "voucher_issue.apply_until"),
    ListOrder::new("state", "按状态", "by state", "voucher_issue.state"),
    ListOrder::new("region", "按地区", "by region", "voucher_issue.region"),
];

/// The orders of the vouchers of an issue.
const VOUCHERS: &[ListOrder] = &[
    ListOrder::new("place", "按摇号顺序", "by place in the draw", "voucher.ordinal"),
    ListOrder::new("rest", "余额多在前", "most left first", "voucher.rest_fen DESC"),
    ListOrder::new("state", "按状态", "by state", "voucher.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "vouchers",
    tables: &[
        "voucher",
        "voucher_application",
        "voucher_code",
        "voucher_entry",
        "voucher_issue",
        "voucher_issue_event",
        "voucher_tier",
    ],
    rights: &[
        ("voucher", Rights::Keep),
        ("voucher_application", Rights::Keep),
        ("voucher_code", Rights::Keep),
        ("voucher_entry", Rights::Append),
        ("voucher_issue", Rights::Keep),
        ("voucher_issue_event", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin, Enterprise]), "检测券批次列表";
        api::create, Roles(&[Admin]), "起草检测券批次";
        api::one, Roles(&[Admin, Enterprise]), "检测券批次详情";
        api::change, ByPolicy(&[Admin], may_know), "修改检测券批次";
        api::approve, ByPolicy(&[Admin], may_know), "审批检测券批次";
        api::withdraw, ByPolicy(&[Admin], may_know), "撤销检测券批次";
        api::freeze, ByPolicy(&[Admin], may_know), "固定检测券申请名单";
        api::draw, ByPolicy(&[Admin], may_know), "检测券摇号";
        api::close, ByPolicy(&[Admin], may_know), "结束检测券批次";
        api::apply, ByPolicy(&[Enterprise], may_know), "申请检测券";
        api::withdraw_application, ByPolicy(&[Enterprise], may_know), "撤回检测券申请";
        api::issued, Roles(&[Admin, Enterprise]), "检测券列表";
        api::voucher, Roles(&[Admin, Enterprise]), "检测券详情";
        api::code, ByPolicy(&[Enterprise], may_know_voucher), "生成检测券券码";
        api::revoke, ByPolicy(&[Admin], may_know_voucher), "作废检测券";
        api::redeem, Roles(&[Admin, Expert, Laboratory]), "核销检测券";
        api::reverse, Knowing(&[Admin], may_know_redemption), "撤回检测券核销";
        api::movements, Roles(&[Admin, Enterprise, Expert, Laboratory]), "检测券收支明细";
        api::published, Public, "公开的检测券摇号";
        api::frame, Public, "公开的检测券申请名单";
    ],
    pages: pages![
        GET "/vouchers" => pages::office::list, Roles(&[Admin]), Place::new(&[Admin], 68, "检测券", "Vouchers", "check");
        GET "/vouchers/{id}" => pages::office::one, Roles(&[Admin, Enterprise]);
        GET "/my/vouchers" => pages::mine::mine, Roles(&[Enterprise]), Place::new(&[Enterprise], 33, "检测券", "Vouchers", "check").over(&["/vouchers"]);
        GET "/voucher-redemptions" => pages::redeem::page, Roles(&[Admin, Expert, Laboratory]), Place::new(&[Expert, Laboratory], 28, "检测券核销", "Vouchers", "check");
        GET "/public/vouchers/{id}" => pages::public::page, Public;
    ],
    jobs: &[endings::JOB],
    audit: &[
        word("create_voucher_issue", "起草检测券批次", "wrote an issue of vouchers"),
        word("change_voucher_issue", "修改检测券批次", "changed an issue of vouchers"),
        word("approve_voucher_issue", "审批检测券批次", "approved an issue of vouchers"),
        word("withdraw_voucher_issue", "撤销检测券批次", "gave up an issue of vouchers"),
        word("close_voucher_issue", "结束检测券批次", "closed an issue of vouchers"),
        word("apply_for_voucher", "申请检测券", "applied for a voucher"),
        word("withdraw_voucher_application", "撤回检测券申请", "withdrew an application for a voucher"),
        word("freeze_voucher_frame", "固定检测券申请名单", "fixed the frame of an issue of vouchers"),
        word("draw_vouchers", "检测券摇号", "drew the winners of vouchers"),
        word("make_voucher_code", "生成检测券券码", "made the code of a voucher"),
        word("redeem_voucher", "核销检测券", "redeemed a voucher"),
        word("reverse_voucher_redemption", "撤回检测券核销", "reversed the redemption of a voucher"),
        word("revoke_voucher", "作废检测券", "revoked a voucher"),
        word("expire_voucher", "检测券过期", "let a voucher expire"),
    ],
    subjects: &[subject("voucher_issue", "检测券批次", "issue of vouchers", "/vouchers/{id}")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<VoucherSettings>()],
    search: &[
        SearchSource {
            zh: "检测券批次",
            en: "issues of testing vouchers",
            by_zh: "批次名称",
            by_en: "Name",
            route: "/api/v1/vouchers",
            page: "/vouchers",
            parameter: "q",
        },
        SearchSource {
            zh: "检测券",
            en: "testing vouchers",
            by_zh: "企业名称或统一社会信用代码",
            by_en: "Enterprise or credit code",
            route: "/api/v1/issued-vouchers",
            page: "/vouchers/{id}",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/vouchers", orders: ISSUES },
        OrderedList { page: "/vouchers/{id}", orders: VOUCHERS },
    ],
    global_search: &[GlobalSearchSource {
        kind: "vouchers",
        zh: "检测券批次",
        en: "Testing vouchers",
        roles: &[Admin, Enterprise],
        find: global_search::find,
    }],
    ..Room::EMPTY
};
