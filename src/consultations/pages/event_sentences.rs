//! The events of a consultation as sentences that name who did what.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::consultations::pages::words::ConsultationWords;
use crate::consultations::queries::row;
use crate::consultations::views::HistoryView;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::db::published::{account, expert};
use crate::db::schema::consultation_event;
use crate::web::frame::Frame;

/// Who did what is in a history, and whom it was about. An enterprise's history is numbered anew, so a line is found by its
/// moment and its event.
pub struct HistoryNames {
    of: HashMap<(DateTime<Utc>, String), Named>,
}

/// The names of a line.
struct Named {
    actor: Option<String>,
    expert: Option<String>,
}

/// Whether the words that come with an event stand behind its sentence.
fn tells_why(event: &str) -> bool {
    matches!(
        event,
        "opened_by_system"
            | "reopen"
            | "ask_information"
            | "take_back"
            | "close"
            | "merge"
            | "merged_in"
            | "decline_invitation"
            | "conclude"
    )
}

type EventRow = (DateTime<Utc>, String, Option<AccountId>, Option<ExpertId>);

impl HistoryNames {
    /// The names in the history of a consultation.
    ///
    /// # Errors
    /// 404 where the actor may not know of it.
    pub fn of(conn: &mut PgConnection, actor: &Actor, id: ConsultationId) -> Result<Self, Problem> {
        let id = row(conn, actor, id)?.id;
        use consultation_event as e;
        let rows: Vec<EventRow> = e::table
            .filter(e::consultation_id.eq(id))
            .order(e::seq)
            .select((e::at, e::event, e::actor_id, e::expert_id))
            .load(conn)?;
        let accounts: Vec<AccountId> = rows.iter().filter_map(|row| row.2).collect();
        let people: Vec<(AccountId, String)> = account::table
            .filter(account::id.eq_any(accounts))
            .select((account::id, account::name))
            .load(conn)?;
        let ids: Vec<ExpertId> = rows.iter().filter_map(|row| row.3).collect();
        let experts: Vec<(ExpertId, String)> =
            expert::table.filter(expert::id.eq_any(ids)).select((expert::id, expert::name)).load(conn)?;
        let people: HashMap<AccountId, String> = people.into_iter().collect();
        let experts: HashMap<ExpertId, String> = experts.into_iter().collect();
        let line = |(at, event, actor, expert): EventRow| {
            let actor = actor.and_then(|id| people.get(&id).cloned());
            let expert = expert.and_then(|id| experts.get(&id).cloned());
            ((at, event), Named { actor, expert })
        };
        Ok(Self { of: rows.into_iter().map(line).collect() })
    }

    fn named(&self, h: &HistoryView) -> Option<&Named> {
        self.of.get(&(h.at, h.event.clone()))
    }

    /// Who did it: the name, or the role where there is none. An enterprise deals with the regulator, not with single officers.
    /// The platform finds to whom it is offered, and gives it back after a reopening.
    pub fn actor(&self, f: &Frame, h: &HistoryView) -> String {
        if h.event == "offer" || (h.event == "assign" && h.actor_role != "admin") {
            return f.role_word("system").to_owned();
        }
        let told = f.role() != "enterprise" || h.actor_role != "admin";
        let name = self.named(h).and_then(|named| named.actor.as_deref()).filter(|_| told);
        name.unwrap_or_else(|| f.role_word(&h.actor_role)).to_owned()
    }

    /// What happened, as a sentence; with the reason of a reopening, where the reader may know it.
    pub fn sentence(&self, f: &Frame, h: &HistoryView) -> String {
        let actor = self.actor(f, h);
        let expert = self.named(h).and_then(|named| named.expert.as_deref());
        let expert = expert.unwrap_or_else(|| f.t("专家", "the expert"));
        let (zh, en) = match h.event.as_str() {
            "opened_by_system" => (
                "由其他系统代企业发起".to_owned(),
                "Opened by another system in the name of the enterprise".to_owned(),
            ),
            "accept" => (format!("{actor} 已接受问诊"), format!("{actor} accepted the consultation")),
            "transfer" => (format!("{actor} 已转诊"), format!("{actor} handed the consultation on")),
            // Reopening gives it back to whom it was with; nobody chose.
            "assign" if h.actor_role != "admin" => {
                (format!("问诊由 {expert} 承接"), format!("{expert} has the consultation"))
            }
            "assign" => (format!("{actor} 已指派 {expert}"), format!("{actor} assigned {expert}")),
            "silence" => (
                format!("{expert} 未按时答复，平台正在改派专家"),
                format!("{expert} did not answer in time; the platform looks for another expert"),
            ),
            "withdraw" => (
                format!("{actor} 已将问诊从 {expert} 收回"),
                format!("{actor} took the consultation back from {expert}"),
            ),
            "invite" => (
                format!("{actor} 已邀请 {expert} 参加会诊"),
                format!("{actor} invited {expert} to the panel"),
            ),
            "join_panel" => (format!("{actor} 已加入会诊"), format!("{actor} joined the panel")),
            "decline_invitation" => {
                (format!("{actor} 婉拒了会诊邀请"), format!("{actor} declined to join the panel"))
            }
            "withdraw_invitation" => (
                format!("{expert} 的会诊邀请已撤回"),
                format!("The invitation of {expert} to the panel was withdrawn"),
            ),
            "late_opinion" => (
                format!("{actor} 在结论后补充会诊意见"),
                format!("{actor} gave an opinion after the conclusion"),
            ),
            "opinion" => (format!("{actor} 已提交会诊意见"), format!("{actor} gave an opinion")),
            "advise" => (format!("{actor} 已给出整改意见"), format!("{actor} gave advice")),
            "conclude" => (format!("{actor} 已办结问诊"), format!("{actor} concluded the consultation")),
            "take_back" => (format!("{actor} 已撤回问诊"), format!("{actor} took the consultation back")),
            "close" => (format!("{actor} 已结束问诊"), format!("{actor} closed the consultation")),
            "merge" => (
                format!("{actor} 已将本问诊作为重复问诊合并到该企业的另一件问诊"),
                format!("{actor} merged this into another consultation of the enterprise"),
            ),
            "merged_in" => (
                format!("{actor} 已将该企业的另一件重复问诊并入本问诊"),
                format!("{actor} merged another consultation of the enterprise into this one"),
            ),
            "reopen" => (format!("{actor} 已重新打开问诊"), format!("{actor} reopened the consultation")),
            "ask_information" => (
                format!("{actor} 请企业补充材料，答复时限暂停计算"),
                format!("{actor} asked the enterprise for information; the time to answer is paused"),
            ),
            "cancel_information_request" => (
                format!("{actor} 撤回补充材料请求，答复时限继续计算"),
                format!("{actor} withdrew the request for information; the time to answer runs again"),
            ),
            "information_received" => (
                "企业已补充材料，答复时限继续计算".to_owned(),
                "The enterprise has answered; the time to answer runs again".to_owned(),
            ),
            "rate" => (format!("{actor} 已评价"), format!("{actor} rated the consultation")),
            event => {
                let what = f.event(event);
                (format!("{actor}：{what}"), format!("{actor}: {what}"))
            }
        };
        let sentence = f.t(&zh, &en).to_owned();
        match h.note.as_deref().filter(|_| tells_why(&h.event)) {
            Some(reason) => format!("{sentence}{}{reason}", f.t("：", ": ")),
            None => sentence,
        }
    }
}
