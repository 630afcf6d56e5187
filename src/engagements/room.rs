//! What the `engagements` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::engagements::common::search;
use crate::engagements::common::settings::EngagementKindSettings;
use crate::engagements::dangers::may_know as may_know_danger;
use crate::engagements::mails::Mail;
use crate::engagements::policy::may_know;
use crate::engagements::settings::EngagementSettings;
use crate::engagements::{
    api, commitments, files, follow_ups, global_search, hand_over, outreach, pages, reminders, training,
};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Hidden, Knowing, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the lists of visits.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("day", "最近日期在前", "latest day first", "engagement.on_day DESC NULLS LAST"),
    ListOrder::new("earliest", "最早日期在前", "earliest day first", "engagement.on_day NULLS LAST"),
    ListOrder::new("topic", "按主题（拼音）", "by topic", "search_readings(search_fold(engagement.topic))"),
    ListOrder::new("state", "按状态", "by state", "engagement.state"),
    ListOrder::new("region", "按地区", "by region", "engagement.region"),
];

/// The orders of the list of reports of imminent danger.
const DANGER_ORDERS: &[ListOrder] = &[
    ListOrder::new("open", "待处理在前", "open ones first", "engagement_danger.acknowledged_at NULLS FIRST"),
    ListOrder::new("region", "按地区", "by region", "engagement_danger.region"),
];

/// The orders of the list of commitments.
const COMMITMENTS: &[ListOrder] = &[
    ListOrder::new("enterprise", "按企业（拼音）", "by enterprise", "commitment.search_readings"),
    ListOrder::new("due", "最早到期在前", "first to end first", "commitment.due_on NULLS LAST"),
    ListOrder::new("state", "按状态", "by state", "commitment.state"),
];

/// The orders of the list of trainings.
const TRAININGS: &[ListOrder] = &[
    ListOrder::new("day", "按日期", "by day", "training.starts_at"),
    ListOrder::new("topic", "按主题（拼音）", "by topic", "training.search_readings"),
    ListOrder::new("attended", "参训企业最多在前", "most enterprises first", "training.attended DESC"),
];

/// The orders of the attendees of a training.
const ATTENDEES: &[ListOrder] = &[
    ListOrder::new(
        "attended",
        "最近签到在前",
        "last marked first",
        "training_attendee.attended_at DESC NULLS LAST",
    ),
    ListOrder::new("quiz", "测验成绩最高在前", "best quiz first", "training_attendee.quiz DESC NULLS LAST"),
];

/// The orders of the list of check-ups.
const FOLLOW_UPS: &[ListOrder] = &[
    ListOrder::new("due", "最早应回访在前", "first due first", "follow_up.due_on"),
    ListOrder::new("enterprise", "按企业（拼音）", "by enterprise", "follow_up.search_readings"),
    ListOrder::new("state", "按状态", "by state", "follow_up.state"),
];

