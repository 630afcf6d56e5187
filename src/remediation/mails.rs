//! The mails of a case: its deadlines, the outcomes of re-inspections, its clearance.

use crate::mails;
use crate::notifications::Prose;
use chrono::NaiveDate;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an enterprise: the outcome of a re-inspection.
    ReinspectionRecorded = "reinspection_recorded",
        "remediation/mail/reinspection_recorded.zh.txt", "remediation/mail/reinspection_recorded.en.txt",
        "复查结果" {
        /// Whether the correction holds.
        passed: bool,
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The product.
        product: String,
    }
    /// To an enterprise: a step of the law on its case, other than the outcome of a re-inspection and the clearance.
    CaseStepRecorded = "case_step_recorded",
        "remediation/mail/case_step_recorded.zh.txt", "remediation/mail/case_step_recorded.en.txt",
        "案件办理进展" {
        /// The step.
        step: String,
        /// On which day it was taken.
        day: NaiveDate,
        /// What follows from it.
        follows: String,
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The product.
        product: String,
        /// Where the case is.
        link: String,
    }
    /// To an enterprise: actions that others have entered on its case, which it accepts or declines.
    ActionsToAnswer = "actions_to_answer",
        "remediation/mail/actions_to_answer.zh.txt", "remediation/mail/actions_to_answer.en.txt",
        "待答复的整改措施" {
        /// The actions, a line for each.
        actions: Prose,
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The product.
        product: String,
        /// Where the case is.
        link: String,
    }
    /// To everyone who has to do with a case: a deadline, or what was agreed, comes near or was missed.
    DeadlineNotice = "deadline_notice",
        "remediation/mail/deadline_notice.zh.txt", "remediation/mail/deadline_notice.en.txt",
        "期限提醒" {
        /// Whether any of them is a deadline of the law.
        statutory: bool,
        /// Whether any of them is that of an action.
        agreed: bool,
        /// Whether the most urgent of them was missed.
        missed: bool,
        /// Whether the officer is of the level above, who is informed because it was missed.
        escalated: bool,
        /// Name of the enterprise whose case it is.
        enterprise: String,
        /// The product.
        product: String,
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The deadlines, a line for each.
        what: Prose,
        /// Where the case is.
        link: String,
    }
    /// To an officer with many such cases: all of them at once.
    DeadlineDigest = "deadline_digest",
        "remediation/mail/deadline_digest.zh.txt", "remediation/mail/deadline_digest.en.txt",
        "期限提醒汇总" {
        /// Cases of which a deadline comes near.
        near: u32,
        /// Cases of which one was missed.
        missed: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// The cases, a line for each.
        cases: Prose,
        /// Where all cases are.
        link: String,
    }
    /// To everyone who has to do with a case: the calendar of holidays has changed, and deadlines were counted again.
    DeadlineMoved = "deadline_moved",
        "remediation/mail/deadline_moved.zh.txt", "remediation/mail/deadline_moved.en.txt",
        "期限已重新计算" {
        /// Name of the enterprise whose case it is.
        enterprise: String,
        /// The product.
        product: String,
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The deadlines with the days before and now, a line for each.
        what: Prose,
        /// Numbers of the notices that set the new days; may be empty.
        notices: String,
        /// Where the case is.
        link: String,
    }
    /// To an officer with many such cases: all of them at once.
    DeadlinesMoved = "deadlines_moved",
        "remediation/mail/deadlines_moved.zh.txt", "remediation/mail/deadlines_moved.en.txt",
        "期限重新计算汇总" {
        /// Cases of which a deadline has moved.
        count: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// The cases, a line for each.
        cases: Prose,
        /// Numbers of the notices that set the new days; may be empty.
        notices: String,
        /// Where all cases are.
        link: String,
    }
    /// To whoever was reminded of their deadlines: cases were withdrawn with the import that had opened them.
    CasesWithdrawn = "cases_withdrawn",
        "remediation/mail/cases_withdrawn.zh.txt", "remediation/mail/cases_withdrawn.en.txt",
        "案件已撤回" {
        /// How many cases.
        count: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// The cases, a line for each.
        cases: Prose,
        /// Why, in the officer's words.
        reason: String,
    }
    /// To an enterprise: a case is closed as cleared.
    CaseCleared = "case_cleared",
        "remediation/mail/case_cleared.zh.txt", "remediation/mail/case_cleared.en.txt",
        "案件已清零" {
        /// Number of the report that found the nonconformity.
        report_no: String,
        /// The product.
        product: String,
    }
}
