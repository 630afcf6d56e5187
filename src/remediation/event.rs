//! The events of a case as callers send them, and the steps that they mean.

use crate::attachments::ids::AttachmentId;
use crate::catalogue::Regions;
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::remediation::course::{Course, report};
use crate::remediation::fact::{CloseReason, Terms};
use crate::remediation::state::{CaseState, CaseStep};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// The events of a case.
    pub enum CaseEvent {
        /// The regulator orders production and sale to stop; `received_on` says when the enterprise got the result.
        StopOrder = "stop_order",
        /// The enterprise asks for a re-test; `received_on` where the case does not know it yet.
        RequestRetest = "request_retest",
        /// The regulator enters the outcome of the re-test: `outcome`.
        RetestOutcome = "retest_outcome",
        /// The regulator orders rectification.
        Order = "order",
        /// The enterprise begins to correct.
        StartCorrection = "start_correction",
        /// The enterprise hands in its evidence.
        SubmitEvidence = "submit_evidence",
        /// The regulator re-inspected; `passed` says with what result. On an announced case it is the second one.
        Reinspect = "reinspect",
        /// The same as `reinspect` with `passed` true.
        PassReinspection = "pass_reinspection",
        /// The same as `reinspect` with `passed` false.
        FailReinspection = "fail_reinspection",
        /// The authority that holds the failure reports it to the level above.
        ReportUp = "report_up",
        /// The province announces the failure publicly.
        Announce = "announce",
        /// The regulator re-inspected a second time; `passed` says with what result.
        SecondReinspect = "second_reinspect",
        /// The regulator suspends the business; `until` is the last day of the term.
        Suspend = "suspend",
        /// The regulator checked after the term; `passed` says with what result.
        Check = "check",
        /// The business licence is revoked.
        RevokeLicence = "revoke_licence",
        /// The regulator clears the case.
        Clear = "clear",
        /// The case goes to the authority of the producer's region: `region`.
        Transfer = "transfer",
        /// The case ends without clearance; `reason` says why the enterprise no longer operates.
        Close = "close",
        /// An earlier event was mis-entered: `corrects` names it, `reason` says why, and the day, the outcome, the term,
        /// the region or the document that is given takes the place of what was said; `annulled` if it never happened.
        Correct = "correct",
    }
}

crate::word_enum! {
    /// What a re-test came to.
    pub enum RetestOutcome {
        /// The result is upheld.
        Upheld = "upheld",
        /// The result is overturned.
        Overturned = "overturned",
    }
}

/// An event of a case.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// The event, with what belongs to its kind.
    #[schema(inline)]
    pub event: CaseEvent,
    /// Of a re-inspection or check, or the correction of one: whether it was passed.
    #[serde(default)]
    pub passed: Option<bool>,
    /// Of a re-test, or the correction of its outcome: what it came to.
    #[serde(default)]
    #[schema(inline)]
    pub outcome: Option<RetestOutcome>,
    /// On which day, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    pub occurred_on: Option<NaiveDate>,
    /// In the actor's words.
    #[serde(default)]
    pub note: Option<String>,
    /// Number or reference of the document that it is based on, at most 200 characters.
    #[serde(default)]
    pub document: Option<String>,
    /// Ids of uploaded files of one's own that it is based on, in order, at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentId>,
    /// Of an order or a request for a re-test: when the enterprise received the result.
    #[serde(default)]
    pub received_on: Option<NaiveDate>,
    /// Of a suspension: the last day of its term.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Of a transfer: code of the region whose authority gets the case.
    #[serde(default)]
    pub region: Option<String>,
    /// Of a closing: `deregistered`, `revoked` or `moved_out`. Of a correction: why, in words.
    #[serde(default)]
    pub reason: Option<String>,
    /// Of a correction: the number of the event that was mis-entered.
    #[serde(default)]
    pub corrects: Option<i32>,
    /// Of a correction: whether the event never happened.
    #[serde(default)]
    pub annulled: Option<bool>,
    /// The case's `version` that the caller has seen; another one is refused.
    #[serde(default)]
    pub version: Option<i32>,
}

impl NewEvent {
    /// An event without further fields.
    pub fn new(event: CaseEvent) -> Self {
        Self {
            event,
            passed: None,
            outcome: None,
            occurred_on: None,
            note: None,
            document: None,
            attachments: Vec::new(),
            received_on: None,
            until: None,
            region: None,
            reason: None,
            corrects: None,
            annulled: None,
            version: None,
        }
    }

