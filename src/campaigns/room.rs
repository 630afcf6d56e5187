//! What the `campaigns` domain declares of itself.

use crate::campaigns::mails::Mail;
use crate::campaigns::policy::{
    may_know, may_know_campaign, may_know_import, may_know_school, may_know_subject,
};
use crate::campaigns::settings::CampaignSettings;
use crate::campaigns::{api, closing, files, global_search, hazard_api, import_api, imports, overdue, pages};
use crate::core::actor::Role::{Admin, Enterprise};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::programmes::carried_out::SUBJECT;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::ProgrammeStep;
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, StepHook, subject, word};
use crate::{pages, routes};

/// What a programme of a kind needs to be closed.
const fn closing_of(kind: ProgrammeKind) -> StepHook {
    StepHook {
        subject: SUBJECT,
        kind: kind.as_str(),
        step: ProgrammeStep::Close.as_str(),
        run: closing::closed,
    }
}

/// The orders of the list of campaigns.
const CAMPAIGNS: &[ListOrder] = &[
    ListOrder::new("theme", "按主题", "by theme", "campaign.theme"),
    ListOrder::new("oldest", "最早设立在前", "first set up first", "campaign.created_at"),
];

/// The orders of the ledger.
const HAZARDS: &[ListOrder] = &[
    ListOrder::new("due", "最早到期在前", "first due first", "hazard.due_on NULLS LAST"),
    ListOrder::new("state", "按状态", "by state", "hazard.state"),
    ListOrder::new("region", "按地区", "by region", "hazard.region"),
    ListOrder::new("product", "按重点产品", "by key product", "hazard.product"),
];

/// The orders of a register.
const SUBJECTS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "campaign_subject.search_readings"),
    ListOrder::new("region", "按地区", "by region", "campaign_subject.region"),
    ListOrder::new(
        "distance",
        "距学校近在前",
        "nearest to a school first",
        "campaign_subject.distance_m NULLS LAST",
    ),
];

