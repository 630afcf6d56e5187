//! What the `remediation` domain declares of itself.

use crate::consultations;
use crate::core::actor::Role::{Admin, Enterprise, Expert};
use crate::core::key_scope::KeyScope;
use crate::db::grants::Rights;
use crate::remediation::mails::Mail;
use crate::remediation::policy::may_know;
use crate::remediation::settings::{DeadlineSettings, RemediationSettings};
use crate::remediation::state::CaseStep;
use crate::remediation::{api, case_filter, files, global_search, law, pages};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Hidden, LoggedIn, Roles};
use crate::web::room::{AuditGroup, OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "remediation",
    tables: &[
        "remediation_case",
        "case_action",
        "case_advice",
        "case_criterion",
        "case_elsewhere",
        "case_event",
        "case_event_file",
        "case_evidence",
        "case_evidence_file",
        "case_past",
        "counted_calendar",
        "deadline_notice",
        "deadline_sweep",
    ],
    rights: &[
        ("remediation_case", Rights::Keep),
        ("case_advice", Rights::Append),
        ("case_event", Rights::Append),
        ("case_event_file", Rights::Append),
        ("case_past", Rights::Append),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, LoggedIn, "整改案件列表", KeyScope::CasesRead;
        api::open, Roles(&[Admin]), "登记责令改正并立案";
        api::case, LoggedIn, "案件详情", KeyScope::CasesRead;
        api::step, ByPolicy(&[Enterprise, Admin], may_know), "登记案件步骤";
        api::add_action, ByPolicy(&[Enterprise, Expert, Admin], may_know), "登记整改措施";
        api::accept_action, ByPolicy(&[Enterprise], may_know), "接受整改措施";
        api::decline_action, ByPolicy(&[Enterprise], may_know), "不接受整改措施";
        api::complete_action, ByPolicy(&[Enterprise], may_know), "登记措施完成";
        api::reopen_action, ByPolicy(&[Admin], may_know), "退回已完成的措施";
        api::decide, ByPolicy(&[Admin], may_know), "认定康复标准";
        api::remind, ByPolicy(&[Admin], may_know), "提醒企业期限";
        api::dossier::dossier, LoggedIn, "案卷";
        api::add_evidence, ByPolicy(&[Enterprise], may_know), "提交整改证据";
        api::advice::advise, ByPolicy(&[Expert], consultations::policy::may_know), "给出整改意见";
        api::advice::given, LoggedIn, "整改意见及办理情况";
        api::conclusion::conclude, ByPolicy(&[Expert], consultations::policy::may_know), "办结问诊";
    ],
    pages: pages![
        GET "/cases" => pages::cases::list, Roles(&[Admin]), Place::new(&[Admin], 30, "案件", "Cases", "case");
        GET "/consultations/{id}/conclude" => pages::conclude::conclude, Hidden(&[Expert]);
        GET "/cases/{id}" => pages::case::case, Hidden(&[Admin, Enterprise, Expert]);
    ],
    audit: &[
        word("give_advice", "给出整改意见", "gave advice"),
        word("conclude_consultation", "办结问诊", "concluded a consultation"),
        word("open_case", "立案", "opened a case"),
        word("add_action", "登记整改措施", "entered an action"),
        word("accept_action", "接受整改措施", "accepted an action"),
        word("decline_action", "不接受整改措施", "declined an action"),
        word("complete_action", "完成整改措施", "completed an action"),
        word("reopen_action", "重新办理整改措施", "reopened an action"),
        word("add_evidence", "提交证据", "handed evidence in"),
        word("decide_criterion", "认定康复标准", "decided on a criterion"),
        word("correct_case_step", "更正案件步骤", "corrected a step"),
        word("remind_enterprise", "提醒企业期限", "reminded an enterprise of deadlines"),
        word("recount_deadlines", "重新计算法定期限", "recalculated deadlines"),
    ],
    audit_groups: &[AuditGroup {
        zh: "案件步骤",
        en: "Steps of a case",
        words: || CaseStep::ALL.iter().map(|step| (step.as_str(), step.text())).collect(),
    }],
    subjects: &[subject("remediation_case", "案件", "case", "/cases/{id}").named("SELECT c.id, concat_ws(' · ', e.name, n.report_no) AS name FROM remediation_case c LEFT JOIN published.enterprise e ON e.id = c.enterprise_id LEFT JOIN published.nonconformity_ever n ON n.id = c.nonconformity_id WHERE c.id = ANY ($1)")],
    sees_attachment: Some(files::sees),
    jobs: &[crate::remediation::deadlines::JOB],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    orders: &[OrderedList { page: "/cases", orders: case_filter::ORDERS }],
    start_checks: &[|app| law::fit(&mut *app.conn()?, app.settings(), app.catalogue())],
    settings: &[DeclaredSection::of::<DeadlineSettings>(), DeclaredSection::of::<RemediationSettings>()],
    search: &[SearchSource {
        zh: "案件",
        en: "cases",
        by_zh: "企业、信用代码或报告编号",
        by_en: "Name, credit code or report",
        route: "/api/v1/remediation/cases",
        page: "/cases",
        parameter: "q",
    }],
    global_search: &[GlobalSearchSource {
        kind: "cases",
        zh: "案件",
        en: "Cases",
        roles: &[Enterprise, Expert, Admin],
        find: global_search::find,
    }],
    personal: crate::remediation::personal::PARTS,
    ..Room::EMPTY
};