    /// The fields besides the day and the words that an event takes, each whether it must be there.
    pub const fn takes(event: CaseEvent) -> &'static [(&'static str, bool)] {
        match event {
            CaseEvent::StopOrder | CaseEvent::Order | CaseEvent::RequestRetest => &[("received_on", false)],
            CaseEvent::RetestOutcome => &[("outcome", true)],
            CaseEvent::Reinspect | CaseEvent::SecondReinspect | CaseEvent::Check => &[("passed", true)],
            CaseEvent::PassReinspection | CaseEvent::FailReinspection => &[("passed", false)],
            CaseEvent::Suspend => &[("until", true)],
            CaseEvent::Transfer => &[("region", true)],
            CaseEvent::Close => &[("reason", true)],
            CaseEvent::Correct => &[
                ("corrects", true),
                ("reason", true),
                ("passed", false),
                ("outcome", false),
                ("received_on", false),
                ("until", false),
                ("region", false),
                ("annulled", false),
            ],
            _ => &[],
        }
    }

    /// Checks what can be checked without the case: fields that do not go with the event, or are missing.
    ///
    /// # Errors
    /// 422 with all of them.
    pub fn check(&self) -> Result<(), Problem> {
        let given = [
            ("passed", self.passed.is_some()),
            ("outcome", self.outcome.is_some()),
            ("received_on", self.received_on.is_some()),
            ("until", self.until.is_some()),
            ("region", self.region.is_some()),
            ("reason", self.reason.is_some()),
            ("corrects", self.corrects.is_some()),
            ("annulled", self.annulled.is_some()),
        ];
        let (takes, mut fields) = (Self::takes(self.event), Fields::new());
        for (name, given) in given {
            let pointer = format!("/{name}");
            match takes.iter().find(|(known, _)| *known == name) {
                None if given => fields.fault(pointer, "与该事件不符", "does not go with this event"),
                Some((_, true)) if !given && name == "passed" => {
                    fields.fault(pointer, "复查须注明是否合格", "a re-inspection needs its result");
                }
                Some((_, true)) if !given => fields.fault(pointer, "该事件须注明此项", "this event needs it"),
                _ => {}
            }
        }
        let contradicts = match self.event {
            CaseEvent::PassReinspection => self.passed == Some(false),
            CaseEvent::FailReinspection => self.passed == Some(true),
            _ => false,
        };
        fields.require(!contradicts, "/passed", "与该事件不符", "does not go with this event");
        fields.done()
    }

    /// The step that the event means in the state of the case.
    pub fn step(&self, course: &Course, officer: Option<&str>, regions: &Regions) -> CaseStep {
        let passed = self.passed.unwrap_or(self.event == CaseEvent::PassReinspection);
        let either = |pass: CaseStep, fail: CaseStep| if passed { pass } else { fail };
        match (self.event, course.state) {
            (CaseEvent::StopOrder, _) => CaseStep::StopOrder,
            (CaseEvent::RequestRetest, _) => CaseStep::RequestRetest,
            (CaseEvent::RetestOutcome, _) if self.outcome == Some(RetestOutcome::Overturned) => {
                CaseStep::OverturnResult
            }
            (CaseEvent::RetestOutcome, _) => CaseStep::UpholdResult,
            (CaseEvent::Order, _) => CaseStep::Order,
            (CaseEvent::StartCorrection, _) => CaseStep::StartCorrection,
            (CaseEvent::SubmitEvidence, _) => CaseStep::SubmitEvidence,
            (CaseEvent::Reinspect, Some(CaseState::Announced)) | (CaseEvent::SecondReinspect, _) => {
                either(CaseStep::PassSecondReinspection, CaseStep::FailSecondReinspection)
            }
            (CaseEvent::Reinspect, Some(CaseState::Suspended)) | (CaseEvent::Check, _) => {
                either(CaseStep::PassCheck, CaseStep::FailCheck)
            }
            (CaseEvent::Reinspect | CaseEvent::PassReinspection | CaseEvent::FailReinspection, _) => {
                either(CaseStep::PassReinspection, CaseStep::FailReinspection)
            }
            (CaseEvent::ReportUp, _) => {
                let from = course.held_by.as_deref().or(officer).unwrap_or(&course.authority);
                report(from, regions).unwrap_or(CaseStep::ReportToProvince)
            }
            (CaseEvent::Announce, _) => CaseStep::Announce,
            (CaseEvent::Suspend, _) => CaseStep::Suspend,
            (CaseEvent::RevokeLicence, _) => CaseStep::RevokeLicence,
            (CaseEvent::Clear, _) => CaseStep::Clear,
            (CaseEvent::Transfer, _) => CaseStep::Transfer,
            // A correction is no step; it is taken apart before.
            (CaseEvent::Close | CaseEvent::Correct, _) => CaseStep::Close,
        }
    }

    /// What the event says besides its day.
    ///
    /// # Errors
    /// 422 for a reason that is none, or a region that is not known.
    pub fn terms(&self, regions: &Regions) -> Result<Terms, Problem> {
        let reason = match (self.event, &self.reason) {
            (CaseEvent::Close, Some(word)) => Some(word.parse::<CloseReason>().map_err(|_| {
                let text = Text::new(
                    "须为 deregistered（注销）、revoked（吊销）或 moved_out（迁出）",
                    "must be deregistered, revoked or moved_out",
                );
                Problem::field("/reason", text)
            })?),
            _ => None,
        };
        if self.region.as_deref().is_some_and(|code| regions.get(code).is_none()) {
            let text = Text::new("不是已知的行政区划代码", "is not the code of a known region");
            return Err(Problem::field("/region", text));
        }
        Ok(Terms { received_on: self.received_on, until: self.until, region: self.region.clone(), reason })
    }
}

