//! The mails of engagements. None says what was found on a visit, but for imminent danger, which the enterprise is notified.

use crate::mails;
use crate::notifications::Prose;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an enterprise: a visit is proposed, and it chooses one of the times.
    VisitProposed = "visit_proposed",
        "engagements/mail/visit_proposed.zh.txt", "engagements/mail/visit_proposed.en.txt",
        "上门帮扶时间待选" {
        /// The topic.
        topic: String,
        /// The page of the visit.
        link: String,
    }
    /// To the experts and the enterprise: a time is agreed.
    VisitConfirmed = "visit_confirmed",
        "engagements/mail/visit_confirmed.zh.txt", "engagements/mail/visit_confirmed.en.txt",
        "上门帮扶时间确认" {
        /// The topic.
        topic: String,
        /// The enterprise.
        enterprise: String,
        /// When it is, in words.
        when: String,
        /// Where it takes place.
        place: String,
        /// The page of the visit.
        link: String,
    }
    /// To the other side: other times are proposed, or asked for.
    VisitChanged = "visit_changed",
        "engagements/mail/visit_changed.zh.txt", "engagements/mail/visit_changed.en.txt",
        "上门帮扶改期" {
        /// The topic.
        topic: String,
        /// The enterprise.
        enterprise: String,
        /// The reason, as it was given.
        reason: String,
        /// Whether there are times among which the enterprise chooses.
        proposed: bool,
        /// The page of the visit.
        link: String,
    }
    /// To the experts and the enterprise: the visit is called off, or somebody did not come.
    VisitCancelled = "visit_cancelled",
        "engagements/mail/visit_cancelled.zh.txt", "engagements/mail/visit_cancelled.en.txt",
        "上门帮扶取消" {
        /// The topic.
        topic: String,
        /// The enterprise.
        enterprise: String,
        /// What happened, in words.
        happened: String,
        /// The reason, as it was given.
        reason: String,
        /// The page of the visit.
        link: String,
    }
    /// To an enterprise: minutes wait for its confirmation.
    VisitMinutes = "visit_minutes",
        "engagements/mail/visit_minutes.zh.txt", "engagements/mail/visit_minutes.en.txt",
        "上门帮扶纪要待确认" {
        /// What the visit was about.
        topic: String,
        /// The page of the visit.
        link: String,
    }
    /// To an enterprise: the expert reported imminent danger to the authority.
    VisitDanger = "visit_danger",
        "engagements/mail/visit_danger.zh.txt", "engagements/mail/visit_danger.en.txt",
        "紧急危险告知" {
        /// What endangers whom.
        reason: String,
        /// The article on which the report rests.
        article: String,
        /// The page of the visit.
        link: String,
    }
    /// To officers of the region: an expert reported imminent danger.
    VisitDangerReported = "visit_danger_reported",
        "engagements/mail/visit_danger_reported.zh.txt", "engagements/mail/visit_danger_reported.en.txt",
        "紧急危险报告" {
        /// The enterprise.
        enterprise: String,
        /// What endangers whom.
        reason: String,
        /// The article on which the report rests.
        article: String,
        /// The list of the reports.
        link: String,
    }
    /// To the experts and the enterprise: a visit is tomorrow.
    VisitTomorrow = "visit_tomorrow",
        "engagements/mail/visit_tomorrow.zh.txt", "engagements/mail/visit_tomorrow.en.txt",
        "上门帮扶提醒" {
        /// The topic.
        topic: String,
        /// The enterprise.
        enterprise: String,
        /// When it is, in words.
        when: String,
        /// Where it takes place.
        place: String,
        /// The page of the visit.
        link: String,
    }

    /// To an enterprise: it is asked for a commitment.
    CommitmentAsked = "commitment_asked",
        "engagements/mail/commitment_asked.zh.txt", "engagements/mail/commitment_asked.en.txt",
        "质量承诺签署通知" {
        /// The topic.
        topic: String,
        /// The page of the commitment.
        link: String,
    }
    /// To an enterprise: the commitment that it was asked for is called off.
    CommitmentCancelled = "commitment_cancelled",
        "engagements/mail/commitment_cancelled.zh.txt", "engagements/mail/commitment_cancelled.en.txt",
        "质量承诺签署取消" {
        /// The topic.
        topic: String,
        /// The reason.
        reason: String,
        /// The page of the commitment.
        link: String,
    }
    /// To an enterprise: promises are due soon.
    PromiseDue = "promise_due",
        "engagements/mail/promise_due.zh.txt", "engagements/mail/promise_due.en.txt",
        "承诺事项到期提醒" {
        /// What the commitment is about.
        topic: String,
        /// The promises, a line each, with their days.
        promises: Prose,
        /// The page of the commitment.
        link: String,
    }
    /// To an enterprise: promises are overdue.
    PromiseOverdue = "promise_overdue",
        "engagements/mail/promise_overdue.zh.txt", "engagements/mail/promise_overdue.en.txt",
        "承诺事项逾期通知" {
        /// What the commitment is about.
        topic: String,
        /// The promises, a line each, with their days.
        promises: Prose,
        /// The page of the commitment.
        link: String,
    }
    /// To an enterprise: its commitment was found kept or broken, or it is released from it.
    CommitmentSettled = "commitment_settled",
        "engagements/mail/commitment_settled.zh.txt", "engagements/mail/commitment_settled.en.txt",
        "承诺履行认定通知" {
        /// What the commitment is about.
        topic: String,
        /// Result of the commitment, in words.
        outcome: String,
        /// The evidence or the reason.
        reason: String,
        /// The page of the commitment.
        link: String,
    }
    /// To an enterprise: it is invited to a training.
    TrainingInvited = "training_invited",
        "engagements/mail/training_invited.zh.txt", "engagements/mail/training_invited.en.txt",
        "培训邀请" {
        /// The topic.
        topic: String,
        /// When it begins, in words.
        begins: String,
        /// Where, or the address on line.
        place: String,
        /// The page of the training.
        link: String,
    }
    /// To an enterprise, and the experts who hold it: a training was changed.
    TrainingChanged = "training_changed",
        "engagements/mail/training_changed.zh.txt", "engagements/mail/training_changed.en.txt",
        "培训变更通知" {
        /// The topic.
        topic: String,
        /// When it begins now, in words.
        begins: String,
        /// Where it is now, or the address on line.
        place: String,
        /// Why, as it was given.
        reason: String,
        /// The page of the training.
        link: String,
    }
    /// To an enterprise: a training to which it is invited is called off.
    TrainingCancelled = "training_cancelled",
        "engagements/mail/training_cancelled.zh.txt", "engagements/mail/training_cancelled.en.txt",
        "培训取消通知" {
        /// The topic.
        topic: String,
        /// The reason.
        reason: String,
        /// The page of the training.
        link: String,
    }
    /// To an enterprise: a check-up comes.
    FollowUpAnnounced = "follow_up_announced",
        "engagements/mail/follow_up_announced.zh.txt", "engagements/mail/follow_up_announced.en.txt",
        "清零回访预告" {
        /// The topic.
        topic: String,
        /// The last day on which it is to be held.
        due: NaiveDate,
        /// The page of the check-up.
        link: String,
    }
    /// To an enterprise: a check-up of which it was notified is called off.
    FollowUpCancelled = "follow_up_cancelled",
        "engagements/mail/follow_up_cancelled.zh.txt", "engagements/mail/follow_up_cancelled.en.txt",
        "清零回访取消" {
        /// The topic.
        topic: String,
        /// The reason.
        reason: String,
        /// The page of the check-up.
        link: String,
    }
    /// To an enterprise: what a check-up found was corrected.
    FollowUpCorrected = "follow_up_corrected",
        "engagements/mail/follow_up_corrected.zh.txt", "engagements/mail/follow_up_corrected.en.txt",
        "回访结果更正通知" {
        /// The topic.
        topic: String,
        /// What it found, as it is now.
        result: String,
        /// Why it was corrected.
        reason: String,
        /// The page of the check-up.
        link: String,
    }
}
