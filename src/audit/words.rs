//! The words of the audit for people: actions, and the particulars of an entry. What is for programs alone (ids, numbers of rows)
//! is left out; the API has it whole.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use serde_json::Value;
use uuid::Uuid;

use crate::catalogue::Catalogue;
use crate::core::Language;
use crate::web::choices;
use crate::web::room::Room;

/// Characters of one particular that are shown, at most.
const MOST: usize = 500;

/// A particular of an entry.
pub struct Particular {
    /// What it is.
    pub label: &'static str,
    /// What it says.
    pub text: String,
}

/// An action in words; one without words is shown as it is stored.
pub fn action(rooms: &[&'static Room], language: Language, stored: &str) -> String {
    let alone = rooms.iter().flat_map(|room| room.audit).find(|word| word.action == stored);
    if let Some(word) = alone {
        return pick(language, word.zh, word.en).to_owned();
    }
    let groups = rooms.iter().flat_map(|room| room.audit_groups);
    let grouped = groups.flat_map(|group| (group.words)()).find(|(word, _)| *word == stored);
    grouped.map_or_else(|| stored.to_owned(), |(_, text)| text.get(language).to_owned())
}

/// The particulars of an entry, in words.
pub fn particulars(data: &Value, language: Language, catalogue: &Catalogue) -> Vec<Particular> {
    let told = Told { language, catalogue };
    let fields = data.as_object().into_iter().flatten();
    fields.filter_map(|(key, value)| told.particular(key, value)).collect()
}

/// The particulars of an entry as one text.
pub fn sentence(data: &Value, language: Language, catalogue: &Catalogue) -> String {
    let all = particulars(data, language, catalogue);
    let parts = all.iter().map(|p| format!("{}{}{}", p.label, pick(language, "：", ": "), p.text));
    parts.collect::<Vec<_>>().join(pick(language, "；", "; "))
}

fn pick<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    if language == Language::Zh { zh } else { en }
}

struct Told<'a> {
    language: Language,
    catalogue: &'a Catalogue,
}

impl Told<'_> {
    fn particular(&self, key: &str, value: &Value) -> Option<Particular> {
        let (zh, en) = label(key)?;
        let text = self.text(key, value)?;
        let text = match text.char_indices().nth(MOST) {
            Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
            None => text,
        };
        Some(Particular { label: if self.language == Language::Zh { zh } else { en }, text })
    }

    /// A value; none where it says nothing to a person.
    fn text(&self, key: &str, value: &Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::Bool(yes) => {
                let word = if *yes { ("是", "yes") } else { ("否", "no") };
                Some(pick(self.language, word.0, word.1).to_owned())
            }
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => self.word(key, text),
            Value::Array(items) => {
                let said: Vec<String> = items.iter().filter_map(|item| self.text(key, item)).collect();
                match (items.len(), said.is_empty()) {
                    (0, _) => None,
                    // Ids alone: how many there are.
                    (count, true) => Some(count.to_string()),
                    _ => Some(said.join(pick(self.language, "、", ", "))),
                }
            }
            Value::Object(fields) => {
                let said: Vec<String> = fields
                    .iter()
                    .filter_map(|(key, value)| self.particular(key, value))
                    .map(|p| format!("{} {}", p.label, p.text))
                    .collect();
                (!said.is_empty()).then(|| said.join(pick(self.language, "，", ", ")))
            }
        }
    }

    fn word(&self, key: &str, text: &str) -> Option<String> {
        if text.trim().is_empty() || Uuid::parse_str(text).is_ok() {
            return None;
        }
        if let Ok(day) = text.parse::<NaiveDate>() {
            return Some(day.format(pick(self.language, "%Y年%-m月%-d日", "%-d %b %Y")).to_string());
        }
        if let Ok(at) = text.parse::<DateTime<Utc>>() {
            let form = pick(self.language, "%Y年%-m月%-d日 %H:%M", "%-d %b %Y, %H:%M");
            return Some(at.with_timezone(&Shanghai).format(form).to_string());
        }
        Some(match key {
            // In people's own words.
            "reason"
            | "missing_opinions_reason"
            | "note"
            | "name"
            | "file_name"
            | "found"
            | "item"
            | "document"
            | "participants"
            | "owner"
            | "username"
            | "address"
            | "url"
            | "api_key_name"
            | "former"
            | "tags_added"
            | "tags_removed" => text.to_owned(),
            "region" | "held_by" => choices::region(self.catalogue, text),
            "product_kind" => {
                let kind = self.catalogue.products.kind(text);
                kind.map_or_else(|| text.to_owned(), |kind| kind.name(self.language).to_owned())
            }
            "class" | "product_class" => {
                let class = self.catalogue.products.class(text);
                class.map_or_else(|| text.to_owned(), |class| class.name(self.language).to_owned())
            }
            _ => {
                let (zh, en) = stored_word(text).unwrap_or((text, text));
                pick(self.language, zh, en).to_owned()
            }
        })
    }
}

