//! What the `consultations` domain declares of itself.

use crate::consultations::invitations::may_answer;
use crate::consultations::mails::Mail;
use crate::consultations::orders::{ORDERS, QUEUE_ORDERS};
use crate::consultations::policy::may_know;
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::{api, files, global_search, pages};
use crate::core::actor::Role::{Admin, Enterprise, Expert};
use crate::core::key_scope::KeyScope;
use crate::db::grants::Rights;
use crate::experts::policy::may_know as may_know_expert;
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Hidden, Knowing, LoggedIn, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// Who is told how much waits, and where that is asked for.
const COUNTS: &str = "/api/v1/consultations/counts";

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "consultations",
    tables: &[
        "consultation",
        "consultation_participant",
        "consultation_conclusion",
        "consultation_conclusion_counter",
        "consultation_draft",
        "consultation_event",
        "consultation_offer",
        "consultation_invitation",
        "consultation_link",
        "consultation_merge",
        "consultation_mention",
        "consultation_panel",
        "consultation_rating_past",
        "consultation_rating_reminder",
    ],
    rights: &[
        ("consultation_conclusion", Rights::Append),
        ("consultation_event", Rights::Append),
        ("consultation_rating_past", Rights::Append),
        ("consultation_rating_reminder", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::reading::open, Roles(&[Enterprise]), "发起问诊";
        api::reading::list, LoggedIn, "问诊列表", KeyScope::ConsultationsRead;
        api::reading::counts, Roles(&[Enterprise, Expert, Admin]), "待读消息或待派问诊数";
        api::reading::consultation, LoggedIn, "问诊详情", KeyScope::ConsultationsRead;
        api::reading::history, LoggedIn, "问诊办理过程", KeyScope::ConsultationsRead;
        api::reading::conclusion, LoggedIn, "问诊结论", KeyScope::ConsultationsRead;
        api::reading::explain, LoggedIn, "为何派给该专家";
        api::messages::messages, LoggedIn, "读取消息";
        // A repeated message is answered to those, too, who no longer see the consultation: what they may know is judged by its storing.
        api::messages::send, Hidden(&[Enterprise, Expert, Admin]), "发送消息";
        api::mentions::note_readers, Hidden(&[Expert, Admin]), "可提及的同事";
        api::mentions::own, Hidden(&[Expert, Admin]), "提及我的内部备注";
        api::drafts::own, LoggedIn, "未发送的草稿";
        api::drafts::keep, LoggedIn, "保存草稿";
        api::messages::retract, ByPolicy(&[Enterprise, Expert, Admin], may_know), "撤回消息";
        api::messages::read_up_to, ByPolicy(&[Enterprise, Expert, Admin], may_know), "标记已读";
        api::steps::accept, ByPolicy(&[Expert], may_know), "接诊";
        api::steps::decline, ByPolicy(&[Expert], may_know), "婉拒派单";
        api::steps::transfer, ByPolicy(&[Expert], may_know), "转诊";
        api::steps::assign, ByPolicy(&[Admin], may_know), "指派专家";
        api::steps::pin, ByPolicy(&[Admin], may_know), "锁定专家";
        api::steps::unpin, ByPolicy(&[Admin], may_know), "取消锁定专家";
        api::steps::invite, ByPolicy(&[Expert, Admin], may_know), "邀请会诊";
        api::invitations::own, Roles(&[Expert]), "待答复的会诊邀请";
        api::invitations::accept, ByPolicy(&[Expert], may_answer), "接受会诊邀请";
        api::invitations::decline, ByPolicy(&[Expert], may_answer), "婉拒会诊邀请";
        api::invitations::withdraw, ByPolicy(&[Expert, Admin], may_know), "撤回会诊邀请";
        api::steps::opine, ByPolicy(&[Expert], may_know), "发表会诊意见";
        api::steps::ask_information, ByPolicy(&[Expert], may_know), "请企业补充材料";
        api::steps::cancel_information_request, ByPolicy(&[Expert], may_know), "撤回补充材料请求";
        api::related::list, LoggedIn, "相关问诊";
        api::related::link, ByPolicy(&[Expert, Admin], may_know), "关联问诊";
        api::related::unlink, ByPolicy(&[Expert, Admin], may_know), "取消关联问诊";
        api::related::merge, ByPolicy(&[Expert, Admin], may_know), "合并重复问诊";
        api::steps::reopen, ByPolicy(&[Enterprise, Admin], may_know), "重新打开问诊";
        api::steps::close, ByPolicy(&[Enterprise], may_know), "撤回或结束问诊";
        api::steps::rate, ByPolicy(&[Enterprise], may_know), "评价";
        api::refusals::exclude_expert, Knowing(&[Enterprise], may_know_expert), "申请专家回避";
        api::refusals::withdraw_exclusion, Knowing(&[Enterprise], may_know_expert), "撤回回避申请";
        api::transcript::transcript, LoggedIn, "下载问诊记录";
    ],
    pages: pages![
        GET "/consultations" => pages::list::list, LoggedIn, Place::new(&[Enterprise], 30, "问诊", "Consultations", "chat").over(&["/ask", "/exclusions", "/knowledge"]).with_count().waiting(COUNTS), Place::new(&[Expert], 20, "问诊", "Consultations", "chat").with_count().waiting(COUNTS), Place::new(&[Admin], 55, "问诊", "Consultations", "list");
        GET "/consultations/{id}" => pages::consultation::consultation, LoggedIn;
        GET "/consultations/{id}/conclusion" => pages::conclusion::conclusion, LoggedIn;
        GET "/consultations/{id}/information" => pages::information::information, Hidden(&[Expert]);
        GET "/consultations/{id}/related" => pages::related::related, LoggedIn;
        GET "/consultations/{id}/opinion" => pages::opinion::opinion, Hidden(&[Expert]);
        GET "/consultations/{id}/close" => pages::close::close, Hidden(&[Enterprise]);
        GET "/exclusions" => pages::exclusions::exclusions, Roles(&[Enterprise]);
        GET "/parts/conversations" => pages::list::part, LoggedIn;
        GET "/parts/advice/{id}" => pages::advice_part::part, LoggedIn;
        GET "/queue" => pages::queue::list, Roles(&[Admin]), Place::new(&[Admin], 50, "问诊调度", "Queue", "chat").with_count().waiting(COUNTS);
        GET "/parts/queue" => pages::queue::part, Roles(&[Admin]);
        GET "/queue/{id}" => pages::assign::one, Roles(&[Admin]);
        GET "/parts/offers" => pages::desk::offers_part, LoggedIn;
        GET "/profile" => pages::profile::profile, Hidden(&[Expert]), Place::new(&[Expert], 30, "档案", "Profile", "person");
    ],
    audit: &[
        word("open_consultation", "发起问诊", "opened a consultation"),
        word("accept_consultation", "接诊", "accepted an offer"),
        word("decline_consultation", "婉拒派单", "declined an offer"),
        word("lapse_offer", "派单超时", "an offer lapsed"),
        word("transfer_consultation", "转诊", "handed a consultation on"),
        word("assign_consultation", "指派专家", "assigned an expert"),
        word("pin_consultation", "锁定专家", "pinned a consultation"),
        word("alarm", "告警：无专家可派", "alarm: no expert found"),
        word("reassign_silent", "专家未响应，重新派单", "reassigned for silence"),
        word("withdraw", "收回派单", "withdrew an offer"),
        word("hand_over_consultation", "专家停用，移交问诊", "handed over from an ended account"),
        word("retract_message", "撤回消息", "took a message back"),
        word("invite_expert", "邀请会诊", "invited to a panel"),
        word("accept_invitation", "接受会诊邀请", "accepted an invitation to a panel"),
        word("decline_invitation", "婉拒会诊邀请", "declined an invitation to a panel"),
        word("withdraw_invitation", "撤回会诊邀请", "withdrew an invitation to a panel"),
        word("give_opinion", "会诊意见", "gave an opinion"),
        word("ask_information", "请企业补充材料", "asked the enterprise for information"),
        word("cancel_information_request", "撤回补充材料请求", "withdrew a request for information"),
        word("take_back_consultation", "撤回问诊", "took a consultation back"),
        word("close_consultation", "企业结束问诊", "closed a consultation without a conclusion"),
        word("merge_consultation", "合并重复问诊", "merged a consultation into another one"),
        word("take_in_consultation", "并入重复问诊", "had another consultation merged in"),
        word("link_consultation", "关联问诊", "linked two consultations"),
        word("unlink_consultation", "取消关联问诊", "unlinked two consultations"),
        word("reopen_consultation", "重新打开问诊", "reopened a consultation"),
        word("refuse_expert", "企业申请回避", "excluded an expert"),
        word("withdraw_refusal", "撤回回避申请", "withdrew an exclusion"),
        word("rate_consultation", "评价", "rated a consultation"),
    ],
    subjects: &[subject("consultation", "问诊", "consultation", "/queue/{id}").named("SELECT c.id, concat_ws(' · ', e.name, c.subject) AS name FROM consultation c LEFT JOIN published.enterprise e ON e.id = c.enterprise_id WHERE c.id = ANY ($1)")],
    sees_attachment: Some(files::sees),
    settings: &[DeclaredSection::of::<ConsultationSettings>()],
    jobs: &[
        crate::consultations::matcher::JOB,
        crate::consultations::rating_reminder::JOB,
        crate::consultations::drafts::JOB,
        crate::consultations::mentions::JOB,
    ],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    search: &[
        SearchSource {
            zh: "问诊",
            en: "consultations",
            by_zh: "主题、问题、企业、专家或报告编号",
            by_en: "Subject, question, enterprise, expert or report",
            route: "/api/v1/consultations",
            page: "/consultations",
            parameter: "q",
        },
        SearchSource {
            zh: "问诊调度",
            en: "queue of consultations",
            by_zh: "主题、问题、企业、专家或报告编号",
            by_en: "Subject, question, enterprise, expert or report",
            route: "",
            page: "/queue",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/consultations", orders: ORDERS },
        OrderedList { page: "/queue", orders: QUEUE_ORDERS },
    ],
    global_search: &[GlobalSearchSource {
        kind: "consultations",
        zh: "问诊",
        en: "Consultations",
        roles: &[Enterprise, Expert, Admin],
        find: global_search::find,
    }],
    personal: crate::consultations::personal::PARTS,
    ..Room::EMPTY
};
