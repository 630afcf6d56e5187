//! The mails of letters, interviews and listings: to who was addressed, and to the officers of the issuing region.

use crate::mails;
use crate::notifications::Prose;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To who was addressed: a letter has gone out.
    OversightIssued = "oversight_issued",
        "oversight/mail/oversight_issued.zh.txt", "oversight/mail/oversight_issued.en.txt",
        "产品质量风险提醒函" {
        /// Its title.
        title: String,
        /// The number of the document.
        document: String,
        /// The last day to answer.
        due_on: Option<NaiveDate>,
        /// Address of its page.
        link: String,
    }
    /// To who was addressed: an interview is to be held.
    OversightInterview = "oversight_interview",
        "oversight/mail/oversight_interview.zh.txt", "oversight/mail/oversight_interview.en.txt",
        "约谈通知" {
        /// Its title.
        title: String,
        /// The number of the document.
        document: String,
        /// The day.
        meets_on: Option<NaiveDate>,
        /// The place.
        place: String,
        /// Who is invited, with the post.
        invitee: String,
        /// Address of its page.
        link: String,
    }
    /// To the interviewed: the minutes wait for their words and their signature.
    OversightMinutes = "oversight_minutes",
        "oversight/mail/oversight_minutes.zh.txt", "oversight/mail/oversight_minutes.en.txt",
        "约谈纪要待签字" {
        /// The title of the interview.
        title: String,
        /// The last day to correct one's words and to sign.
        due_on: Option<NaiveDate>,
        /// Address of its page.
        link: String,
    }
    /// To who was addressed: a listing became public.
    OversightListed = "oversight_listed",
        "oversight/mail/oversight_listed.zh.txt", "oversight/mail/oversight_listed.en.txt",
        "挂牌督办通知" {
        /// Its title.
        title: String,
        /// The number of the document.
        document: String,
        /// The end of its term.
        due_on: Option<NaiveDate>,
        /// The day of the first monthly report.
        report_on: Option<NaiveDate>,
        /// Address of its page.
        link: String,
    }
    /// To who was addressed: what was handed in does not suffice.
    OversightReturned = "oversight_returned",
        "oversight/mail/oversight_returned.zh.txt", "oversight/mail/oversight_returned.en.txt",
        "退回补充" {
        /// Its title.
        title: String,
        /// Reason, as the officer wrote it.
        reason: Prose,
        /// The new last day.
        due_on: Option<NaiveDate>,
        /// Address of its page.
        link: String,
    }
    /// To who was addressed: a step of the issuing side that asks for nothing, or the end of it. To the issuing side: a proposed listing was decided on.
    OversightProgress = "oversight_progress",
        "oversight/mail/oversight_progress.zh.txt", "oversight/mail/oversight_progress.en.txt",
        "督促事项进展" {
        /// Its title.
        title: String,
        /// What happened, in words.
        step: String,
        /// Until when something is to be done; none where nothing is.
        due_on: Option<NaiveDate>,
        /// Address of its page.
        link: String,
    }
    /// To the officers of the issuing region: who was addressed has answered, reported, signed or applied.
    OversightAnswered = "oversight_answered",
        "oversight/mail/oversight_answered.zh.txt", "oversight/mail/oversight_answered.en.txt",
        "督促事项有回复" {
        /// Its title.
        title: String,
        /// Who was addressed.
        addressed: String,
        /// What happened, in words.
        step: String,
        /// Address of its page.
        link: String,
    }
    /// To who was addressed: a day is near.
    OversightDueSoon = "oversight_due_soon",
        "oversight/mail/oversight_due_soon.zh.txt", "oversight/mail/oversight_due_soon.en.txt",
        "督促事项即将到期" {
        /// Its title.
        title: String,
        /// The day.
        due_on: NaiveDate,
        /// Address of its page.
        link: String,
    }
    /// To who was addressed and to the officers of the issuing region: a day has passed.
    OversightOverdue = "oversight_overdue",
        "oversight/mail/oversight_overdue.zh.txt", "oversight/mail/oversight_overdue.en.txt",
        "督促事项逾期" {
        /// Its title.
        title: String,
        /// Who was addressed.
        addressed: String,
        /// The day.
        due_on: NaiveDate,
        /// Address of its page.
        link: String,
    }
    /// To who was addressed: the monthly report of a listing is due.
    OversightReportDue = "oversight_report_due",
        "oversight/mail/oversight_report_due.zh.txt", "oversight/mail/oversight_report_due.en.txt",
        "挂牌督办月报提醒" {
        /// Its title.
        title: String,
        /// The day.
        due_on: NaiveDate,
        /// Address of its page.
        link: String,
    }
    /// To officers of the issuing region: a listing is proposed and waits for a second officer.
    OversightProposed = "oversight_proposed",
        "oversight/mail/oversight_proposed.zh.txt", "oversight/mail/oversight_proposed.en.txt",
        "挂牌督办待批准" {
        /// Its title.
        title: String,
        /// Who is addressed.
        addressed: String,
        /// Address of its page.
        link: String,
    }
}