/// What a field is called; none for what is for programs alone.
fn label(key: &str) -> Option<(&'static str, &'static str)> {
    Some(match key {
        "seq" | "id" | "key" | "session" | "bound_micros" | "by_hand_micros" | "total_micros"
        | "milliseconds" | "sha256" | "kid" | "alg" | "typ" | "import" | "delivery" | "api_key"
        | "consultation" => return None,
        "accepted" => ("已接受", "accepted"),
        "action" | "actions" => ("措施", "actions"),
        "added" => ("新增", "added"),
        "address" => ("邮箱地址", "mail address"),
        "api_key_name" => ("接口密钥", "API key"),
        "anew" => ("重新设置", "set up anew"),
        "annulled" => ("作废", "annulled"),
        "assigned" => ("已安排", "assigned"),
        "assignments" => ("结束的安排", "assignments ended"),
        "attachments" => ("附件数", "files"),
        "available" => ("接诊", "accepting consultations"),
        "below_least" => ("低于最低分", "below the least score"),
        "by_hand" => ("手动调整", "changed by hand"),
        "bytes" | "size" => ("大小（字节）", "size in bytes"),
        "capacity_basis" => ("名额依据", "places from"),
        "changed" => ("变更", "changed"),
        "claims_ended" => ("随之终止的认领", "claims ended"),
        "class" | "product_class" => ("产品类别", "product class"),
        "consultations" => ("问诊数", "consultations"),
        "corrects" => ("更正的步骤", "corrected step"),
        "criterion" => ("康复标准", "criterion"),
        "difference" => ("匹配分变化", "difference in score"),
        "deliveries" => ("推送数", "deliveries"),
        "document" => ("文号", "document"),
        "done_on" => ("完成日期", "done on"),
        "dry_run" => ("仅检查", "check only"),
        "ended" => ("结束", "ended"),
        "enterprise" | "enterprises" => ("企业数", "enterprises"),
        "events" => ("事件", "events"),
        "evidence" => ("证据数", "pieces of evidence"),
        "expert" | "experts" => ("专家数", "experts"),
        "experts_told" => ("已通知专家", "experts told"),
        "failed" | "refused" => ("失败原因", "why it failed"),
        "file_name" | "name" => ("名称", "name"),
        "former" => ("原名称", "former name"),
        "findings" => ("脱敏结果", "findings"),
        "found" => ("发现", "found"),
        "from" => ("起", "from"),
        "hand_over_to" => ("移交给", "handed over to"),
        "held_by" => ("上报机关", "with the authority of"),
        "held_on" => ("召开日期", "held on"),
        "holidays" => ("含节假日", "on public holidays"),
        "in_a_row" => ("连续次数", "in a row"),
        "inserted" => ("新增", "new"),
        "invitations" => ("邀请数", "invitations"),
        "invited" => ("已邀请", "invited"),
        "is" => ("变更后", "is now"),
        "issuer" => ("身份提供方", "identity provider"),
        "item" => ("项目", "item"),
        "kind" => ("类别", "kind"),
        "late" => ("逾期", "late"),
        "leave" => ("休假", "leave"),
        "least_score" => ("最低匹配分", "least score"),
        "left" => ("剩余", "left"),
        "level" => ("程度", "level"),
        "met" => ("满足", "met"),
        "network" => ("来源网络", "network"),
        "nonconformity" | "nonconformities" => ("不合格记录数", "nonconformities"),
        "note" => ("说明", "note"),
        "occurred_on" => ("日期", "day"),
        "officers" => ("已通知监管人员", "officers told"),
        "ordered_on" => ("责令改正日期", "ordered on"),
        "outcome" => ("结论", "outcome"),
        "owner" => ("责任人", "owner"),
        "pairs" => ("可派组合", "allowed pairs"),
        "participants" => ("参加者", "participants"),
        "passed_over" => ("未适用的派单规则", "rules of matching passed over"),
        "passed" => ("合格", "passed"),
        "permanent" => ("永久退回", "for good"),
        "pin" | "pinned" => ("锁定", "pinned"),
        "places" => ("名额", "places"),
        "product_kind" => ("产品种类", "product kind"),
        "rating" => ("评分", "rating"),
        "reason" => ("原因", "reason"),
        "received_on" => ("收到检验结论的日期", "result received on"),
        "region" => ("地区", "region"),
        "rejected" => ("拒绝", "rejected"),
        "relation" => ("关系", "relation"),
        "removed" => ("结束原安排", "removed"),
        "report_no" => ("检验报告编号", "report"),
        "resumed" => ("恢复发送", "resumed"),
        "retired" => ("已停用", "retired"),
        "role" => ("角色", "role"),
        "rounds" => ("轮数", "rounds"),
        "rows" => ("行数", "rows"),
        "said" => ("更正内容", "said"),
        "scopes" => ("权限", "scopes"),
        "sessions_ended" => ("退出的登录", "sessions ended"),
        "shifts" => ("班次", "shifts"),
        "since" => ("起", "since"),
        "source" => ("来源", "source"),
        "specialties" => ("专长", "specialties"),
        "state" | "status" => ("状态", "state"),
        "stopped_on" => ("责令停止日期", "stopped on"),
        "tags_added" => ("新增标签", "tags added"),
        "tags_removed" => ("去掉的标签", "tags taken away"),
        "threshold" => ("阈值", "threshold"),
        "to" => ("变为", "to"),
        "unchanged" => ("未变", "unchanged"),
        "unserved" => ("未安排", "without an expert"),
        "until" => ("截止日期", "until"),
        "updated" => ("更新", "updated"),
        "url" => ("网址", "address of the web"),
        "uscc" => ("统一社会信用代码", "credit code"),
        "username" => ("用户名", "username"),
        "after_conclusion" => ("结论后发表", "after the conclusion"),
        "handed_over" => ("移交问诊数", "consultations handed over"),
        "open" => ("进行中的问诊", "consultations under way"),
        "agreement" => ("会诊态度", "position"),
        "missing_opinions_reason" => ("不等待会诊意见的原因", "why signed without opinions"),
        "refused_specialties" => ("未通过的专长", "specialties not approved"),
        "suspended_until" => ("暂停至", "suspended until"),
        "was" => ("变更前", "was"),
        "weekdays" => ("星期", "weekdays"),
        "window_days" => ("统计天数", "window in days"),
        "without_address" => ("无邮箱", "without an address"),
        "without_pair" => ("无可派专家", "without an allowed expert"),
        "year" => ("年份", "year"),
        _ => ("其他", "other"),
    })
}

