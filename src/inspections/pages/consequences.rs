//! What follows from a step of an inspection, told before it is taken; and what comes next, told to who waits for it.

use crate::core::Text;
use crate::inspections::state::{InspectionState, InspectionStep};
use crate::inspections::words::{Confirmation, InspectedRole, Method, Outcome};

/// What it depends on.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// How the product is looked at.
    pub method: Method,
    /// As what the operator is inspected.
    pub role: InspectedRole,
    /// What was found, as far as is known.
    pub outcome: Option<Outcome>,
    /// What the nominal producer said.
    pub confirmation: Option<Confirmation>,
    /// Whether a nonconforming result makes a nonconformity.
    pub makes_nonconformity: bool,
    /// Whether a final result is made public.
    pub is_published: bool,
    /// Whether a nonconformity stands.
    pub has_nonconformity: bool,
}

impl About {
    fn failed(&self) -> bool {
        self.outcome == Some(Outcome::Nonconforming)
    }

    /// Whether the product counts as the producer's own.
    fn own(&self) -> bool {
        self.confirmation.is_some_and(Confirmation::stands)
    }
}

/// What follows from a step.
pub fn follows(step: InspectionStep, about: &About) -> Text {
    use InspectionStep as E;
    match step {
        E::Draw | E::Deem | E::Correct | E::Check | E::Listed => Text::new("", ""),
        E::Assign => Text::new(
            "所选机构随即可以查看该任务，其他机构不能查看。抽样机构不得承检。",
            "The bodies named see the task from now on, and no others do. Who samples does not test.",
        ),
        E::Attempt => Text::new(
            "登记抽样人员已到场，随后登记抽样情况。",
            "It is entered that the samplers are there; what came of it is entered next.",
        ),
        E::Refuse => Text::new(
            "检查到此结束，不计入不合格发现率。拒绝接受监督抽查的，由市场监管部门依法处理（产品质量法第五十六条）。",
            "The inspection ends and stands in no rate of failures. Who refuses is dealt with by the authority (Product Quality Law, article 56).",
        ),
        E::NotFind | E::Bar => Text::new(
            "检查到此结束，不计入不合格发现率，任务数量不减少。",
            "The inspection ends and stands in no rate of failures; the target still has to be met.",
        ),
        E::Sample => Text::new("样品登记后即可封样、送检。", "The sample can then be sealed and sent."),
        E::Seal => Text::new(
            "承检机构随即可以查看待收样品。封条号须与到样时一致。",
            "The laboratory sees that a sample is coming. The seals must be the same on its arrival.",
        ),
        E::Receive => {
            Text::new("检验期限自收样之日起算。", "The term for the test runs from the day of receipt.")
        }
        E::ReceiveBroken | E::Void => void(about),
        E::Test => Text::new("随后出具检验报告。", "The report comes next."),
        E::QuickTest => Text::new(
            "快速检测不产生不合格记录、记分和通报。结果可疑的，须按期正式抽样，或说明原因。",
            "A quick test makes no nonconformity, no points and no publication. What is suspect is followed by a formal sample in time, or by a reason.",
        ),
        E::LinkFormal | E::Explain => Text::new(
            "快速检测的检查到此结束，结论以正式抽样为准。",
            "The quick test ends; what counts is the formal sample.",
        ),
        E::Report => Text::new(
            "组织部门随即可以查看结果，须按期送达被抽样单位。检验机构不得自行告知企业。",
            "The organiser sees the result and delivers it in time. The laboratory does not tell the enterprise itself.",
        ),
        E::Deliver => delivered(about),
        E::AskProducer => Text::new(
            "标称生产者将收到邮件，须在期限内确认产品是否为其生产；逾期未回复的，视为确认。",
            "The producer gets a mail and says within the term whether the product is its own. No answer counts as yes.",
        ),
        E::Confirm => confirmed(about),
        E::Deny => Text::new(
            "监管部门审查所附说明和证据。否认成立的，不作为标称生产者的不合格记录；不成立的，按标称生产者的产品处理。",
            "The authority looks at the reason and the proof. If it follows them, nothing stands against the producer; if not, the product counts as its own.",
        ),
        E::RejectDenial => denial_rejected(about),
        E::Contest if about.method == Method::Label => Text::new(
            "监管部门审查异议理由，决定维持或者推翻检查结论。",
            "The authority looks at the grounds, and rejects the challenge or overturns the result.",
        ),
        E::Contest => Text::new(
            "监管部门决定是否组织复检。复检使用备用样品，复检结论为最终结论；费用由申请人先行支付，责任方承担。",
            "The authority decides on a re-test of the reserve sample, which is final. The applicant pays first; who was wrong bears the costs.",
        ),
        E::OrderRetest => Text::new(
            "备用样品送复检。复检由另一机构，或由原机构的其他人员进行。",
            "The reserve sample is tested again, by another laboratory or by other persons of the same one.",
        ),
        E::RefuseRetest | E::Uphold => Text::new(
            "原检验结论成立，不能再提出异议；随后可确定结果。",
            "The result stands and can be challenged no more. It becomes final next.",
        ),
        E::Overturn => overturned(about),
        E::HandOver => taken_back(
            about,
            Text::new(
                "转入其他程序处理，不再计入不合格发现率；已产生的不合格记录和案件随即撤回。",
                "Another procedure goes on with it. It leaves the rate of failures; the nonconformity and the case that it made are taken back.",
            ),
            Text::new(
                "转入其他程序处理，不再计入不合格发现率。",
                "Another procedure goes on with it. It leaves the rate of failures.",
            ),
        ),
        E::Finalise if about.is_published => {
            Text::new("结果确定，随后可以通报。", "The result is final and can be published.")
        }
        E::Finalise => Text::new("结果确定，不对外通报。", "The result is final. It is not published."),
        E::Publish => Text::new(
            "登记为已通报；列入抽查通报后，任何人都可以查询。",
            "It is entered as published: anybody finds it once a bulletin has it.",
        ),
        E::ReturnSample | E::DestroySample => {
            Text::new("登记样品的去向，结果不变。", "What became of the sample is entered; the result stays.")
        }
        E::Withdraw => withdrawn(about),
    }
}

