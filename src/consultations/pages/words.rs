//! The words for consultations and their events, in both languages.

use crate::consultations::agreement::Agreement;
use crate::consultations::invitation_state::PanelInvitationState;
use crate::consultations::status::{Closing, Status};
use crate::consultations::views::{ConsultationView, TargetView};
use crate::web::frame::Frame;
use chrono::{DateTime, Utc};

/// The words for consultations, by which templates ask the frame.
pub trait ConsultationWords {
    /// A consultation's status.
    fn status(&self, status: &Status) -> &'static str;

    /// A consultation's status, or how it ended without a conclusion.
    fn state_of(&self, c: &ConsultationView) -> &'static str;

    /// The same of what is known of one.
    fn ended_as(&self, status: Status, closed: Option<Closing>) -> &'static str;

    /// What a target is about: what an enterprise expects, and what others owe it.
    fn target_name(&self, target: &TargetView) -> &'static str;

    /// Until when something is due, and whether that is over.
    fn target_time(&self, target: &TargetView) -> String;

    /// How long ago something was, in its two greatest units.
    fn age(&self, since: &DateTime<Utc>, now: &DateTime<Utc>) -> String;

    /// What came of an invitation to a panel.
    fn invitation(&self, state: &PanelInvitationState) -> &'static str;

    /// The position of an expert of a panel.
    fn agreement(&self, agreement: &Option<Agreement>) -> &'static str;

    /// An event of a consultation, by its word.
    fn event(&self, word: &str) -> String;
}

impl ConsultationWords for Frame {
    fn status(&self, status: &Status) -> &'static str {
        match status {
            Status::Waiting => self.t("等待专家", "waiting for an expert"),
            Status::Offered => self.t("已派单，待接诊", "offered to an expert"),
            Status::Active => self.t("问诊中", "under way"),
            Status::Concluded => self.t("已办结", "concluded"),
        }
    }

    fn state_of(&self, c: &ConsultationView) -> &'static str {
        self.ended_as(c.status, c.closed)
    }

    fn ended_as(&self, status: Status, closed: Option<Closing>) -> &'static str {
        match closed {
            None => self.status(&status),
            Some(Closing::TakenBack) => self.t("已撤回", "taken back"),
            Some(Closing::Unanswered | Closing::Answered) => self.t("企业已结束", "closed by the enterprise"),
            Some(Closing::Merged) => self.t("已合并", "merged into another one"),
        }
    }

    fn target_name(&self, target: &TargetView) -> &'static str {
        match (target.kind.as_str(), self.role() == "enterprise") {
            ("conclusion", true) => self.t("预计办结", "Conclusion expected"),
            ("conclusion", false) => self.t("办结时限", "Conclusion due"),
            (_, true) => self.t("预计答复", "Answer expected"),
            ("first_answer", false) => self.t("首次答复时限", "First answer due"),
            (_, false) => self.t("答复时限", "Answer due"),
        }
    }

    fn target_time(&self, target: &TargetView) -> String {
        let Some(at) = target.due_at.filter(|_| target.state != "paused") else {
            return self.t("暂停计算，待企业补充材料", "paused until the enterprise answers").to_owned();
        };
        let (before, behind) = (self.t("", "by "), self.t("前", ""));
        let over = if target.state == "breached" { self.t("（已超时）", " (overdue)") } else { "" };
        format!("{before}{}{behind}{over}", self.time(&at))
    }

    fn age(&self, since: &DateTime<Utc>, now: &DateTime<Utc>) -> String {
        let minutes = (*now - *since).num_minutes().max(0);
        let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        match (days, hours) {
            (0, 0) => format!("{minutes}{}", self.t(" 分钟", " min")),
            (0, _) => format!("{hours}{}{minutes}{}", self.t(" 小时 ", " h "), self.t(" 分钟", " min")),
            _ => format!("{days}{}{hours}{}", self.t(" 天 ", " d "), self.t(" 小时", " h")),
        }
    }

    fn invitation(&self, state: &PanelInvitationState) -> &'static str {
        match state {
            PanelInvitationState::Invited => self.t("待答复", "not answered yet"),
            PanelInvitationState::Accepted => self.t("已接受", "accepted"),
            PanelInvitationState::Declined => self.t("已婉拒", "declined"),
            PanelInvitationState::Withdrawn => self.t("已撤回", "withdrawn"),
            PanelInvitationState::Lapsed => self.t("问诊已结束，未答复", "lapsed"),
        }
    }

    fn agreement(&self, agreement: &Option<Agreement>) -> &'static str {
        match agreement {
            None => self.t("未表明态度", "position not stated"),
            Some(Agreement::Agree) => self.t("同意", "agrees"),
            Some(Agreement::Dissent) => self.t("不同意见", "dissents"),
            Some(Agreement::Abstain) => self.t("弃权", "abstains"),
        }
    }

    fn event(&self, word: &str) -> String {
        let (zh, en) = match word {
            "open" => ("发起", "opened"),
            "opened_by_system" => ("由其他系统代为发起", "opened by another system"),
            "offer" => ("派单", "offered"),
            "accept" => ("接诊", "accepted"),
            "decline" => ("婉拒", "declined"),
            "lapse" => ("派单超时", "offer lapsed"),
            "transfer" => ("转诊", "handed on"),
            "conclude" => ("办结", "concluded"),
            "take_back" => ("撤回问诊", "taken back"),
            "close" => ("企业结束问诊", "closed by the enterprise"),
            "merge" => ("合并到另一件问诊", "merged into another consultation"),
            "merged_in" => ("并入重复问诊", "a double was merged in"),
            "advise" => ("给出整改意见", "advice given"),
            "rate" => ("评价", "rated"),
            "rating_withdrawn" => ("评价因重新打开而撤回", "rating taken back by reopening"),
            "widen_class" => ("扩大到同类产品的专家", "search widened to the class"),
            "widen_province" => ("扩大到全省及相近类别的专家", "search widened to the province"),
            "queue" => ("无专家可派，已告警监管人员", "nobody found; the officers were alarmed"),
            "hold" => ("专家正在查看，派单延时", "opened by the expert; the offer is held"),
            "silence" => ("专家未按时答复，改派", "the expert stayed silent; reassigned"),
            "assign" => ("指派专家", "assigned"),
            "withdraw" => ("收回", "withdrawn"),
            "pin" => ("锁定专家", "pinned"),
            "unpin" => ("取消锁定", "unpinned"),
            "reopen" => ("重新打开", "reopened"),
            "ask_information" => ("请企业补充材料", "asked the enterprise for information"),
            "cancel_information_request" => ("撤回补充材料请求", "withdrew the request for information"),
            "information_received" => ("企业已答复", "the enterprise has answered"),
            "invite" => ("邀请会诊", "invited to the panel"),
            "join_panel" => ("加入会诊", "joined the panel"),
            "decline_invitation" => ("婉拒会诊邀请", "declined to join the panel"),
            "withdraw_invitation" => ("撤回会诊邀请", "invitation to the panel withdrawn"),
            "opinion" => ("会诊意见", "opinion given"),
            "late_opinion" => ("结论后补充会诊意见", "opinion given after the conclusion"),
            _ => return word.to_owned(),
        };
        self.t(zh, en).to_owned()
    }
}
