//! What the `knowledge` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::knowledge::mails::Mail;
use crate::knowledge::policy::may_know;
use crate::knowledge::settings::KnowledgeSettings;
use crate::knowledge::{api, drafts_api, global_search, pages};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{Hidden, Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// Who is told how many wait, and where that is asked for.
const WAITING: &str = "/api/v1/knowledge/drafts/counts";

/// The orders of the list of articles.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "published",
        "最近发布在前",
        "last published first",
        "knowledge_article.published_at DESC NULLS LAST",
    ),
    ListOrder::new("title", "按标题（拼音）", "by title", "knowledge_article.search_readings"),
];

/// The orders of the list of articles that are not published.
const DRAFT_ORDERS: &[ListOrder] = &[
    ListOrder::new("updated", "最近修改在前", "last changed first", "knowledge_article.updated_at DESC"),
    ListOrder::new("state", "按状态", "by state", "knowledge_article.state"),
    ListOrder::new("title", "按标题（拼音）", "by title", "knowledge_article.search_readings"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "knowledge",
    tables: &["knowledge_article", "knowledge_finding", "knowledge_event", "knowledge_word", "knowledge_use"],
    rights: &[("knowledge_event", Rights::Append), ("knowledge_article", Rights::Keep)],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Enterprise, Expert, Admin]), "知识条目列表";
        api::article, Roles(&[Enterprise, Expert, Admin]), "知识条目详情";
        api::withdraw, Knowing(&[Admin], may_know), "撤下知识条目";
        api::similar, Roles(&[Enterprise, Expert, Admin]), "与问题相似的知识条目和标准";
        api::note_use, Roles(&[Enterprise]), "记录知识条目的使用";
        api::usage, Roles(&[Admin]), "知识条目使用情况";
        api::totals, Roles(&[Admin]), "知识条目使用合计";
        drafts_api::list, Roles(&[Expert, Admin]), "知识条目办理列表";
        drafts_api::counts, Roles(&[Expert, Admin]), "待办知识条目数";
        drafts_api::create, Roles(&[Expert, Admin]), "起草知识条目";
        drafts_api::one, Roles(&[Expert, Admin]), "知识条目办理详情";
        drafts_api::edit, Knowing(&[Expert, Admin], may_know), "修改知识条目";
        drafts_api::confirm, Knowing(&[Expert, Admin], may_know), "确认脱敏结果";
        drafts_api::submit, Knowing(&[Expert], may_know), "提交知识条目";
        drafts_api::approve, Knowing(&[Admin], may_know), "批准发布知识条目";
        drafts_api::send_back, Knowing(&[Admin], may_know), "退回知识条目";
        drafts_api::discard, Knowing(&[Expert, Admin], may_know), "放弃知识条目";
    ],
    pages: pages![
        GET "/knowledge" => pages::list, Roles(&[Enterprise, Expert, Admin]), Place::new(&[Expert], 25, "知识库", "Knowledge", "folder").over(&["/knowledge-drafts"]).waiting(WAITING), Place::new(&[Admin], 57, "知识库", "Knowledge", "folder").over(&["/knowledge-drafts", "/knowledge-usage"]).waiting(WAITING);
        GET "/knowledge/{id}" => pages::one, Roles(&[Enterprise, Expert, Admin]);
        GET "/knowledge-drafts" => pages::drafts, Hidden(&[Expert, Admin]);
        GET "/knowledge-drafts/{id}" => pages::draft, Hidden(&[Expert, Admin]);
        GET "/knowledge-usage" => pages::usage, Hidden(&[Admin]);
    ],
    audit: &[
        word("draft_article", "起草知识条目", "drafted an article"),
        word("edit_article", "修改知识条目", "changed an article"),
        word("confirm_findings", "确认脱敏结果", "confirmed findings of an article"),
        word("submit_article", "提交知识条目", "submitted an article"),
        word("approve_article", "批准发布知识条目", "approved an article"),
        word("return_article", "退回知识条目", "returned an article"),
        word("withdraw_article", "撤下知识条目", "withdrew an article"),
        word("discard_article", "放弃知识条目", "discarded an article"),
    ],
    subjects: &[subject("knowledge_article", "知识条目", "knowledge article", "/knowledge-drafts/{id}")
        .named("SELECT id, title AS name FROM knowledge_article WHERE id = ANY ($1)")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<KnowledgeSettings>()],
    search: &[
        SearchSource {
            zh: "知识条目",
            en: "knowledge articles",
            by_zh: "标题或内容",
            by_en: "Title or text",
            route: "/api/v1/knowledge/articles",
            page: "/knowledge",
            parameter: "q",
        },
        SearchSource {
            zh: "办理中的知识条目",
            en: "articles in work",
            by_zh: "标题或内容",
            by_en: "Title or text",
            route: "/api/v1/knowledge/drafts",
            page: "/knowledge-drafts",
            parameter: "q",
        },
        SearchSource {
            zh: "知识条目使用情况",
            en: "use of articles",
            by_zh: "标题或内容",
            by_en: "Title or text",
            route: "/api/v1/knowledge/usage",
            page: "/knowledge-usage",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/knowledge", orders: ORDERS },
        OrderedList { page: "/knowledge-drafts", orders: DRAFT_ORDERS },
        OrderedList { page: "/knowledge-usage", orders: ORDERS },
    ],
    global_search: &[GlobalSearchSource {
        kind: "knowledge",
        zh: "知识条目",
        en: "Knowledge",
        roles: &[Enterprise, Expert, Admin],
        find: global_search::find,
    }],
    ..Room::EMPTY
};
