//! Who did what, to what, when.

use askama::Template;
use uuid::Uuid;

use super::super::frame::{Frame, Member};
use super::super::show;
use super::asked::Asked;
use crate::audit::{self, AuditEntry, AuditFilter};
use crate::core::actor::{Actor, Scope};
use crate::remediation::CaseStep;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::server::State;

#[derive(Template)]
#[template(path = "web/admin/audit.html")]
struct AuditPage {
    f: Frame,
    asked: Asked,
    entries: Vec<Entry>,
    next: Option<String>,
}

/// A row, with its particulars as text.
struct Entry {
    row: AuditEntry,
    data: String,
    href: Option<String>,
}

/// The page.
pub(super) async fn page(state: State, member: Member, asked: Asked) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = AuditFilter {
            action: asked.get("action").map(str::to_owned),
            actor: asked.read::<Uuid>("actor")?,
            subject: asked.read::<Uuid>("subject")?,
            subject_type: asked.get("subject_type").map(str::to_owned),
            by: asked.get("by").map(str::to_owned),
            from: asked.read("from")?,
            to: asked.read("to")?,
        };
        let regulates = matches!(actor.scope(), Some(Scope::Admin(_)));
        let page = audit::list(&mut *app.conn()?, &actor, &filter, asked.slice()?)?;
        Ok(AuditPage {
            entries: page.items.into_iter().map(|row| entry(row, regulates)).collect(),
            next: page.next_cursor.map(|cursor| asked.with("cursor", &cursor)),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// Particulars beyond so many characters are cut: the API has them whole.
const MOST: usize = 1500;

fn entry(row: AuditEntry, regulates: bool) -> Entry {
    let empty = row.data.is_null() || row.data.as_object().is_some_and(serde_json::Map::is_empty);
    let text =
        if empty { String::new() } else { serde_json::to_string_pretty(&row.data).unwrap_or_default() };
    let data = match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    };
    Entry { href: page_of(&row, regulates), data, row }
}

/// The page of what a row is about, if it is the reader's: an operator has no part in cases and consultations.
fn page_of(row: &AuditEntry, regulates: bool) -> Option<String> {
    let page = match row.subject_type.as_str() {
        "remediation_case" | "consultation" | "matching_plan" | "quality_alert" if !regulates => return None,
        "remediation_case" => "cases",
        "consultation" => "queue",
        "enterprise" => "enterprises",
        "expert" => "experts",
        "matching_plan" => "plans",
        "zero_out_import" => "imports",
        "quality_alert" => "alerts",
        _ => return None,
    };
    Some(format!("/{page}/{}", row.subject_id?))
}

/// The actions that people ask for, each in both languages; others are shown by their word.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("log_in", "登录", "log-in"),
    ("log_out", "退出", "log-out"),
    ("create_staff", "建立监管或运营账号", "made an officer's account"),
    ("register_enterprise", "企业认领账号", "claimed an account"),
    ("confirm_registration", "凭链接确认认领", "confirmed a claim"),
    ("approve_registration", "通过认领", "approved a claim"),
    ("reject_registration", "驳回认领", "rejected a claim"),
    ("apply_as_expert", "专家申请", "applied as an expert"),
    ("approve_expert", "通过专家申请", "approved an expert"),
    ("reject_expert", "驳回专家申请", "rejected an expert"),
    ("set_availability", "设置接单与休假", "set availability"),
    ("set_specialties", "设置专长", "set specialties"),
    ("set_duty", "设置值班表", "set a duty rota"),
    ("record_conflict", "登记回避事项", "recorded a tie"),
    ("withdraw_conflict", "撤销回避事项", "took a tie back"),
    ("refuse_expert", "企业申请回避", "excluded an expert"),
    ("withdraw_refusal", "撤回回避申请", "took an exclusion back"),
    ("request_import", "提交导入", "asked for an import"),
    ("run_import", "导入清零名单", "imported a list"),
    ("open_consultation", "发起问诊", "opened a consultation"),
    ("accept_consultation", "接受派单", "accepted an offer"),
    ("decline_consultation", "谢绝派单", "declined an offer"),
    ("lapse_offer", "派单超时", "an offer lapsed"),
    ("transfer_consultation", "转诊", "handed a consultation on"),
    ("assign_consultation", "指派专家", "assigned an expert"),
    ("pin_consultation", "固定专家", "pinned a consultation"),
    ("alarm", "告警：无专家可派", "alarm: no expert found"),
    ("invite_expert", "邀请会诊", "invited to a panel"),
    ("give_opinion", "会诊意见", "gave an opinion"),
    ("give_advice", "给出整改意见", "gave advice"),
    ("conclude_consultation", "办结问诊", "concluded a consultation"),
    ("reopen_consultation", "重新打开问诊", "reopened a consultation"),
    ("rate_consultation", "评价", "rated a consultation"),
    ("open_case", "立案", "opened a case"),
    ("add_action", "登记整改措施", "entered an action"),
    ("move_action", "答复整改措施", "answered an action"),
    ("add_evidence", "提交证据", "handed evidence in"),
    ("decide_criterion", "认定康复标准", "decided on a criterion"),
    ("request_plan", "提交方案计算", "asked for a plan"),
    ("compute_plan", "算出方案", "computed a plan"),
    ("apply_plan", "执行方案", "applied a plan"),
    ("discard_plan", "作废方案", "discarded a plan"),
    ("find_clusters", "质量预警", "raised quality alerts"),
    ("hold_quality_meeting", "登记质量分析会", "recorded a quality meeting"),
    ("dismiss_quality_alert", "撤销质量预警", "dismissed a quality alert"),
    ("finish_upload", "上传附件", "uploaded a file"),
];

/// The kinds of things, each in both languages.
const SUBJECTS: &[(&str, &str, &str)] = &[
    ("remediation_case", "案件", "case"),
    ("consultation", "问诊", "consultation"),
    ("enterprise", "企业", "enterprise"),
    ("enterprise_registration", "认领", "claim"),
    ("expert", "专家", "expert"),
    ("account", "账号", "account"),
    ("matching_plan", "方案", "plan"),
    ("zero_out_import", "导入", "import"),
    ("quality_alert", "质量预警", "quality alert"),
    ("attachment", "附件", "file"),
];

impl AuditPage {
    fn word<'a>(&self, table: &'static [(&str, &'static str, &'static str)], word: &'a str) -> &'a str {
        let row = table.iter().find(|(known, ..)| *known == word);
        row.map_or(word, |(_, zh, en)| self.f.t(zh, en))
    }

    /// An action in words; a step of a case goes by its own.
    fn action(&self, word: &str) -> String {
        match word.parse::<CaseStep>() {
            Ok(step) => step.text().get(self.f.language).to_owned(),
            Err(_) => self.word(ACTIONS, word).to_owned(),
        }
    }

    fn steps(&self) -> &'static [CaseStep] {
        CaseStep::ALL
    }

    fn subject<'a>(&self, word: &'a str) -> &'a str {
        self.word(SUBJECTS, word)
    }

    fn actions(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        ACTIONS
    }

    fn subjects(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        SUBJECTS
    }
}
