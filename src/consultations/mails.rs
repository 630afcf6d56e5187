//! The mails of a consultation, to enterprises, experts and officers.

use chrono::{DateTime, Utc};

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an expert: a consultation is offered.
    ConsultationOffered = "consultation_offered",
        "consultations/mail/consultation_offered.zh.txt", "consultations/mail/consultation_offered.en.txt",
        "新的派单" {
        /// The expert's name.
        expert: String,
        /// The consultation's subject.
        subject: String,
        /// The enterprise that asks.
        enterprise: String,
        /// The product that failed.
        product: String,
        /// When the offer ends, UTC; shown in Asia/Shanghai.
        until: DateTime<Utc>,
        /// Where to answer.
        link: String,
    }
    /// To an enterprise: an expert took the consultation.
    ConsultationAccepted = "consultation_accepted",
        "consultations/mail/consultation_accepted.zh.txt", "consultations/mail/consultation_accepted.en.txt",
        "专家已接诊" {
        /// The expert's name.
        expert: String,
        /// The consultation's subject.
        subject: String,
        /// Where the chat is.
        link: String,
    }
    /// To an enterprise: no expert fits yet; the consultation waits.
    ConsultationWaiting = "consultation_waiting",
        "consultations/mail/consultation_waiting.zh.txt", "consultations/mail/consultation_waiting.en.txt",
        "问诊等待专家" {
        /// The consultation's subject.
        subject: String,
    }
    /// To the officers of a region: nobody was found for a consultation.
    ConsultationAlarm = "consultation_alarm",
        "consultations/mail/consultation_alarm.zh.txt", "consultations/mail/consultation_alarm.en.txt",
        "问诊无人接诊告警" {
        /// The consultation's subject.
        subject: String,
        /// The enterprise that asks.
        enterprise: String,
        /// Since when an expert is looked for, UTC; shown in Asia/Shanghai.
        since: DateTime<Utc>,
        /// Where to assign one.
        link: String,
    }
    /// To an enterprise: nobody is on duty, an answer is to be expected later.
    AnswerExpected = "answer_expected",
        "consultations/mail/answer_expected.zh.txt", "consultations/mail/answer_expected.en.txt",
        "预计答复时间" {
        /// The consultation's subject.
        subject: String,
        /// When the next shift begins, UTC; shown in Asia/Shanghai.
        from: DateTime<Utc>,
        /// Where the consultation is.
        link: String,
    }
    /// To an enterprise: its consultation goes from one expert to another.
    ConsultationReassigned = "consultation_reassigned",
        "consultations/mail/consultation_reassigned.zh.txt", "consultations/mail/consultation_reassigned.en.txt",
        "问诊已改派" {
        /// The consultation's subject.
        subject: String,
        /// The name of the expert who had it.
        expert: String,
        /// Whether that is because the expert stayed silent; else an officer decided so.
        silent: bool,
        /// Where the consultation is.
        link: String,
    }
    /// To an expert: a consultation is no longer theirs.
    ConsultationWithdrawn = "consultation_withdrawn",
        "consultations/mail/consultation_withdrawn.zh.txt", "consultations/mail/consultation_withdrawn.en.txt",
        "问诊不再由其办理" {
        /// The consultation's subject.
        subject: String,
        /// Whether that is because they stayed silent.
        silent: bool,
        /// Reason given otherwise; may be empty.
        reason: Prose,
    }
    /// To an expert: an officer assigned a consultation.
    ConsultationAssigned = "consultation_assigned",
        "consultations/mail/consultation_assigned.zh.txt", "consultations/mail/consultation_assigned.en.txt",
        "指派问诊" {
        /// The consultation's subject.
        subject: String,
        /// The enterprise that asks.
        enterprise: String,
        /// Reason given, as written by the person who gave it.
        reason: Prose,
        /// Address of the consultation.
        link: String,
    }
    /// To an expert or officer: somebody mentioned them in an internal note.
    NoteMention = "note_mention",
        "consultations/mail/note_mention.zh.txt", "consultations/mail/note_mention.en.txt",
        "内部备注中被提及" {
        /// The name of who wrote the note.
        by: String,
        /// The consultation's subject.
        subject: String,
        /// Address of the consultation.
        link: String,
        /// Where such mails are switched off.
        account: String,
    }
    /// To an expert: invited to a panel.
    PanelInvitation = "panel_invitation",
        "consultations/mail/panel_invitation.zh.txt", "consultations/mail/panel_invitation.en.txt",
        "会诊邀请" {
        /// The consultation's subject.
        subject: String,
        /// The enterprise that asks.
        enterprise: String,
        /// What for; may be empty.
        note: Prose,
        /// Where to answer.
        link: String,
    }
    /// To the expert and the enterprise: a concluded consultation goes on.
    ConsultationReopened = "consultation_reopened",
        "consultations/mail/consultation_reopened.zh.txt", "consultations/mail/consultation_reopened.en.txt",
        "问诊重新打开" {
        /// The consultation's subject.
        subject: String,
        /// The enterprise that asks.
        enterprise: String,
        /// Whether the expert who had it holds it again; else one is looked for.
        same_expert: bool,
        /// Reason given, as written by the person who gave it.
        reason: Prose,
        /// Address of the consultation.
        link: String,
    }
    /// To an enterprise: the expert asks for information.
    InformationAsked = "information_asked",
        "consultations/mail/information_asked.zh.txt", "consultations/mail/information_asked.en.txt",
        "专家请补充资料" {
        /// The consultation's subject.
        subject: String,
        /// What is to be handed in.
        question: Prose,
        /// Where to answer.
        link: String,
    }
    /// To an expert: the enterprise has ended the consultation itself.
    ConsultationClosed = "consultation_closed",
        "consultations/mail/consultation_closed.zh.txt", "consultations/mail/consultation_closed.en.txt",
        "企业已自行结束问诊" {
        /// The consultation's subject.
        subject: String,
        /// The enterprise that asked.
        enterprise: String,
        /// Whether that was before the expert had taken it.
        taken_back: bool,
        /// Reason given, as written by the person who gave it; may be empty.
        reason: Prose,
        /// Where it is; for who had taken it.
        link: String,
    }
    /// To the people of both: a consultation was merged into another one of its enterprise.
    ConsultationMerged = "consultation_merged",
        "consultations/mail/consultation_merged.zh.txt", "consultations/mail/consultation_merged.en.txt",
        "问诊已合并" {
        /// The subject of the one that is over.
        subject: String,
        /// The enterprise that asks.
        enterprise: String,
        /// The subject of the one that goes on; empty for who may not see that one.
        into: String,
        /// Reason given, as written by the person who gave it.
        reason: Prose,
        /// Where to go on, or where the talk can be read; empty for who may see neither.
        link: String,
    }
    /// To an enterprise: it has not rated a consultation that is over.
    RatingReminder = "rating_reminder",
        "consultations/mail/rating_reminder.zh.txt", "consultations/mail/rating_reminder.en.txt",
        "提醒评价" {
        /// The consultation's subject.
        subject: String,
        /// Where to rate it.
        link: String,
    }
    /// To an enterprise: the expert concluded.
    ConsultationConcluded = "consultation_concluded",
        "consultations/mail/consultation_concluded.zh.txt", "consultations/mail/consultation_concluded.en.txt",
        "问诊已办结" {
        /// The consultation's subject.
        subject: String,
        /// What the expert concluded.
        conclusion: Prose,
        /// Where to rate it.
        link: String,
    }
}
