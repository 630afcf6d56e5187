//! Which step of a case follows which: the nine steps of the statutory course. Pure.
//!
//! Order of the steps: SAMR Order No. 18, articles 44 to 49; Product Quality Law, articles 15 and 17. What a
//! step needs besides the state (dates, whose turn it is) is in [`crate::remediation::course`].

use crate::core::Text;
use crate::core::state::NotAllowed;
use crate::remediation::settings::Articles;

crate::word_enum! {
    /// The state of a case. The table has the same words in a CHECK.
    pub enum CaseState {
        /// The result is known, production and sale are to stop; nothing is ordered yet.
        Stopped = "stopped",
        /// The result is tested again, before any order.
        Retesting = "retesting",
        /// Rectification is ordered.
        Ordered = "ordered",
        /// The result is tested again although rectification is ordered.
        RetestingOrder = "retesting_order",
        /// The enterprise corrects.
        Correcting = "correcting",
        /// The enterprise says that it is done, with evidence.
        EvidenceSubmitted = "evidence_submitted",
        /// A re-inspection, or the check after a suspension, was passed.
        ReinspectionPassed = "reinspection_passed",
        /// The re-inspection was not passed.
        Failed = "failed",
        /// The failure is reported to the city.
        ReportedToCity = "reported_to_city",
        /// The failure is reported to the province.
        ReportedToProvince = "reported_to_province",
        /// The province has announced it publicly.
        Announced = "announced",
        /// The second re-inspection was not passed.
        FailedAgain = "failed_again",
        /// The business is suspended for rectification, with a term.
        Suspended = "suspended",
        /// The check after the suspension was not passed.
        CheckFailed = "check_failed",
        /// Cleared.
        Cleared = "cleared",
        /// The re-test has overturned the result: there is no nonconformity.
        Overturned = "overturned",
        /// The business licence is revoked. Not cleared.
        LicenceRevoked = "licence_revoked",
        /// Ended because the enterprise no longer operates. Not cleared.
        Closed = "closed",
        /// Withdrawn with the record that it rests on: there never should have been a case. Not cleared.
        Withdrawn = "withdrawn",
    }
}

crate::word_enum! {
    /// A step of a case, as its history names it.
    pub enum CaseStep {
        /// Production and sale are ordered to stop.
        StopOrder = "stop_order",
        /// The enterprise asks for a re-test.
        RequestRetest = "request_retest",
        /// The re-test has confirmed the result.
        UpholdResult = "uphold_result",
        /// The re-test has overturned the result.
        OverturnResult = "overturn_result",
        /// Rectification is ordered.
        Order = "order_issued",
        /// The enterprise begins to correct.
        StartCorrection = "start_correction",
        /// The enterprise hands in its evidence.
        SubmitEvidence = "submit_evidence",
        /// The regulator's re-inspection was passed.
        PassReinspection = "pass_reinspection",
        /// The regulator's re-inspection was not passed.
        FailReinspection = "fail_reinspection",
        /// The district reports the failure to the city.
        ReportToCity = "report_to_city",
        /// The city reports the failure to the province.
        ReportToProvince = "report_to_province",
        /// The province announces the failure publicly.
        Announce = "announce",
        /// The second re-inspection was passed.
        PassSecondReinspection = "pass_second_reinspection",
        /// The second re-inspection was not passed.
        FailSecondReinspection = "fail_second_reinspection",
        /// The business is suspended for rectification, until a day.
        Suspend = "suspend",
        /// The check after the suspension was passed.
        PassCheck = "pass_check",
        /// The check after the suspension was not passed.
        FailCheck = "fail_check",
        /// The business licence is revoked.
        RevokeLicence = "revoke_licence",
        /// The regulator clears the case.
        Clear = "clear",
        /// The case goes to the authority of the producer's region.
        Transfer = "transfer",
        /// The case ends without clearance: the enterprise no longer operates.
        Close = "close",
        /// The record that the case rests on is withdrawn: with its import, or since its result was overturned. Nobody enters it by itself.
        Withdraw = "withdraw",
    }
}