/// The orders of the files with entries of a register.
const IMPORTS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按文件名（拼音）",
        "by file name",
        "search_readings(search_fold(campaign_import.file_name))",
    ),
    ListOrder::new("rows", "行数最多在前", "most rows first", "campaign_import.rows DESC"),
    ListOrder::new("rejected", "未通过最多在前", "most rejected first", "campaign_import.rejected DESC"),
    ListOrder::new("state", "按状态", "by state", "campaign_import.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "campaigns",
    tables: &[
        "campaign",
        "campaign_check",
        "campaign_import",
        "campaign_import_rejection",
        "campaign_import_row",
        "campaign_school",
        "campaign_subject",
        "hazard",
        "hazard_event",
        "hazard_file",
    ],
    rights: &[
        ("campaign", Rights::Keep),
        ("campaign_check", Rights::Keep),
        ("campaign_import_row", Rights::Append),
        ("campaign_school", Rights::Keep),
        ("campaign_subject", Rights::Keep),
        ("hazard", Rights::Keep),
        ("hazard_event", Rights::Append),
        ("hazard_file", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin]), "专项行动列表";
        api::set_up, Roles(&[Admin]), "设立专项行动";
        api::one, Roles(&[Admin]), "专项行动详情";
        api::add, ByPolicy(&[Admin], may_know_campaign), "登记专项行动名录";
        import_api::import, ByPolicy(&[Admin], may_know_campaign), "导入专项行动名录";
        import_api::template_of, ByPolicy(&[Admin], may_know_campaign), "下载专项行动名录模板";
        import_api::imports, Roles(&[Admin]), "专项行动名录导入记录";
        import_api::import_of, Roles(&[Admin]), "专项行动名录导入进度与结果";
        import_api::import_checked, Knowing(&[Admin], may_know_import), "导入已检查的专项行动名录";
        import_api::rejections_of, Roles(&[Admin]), "专项行动名录被拒的行";
        import_api::standing_on, Roles(&[Admin]), "不能撤回的名录条目";
        import_api::withdraw, Knowing(&[Admin], may_know_import), "整批撤回专项行动名录";
        api::subjects, Roles(&[Admin]), "专项行动名录";
        api::subject, Roles(&[Admin]), "专项行动名录条目";
        api::shops, Roles(&[Admin]), "校园周边店铺";
        api::check, Knowing(&[Admin], may_know_subject), "登记专项检查";
        api::annul_check, Knowing(&[Admin], may_know_subject), "作废专项检查";
        api::remove, Knowing(&[Admin], may_know_subject), "移出专项行动名录";
        api::double, Knowing(&[Admin], may_know_subject), "处理疑似重复";
        api::enter_schools, ByPolicy(&[Admin], may_know_campaign), "登记学校";
        api::schools, ByPolicy(&[Admin], may_know_campaign), "学校列表";
        api::told, Knowing(&[Admin], may_know_school), "登记已告知学校";
        api::remove_school, Knowing(&[Admin], may_know_school), "移出学校";
        hazard_api::list, Roles(&[Admin, Enterprise]), "隐患台账";
        hazard_api::enter, Roles(&[Admin]), "登记隐患";
        hazard_api::one, Roles(&[Admin, Enterprise]), "隐患详情";
        hazard_api::event, ByPolicy(&[Admin, Enterprise], may_know), "登记隐患办理步骤";
    ],
    pages: pages![
        GET "/campaigns" => pages::campaigns::list, Roles(&[Admin]), Place::new(&[Admin], 87, "专项行动", "Campaigns", "alert").over(&["/campaign-subjects", "/campaign-imports"]);
        GET "/campaigns/{id}" => pages::campaigns::one, Roles(&[Admin]);
        GET "/campaigns/{id}/imports" => pages::imports::list, Roles(&[Admin]);
        GET "/campaigns/{id}/schools" => pages::schools::list, Roles(&[Admin]);
        GET "/campaign-subjects/{id}" => pages::subject::one, Roles(&[Admin]);
        GET "/campaign-imports/{id}" => pages::import::one, Roles(&[Admin]);
        GET "/campaign-imports/{id}/withdraw" => pages::import::withdraw, Roles(&[Admin]);
        GET "/hazards" => pages::hazards::list, Roles(&[Admin]), Place::new(&[Admin], 88, "隐患台账", "Hazards", "alert");
        GET "/hazards/{id}" => pages::hazards::one, Roles(&[Admin, Enterprise]);
        GET "/my/hazards" => pages::hazards::mine, Roles(&[Enterprise]), Place::new(&[Enterprise], 30, "隐患整改", "Hazards", "alert").over(&["/hazards"]);
    ],
    sees_attachment: Some(files::sees),
    jobs: &[overdue::JOB, imports::run::JOB, imports::checked::JOB],
    audit: &[
        word("set_up_campaign", "设立专项行动", "set up a campaign"),
        word("add_campaign_subjects", "登记专项行动名录", "added to the register of a campaign"),
        word(
            "request_campaign_import",
            "提交专项行动名录文件",
            "asked for the import of a file with entries of a register",
        ),
        word("import_checked_register", "导入已检查的专项行动名录", "asked to import a checked register"),
        word("run_campaign_import", "导入专项行动名录", "imported a file with entries of a register"),
        word(
            "withdraw_campaign_import",
            "撤回专项行动名录文件",
            "withdrew a file with entries of a register",
        ),
        word("annul_campaign_check", "作废专项检查", "annulled a check of a campaign"),
        word(
            "remove_campaign_subject",
            "移出专项行动名录",
            "removed an entry from the register of a campaign",
        ),
        word("decide_campaign_double", "处理疑似重复", "decided on a possible double"),
        word("enter_campaign_schools", "登记学校", "entered schools of a campaign"),
        word("remove_campaign_school", "移出学校", "removed a school from a campaign"),
        word("tell_campaign_school", "登记已告知学校", "recorded that a school was informed"),
        word("enter_campaign_check", "登记专项检查", "entered a check of a campaign"),
        word("enter_hazard", "登记隐患", "entered a hazard"),
        word("record_hazard_step", "办理隐患", "took a step of a hazard"),
        word("mark_hazard_overdue", "隐患整改逾期", "marked a hazard as overdue"),
    ],
    subjects: &[
        subject("campaign_import", "专项行动名录文件", "file of a register", "/campaign-imports/{id}"),
        subject("hazard", "隐患", "hazard", "/hazards/{id}"),
    ],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<CampaignSettings>()],
    search: &[
        SearchSource {
            zh: "专项行动",
            en: "campaigns",
            by_zh: "名称",
            by_en: "Name",
            route: "/api/v1/campaigns",
            page: "/campaigns",
            parameter: "q",
        },
        SearchSource {
            zh: "专项行动名录",
            en: "registers of campaigns",
            by_zh: "名称、统一社会信用代码或地址",
            by_en: "Name, credit code or address",
            route: "/api/v1/campaign-subjects",
            page: "/campaigns/{id}",
            parameter: "q",
        },
        SearchSource {
            zh: "专项行动名录文件",
            en: "files of registers",
            by_zh: "文件名",
            by_en: "File name",
            route: "/api/v1/campaign-imports",
            page: "/campaigns/{id}/imports",
            parameter: "q",
        },
        SearchSource {
            zh: "校园周边店铺",
            en: "shops around campuses",
            by_zh: "名称、统一社会信用代码或地址",
            by_en: "Name, credit code or address",
            route: "/api/v1/campus-shops",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "隐患",
            en: "hazards",
            by_zh: "企业、隐患或情况",
            by_en: "Enterprise, hazard or what was seen",
            route: "/api/v1/hazards",
            page: "/hazards",
            parameter: "q",
        },
        SearchSource {
            zh: "本企业的隐患",
            en: "the enterprise’s own hazards",
            by_zh: "隐患或情况",
            by_en: "Hazard or what was seen",
            route: "",
            page: "/my/hazards",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/campaigns", orders: CAMPAIGNS },
        OrderedList { page: "/campaigns/{id}", orders: SUBJECTS },
        OrderedList { page: "/campaigns/{id}/imports", orders: IMPORTS },
        OrderedList { page: "/hazards", orders: HAZARDS },
        OrderedList { page: "/my/hazards", orders: HAZARDS },
    ],
    global_search: &[
        GlobalSearchSource {
            kind: "campaigns",
            zh: "专项行动",
            en: "Campaigns",
            roles: &[Admin],
            find: global_search::campaigns,
        },
        GlobalSearchSource {
            kind: "hazards",
            zh: "隐患",
            en: "Hazards",
            roles: &[Admin, Enterprise],
            find: global_search::hazards,
        },
    ],
    steps: &[closing_of(ProgrammeKind::Campaign), closing_of(ProgrammeKind::Outreach)],
    ..Room::EMPTY
};