/// The words where a nonconformity stands that is taken back, and where none does.
fn taken_back(about: &About, with: Text, without: Text) -> Text {
    if about.has_nonconformity { with } else { without }
}

fn void(about: &About) -> Text {
    taken_back(
        about,
        Text::new(
            "样品作废，不出结论；已产生的不合格记录和案件随即撤回。",
            "The sample is void and gives no result. The nonconformity and the case that it made are taken back.",
        ),
        Text::new(
            "样品作废，不出结论，不计入不合格发现率。",
            "The sample is void, gives no result and stands in no rate.",
        ),
    )
}

fn withdrawn(about: &About) -> Text {
    taken_back(
        about,
        Text::new(
            "检查记录撤回，已产生的不合格记录和案件一并撤回；今后的统计不再计入，过去日期的统计不变。不能恢复。",
            "The inspection is taken back with the nonconformity and the case that it made. Figures of later days are without it, those of past days stay. It can’t be undone.",
        ),
        Text::new(
            "检查记录撤回，今后的统计不再计入，过去日期的统计不变。不能恢复。",
            "The inspection is taken back. Figures of later days are without it, those of past days stay. It can’t be undone.",
        ),
    )
}

fn overturned(about: &About) -> Text {
    taken_back(
        about,
        Text::new(
            "结果改为合格。已产生的不合格记录和案件随即撤回；今后的统计不再计入，过去日期的统计不变。",
            "The result becomes conforming. The nonconformity and its case are taken back: figures of later days are without them, those of past days stay.",
        ),
        Text::new("结果改为合格。", "The result becomes conforming."),
    )
}

