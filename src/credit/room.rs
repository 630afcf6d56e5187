//! What the `credit` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise};
use crate::credit::grading::round;
use crate::credit::mails::Mail;
use crate::credit::measures::notices;
use crate::credit::policy::may_know_task;
use crate::credit::settings::CreditSettings;
use crate::credit::{api, pages};
use crate::db::grants::Rights;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Hidden, Knowing, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "credit",
    tables: &[
        "credit_change",
        "credit_honour",
        "credit_honour_day",
        "credit_measure",
        "credit_regrading",
        "credit_stale",
        "credit_subject",
        "credit_task",
    ],
    rights: &[
        ("credit_measure", Rights::Keep),
        ("credit_regrading", Rights::Keep),
        ("credit_task", Rights::Keep),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::rules::rules, Roles(&[Admin, Enterprise]), "信用规则";
        api::rules::try_rules, Roles(&[Admin]), "试算信用规则";
        api::tasks::list, Roles(&[Admin]), "信用监管任务列表";
        api::tasks::counts, Roles(&[Admin]), "待办信用监管任务数";
        api::tasks::done, Knowing(&[Admin], may_know_task), "办理信用监管任务";
        api::honours::list, Roles(&[Admin]), "连续合格名单";
        api::grades::regrade, Roles(&[Admin]), "全部重新评定信用等级";
        api::grades::regrading, Roles(&[Admin]), "重新评定的进度";
        api::grades::mine, Roles(&[Enterprise]), "本企业的信用对账单";
        api::grades::list, Roles(&[Admin]), "信用分级名单";
        api::grades::one, Roles(&[Admin, Enterprise]), "信用对账单";
    ],
    pages: pages![
        GET "/credit" => pages::list::list, Roles(&[Admin]), Place::new(&[Admin], 90, "信用监管", "Credit", "shield").over(&["/conduct"]).waiting("/api/v1/credit/tasks/counts");
        GET "/credit/tasks" => pages::tasks::tasks, Roles(&[Admin]);
        GET "/credit/rules" => pages::rules::rules, Roles(&[Admin]);
        GET "/credit/honours" => pages::honours::list, Roles(&[Admin]);
        GET "/credit/{id}" => pages::office::one, Roles(&[Admin]);
        GET "/my/credit" => pages::mine::mine, Hidden(&[Enterprise]);
        GET "/honours" => pages::honours::public, Public;
    ],
    audit: &[
        word("regrade_credit", "要求全部重新评定信用等级", "asked for a grading of all operators"),
        word("finish_credit_task", "办理信用监管任务", "did a task of credit supervision"),
    ],
    subjects: &[
        subject("credit_regrading", "信用等级重新评定", "grading of all operators", ""),
        subject("credit_task", "信用监管任务", "task of credit supervision", "").named("SELECT t.id, e.name FROM credit_task t JOIN published.enterprise e ON e.id = t.enterprise_id WHERE t.id = ANY ($1)"),
    ],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<CreditSettings>()],
    jobs: &[round::GRADE, round::REGRADE, notices::JOB],
    orders: &[
        OrderedList { page: "/credit", orders: pages::orders::GRADES },
        OrderedList { page: "/credit/tasks", orders: pages::orders::TASKS },
        OrderedList { page: "/credit/honours", orders: pages::orders::HONOURS },
    ],
    search: &[
        SearchSource {
            zh: "信用分级名单",
            en: "credit grades",
            by_zh: "名称或信用代码",
            by_en: "Name or credit code",
            route: "/api/v1/credit",
            page: "/credit",
            parameter: "q",
        },
        SearchSource {
            zh: "信用监管任务",
            en: "tasks of credit supervision",
            by_zh: "名称或信用代码",
            by_en: "Name or credit code",
            route: "/api/v1/credit/tasks",
            page: "/credit/tasks",
            parameter: "q",
        },
        SearchSource {
            zh: "连续合格名单",
            en: "operators without a failed sampling",
            by_zh: "名称或信用代码",
            by_en: "Name or credit code",
            route: "/api/v1/credit/honours",
            page: "/credit/honours",
            parameter: "q",
        },
    ],
    ..Room::EMPTY
};
