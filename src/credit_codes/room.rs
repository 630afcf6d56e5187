//! What the `credit_codes` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise};
use crate::core::page::ListOrder;
use crate::credit_codes::mails::Mail;
use crate::credit_codes::policy::may_know;
use crate::credit_codes::settings::{CodePageSettings, CreditCodeSettings};
use crate::credit_codes::{api, follow, pages, scans};
use crate::db::grants::Rights;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{ByPolicy, Hidden, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of codes.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "product",
        "按产品（拼音）",
        "by product",
        "search_readings(search_fold(credit_code.product_name))",
    ),
    ListOrder::new(
        "maker",
        "按企业（拼音）",
        "by maker",
        "search_readings(search_fold(credit_code.maker_name))",
    ),
    ListOrder::new("until", "最早到期在前", "first to end first", "credit_code.valid_until NULLS LAST"),
    ListOrder::new("state", "按状态", "by state", "credit_code.state"),
    ListOrder::new("region", "按地区", "by region", "credit_code.region"),
];

/// The route that counts what waits for an officer.
const COUNTS: &str = "/api/v1/credit-codes/counts";

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "credit_codes",
    tables: &["credit_code", "credit_code_event", "credit_code_scan", "credit_code_version"],
    rights: &[
        ("credit_code", Rights::Keep),
        ("credit_code_event", Rights::Append),
        ("credit_code_scan", Rights::Keep),
        ("credit_code_version", Rights::Keep),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin, Enterprise]), "品质信用码列表";
        api::apply, Roles(&[Enterprise]), "申请品质信用码";
        api::eligibility, Roles(&[Enterprise]), "品质信用码授码条件";
        api::counts, Roles(&[Admin]), "待办理的品质信用码申请数";
        api::code_figures, Roles(&[Admin]), "品质信用码概况";
        api::one, Roles(&[Admin, Enterprise]), "品质信用码详情";
        api::grant, ByPolicy(&[Admin], may_know), "授予品质信用码";
        api::refuse, ByPolicy(&[Admin], may_know), "不予授码";
        api::withdraw, ByPolicy(&[Enterprise], may_know), "撤回品质信用码申请";
        api::apply_renewal, ByPolicy(&[Enterprise], may_know), "申请品质信用码续期";
        api::renew, ByPolicy(&[Admin], may_know), "准予续期";
        api::refuse_renewal, ByPolicy(&[Admin], may_know), "不予续期";
        api::revoke, ByPolicy(&[Admin], may_know), "撤销品质信用码";
        api::give_up, ByPolicy(&[Enterprise], may_know), "停用品质信用码";
        api::add_version, ByPolicy(&[Enterprise], may_know), "新增印制批次";
        api::end_version, ByPolicy(&[Enterprise], may_know), "停用印制批次";
        api::public_code, Public, "公开的品质信用码记录";
        api::label, Public, "品质信用码标签";
    ],
    pages: pages![
        GET "/codes" => pages::office::list, Roles(&[Admin]), Place::new(&[Admin], 91, "品质信用码", "Quality codes", "shield").waiting(COUNTS);
        GET "/codes/{id}" => pages::one::one, Roles(&[Admin, Enterprise]);
        GET "/my/codes" => pages::enterprise::mine, Hidden(&[Enterprise]);
        GET "/q/{key}" => pages::public::page, Public;
    ],
    jobs: &[follow::JOB, scans::JOB],
    audit: &[
        word("apply_for_credit_code", "申请品质信用码", "applied for a quality credit code"),
        word(
            "withdraw_credit_code_application",
            "撤回品质信用码申请",
            "took an application for a quality credit code back",
        ),
        word("grant_credit_code", "授予品质信用码", "granted a quality credit code"),
        word("refuse_credit_code", "不予授码", "refused a quality credit code"),
        word(
            "apply_for_credit_code_renewal",
            "申请品质信用码续期",
            "applied for the renewal of a quality credit code",
        ),
        word("renew_credit_code", "品质信用码续期", "renewed a quality credit code"),
        word("refuse_credit_code_renewal", "不予续期", "refused the renewal of a quality credit code"),
        word("revoke_credit_code", "撤销品质信用码", "revoked a quality credit code"),
        word("give_credit_code_up", "停用品质信用码", "gave a quality credit code up"),
        word("suspend_credit_code", "品质信用码暂停", "suspended a quality credit code"),
        word("resume_credit_code", "品质信用码恢复", "brought a quality credit code into force again"),
        word("lapse_credit_code", "品质信用码到期", "let a quality credit code lapse"),
        word("add_credit_code_version", "新增印制批次", "began a print run of a quality credit code"),
        word("end_credit_code_version", "停用印制批次", "ended a print run of a quality credit code"),
    ],
    subjects: &[subject("credit_code", "品质信用码", "quality credit code", "/codes/{id}").named(
        "SELECT id, concat_ws(' ', product_name, model) AS name FROM credit_code WHERE id = ANY ($1)",
    )],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<CreditCodeSettings>(), DeclaredSection::of::<CodePageSettings>()],
    search: &[
        SearchSource {
            zh: "品质信用码",
            en: "quality credit codes",
            by_zh: "产品、企业、商标或型号",
            by_en: "Product, maker, trademark or model",
            route: "/api/v1/credit-codes",
            page: "/codes",
            parameter: "q",
        },
        SearchSource {
            zh: "本企业的品质信用码",
            en: "the enterprise’s own quality credit codes",
            by_zh: "产品、商标或型号",
            by_en: "Product, trademark or model",
            route: "",
            page: "/my/codes",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/codes", orders: ORDERS },
        OrderedList { page: "/my/codes", orders: ORDERS },
    ],
    ..Room::EMPTY
};
