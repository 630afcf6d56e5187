//! The lists of sessions and of their members as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::online_sessions::detail::OnlineQuestionView;
use crate::online_sessions::queries::{OnlineSessionView, SessionMemberView};
use crate::online_sessions::state::{OnlineQuestionState, OnlineSessionState};

/// The sessions.
pub static SESSIONS: List<OnlineSessionView> = List {
    name: "online-sessions",
    zh: "线上问诊会",
    en: "Online sessions",
    people: false,
    columns: &[
        Column::new("主题", "Topic", |s, _| Cell::text(&s.session.topic)),
        Column::new("地区", "Region", |s, w| Cell::text(w.region(&s.session.region))),
        Column::new("产品种类", "Product kinds", |s, w| {
            let kinds: Vec<String> = s.session.product_kinds.iter().map(|code| w.kind(code)).collect();
            Cell::text(kinds.join(w.t("、", ", ")))
        }),
        Column::new("开始时间", "Begins", |s, _| Cell::Moment(s.session.starts_at)),
        Column::new("结束时间", "Ends", |s, _| Cell::Moment(s.session.ends_at)),
        Column::new("状态", "State", |s, w| {
            let (zh, en) = s.session.state.words();
            Cell::text(w.t(zh, en))
        }),
        Column::new("名额", "Places", |s, _| Cell::count(i64::from(s.session.capacity))),
        Column::new("邀请企业数", "Invited", |s, _| s.invited.map_or(Cell::Empty, Cell::count)),
        Column::new("报名企业数", "Signed up", |s, _| Cell::count(s.signed_up)),
        Column::new("参会企业数", "Attended", |s, _| Cell::count(s.attended)),
        Column::new("取消原因", "Why cancelled", |s, _| Cell::some(s.session.cancelled_reason.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<OnlineSessionState>() {
            Ok(state) => w.t(state.words().0, state.words().1).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("product_kind", "产品种类", "product kind", |code, w| w.kind(code)),
    ],
};

/// Those who were invited to a session.
pub static MEMBERS: List<SessionMemberView> = List {
    name: "online-session-members",
    zh: "线上问诊会企业",
    en: "Enterprises of an online session",
    people: false,
    columns: &[
        Column::new("企业名称", "Enterprise", |m, _| Cell::text(&m.enterprise)),
        Column::new("统一社会信用代码", "Credit code", |m, _| Cell::text(&m.uscc)),
        Column::new("地区", "Region", |m, w| Cell::text(w.region(&m.region))),
        Column::new("邀请时间", "Invited", |m, _| Cell::Moment(m.invited_at)),
        Column::new("报名时间", "Signed up", |m, _| Cell::moment(m.signed_up_at)),
        Column::new("参会时间", "Attended", |m, _| Cell::moment(m.joined_at)),
    ],
    filters: &[],
};

/// The questions of a session.
pub static QUESTIONS: List<OnlineQuestionView> = List {
    name: "online-session-questions",
    zh: "线上问诊会提问",
    en: "Questions of an online session",
    people: false,
    columns: &[
        Column::new("提问", "Question", |q, _| Cell::text(&q.text)),
        Column::new("企业名称", "Enterprise", |q, _| Cell::some(q.enterprise.as_ref())),
        Column::new("提问时间", "Asked", |q, _| Cell::Moment(q.asked_at)),
        Column::new("会中提问", "During the session", |q, w| {
            Cell::text(if q.during { w.t("是", "yes") } else { "" })
        }),
        Column::new("状态", "State", |q, w| Cell::text(w.t(q.state.words().0, q.state.words().1))),
        Column::new("答复", "Answer", |q, _| Cell::some(q.answer.as_ref())),
        Column::new("处理时间", "Dealt with", |q, _| Cell::moment(q.answered_at)),
    ],
    filters: &[FilterWord::new("state", "状态", "state", |word, w| {
        match word.parse::<OnlineQuestionState>() {
            Ok(state) => w.t(state.words().0, state.words().1).to_owned(),
            Err(_) => word.to_owned(),
        }
    })],
};
