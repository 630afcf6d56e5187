//! The consequences of each step of a case, in words for whoever takes it and for the enterprise. Pure.

use crate::core::Text;
use crate::remediation::state::CaseStep;

/// Whether the enterprise gets a mail about a step: about all but its own, and but a withdrawal, about which it gets one for the whole list.
pub const fn is_mailed(step: CaseStep) -> bool {
    !matches!(
        step,
        CaseStep::RequestRetest | CaseStep::StartCorrection | CaseStep::SubmitEvidence | CaseStep::Withdraw
    )
}

/// The consequence of a step.
pub fn consequence(step: CaseStep) -> Text {
    let (zh, en) = match step {
        CaseStep::StopOrder => (
            "企业须立即停止生产、销售该产品，直至复查合格。",
            "The enterprise has to stop producing and selling the product until a re-inspection is passed.",
        ),
        CaseStep::Withdraw => (
            "案件随所依据的记录撤回而撤销，期限和提醒不再计算。",
            "The case ends with the record that it rests on; its terms and reminders stop.",
        ),
        CaseStep::RequestRetest => {
            ("案件转入复检，等待登记复检结论。", "The case waits for the outcome of the re-test.")
        }
        CaseStep::UpholdResult => {
            ("原检验结论有效，案件继续办理。", "The result stands, and the case goes on.")
        }
        CaseStep::OverturnResult => {
            ("原检验结论撤销，案件随即结束。", "The result no longer stands, and the case ends.")
        }
        CaseStep::Order => (
            "法定的整改期限和复查期限自责令改正之日起计算。",
            "The statutory terms to correct and to re-inspect run from the day of the order.",
        ),
        CaseStep::StartCorrection => {
            ("案件转入整改，整改期限不变。", "The case is under correction; the deadline stays as it is.")
        }
        CaseStep::SubmitEvidence => ("案件转交监管部门复查。", "The authority re-inspects next."),
        CaseStep::PassReinspection | CaseStep::PassSecondReinspection | CaseStep::PassCheck => (
            "案件转入清零审核，由另一名监管人员办理。",
            "The case goes to clearance, which another officer decides on.",
        ),
        CaseStep::FailReinspection => (
            "企业不得恢复生产、销售，案件须逐级上报并向社会公告。",
            "Production and sale stay stopped, and the case is reported up and announced.",
        ),
        CaseStep::ReportToCity => ("案件上报至市级监管部门。", "The case goes to the authority of the city."),
        CaseStep::ReportToProvince => (
            "案件上报至省级监管部门，由其向社会公告。",
            "The case goes to the authority of the province, which announces it publicly.",
        ),
        CaseStep::Announce => {
            ("公告后须在法定期限内再次复查。", "A second re-inspection is due within the statutory term.")
        }
        CaseStep::FailSecondReinspection => {
            ("案件须责令停业、限期整顿。", "The business has to be suspended for rectification.")
        }
        CaseStep::Suspend => (
            "企业须停业整顿至所填日期，期满后由监管部门检查。",
            "The business is suspended until the day that is given; the authority checks afterwards.",
        ),
        CaseStep::FailCheck => ("案件须吊销营业执照。", "The business licence has to be revoked."),
        CaseStep::RevokeLicence => {
            ("案件随即结束，不能恢复办理。", "The case ends and can’t be taken up again.")
        }
        CaseStep::Clear => (
            "该条不合格记录计为已清零，案件办结。",
            "The nonconformity counts as cleared, and the case ends.",
        ),
        CaseStep::Transfer => (
            "案件改由接收地区的监管部门办理，移送部门仍可查阅。",
            "The authority of the other region handles the case; the one before can still read it.",
        ),
        CaseStep::Close => (
            "案件随即结束，该条记录不计为已清零。",
            "The case ends, and the nonconformity does not count as cleared.",
        ),
    };
    Text::new(zh, en)
}
