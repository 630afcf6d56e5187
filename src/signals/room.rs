//! What the `signals` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::settings::DeclaredSection;
use crate::signals::api::{feeds, files, signals};
use crate::signals::files as imports;
use crate::signals::settings::{FeedSettings, SignalSettings};
use crate::signals::{erase, global_search, merge, pages, policy, subscriptions};
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the inbox.
const SIGNAL_ORDERS: &[ListOrder] = &[
    ListOrder::new("published", "发布日期最近在前", "latest publication first", "signal.published_on DESC"),
    ListOrder::new("oldest", "最早录入在前", "oldest first", "signal.id"),
    ListOrder::new("source", "按来源", "by source", "signal.source"),
    ListOrder::new("confidence", "置信度最低在前", "least sure match first", "signal.match_confidence"),
    ListOrder::new("severity", "最严重在前", "most severe first", "signal.severity DESC NULLS LAST"),
    ListOrder::new("doubles", "相同信息最多在前", "most merged first", "signal.doubles DESC"),
    ListOrder::new("product", "按产品种类", "by product kind", "signal.product_kind"),
];

/// The orders of the list of files.
const IMPORT_ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按文件名（拼音）",
        "by file name",
        "search_readings(search_fold(signal_import.file_name))",
    ),
    ListOrder::new("rows", "行数最多在前", "most rows first", "signal_import.rows DESC"),
    ListOrder::new("rejected", "未通过最多在前", "most rejected first", "signal_import.rejected DESC"),
    ListOrder::new("state", "按状态", "by state", "signal_import.state"),
];