fn delivered(about: &About) -> Text {
    if !about.failed() {
        return Text::new(
            "当事人将收到邮件；异议期满后结果确定。",
            "The party gets a mail. The result becomes final when the term for a challenge has passed.",
        );
    }
    if about.makes_nonconformity && about.own() {
        return Text::new(
            "当事人将收到邮件，异议期限开始计算。产品已由标称生产者确认：生产者的不合格记录随即产生并立案，须停止生产、销售。",
            "The party gets a mail and the term for a challenge begins. The producer has confirmed the product: its nonconformity and its case arise at once, and it has to stop making and selling.",
        );
    }
    if about.makes_nonconformity {
        return Text::new(
            "当事人将收到邮件，异议期限开始计算。标称生产者确认之前不产生不合格记录。",
            "The party gets a mail and the term for a challenge begins. No nonconformity arises before the nominal producer has confirmed the product.",
        );
    }
    Text::new(
        "当事人将收到邮件，异议期限开始计算。该检查方式不产生不合格记录。",
        "The party gets a mail and the term for a challenge begins. An inspection of this kind makes no nonconformity.",
    )
}

fn confirmed(about: &About) -> Text {
    if about.failed() && about.makes_nonconformity {
        return Text::new(
            "该产品按标称生产者的产品处理。检验结果不合格：送达后即产生不合格记录并立案，标称生产者须停止生产、销售并整改，仍可在期限内提出异议。",
            "The product counts as the nominal producer’s. The result is nonconforming: once it is delivered, a nonconformity and a case arise, and the producer has to stop and correct. It may still challenge the result in time.",
        );
    }
    Text::new("该产品按标称生产者的产品处理。", "The product counts as the nominal producer’s.")
}

fn denial_rejected(about: &About) -> Text {
    if about.failed() && about.makes_nonconformity {
        return Text::new(
            "该产品按标称生产者的产品处理；结果已送达的，不合格记录和案件随即产生。",
            "The product counts as the producer’s own. Where the result is delivered, its nonconformity and its case arise at once.",
        );
    }
    Text::new("该产品按标称生产者的产品处理。", "The product counts as the producer’s own.")
}