/// The state in which a step begins a case; none for a step that begins none.
pub fn begin(step: CaseStep) -> Option<CaseState> {
    match step {
        CaseStep::StopOrder => Some(CaseState::Stopped),
        CaseStep::Order => Some(CaseState::Ordered),
        _ => None,
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(from: CaseState, step: CaseStep) -> Result<CaseState, NotAllowed<CaseState, CaseStep>> {
    use CaseState as S;
    use CaseStep as E;
    let to = match (from, step) {
        (S::Stopped, E::RequestRetest) => S::Retesting,
        (S::Ordered | S::Correcting, E::RequestRetest) => S::RetestingOrder,
        (S::Retesting, E::UpholdResult) => S::Stopped,
        (S::RetestingOrder, E::UpholdResult) => S::Ordered,
        (S::Retesting | S::RetestingOrder, E::OverturnResult) => S::Overturned,
        (S::Stopped, E::Order) => S::Ordered,
        // A case that began with its order has the stop order entered beside it.
        (S::Ordered | S::Correcting | S::EvidenceSubmitted, E::StopOrder) => from,
        (S::Ordered, E::StartCorrection) => S::Correcting,
        (S::Correcting, E::SubmitEvidence) => S::EvidenceSubmitted,
        // Without evidence only once the term is over: see `course`.
        (S::Ordered | S::Correcting | S::EvidenceSubmitted, E::PassReinspection) => S::ReinspectionPassed,
        (S::Ordered | S::Correcting | S::EvidenceSubmitted, E::FailReinspection) => S::Failed,
        (S::Failed, E::ReportToCity) => S::ReportedToCity,
        (S::Failed | S::ReportedToCity, E::ReportToProvince) => S::ReportedToProvince,
        // From `failed` only where the province itself has re-inspected.
        (S::Failed | S::ReportedToProvince, E::Announce) => S::Announced,
        (S::Announced, E::PassSecondReinspection) => S::ReinspectionPassed,
        (S::Announced, E::FailSecondReinspection) => S::FailedAgain,
        (S::FailedAgain, E::Suspend) => S::Suspended,
        (S::Suspended, E::PassCheck) => S::ReinspectionPassed,
        (S::Suspended, E::FailCheck) => S::CheckFailed,
        (S::CheckFailed, E::RevokeLicence) => S::LicenceRevoked,
        (S::ReinspectionPassed, E::Clear) => S::Cleared,
        // The authority that gets it reports the failure up on its own side.
        (S::ReportedToCity | S::ReportedToProvince, E::Transfer) => S::Failed,
        (from, E::Transfer) if !from.is_final() => from,
        (from, E::Close) if !from.is_final() => S::Closed,
        // An import takes back only what stands as it was opened (`withdraw_cases`); a result that is overturned takes the case back anyhow.
        (from, E::Withdraw) if from != S::Withdrawn => S::Withdrawn,
        (from, step) => return Err(NotAllowed { from, step }),
    };
    Ok(to)
}

/// The steps that a state allows somebody to enter.
pub fn allowed(from: CaseState) -> Vec<CaseStep> {
    let entered = CaseStep::ALL.iter().copied().filter(|step| *step != CaseStep::Withdraw);
    entered.filter(|step| transition(from, *step).is_ok()).collect()
}

impl CaseState {
    /// Whether nothing follows.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Cleared | Self::Overturned | Self::LicenceRevoked | Self::Closed | Self::Withdrawn
        )
    }

    /// Whether nothing is open against the enterprise in this case any more: it is cleared, or there never was a
    /// nonconformity. The zero-out figures follow from this alone; SQL says the same in `case_settles`.
    pub const fn settles(self) -> bool {
        matches!(self, Self::Cleared | Self::Overturned)
    }

    /// Whether the product may be neither produced nor sold: no re-inspection has been passed. An end without
    /// clearance lifts nothing, unless the case was withdrawn.
    pub const fn holds(self) -> bool {
        !matches!(self, Self::ReinspectionPassed | Self::Cleared | Self::Overturned | Self::Withdrawn)
    }

    /// Whether evidence of the correction can be added: from the order to the end, a re-test aside. What a recovery criterion
    /// still waits for comes after the re-inspection, too; each piece bears its own time.
    pub const fn takes_evidence(self) -> bool {
        !self.is_final() && !self.is_retesting() && !matches!(self, Self::Stopped)
    }

    /// Whether a re-test is under way.
    pub const fn is_retesting(self) -> bool {
        matches!(self, Self::Retesting | Self::RetestingOrder)
    }

    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            CaseState::Stopped => ("已责令停止生产销售", "stopped"),
            CaseState::Retesting => ("复检中", "re-testing"),
            CaseState::Ordered => ("已责令改正", "ordered"),
            CaseState::RetestingOrder => ("复检中（已责令改正）", "re-testing, under an order"),
            CaseState::Correcting => ("整改中", "correcting"),
            CaseState::EvidenceSubmitted => ("已提交整改证据", "evidence submitted"),
            CaseState::ReinspectionPassed => ("复查合格", "re-inspection passed"),
            CaseState::Failed => ("复查不合格", "re-inspection failed"),
            CaseState::ReportedToCity => ("已上报至市级", "reported to the city"),
            CaseState::ReportedToProvince => ("已上报至省级", "reported to the province"),
            CaseState::Announced => ("已公告", "announced"),
            CaseState::FailedAgain => ("再次复查不合格", "second re-inspection failed"),
            CaseState::Suspended => ("停业整顿", "business suspended"),
            CaseState::CheckFailed => ("整顿期满仍不合格", "check after suspension failed"),
            CaseState::Cleared => ("已清零", "cleared"),
            CaseState::Overturned => ("复检合格，原结论撤销", "result overturned"),
            CaseState::LicenceRevoked => ("已吊销营业执照", "licence revoked"),
            CaseState::Closed => ("企业不再经营，结案", "closed without clearance"),
            CaseState::Withdrawn => ("已随记录撤回", "withdrawn with its record"),
        };
        Text::new(zh, en)
    }
}

