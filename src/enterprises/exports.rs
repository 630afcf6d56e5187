//! The claims of enterprises as files.

use crate::enterprises::admission_pages::state_word as admission_word;
use crate::enterprises::admissions::AdmissionView;
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::claims::ClaimView;
use crate::enterprises::uscc::fault_word;
use crate::exports::{Cell, Column, FilterWord, List, Q, Words};

fn state_word(state: ClaimState, words: &Words) -> &str {
    match state {
        ClaimState::Mailed => words.t("已发送链接", "link mailed"),
        ClaimState::ToApprove => words.t("待审核", "to approve"),
        ClaimState::Confirmed => words.t("已开通", "confirmed"),
        ClaimState::Rejected => words.t("已驳回", "rejected"),
        ClaimState::Superseded => words.t("已被取代", "superseded"),
        ClaimState::Declined => words.t("企业已否认", "declined"),
    }
}

/// The claims.
pub static CLAIMS: List<ClaimView> = List {
    name: "claims",
    zh: "企业认领账号",
    en: "Claims of enterprises",
    people: true,
    columns: &[
        Column::new("统一社会信用代码", "Credit code", |c, _| Cell::text(&c.uscc)),
        Column::new("企业名称", "Enterprise", |c, _| Cell::text(&c.enterprise_name)),
        Column::new("状态", "State", |c, w| Cell::text(state_word(c.state, w))),
        Column::new("申请人", "Contact", |c, _| Cell::text(&c.contact_name)),
        Column::new("电话", "Telephone", |c, _| Cell::some(c.contact_phone.as_ref())),
        Column::new("邮箱", "Mail address", |c, _| Cell::some(c.contact_email.as_ref())),
        Column::new("名单登记的电话", "Telephone on record", |c, _| {
            Cell::some(c.phone_on_record.as_ref())
        }),
        Column::new("来源网络", "Network", |c, _| Cell::text(&c.network)),
        Column::new("申请时间", "Requested", |c, _| Cell::Moment(c.created_at)),
        Column::new("重复提交次数", "Asked again", |c, _| Cell::count(c.repeated)),
        Column::new("最近提交时间", "Asked last", |c, _| Cell::moment(c.last_asked_at)),
        Column::new("邮件", "Mail", |c, w| Cell::some(c.mail.outcome().map(|m| w.say(&m.why)))),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(state, w).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The credit codes that were let in.
pub static ADMISSIONS: List<AdmissionView> = List {
    name: "uscc-admissions",
    zh: "放行的信用代码",
    en: "Admitted credit codes",
    people: true,
    columns: &[
        Column::new("统一社会信用代码", "Credit code", |a, _| Cell::text(&a.uscc)),
        Column::new("不符合的规则", "Rule that it breaks", |a, w| {
            let (zh, en) = fault_word(&a.fault);
            Cell::text(w.t(zh, en))
        }),
        Column::new("地区代码", "Region code", |a, _| Cell::text(&a.region)),
        Column::new("地区", "Region", |a, w| Cell::text(w.region(&a.region))),
        Column::new("状态", "State", |a, w| Cell::text(admission_word(w, a.state))),
        Column::new("放行原因", "Reason", |a, _| Cell::text(&a.reason)),
        Column::new("核实来源", "Verified in", |a, _| Cell::text(&a.checked_in)),
        Column::new("放行人", "Admitted by", |a, _| Cell::text(&a.admitted_by)),
        Column::new("放行时间", "Admitted", |a, _| Cell::Moment(a.admitted_at)),
        Column::new("撤销时间", "Withdrawn", |a, _| Cell::moment(a.withdrawn_at)),
        Column::new("撤销原因", "Why withdrawn", |a, _| Cell::some(a.withdrawn_reason.as_ref())),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => admission_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};