impl CaseEvent {
    /// The event by which a step is entered.
    pub const fn of(step: CaseStep) -> Self {
        match step {
            CaseStep::StopOrder => Self::StopOrder,
            CaseStep::RequestRetest => Self::RequestRetest,
            CaseStep::UpholdResult | CaseStep::OverturnResult => Self::RetestOutcome,
            CaseStep::Order => Self::Order,
            CaseStep::StartCorrection => Self::StartCorrection,
            CaseStep::SubmitEvidence => Self::SubmitEvidence,
            CaseStep::PassReinspection | CaseStep::FailReinspection => Self::Reinspect,
            CaseStep::ReportToCity | CaseStep::ReportToProvince => Self::ReportUp,
            CaseStep::Announce => Self::Announce,
            CaseStep::PassSecondReinspection | CaseStep::FailSecondReinspection => Self::SecondReinspect,
            CaseStep::Suspend => Self::Suspend,
            CaseStep::PassCheck | CaseStep::FailCheck => Self::Check,
            CaseStep::RevokeLicence => Self::RevokeLicence,
            CaseStep::Clear => Self::Clear,
            CaseStep::Transfer => Self::Transfer,
            // A withdrawal is entered by withdrawing the import; among the steps that a state allows there is none.
            CaseStep::Close | CaseStep::Withdraw => Self::Close,
        }
    }

    /// The words for people, as a button says it.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::StopOrder => ("责令停止生产销售", "Order production and sale to stop"),
            Self::RequestRetest => ("申请复检", "Ask for a re-test"),
            Self::RetestOutcome => ("登记复检结论", "Enter the re-test's outcome"),
            Self::Order => ("责令改正", "Order rectification"),
            Self::StartCorrection => ("开始整改", "Begin to correct"),
            Self::SubmitEvidence => ("提交整改证据", "Hand in the evidence"),
            Self::Reinspect => ("登记复查结果", "Enter the re-inspection"),
            Self::PassReinspection => ("登记复查合格", "Re-inspection passed"),
            Self::FailReinspection => ("登记复查不合格", "Re-inspection failed"),
            Self::ReportUp => ("逐级上报", "Report to the level above"),
            Self::Announce => ("向社会公告", "Announce publicly"),
            Self::SecondReinspect => ("登记再次复查结果", "Enter the second re-inspection"),
            Self::Suspend => ("责令停业、限期整顿", "Suspend the business"),
            Self::Check => ("登记整顿期满检查结果", "Enter the check after the suspension"),
            Self::RevokeLicence => ("吊销营业执照", "Revoke the business licence"),
            Self::Clear => ("准予清零", "Clear the case"),
            Self::Transfer => ("移送其他地区", "Hand over to another region"),
            Self::Close => ("企业不再经营，结案", "Close: no longer operating"),
            Self::Correct => ("更正已登记的步骤", "Correct an entered step"),
        };
        Text::new(zh, en)
    }
}