/// What comes next, for an enterprise. `producer`: it is the nominal producer and not the one that was sampled.
pub fn next_for_enterprise(state: InspectionState, about: &About, producer: bool) -> Text {
    use InspectionState as S;
    if producer && about.confirmation == Some(Confirmation::Pending) {
        return Text::new(
            "请核对样品是否为贵企业生产，并在期限内回复。逾期未回复的，视为确认。",
            "See whether the sample is of your making, and answer in time. No answer counts as yes.",
        );
    }
    if producer && about.confirmation == Some(Confirmation::Denied) {
        return Text::new(
            "监管部门正在审查贵企业的否认，请等待结果。",
            "The authority looks at your denial. Wait for its decision.",
        );
    }
    match state {
        S::Drawn | S::Assigned | S::Attempted => Text::new(
            "请配合抽样。抽样人员不少于两名，须出示通知书和证件，不得收取费用；否则贵企业可以拒绝。",
            "Let the sample be taken. At least two samplers show notice and identity and ask for no fee; else you may refuse.",
        ),
        // The reserve sample is at the operator, if not at the laboratory.
        S::Sampled | S::Sealed | S::Received | S::Tested if producer => Text::new(
            "样品正在送检或检验，结果出具后会通知贵企业。",
            "The sample is on its way or being tested. You will be notified of the result.",
        ),
        S::Sampled | S::Sealed | S::Received | S::Tested => Text::new(
            "样品正在送检或检验。备用样品封存在贵企业的，请妥善保管。结果出具后会通知贵企业。",
            "The sample is on its way or being tested. Keep the reserve sample safe where it is left with you. You will be notified of the result.",
        ),
        S::Reported => Text::new("结果即将送达。", "The result is being delivered to you."),
        S::Delivered if about.failed() => Text::new(
            "可以在期限内提出异议，说明理由。期满未提出的，结果即为最终结果。",
            "You may challenge the result in time, with your grounds. If you don’t, it becomes final.",
        ),
        S::Delivered => Text::new(
            "结果合格。异议期满后即为最终结果。",
            "The result is conforming. It becomes final when the term for a challenge has passed.",
        ),
        S::Contested if about.method == Method::Label => {
            Text::new("监管部门正在审查异议。", "The authority looks at the grounds of the challenge.")
        }
        S::Contested => {
            Text::new("监管部门正在决定是否复检。", "The authority decides whether there is a re-test.")
        }
        S::Retesting => Text::new(
            "备用样品正在复检，复检结论为最终结论。",
            "The reserve sample is tested again. That result is final.",
        ),
        S::Upheld => Text::new("原结论成立，即将成为最终结果。", "The result stands and becomes final."),
        S::Overturned if about.method == Method::Label => Text::new(
            "异议成立，结果改为合格；因此产生的记录已撤回。",
            "The challenge was accepted: the result is conforming, and what it had caused is taken back.",
        ),
        S::Overturned => Text::new(
            "复检推翻了原结论，结果为合格；因此产生的记录已撤回。",
            "The re-test overturned the result: it is conforming, and what it had caused is taken back.",
        ),
        S::Final | S::Published if about.failed() && about.has_nonconformity => Text::new(
            "结果已确定。请在案件中按期整改、接受复查。",
            "The result is final. Correct what failed on the case, and be re-inspected in time.",
        ),
        S::Final | S::Published => {
            Text::new("结果已确定，无需办理。", "The result is final. Nothing is to be done.")
        }
        S::Refused => Text::new(
            "已登记为拒绝抽样，由市场监管部门依法处理。",
            "It is entered that sampling was refused; the authority deals with it by law.",
        ),
        S::NotFound | S::Barred | S::Void | S::Closed | S::Withdrawn => {
            Text::new("该检查已结束，无需办理。", "This inspection has ended. Nothing is to be done.")
        }
        S::Suspect => Text::new(
            "快速检测结果可疑，将正式抽样；快速检测结果本身不作为处理依据。",
            "The quick test was suspect; a formal sample follows. The quick test itself is no ground for any step.",
        ),
        S::HandedOver => Text::new("已移送其他程序处理。", "It was handed to another procedure."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About {
            method: Method::Sampling,
            role: InspectedRole::Producer,
            outcome: Some(Outcome::Nonconforming),
            confirmation: Some(Confirmation::Confirmed),
            makes_nonconformity: true,
            is_published: true,
            has_nonconformity: false,
        }
    }

    #[test]
    fn a_delivery_says_what_it_causes() {
        let zh = |about: About| follows(InspectionStep::Deliver, &about).zh.into_owned();
        assert!(zh(about()).contains("立案"));
        let asked = About { confirmation: Some(Confirmation::Pending), ..about() };
        assert!(zh(asked).contains("确认之前不产生"));
        assert!(zh(About { makes_nonconformity: false, ..about() }).contains("不产生不合格记录"));
        assert!(!zh(About { outcome: Some(Outcome::Conforming), ..about() }).contains("立案"));
    }

    #[test]
    fn what_takes_a_case_back_says_so_only_where_there_is_one() {
        for step in [InspectionStep::Overturn, InspectionStep::Void, InspectionStep::Withdraw] {
            let with = follows(step, &About { has_nonconformity: true, ..about() });
            let without = follows(step, &about());
            assert!(with.zh.contains("案件") && !without.zh.contains("案件"), "{step:?}");
        }
    }

    #[test]
    fn every_step_and_state_has_its_words_in_both_languages() {
        for step in InspectionStep::ALL {
            let said = follows(*step, &about());
            assert_eq!(said.zh.is_empty(), said.en.is_empty(), "{step:?}");
        }
        for state in InspectionState::ALL {
            for producer in [true, false] {
                let said = next_for_enterprise(*state, &about(), producer);
                assert!(!said.zh.is_empty() && !said.en.is_empty(), "{state:?}");
                assert!(!producer || !said.zh.contains("备用样品封存"), "{state:?}: a producer keeps none");
            }
        }
    }
}
