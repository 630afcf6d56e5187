//! What the `zero_out` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert, Operator};
use crate::core::key_scope::KeyScope;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{Hidden, Knowing, LoggedIn, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::zero_out::mails::Mail;
use crate::zero_out::policy::may_know;
use crate::zero_out::{api, global_search, pages, queries};
use crate::{pages, routes};

/// The orders of the list of imports.
const IMPORT_ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按文件名（拼音）",
        "by file name",
        "search_readings(search_fold(zero_out_import.file_name))",
    ),
    ListOrder::new("rows", "行数最多在前", "most rows first", "zero_out_import.rows DESC"),
    ListOrder::new("rejected", "未通过最多在前", "most rejected first", "zero_out_import.rejected DESC"),
    ListOrder::new("state", "按状态", "by state", "zero_out_import.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "zero_out",
    tables: &[
        "zero_out_import",
        "zero_out_listed",
        "zero_out_rejection",
        "zero_out_row",
        "zero_out_withdrawal",
    ],
    rights: &[("zero_out_listed", Rights::Append), ("zero_out_row", Rights::Keep)],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::import, Roles(&[Admin, Operator]), "导入清零名单", KeyScope::ZeroOutImport;
        api::imports, Roles(&[Admin, Operator]), "导入记录", KeyScope::ZeroOutImport;
        api::template_of, Roles(&[Admin, Operator]), "下载名单模板";
        api::import_of, Roles(&[Admin, Operator]), "导入进度与结果", KeyScope::ZeroOutImport;
        api::rejections_of, Roles(&[Admin, Operator]), "导入被拒的行", KeyScope::ZeroOutImport;
        api::import_checked, Knowing(&[Admin, Operator], may_know), "导入已检查的文件";
        api::list, LoggedIn, "清零名单", KeyScope::ZeroOutRead;
        api::enterprises, LoggedIn, "企业列表", KeyScope::ZeroOutRead;
        api::enterprise, LoggedIn, "企业详情", KeyScope::ZeroOutRead;
    ],
    pages: pages![
        GET "/enterprises" => pages::enterprises::list, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 40, "企业", "Enterprises", "building");
        GET "/enterprises/{id}" => pages::enterprises::one, Roles(&[Admin, Operator]);
        GET "/imports" => pages::imports::list, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 100, "导入名单", "Imports", "upload");
        GET "/imports/{id}" => pages::imports::one, Roles(&[Admin, Operator]);
        GET "/imports/{id}/records" => pages::imported::list, Roles(&[Admin, Operator]);
        GET "/records" => pages::enterprise::all_records, Hidden(&[Enterprise]), Place::new(&[Enterprise], 20, "不合格记录", "Records", "list").over(&["/cases", "/inspections", "/my/inspections", "/my/codes", "/my/credit", "/my/rounds", "/rounds", "/my/commitments", "/commitments", "/my/trainings", "/trainings", "/attend", "/follow-ups", "/my/follow-ups", "/my/recovery", "/my/oversight", "/codes", "/conduct"]);
        GET "/ask" => pages::enterprise::ask, Hidden(&[Enterprise]);
        GET "/archive" => pages::enterprise::archive, Hidden(&[Enterprise]), Place::new(&[Enterprise], 40, "档案", "Archive", "folder");
    ],
    audit: &[
        word("request_import", "提交导入", "asked for an import"),
        word("import_checked", "导入已检查的文件", "asked for the import of a checked file"),
        word("run_import", "导入清零名单", "imported a list"),
    ],
    subjects: &[subject("zero_out_import", "导入", "import", "/imports/{id}")
        .named("SELECT id, file_name AS name FROM zero_out_import WHERE id = ANY ($1)")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    jobs: &[crate::zero_out::import::JOB, crate::zero_out::import::checked::JOB],
    search: &[
        SearchSource {
            zh: "企业",
            en: "enterprises",
            by_zh: "名称或信用代码",
            by_en: "Name or credit code",
            route: "/api/v1/enterprises",
            page: "/enterprises",
            parameter: "q",
        },
        SearchSource {
            zh: "清零名单",
            en: "zero-out list",
            by_zh: "企业、信用代码或报告编号",
            by_en: "Name, credit code or report",
            route: "/api/v1/zero-out",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "导入记录",
            en: "imports",
            by_zh: "文件名或提交人",
            by_en: "File name or who sent it",
            route: "/api/v1/zero-out/imports",
            page: "/imports",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/enterprises", orders: queries::ORDERS },
        OrderedList { page: "/imports", orders: IMPORT_ORDERS },
    ],
    global_search: &[GlobalSearchSource {
        kind: "enterprises",
        zh: "企业",
        en: "Enterprises",
        roles: &[Admin, Operator, Expert],
        find: global_search::find,
    }],
    ..Room::EMPTY
};