/// Words that are stored in particulars: states, roles, outcomes.
fn stored_word(stored: &str) -> Option<(&'static str, &'static str)> {
    Some(match stored {
        "admin" => ("监管人员", "officer"),
        "operator" => ("平台运营", "operator"),
        "expert" => ("专家", "expert"),
        "enterprise" => ("企业", "enterprise"),
        "free" => ("空闲承接数量", "the capacity that is free"),
        "full" => ("全部承接数量", "the whole capacity"),
        "employer" => ("任职", "works for it"),
        "owner" => ("持股", "owns part of it"),
        "proposed" => ("待企业答复", "to be answered"),
        "accepted" => ("已接受", "accepted"),
        "declined" => ("未接受", "declined"),
        "done" => ("已完成", "done"),
        "waiting" => ("等待", "waiting"),
        "offered" => ("已派单", "offered"),
        "active" => ("进行中", "under way"),
        "concluded" => ("已办结", "concluded"),
        "computed" => ("已算出", "computed"),
        "computing" => ("计算中", "computing"),
        "to_confirm" => ("待企业确认", "to be confirmed"),
        "to_approve" => ("待审核", "to be approved"),
        "approved" => ("已通过", "approved"),
        "rejected" => ("已驳回", "rejected"),
        "upheld" => ("维持原结论", "upheld"),
        "overturned" => ("撤销原结论", "overturned"),
        "deregistered" => ("注销", "deregistered"),
        "revoked" => ("吊销", "revoked"),
        "moved_out" => ("迁出", "moved out"),
        "stopped" => ("已责令停止生产销售", "stopped"),
        "retesting" | "retesting_order" => ("复检中", "re-testing"),
        "ordered" => ("已责令改正", "ordered"),
        "correcting" => ("整改中", "correcting"),
        "evidence_submitted" => ("已提交整改证据", "evidence submitted"),
        "reinspection_passed" => ("复查合格", "re-inspection passed"),
        "failed" => ("复查不合格", "re-inspection failed"),
        "reported_to_city" => ("已上报至市级", "reported to the city"),
        "reported_to_province" => ("已上报至省级", "reported to the province"),
        "announced" => ("已公告", "announced"),
        "failed_again" => ("再次复查不合格", "second re-inspection failed"),
        "suspended" => ("停业整顿", "suspended"),
        "check_failed" => ("整顿期满仍不合格", "check after suspension failed"),
        "cleared" => ("已清零", "cleared"),
        "licence_revoked" => ("已吊销营业执照", "licence revoked"),
        "closed" => ("已结案", "closed"),
        "nobody" => ("不安排专家", "nobody"),
        "consultations:read" => ("读取问诊", "read consultations"),
        "consultations:open" => ("代企业发起问诊", "open consultations"),
        "cases:read" => ("读取整改案件", "read cases"),
        "zero_out:read" => ("读取清零名单和企业", "read the zero-out list"),
        "zero_out:import" => ("导入名单", "import lists"),
        "reports:read" => ("读取统计数据", "read figures"),
        "consultation.opened" => ("发起问诊", "consultation opened"),
        "consultation.assigned" => ("问诊已有专家接诊", "consultation accepted or assigned"),
        "consultation.concluded" => ("问诊办结", "consultation concluded"),
        "consultation.reopened" => ("问诊重新打开", "consultation reopened"),
        "case.opened" => ("整改案件立案", "case opened"),
        "case.state_changed" => ("整改案件状态变更", "state of a case changed"),
        "case.cleared" => ("整改案件清零", "case cleared"),
        "import.finished" => ("名单导入结束", "import finished"),
        "paused" => ("已停用", "stopped"),
        "gone" => ("对方地址已永久停用", "the endpoint is gone"),
        "failing" => ("连续多日失败", "failing for days"),
        "already_tried" => ("此前已派给过", "was offered it before"),
        "no_specialty" => ("专长不涉及该产品", "no specialty for the product"),
        "off_duty" => ("不在值班", "not on duty"),
        "agree" => ("同意", "agrees"),
        "dissent" => ("不同意见", "dissents"),
        "abstain" => ("弃权", "abstains"),
        "enterprise_share" => ("本企业问诊已达上限", "share of the enterprise used up"),
        "expired_mails" => ("已处理完毕的邮件", "mails that were sent or given up"),
        "expired_messages" => ("问诊消息和内部备注", "messages and internal notes"),
        "expired_files" => ("仅用于问诊的附件", "files of conversations"),
        "expired_accounts" => ("已停用企业账号的个人信息", "people of enterprises who have left"),
        "expired_sessions" => ("已结束的登录记录", "log-ins that have ended"),
        "name" => ("姓名", "name"),
        "phone" => ("电话", "telephone"),
        "email" => ("邮箱", "mail address"),
        "language" => ("邮件语言", "language of mails"),
        "mails" => ("接收的邮件", "mails"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn particulars_are_words_without_ids() {
        let catalogue = &Catalogue::builtin().unwrap();
        let data = json!({
            "seq": 3, "occurred_on": "2026-11-29", "to": "correcting", "late": false, "document": null,
            "attachments": ["01a22410-d5f9-727f-a59f-eb5721d89a33", "01a22410-d5f9-727f-a59f-eb5a4a05a4e1"],
            "expert": "01a22410-d5f9-727f-a59f-eb5721d89a33", "region": "440100",
        });
        let told = sentence(&data, Language::Zh, catalogue);
        for wanted in ["日期：2026年11月29日", "变为：整改中", "逾期：否", "附件数：2", "地区：广州市"]
        {
            assert!(told.contains(wanted), "no {wanted} in {told}");
        }
        assert!(!told.contains("01a2") && !told.contains("文号"), "{told}");
        assert!(sentence(&data, Language::En, catalogue).contains("day: 29 Nov 2026"));
        assert!(particulars(&Value::Null, Language::Zh, catalogue).is_empty());
    }
}