impl CaseStep {
    /// The article on which the step rests, in a version of the rules.
    pub fn article(self, articles: &Articles) -> &Text {
        match self {
            Self::StopOrder => &articles.stop,
            Self::RequestRetest | Self::UpholdResult | Self::OverturnResult => &articles.retest,
            Self::Order | Self::StartCorrection | Self::SubmitEvidence | Self::Withdraw => {
                &articles.rectification
            }
            Self::PassReinspection | Self::FailReinspection => &articles.reinspection,
            Self::ReportToCity | Self::ReportToProvince | Self::Announce => &articles.announcement,
            Self::PassSecondReinspection | Self::FailSecondReinspection => &articles.second_reinspection,
            Self::Suspend | Self::PassCheck | Self::FailCheck | Self::RevokeLicence => &articles.suspension,
            Self::Clear => &articles.hold,
            Self::Transfer => &articles.transfer,
            Self::Close => &articles.closing,
        }
    }

    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::StopOrder => ("责令停止生产销售", "production and sale ordered to stop"),
            Self::RequestRetest => ("申请复检", "re-test asked for"),
            Self::UpholdResult => ("复检维持原结论", "re-test upheld the result"),
            Self::OverturnResult => ("复检撤销原结论", "re-test overturned the result"),
            Self::Order => ("责令改正", "rectification ordered"),
            Self::StartCorrection => ("开始整改", "correction begun"),
            Self::SubmitEvidence => ("提交整改证据", "evidence handed in"),
            Self::PassReinspection => ("复查合格", "re-inspection passed"),
            Self::FailReinspection => ("复查不合格", "re-inspection failed"),
            Self::ReportToCity => ("上报至市级", "reported to the city"),
            Self::ReportToProvince => ("上报至省级", "reported to the province"),
            Self::Announce => ("向社会公告", "announced publicly"),
            Self::PassSecondReinspection => ("再次复查合格", "second re-inspection passed"),
            Self::FailSecondReinspection => ("再次复查不合格", "second re-inspection failed"),
            Self::Suspend => ("责令停业、限期整顿", "business suspended for rectification"),
            Self::PassCheck => ("整顿期满检查合格", "check after suspension passed"),
            Self::FailCheck => ("整顿期满检查不合格", "check after suspension failed"),
            Self::RevokeLicence => ("吊销营业执照", "business licence revoked"),
            Self::Clear => ("准予清零", "cleared"),
            Self::Transfer => ("移送生产者所在地主管部门", "handed to the producer's region"),
            Self::Close => ("企业不再经营，结案", "closed: no longer operating"),
            Self::Withdraw => ("随记录撤回", "withdrawn with its record"),
        };
        Text::new(zh, en)
    }

    /// Whether the step gives the result of a re-inspection or check.
    pub const fn is_result(self) -> bool {
        matches!(
            self,
            Self::PassReinspection
                | Self::FailReinspection
                | Self::PassSecondReinspection
                | Self::FailSecondReinspection
                | Self::PassCheck
                | Self::FailCheck
        )
    }

    /// The same step with the other outcome, where it has one.
    pub const fn opposite(self) -> Option<Self> {
        Some(match self {
            Self::PassReinspection => Self::FailReinspection,
            Self::FailReinspection => Self::PassReinspection,
            Self::PassSecondReinspection => Self::FailSecondReinspection,
            Self::FailSecondReinspection => Self::PassSecondReinspection,
            Self::PassCheck => Self::FailCheck,
            Self::FailCheck => Self::PassCheck,
            Self::UpholdResult => Self::OverturnResult,
            Self::OverturnResult => Self::UpholdResult,
            _ => return None,
        })
    }

    /// Whether the step says that something was passed.
    pub const fn is_pass(self) -> bool {
        matches!(
            self,
            Self::PassReinspection | Self::PassSecondReinspection | Self::PassCheck | Self::OverturnResult
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in CaseState::ALL {
            let ends = [CaseStep::Transfer, CaseStep::Close];
            assert!(ends.iter().all(|step| transition(from, *step).is_ok() != from.is_final()), "{from}");
            for step in allowed(from).into_iter().filter(|step| !ends.contains(step)) {
                table.push(format!("{from} {step} {}", transition(from, step).unwrap()));
            }
            assert!(!from.is_final() || allowed(from).is_empty(), "{from} is the end");
        }
        assert_eq!(
            table,
            [
                "stopped request_retest retesting",
                "stopped order_issued ordered",
                "retesting uphold_result stopped",
                "retesting overturn_result overturned",
                "ordered stop_order ordered",
                "ordered request_retest retesting_order",
                "ordered start_correction correcting",
                "ordered pass_reinspection reinspection_passed",
                "ordered fail_reinspection failed",
                "retesting_order uphold_result ordered",
                "retesting_order overturn_result overturned",
                "correcting stop_order correcting",
                "correcting request_retest retesting_order",
                "correcting submit_evidence evidence_submitted",
                "correcting pass_reinspection reinspection_passed",
                "correcting fail_reinspection failed",
                "evidence_submitted stop_order evidence_submitted",
                "evidence_submitted pass_reinspection reinspection_passed",
                "evidence_submitted fail_reinspection failed",
                "reinspection_passed clear cleared",
                "failed report_to_city reported_to_city",
                "failed report_to_province reported_to_province",
                "failed announce announced",
                "reported_to_city report_to_province reported_to_province",
                "reported_to_province announce announced",
                "announced pass_second_reinspection reinspection_passed",
                "announced fail_second_reinspection failed_again",
                "failed_again suspend suspended",
                "suspended pass_check reinspection_passed",
                "suspended fail_check check_failed",
                "check_failed revoke_licence licence_revoked",
            ]
        );
    }

    #[test]
    fn a_step_begins_a_case_only_if_it_is_an_order() {
        let begins: Vec<_> = CaseStep::ALL.iter().filter(|step| begin(**step).is_some()).collect();
        assert_eq!(begins, [&CaseStep::StopOrder, &CaseStep::Order]);
    }

    proptest! {
        #[test]
        fn no_clearance_without_a_passed_inspection(
            steps in proptest::collection::vec(proptest::sample::select(CaseStep::ALL), 0..60)
        ) {
            let (mut state, mut passed) = (CaseState::Stopped, false);
            for step in steps {
                if let Ok(next) = transition(state, step) {
                    passed = (passed || step.is_pass()) && !matches!(next, CaseState::Stopped | CaseState::Ordered);
                    state = next;
                }
            }
            prop_assert!(!matches!(state, CaseState::Cleared | CaseState::ReinspectionPassed) || passed);
        }
    }
}
