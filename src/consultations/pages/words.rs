//! The words for consultations and their events, in both languages.

use crate::consultations::status::Status;
use crate::web::frame::Frame;

impl Frame {
    /// A consultation's status.
    pub fn status(&self, status: &Status) -> &'static str {
        match status {
            Status::Waiting => self.t("等待专家", "waiting for an expert"),
            Status::Offered => self.t("已派单，待接诊", "offered to an expert"),
            Status::Active => self.t("问诊中", "under way"),
            Status::Concluded => self.t("已办结", "concluded"),
        }
    }

    /// An event of a consultation, by its word.
    pub fn event(&self, word: &str) -> String {
        let (zh, en) = match word {
            "open" => ("发起", "opened"),
            "offer" => ("派单", "offered"),
            "accept" => ("接诊", "accepted"),
            "decline" => ("婉拒", "declined"),
            "lapse" => ("派单超时", "offer lapsed"),
            "transfer" => ("转诊", "handed on"),
            "conclude" => ("办结", "concluded"),
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
            "invite" => ("邀请会诊", "invited to the panel"),
            "opinion" => ("会诊意见", "opinion given"),
            _ => return word.to_owned(),
        };
        self.t(zh, en).to_owned()
    }
}