/// The orders of the list of feeds.
const FEED_ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_name(signal_feed.name))"),
    ListOrder::new("failing", "连续失败最多在前", "most failures first", "signal_feed.failures DESC"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "signals",
    tables: &[
        "signal",
        "signal_event",
        "signal_feed",
        "signal_import",
        "signal_import_rejection",
        "signal_import_row",
        "signal_use",
    ],
    rights: &[
        ("signal", Rights::Keep),
        // The title before an update goes when the text of a rumour is erased.
        ("signal_event", Rights::Keep),
        // As does what stood before a row changed it.
        ("signal_import_row", Rights::Keep),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        signals::list, Roles(&[Admin]), "风险信息列表";
        signals::create, Roles(&[Admin]), "录入风险信息";
        signals::figures, Roles(&[Admin]), "风险信息统计";
        signals::triage_several, Roles(&[Admin]), "批量研判风险信息";
        files::import, Roles(&[Admin]), "导入风险信息文件";
        files::imports, Roles(&[Admin]), "风险信息导入记录";
        files::template_of, Roles(&[Admin]), "下载风险信息模板";
        files::import_of, Roles(&[Admin]), "风险信息导入进度与结果";
        files::import_checked, Knowing(&[Admin], policy::may_know_import), "导入已检查的风险信息文件";
        files::rejections_of, Roles(&[Admin]), "风险信息文件被拒的行";
        files::standing, Roles(&[Admin]), "不能撤回的风险信息";
        files::withdraw, Knowing(&[Admin], policy::may_know_import), "整批撤回风险信息";
        feeds::list, Roles(&[Admin]), "舆情订阅源列表";
        feeds::add, Roles(&[Admin]), "登记舆情订阅源";
        feeds::one, Roles(&[Admin]), "舆情订阅源详情";
        feeds::change, Knowing(&[Admin], policy::may_know_feed), "更正舆情订阅源";
        feeds::pause, Knowing(&[Admin], policy::may_know_feed), "暂停舆情订阅源";
        feeds::resume, Knowing(&[Admin], policy::may_know_feed), "恢复舆情订阅源";
        signals::one, Roles(&[Admin]), "风险信息详情";
        signals::match_one, Knowing(&[Admin], policy::may_know), "匹配风险信息";
        signals::triage_one, Knowing(&[Admin], policy::may_know), "研判风险信息";
        signals::dismiss, Knowing(&[Admin], policy::may_know), "不予采用风险信息";
        signals::merge, Knowing(&[Admin], policy::may_know), "合并风险信息";
        signals::unmerge, Knowing(&[Admin], policy::may_know), "取消合并风险信息";
        signals::reopen, Knowing(&[Admin], policy::may_know), "重新研判风险信息";
    ],
    pages: pages![
        GET "/signals" => pages::inbox::inbox, Roles(&[Admin]), Place::new(&[Admin], 95, "风险信息", "Signals", "alert");
        GET "/signals/imports" => pages::imports::imports, Roles(&[Admin]);
        GET "/signals/imports/{id}" => pages::import::one, Roles(&[Admin]);
        GET "/signals/imports/{id}/withdraw" => pages::import::withdraw, Roles(&[Admin]);
        GET "/signals/feeds" => pages::feeds::list, Roles(&[Admin]);
        GET "/signals/feeds/{id}" => pages::feeds::one, Roles(&[Admin]);
        GET "/signals/figures" => pages::figures::figures, Roles(&[Admin]);
        GET "/signals/{id}" => pages::signal::one, Roles(&[Admin]);
    ],
    audit: &[
        word("create_signal", "录入风险信息", "entered a signal"),
        word("match_signal", "匹配风险信息", "matched a signal by hand"),
        word("triage_signal", "研判风险信息", "triaged a signal as relevant"),
        word("dismiss_signal", "不予采用风险信息", "dismissed a signal"),
        word("merge_signal", "合并风险信息", "merged a signal into another"),
        word("unmerge_signal", "取消合并风险信息", "undid the merge of a signal"),
        word("reopen_signal", "重新研判风险信息", "reopened a dismissed signal"),
        word("request_signal_import", "提交风险信息文件", "asked for the import of a file of signals"),
        word(
            "import_checked_signals",
            "导入已检查的风险信息文件",
            "asked to import a checked file of signals",
        ),
        word("run_signal_import", "导入风险信息文件", "imported a file of signals"),
        word("withdraw_signal_import", "撤回风险信息文件", "withdrew a file of signals"),
        word("add_signal_feed", "登记舆情订阅源", "registered a feed"),
        word("change_signal_feed", "更正舆情订阅源", "corrected a feed"),
        word("pause_signal_feed", "暂停或恢复舆情订阅源", "paused or resumed a feed"),
        word("read_signal_feed", "读取舆情订阅源", "read a feed of signals"),
    ],
    subjects: &[
        subject("signal", "风险信息", "signal", "/signals/{id}"),
        subject("signal_import", "风险信息文件", "file of signals", "/signals/imports/{id}"),
        subject("signal_feed", "舆情订阅源", "feed", "/signals/feeds/{id}"),
    ],
    jobs: &[imports::run::JOB, imports::checked::JOB, subscriptions::fetch::JOB, merge::JOB, erase::JOB],
    settings: &[DeclaredSection::of::<SignalSettings>(), DeclaredSection::of::<FeedSettings>()],
    search: &[
        SearchSource {
            zh: "风险信息",
            en: "signals",
            by_zh: "标题、编号、产品、生产者、品牌、型号或条码",
            by_en: "Title, number, product, maker, brand, model or barcode",
            route: "/api/v1/signals",
            page: "/signals",
            parameter: "q",
        },
        SearchSource {
            zh: "风险信息文件",
            en: "files of signals",
            by_zh: "文件名",
            by_en: "File name",
            route: "/api/v1/signals/imports",
            page: "/signals/imports",
            parameter: "q",
        },
        SearchSource {
            zh: "舆情订阅源",
            en: "feeds",
            by_zh: "名称或地址",
            by_en: "Name or address",
            route: "/api/v1/signals/feeds",
            page: "/signals/feeds",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/signals", orders: SIGNAL_ORDERS },
        OrderedList { page: "/signals/imports", orders: IMPORT_ORDERS },
        OrderedList { page: "/signals/feeds", orders: FEED_ORDERS },
    ],
    global_search: &[GlobalSearchSource {
        kind: "signals",
        zh: "风险信息",
        en: "Signals",
        roles: &[Admin],
        find: global_search::find,
    }],
    ..Room::EMPTY
};
