//! The mails of credit conduct: to the enterprise, and to the officers who decide.

use crate::mails;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an enterprise: an entry was made about it, before it counts.
    ConductNotice = "conduct_notice",
        "conduct/mail/conduct_notice.zh.txt", "conduct/mail/conduct_notice.en.txt",
        "信用行为记录告知" {
        /// The behaviour, in words.
        behaviour: String,
        /// The article that lists the behaviour.
        article: String,
        /// The day on which it happened.
        happened_on: NaiveDate,
        /// The number of the decision; empty where there is none.
        document: String,
        /// The first day on which it counts.
        counts_from: Option<NaiveDate>,
        /// The last day on which it counts.
        counts_until: NaiveDate,
        /// Where the entry is.
        link: String,
    }
    /// To an enterprise: its objection was decided.
    ConductObjectionDecided = "conduct_objection_decided",
        "conduct/mail/conduct_objection_decided.zh.txt", "conduct/mail/conduct_objection_decided.en.txt",
        "信用异议处理结果" {
        /// The behaviour, in words.
        behaviour: String,
        /// What was decided, in words.
        decision: String,
        /// The reason of the decision.
        reason: String,
        /// The article that the decision rests on.
        article: String,
        /// The first day on which it counts after the decision; none where it is annulled.
        counts_from: Option<NaiveDate>,
        /// The last day on which it counts.
        counts_until: NaiveDate,
        /// Where the entry is.
        link: String,
    }
    /// To an enterprise: its application for credit repair was decided.
    ConductRepairDecided = "conduct_repair_decided",
        "conduct/mail/conduct_repair_decided.zh.txt", "conduct/mail/conduct_repair_decided.en.txt",
        "信用修复处理结果" {
        /// The behaviour, in words.
        behaviour: String,
        /// Whether it was granted.
        granted: bool,
        /// Why not; empty where it was.
        reason: String,
        /// Where the entry is.
        link: String,
    }
    /// To an enterprise: an entry was corrected or annulled.
    ConductChanged = "conduct_changed",
        "conduct/mail/conduct_changed.zh.txt", "conduct/mail/conduct_changed.en.txt",
        "信用行为记录变更" {
        /// The behaviour, in words.
        behaviour: String,
        /// What was done, in words.
        change: String,
        /// The reason of the change.
        reason: String,
        /// The first day on which it counts after the change; none where it is annulled.
        counts_from: Option<NaiveDate>,
        /// The last day on which it counts.
        counts_until: NaiveDate,
        /// Where the entry is.
        link: String,
    }
    /// To officers: an enterprise objects to an entry or applies for repair, and waits for their decision.
    ConductDecisionAsked = "conduct_decision_asked",
        "conduct/mail/conduct_decision_asked.zh.txt", "conduct/mail/conduct_decision_asked.en.txt",
        "企业提出信用异议或者修复申请" {
        /// The enterprise.
        enterprise: String,
        /// The behaviour, in words.
        behaviour: String,
        /// Whether it is an objection; else an application for repair.
        objection: bool,
        /// Whether the objection keeps the entry from counting.
        suspended: bool,
        /// The last day to decide.
        due_on: Option<NaiveDate>,
        /// Where the entry is.
        link: String,
    }
    /// To officers: an objection or an application for repair is overdue.
    ConductDecisionOverdue = "conduct_decision_overdue",
        "conduct/mail/conduct_decision_overdue.zh.txt", "conduct/mail/conduct_decision_overdue.en.txt",
        "信用异议或者修复申请逾期未办理" {
        /// The enterprise.
        enterprise: String,
        /// The behaviour, in words.
        behaviour: String,
        /// Whether it is an objection; else an application for repair.
        objection: bool,
        /// The last day to decide.
        due_on: NaiveDate,
        /// Where the entry is.
        link: String,
    }
}