/// The orders of the list of events.
const OUTREACH: &[ListOrder] = &[
    ListOrder::new("day", "最近日期在前", "latest day first", "outreach.on_day DESC"),
    ListOrder::new("people", "参加人数最多在前", "most people first", "outreach.people DESC NULLS LAST"),
    ListOrder::new("signals", "风险信息最多在前", "most signals first", "outreach.signals DESC"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "engagements",
    tables: &[
        "calendar_feed",
        "commitment",
        "commitment_promise",
        "commitment_text",
        "engagement",
        "engagement_attendance_past",
        "engagement_danger",
        "engagement_enterprise",
        "engagement_event",
        "engagement_expert",
        "engagement_finding",
        "engagement_held_past",
        "engagement_kind_file",
        "engagement_location",
        "engagement_photo",
        "engagement_photo_of",
        "follow_up",
        "follow_up_past",
        "outreach",
        "outreach_past",
        "outreach_signal",
        "training",
        "training_attendee",
        "visit",
        "visit_nonconformity",
        "visit_slot",
    ],
    rights: &[
        ("calendar_feed", Rights::Keep),
        ("engagement", Rights::Keep),
        ("engagement_attendance_past", Rights::Append),
        ("engagement_danger", Rights::Keep),
        ("engagement_enterprise", Rights::Keep),
        ("engagement_event", Rights::Append),
        ("engagement_held_past", Rights::Append),
        ("engagement_photo", Rights::Append),
        ("engagement_photo_of", Rights::Append),
        ("visit", Rights::Keep),
        ("visit_nonconformity", Rights::Append),
        ("visit_slot", Rights::Keep),
        ("commitment", Rights::Keep),
        ("commitment_text", Rights::Keep),
        ("engagement_kind_file", Rights::Append),
        ("follow_up", Rights::Keep),
        ("follow_up_past", Rights::Append),
        ("outreach", Rights::Keep),
        ("outreach_past", Rights::Append),
        ("outreach_signal", Rights::Keep),
        ("training", Rights::Keep),
        ("training_attendee", Rights::Keep),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin, Expert, Enterprise]), "上门帮扶等活动列表";
        api::create, Roles(&[Admin, Expert]), "发起上门帮扶";
        api::one, Roles(&[Admin, Expert, Enterprise]), "上门帮扶等活动详情";
        api::step, ByPolicy(&[Admin, Expert, Enterprise], may_know), "登记上门帮扶进展";
        api::add_finding, ByPolicy(&[Expert], may_know), "登记上门发现的问题";
        api::remove_finding, ByPolicy(&[Expert], may_know), "删除上门发现的问题";
        api::add_photos, ByPolicy(&[Expert], may_know), "添加上门照片";
        api::report_danger, ByPolicy(&[Expert], may_know), "报告紧急危险";
        api::danger_list, Roles(&[Admin]), "紧急危险报告列表";
        api::acknowledge, Knowing(&[Admin], may_know_danger), "处理紧急危险报告";
        api::feeds, Roles(&[Admin, Expert, Enterprise]), "本人的日历订阅";
        api::make_feed, Roles(&[Admin, Expert, Enterprise]), "新建日历订阅";
        api::revoke_feed, Roles(&[Admin, Expert, Enterprise]), "停用日历订阅";
        api::calendar, Public, "日历订阅内容";
        commitments::api::list, Roles(&[Admin, Enterprise]), "质量承诺列表";
        commitments::api::create, Roles(&[Admin]), "请企业签署承诺书";
        commitments::api::one, Roles(&[Admin, Enterprise]), "质量承诺详情";
        commitments::api::sign, ByPolicy(&[Enterprise], may_know), "签署承诺书";
        commitments::api::report, ByPolicy(&[Enterprise], may_know), "报告承诺事项完成";
        commitments::api::settle, ByPolicy(&[Admin], may_know), "认定承诺履行情况";
        commitments::api::cancel, ByPolicy(&[Admin], may_know), "取消未签署的承诺书";
        commitments::api::text_list, Roles(&[Admin, Enterprise]), "承诺书文本版本";
        commitments::api::enact, Roles(&[Admin]), "发布承诺书文本";
        commitments::api::withdraw_text, Roles(&[Admin]), "撤回承诺书文本";
        commitments::api::public_list, Public, "公开的质量承诺";
        training::api::list, Roles(&[Admin, Expert, Enterprise]), "质量培训列表";
        training::api::create, Roles(&[Admin, Expert]), "安排质量培训";
        training::api::attend, Roles(&[Enterprise]), "扫码签到";
        training::api::one, Roles(&[Admin, Expert, Enterprise]), "质量培训详情";
        training::api::change, ByPolicy(&[Admin, Expert], may_know), "修改培训安排";
        training::api::event, ByPolicy(&[Admin, Expert], may_know), "登记培训开展、办结、取消或者撤回误登记";
        training::api::add_material, ByPolicy(&[Admin, Expert], may_know), "添加培训材料";
        training::api::invite, ByPolicy(&[Admin, Expert], may_know), "邀请企业参加培训";
        training::api::attendees, ByPolicy(&[Admin, Expert], may_know), "参训企业列表";
        training::api::mark, ByPolicy(&[Admin, Expert], may_know), "人工登记参训";
        training::api::quiz, ByPolicy(&[Admin, Expert], may_know), "登记测验成绩";
        training::api::attendance_code, ByPolicy(&[Admin, Expert], may_know), "培训签到码";
        training::api::attendance_picture, ByPolicy(&[Admin, Expert], may_know), "培训签到二维码";
        follow_ups::api::list, Roles(&[Admin, Enterprise]), "回访列表";
        follow_ups::api::create, Roles(&[Admin]), "安排回访";
        follow_ups::api::one, Roles(&[Admin, Enterprise]), "回访详情";
        follow_ups::api::record, ByPolicy(&[Admin], may_know), "登记回访结果";
        follow_ups::api::correct, ByPolicy(&[Admin], may_know), "更正回访结果";
        follow_ups::api::cancel, ByPolicy(&[Admin], may_know), "取消回访";
        outreach::api::list, Roles(&[Admin]), "三进活动列表";
        outreach::api::figures, Roles(&[Admin]), "三进活动汇总";
        outreach::api::create, Roles(&[Admin]), "安排三进活动";
        outreach::api::one, Roles(&[Admin]), "三进活动详情";
        outreach::api::report, ByPolicy(&[Admin], may_know), "登记三进活动情况";
        outreach::api::correct, ByPolicy(&[Admin], may_know), "更正三进活动情况";
        outreach::api::event, ByPolicy(&[Admin], may_know), "办结或者取消三进活动";
        outreach::api::add_signals, ByPolicy(&[Admin], may_know), "登记三进活动收集的风险信息";
    ],
    pages: pages![
        GET "/visits" => pages::list::list, Roles(&[Admin, Expert]), Place::new(&[Admin], 60, "上门帮扶", "Visits", "calendar").over(&["/imminent-dangers"]);
        GET "/visits/new" => pages::propose::propose, Roles(&[Admin, Expert]);
        GET "/visits/{id}" => pages::one::one, Hidden(&[Admin, Expert, Enterprise]);
        GET "/visits/{id}/sheet" => pages::sheet::sheet, Hidden(&[Admin, Expert]);
        GET "/today" => pages::today::today, Hidden(&[Expert]), Place::new(&[Expert], 60, "今日上门", "Today", "calendar").over(&["/visits"]);
        GET "/my/visits" => pages::mine::mine, Hidden(&[Enterprise]), Place::new(&[Enterprise], 60, "上门帮扶", "Visits", "calendar").over(&["/visits"]);
        GET "/imminent-dangers" => pages::dangers::dangers, Roles(&[Admin]);
        GET "/commitments" => commitments::pages::office, Roles(&[Admin]), Place::new(&[Admin], 63, "质量承诺", "Commitments", "check");
        GET "/commitments/{id}" => commitments::pages::one, Roles(&[Admin, Enterprise]);
        GET "/commitment-texts" => commitments::pages::text_page, Roles(&[Admin]);
        GET "/my/commitments" => commitments::pages::mine, Hidden(&[Enterprise]);
        GET "/public/commitments" => commitments::pages::public_page, Public;
        GET "/trainings" => training::pages::list, Roles(&[Admin, Expert]), Place::new(&[Admin, Expert], 64, "质量培训", "Trainings", "people");
        GET "/trainings/{id}" => training::pages::one, Roles(&[Admin, Expert, Enterprise]);
        GET "/trainings/{id}/code" => training::pages::code_page, Roles(&[Admin, Expert]);
        GET "/my/trainings" => training::pages::mine, Hidden(&[Enterprise]);
        GET "/attend/{key}" => training::pages::attend, Roles(&[Enterprise]);
        GET "/follow-ups" => follow_ups::pages::list, Roles(&[Admin]), Place::new(&[Admin], 65, "清零回访", "Follow-ups", "clock");
        GET "/my/follow-ups" => follow_ups::pages::mine, Hidden(&[Enterprise]);
        GET "/follow-ups/{id}" => follow_ups::pages::one, Roles(&[Admin, Enterprise]);
        GET "/outreach" => outreach::pages::list, Roles(&[Admin]), Place::new(&[Admin], 66, "质量三进", "Outreach", "globe");
        GET "/outreach/{id}" => outreach::pages::one, Roles(&[Admin]);
    ],
    sees_attachment: Some(files::sees),
    jobs: &[reminders::JOB, commitments::follow::JOB, training::notices::JOB, follow_ups::plan::JOB],
    audit: &[
        word("create_engagement", "发起上门帮扶", "proposed a visit"),
        word("hand_over_engagement", "移交上门帮扶或培训", "handed over a visit or a training"),
        word("record_engagement_step", "登记上门帮扶进展", "took a step of a visit"),
        word("add_finding", "登记上门发现的问题", "noted what was found on a visit"),
        word("remove_finding", "删除上门发现的问题", "removed a finding of a visit"),
        word("add_visit_photos", "添加上门照片", "added photos to a visit"),
        word("report_imminent_danger", "报告紧急危险", "reported imminent danger"),
        word("acknowledge_imminent_danger", "处理紧急危险报告", "dealt with a report of imminent danger"),
        word("make_calendar_feed", "新建日历订阅", "made a calendar feed"),
        word("revoke_calendar_feed", "停用日历订阅", "revoked a calendar feed"),
        word("ask_for_commitment", "请企业签署承诺书", "asked an enterprise for a commitment"),
        word("sign_commitment", "签署承诺书", "signed a commitment"),
        word("report_promise", "报告承诺事项完成", "reported a promise as carried out"),
        word("settle_commitment", "认定承诺履行情况", "settled a commitment"),
        word("cancel_commitment", "取消未签署的承诺书", "cancelled a commitment"),
        word("enact_commitment_text", "发布承诺书文本", "enacted a text of the commitment"),
        word("withdraw_commitment_text", "撤回承诺书文本", "withdrew a text of the commitment"),
        word("plan_training", "安排质量培训", "planned a training"),
        word("add_training_material", "添加培训材料", "added material to a training"),
        word("change_training", "修改培训安排", "changed a training"),
        word("move_training", "登记培训进展", "took a step of a training"),
        word("invite_enterprises", "邀请企业参加培训", "invited enterprises to a training"),
        word("attend_by_code", "扫码签到", "attended a training by its code"),
        word("mark_attendance", "人工登记参训", "marked attendance by hand"),
        word("enter_quiz", "登记测验成绩", "entered the result of a quiz"),
        word("plan_follow_up", "安排回访", "planned a follow-up"),
        word("record_follow_up", "登记回访结果", "entered what a follow-up found"),
        word("correct_follow_up", "更正回访结果", "corrected what a follow-up found"),
        word("cancel_follow_up", "取消回访", "cancelled a follow-up"),
        word("plan_outreach", "安排三进活动", "planned an outreach event"),
        word("report_outreach", "登记三进活动情况", "reported an outreach event"),
        word("correct_outreach", "更正三进活动情况", "corrected the report of an outreach event"),
        word("move_outreach", "办结或者取消三进活动", "took a step of an outreach event"),
        word("add_outreach_signals", "登记三进活动收集的风险信息", "entered signals of an outreach event"),
    ],
    subjects: &[
        subject("engagement", "上门帮扶等活动", "engagement", "/visits/{id}")
            .named("SELECT id, topic AS name FROM engagement WHERE id = ANY ($1)"),
        subject("commitment", "质量承诺", "commitment", "/commitments/{id}")
            .named("SELECT id, concat_ws(' ', number, topic) AS name FROM commitment WHERE id = ANY ($1)"),
        subject("commitment_text", "承诺书文本", "text of the commitment", ""),
        subject("training", "质量培训", "training", "/trainings/{id}")
            .named("SELECT id, topic AS name FROM training WHERE id = ANY ($1)"),
        subject("follow_up", "清零回访", "follow-up", "/follow-ups/{id}")
            .named("SELECT id, topic AS name FROM follow_up WHERE id = ANY ($1)"),
        subject("outreach", "三进活动", "outreach event", "/outreach/{id}")
            .named("SELECT id, topic AS name FROM outreach WHERE id = ANY ($1)"),
    ],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<EngagementSettings>(), DeclaredSection::of::<EngagementKindSettings>()],
    search: &[
        SearchSource {
            zh: "上门帮扶",
            en: "visits",
            by_zh: "主题、地点或企业",
            by_en: "Topic, place or enterprise",
            route: "/api/v1/engagements",
            page: "/visits",
            parameter: "q",
        },
        SearchSource {
            zh: "本企业的上门帮扶",
            en: "visits to the enterprise",
            by_zh: "主题或地点",
            by_en: "Topic or place",
            route: "",
            page: "/my/visits",
            parameter: "q",
        },
        SearchSource {
            zh: "紧急危险报告",
            en: "reports of imminent danger",
            by_zh: "企业或情况",
            by_en: "Enterprise or what it is",
            route: "/api/v1/imminent-dangers",
            page: "/imminent-dangers",
            parameter: "q",
        },
        SearchSource {
            zh: "质量承诺",
            en: "commitments",
            by_zh: "企业、统一社会信用代码、编号或事由",
            by_en: "Enterprise, credit code, number or topic",
            route: "/api/v1/commitments",
            page: "/commitments",
            parameter: "q",
        },
        SearchSource {
            zh: "本企业的质量承诺",
            en: "the enterprise’s own commitments",
            by_zh: "编号或事由",
            by_en: "Number or topic",
            route: "",
            page: "/my/commitments",
            parameter: "q",
        },
        SearchSource {
            zh: "公开的质量承诺",
            en: "public commitments",
            by_zh: "企业、统一社会信用代码、编号或事由",
            by_en: "Enterprise, credit code, number or topic",
            route: "/api/v1/public/commitments",
            page: "/public/commitments",
            parameter: "q",
        },
        SearchSource {
            zh: "质量培训",
            en: "trainings",
            by_zh: "主题或地点",
            by_en: "Topic or place",
            route: "/api/v1/trainings",
            page: "/trainings",
            parameter: "q",
        },
        SearchSource {
            zh: "本企业的质量培训",
            en: "the enterprise’s own trainings",
            by_zh: "主题或地点",
            by_en: "Topic or place",
            route: "",
            page: "/my/trainings",
            parameter: "q",
        },
        SearchSource {
            zh: "参训企业",
            en: "attendees of a training",
            by_zh: "企业或统一社会信用代码",
            by_en: "Enterprise or credit code",
            route: "/api/v1/trainings/{id}/attendees",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "清零回访",
            en: "follow-ups",
            by_zh: "企业、统一社会信用代码或事项",
            by_en: "Enterprise, credit code or topic",
            route: "/api/v1/follow-ups",
            page: "/follow-ups",
            parameter: "q",
        },
        SearchSource {
            zh: "本企业的清零回访",
            en: "the enterprise’s own follow-ups",
            by_zh: "事项",
            by_en: "Topic",
            route: "",
            page: "/my/follow-ups",
            parameter: "q",
        },
        SearchSource {
            zh: "三进活动",
            en: "outreach events",
            by_zh: "主题或地点",
            by_en: "Topic or place",
            route: "/api/v1/outreach",
            page: "/outreach",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/visits", orders: ORDERS },
        OrderedList { page: "/my/visits", orders: ORDERS },
        OrderedList { page: "/imminent-dangers", orders: DANGER_ORDERS },
        OrderedList { page: "/commitments", orders: COMMITMENTS },
        OrderedList { page: "/my/commitments", orders: COMMITMENTS },
        OrderedList { page: "/trainings", orders: TRAININGS },
        OrderedList { page: "/my/trainings", orders: TRAININGS },
        OrderedList { page: "/trainings/{id}", orders: ATTENDEES },
        OrderedList { page: "/follow-ups", orders: FOLLOW_UPS },
        OrderedList { page: "/my/follow-ups", orders: FOLLOW_UPS },
        OrderedList { page: "/outreach", orders: OUTREACH },
    ],
    global_search: &[
        GlobalSearchSource {
            kind: "visits",
            zh: "上门帮扶",
            en: "Visits",
            roles: &[Admin, Expert, Enterprise],
            find: global_search::find,
        },
        GlobalSearchSource {
            kind: "commitment",
            zh: "质量承诺",
            en: "Commitments",
            roles: &[Admin, Enterprise],
            find: search::find_commitments,
        },
        GlobalSearchSource {
            kind: "training",
            zh: "质量培训",
            en: "Trainings",
            roles: &[Admin, Expert, Enterprise],
            find: search::find_trainings,
        },
        GlobalSearchSource {
            kind: "follow_up",
            zh: "清零回访",
            en: "Follow-ups",
            roles: &[Admin, Enterprise],
            find: search::find_follow_ups,
        },
        GlobalSearchSource {
            kind: "outreach",
            zh: "三进活动",
            en: "Outreach",
            roles: &[Admin],
            find: search::find_outreach,
        },
    ],
    open_matters: &[hand_over::ENGAGEMENTS],
    ..Room::EMPTY
};
