//! Which step of an inspection follows which. Pure. What a step needs besides the state (days, results, whose turn it is) is in
//! [`crate::inspections::course`].

use crate::core::Text;
use crate::core::state::NotAllowed;
use crate::inspections::words::{Confirmation, Method, SampleState};

crate::word_enum! {
    /// The state of an inspection. The table has the same words in a CHECK.
    pub enum InspectionState {
        /// Drawn or registered; nobody has gone there yet.
        Drawn = "drawn",
        /// Laboratory and samplers are named.
        Assigned = "assigned",
        /// The samplers are at the operator.
        Attempted = "attempted",
        /// The operator refused (拒检).
        Refused = "refused",
        /// There was nothing to be sampled (未抽到).
        NotFound = "not_found",
        /// The product may not be sampled (不得抽样).
        Barred = "barred",
        /// The sample is taken.
        Sampled = "sampled",
        /// It is sealed.
        Sealed = "sealed",
        /// The laboratory has it, its seals intact.
        Received = "received",
        /// It can't be used (作废).
        Void = "void",
        /// It is tested.
        Tested = "tested",
        /// The result is reported.
        Reported = "reported",
        /// The parties have the result.
        Delivered = "delivered",
        /// A party challenges it.
        Contested = "contested",
        /// The reserve sample is tested.
        Retesting = "retesting",
        /// The challenge failed: the result stands.
        Upheld = "upheld",
        /// The re-test overturned the result.
        Overturned = "overturned",
        /// The result is final.
        Final = "final",
        /// The final result is made public.
        Published = "published",
        /// Handed to another procedure (移送): it leaves the denominator.
        HandedOver = "handed_over",
        /// A quick test was suspect and waits for its formal sample.
        Suspect = "suspect",
        /// Ended without a result of law: quick tests, cross-inspections, findings of visits.
        Closed = "closed",
        /// It never should have been registered.
        Withdrawn = "withdrawn",
    }
}

crate::word_texts! { InspectionState {
    Drawn => "已抽取", "drawn";
    Assigned => "已分配", "assigned";
    Attempted => "已到场", "samplers at the operator";
    Refused => "拒绝抽样", "refused";
    NotFound => "未抽到样品", "nothing to sample";
    Barred => "不得抽样", "may not be sampled";
    Sampled => "已抽样", "sampled";
    Sealed => "已封样", "sealed";
    Received => "机构已收样", "received by the laboratory";
    Void => "样品作废", "void";
    Tested => "已检验", "tested";
    Reported => "已出报告", "reported";
    Delivered => "结果已送达", "delivered";
    Contested => "异议处理中", "contested";
    Retesting => "复检中", "re-testing";
    Upheld => "维持原结论", "upheld";
    Overturned => "推翻原结论", "overturned";
    Final => "结果已确定", "final";
    Published => "已通报", "published";
    HandedOver => "已移送", "handed over";
    Suspect => "快检可疑", "suspect";
    Closed => "已结束", "closed";
    Withdrawn => "已撤回", "withdrawn";
} }

crate::word_enum! {
    /// A step of an inspection, as its history names it.
    pub enum InspectionStep {
        /// Drawn or registered: the first step.
        Draw = "draw",
        /// Laboratory and samplers are named.
        Assign = "assign",
        /// The samplers are at the operator.
        Attempt = "attempt",
        /// The operator refuses.
        Refuse = "refuse",
        /// There is nothing to be sampled.
        NotFind = "not_find",
        /// The product may not be sampled.
        Bar = "bar",
        /// The sample is taken.
        Sample = "sample",
        /// It is sealed.
        Seal = "seal",
        /// The laboratory receives it, its seals intact.
        Receive = "receive",
        /// The laboratory receives it with a broken seal.
        ReceiveBroken = "receive_broken",
        /// It is tested.
        Test = "test",
        /// The result is reported.
        Report = "report",
        /// A label was checked, or a finding of a cross-inspection or a visit is entered.
        Check = "check",
        /// A quick test was made.
        QuickTest = "quick_test",
        /// The formal sample of a suspect quick test is named.
        LinkFormal = "link_formal",
        /// Why there is no formal sample of a suspect quick test.
        Explain = "explain",
        /// A published list gives the result: what stands before it is not known.
        Listed = "listed",
        /// A party gets the result.
        Deliver = "deliver",
        /// The nominal producer is asked whether the product is its own.
        AskProducer = "ask_producer",
        /// The nominal producer confirms that the product is its own.
        Confirm = "confirm",
        /// The term passed without an answer.
        Deem = "deem",
        /// It says that it is not.
        Deny = "deny",
        /// The authority does not follow it.
        RejectDenial = "reject_denial",
        /// A party challenges the result.
        Contest = "contest",
        /// The reserve sample is to be tested.
        OrderRetest = "order_retest",
        /// There is no re-test: the result stands.
        RefuseRetest = "refuse_retest",
        /// The re-test has confirmed the result.
        Uphold = "uphold",
        /// The re-test has overturned the result; of a label, which nobody tests again, the authority has.
        Overturn = "overturn",
        /// The matter goes to another procedure.
        HandOver = "hand_over",
        /// The result becomes final.
        Finalise = "finalise",
        /// The final result is made public.
        Publish = "publish",
        /// The sample is given back.
        ReturnSample = "return_sample",
        /// The sample is destroyed.
        DestroySample = "destroy_sample",
        /// The sample can't be used.
        Void = "void",
        /// The inspection never should have been registered.
        Withdraw = "withdraw",
        /// An earlier event was entered wrongly.
        Correct = "correct",
    }
}

crate::word_texts! { InspectionStep {
    Draw => "登记", "registered";
    Assign => "分配机构", "laboratory assigned";
    Attempt => "到场抽样", "samplers at the operator";
    Refuse => "拒绝抽样", "sampling refused";
    NotFind => "未抽到样品", "nothing to sample";
    Bar => "不得抽样", "may not be sampled";
    Sample => "抽取样品", "sample taken";
    Seal => "封样", "sample sealed";
    Receive => "收样", "sample received";
    ReceiveBroken => "收样时封条破损", "received with a broken seal";
    Test => "检验", "tested";
    Report => "出具报告", "result reported";
    Check => "登记检查结果", "findings entered";
    QuickTest => "快速检测", "quick test";
    LinkFormal => "关联正式抽样", "formal sample named";
    Explain => "说明未正式抽样的原因", "no formal sample, with the reason";
    Listed => "名单结果", "result by a published list";
    Deliver => "送达结果", "result delivered";
    AskProducer => "请标称生产者确认", "producer asked";
    Confirm => "标称生产者确认", "confirmed by the producer";
    Deem => "逾期视为确认", "deemed confirmed";
    Deny => "标称生产者否认", "denied by the producer";
    RejectDenial => "否认不成立", "denial rejected";
    Contest => "提出异议", "challenged";
    OrderRetest => "组织复检", "re-test ordered";
    RefuseRetest => "不予复检", "re-test refused";
    Uphold => "复检维持原结论", "re-test upheld the result";
    Overturn => "复检推翻原结论", "re-test overturned the result";
    HandOver => "移送", "handed over";
    Finalise => "结果确定", "result final";
    Publish => "通报", "published";
    ReturnSample => "退还样品", "sample returned";
    DestroySample => "处置样品", "sample destroyed";
    Void => "样品作废", "sample void";
    Withdraw => "撤回登记", "inspection withdrawn";
    Correct => "更正", "correction";
} }

impl InspectionStep {
    /// The step in words for inspections by a method: nobody tests a label again.
    pub fn text_for(self, method: Method) -> Text {
        match (method, self) {
            (Method::Label, Self::RefuseRetest) => Text::new("异议不成立", "challenge rejected"),
            (Method::Label, Self::Overturn) => {
                Text::new("异议成立，推翻原结论", "challenge accepted, result overturned")
            }
            _ => self.text(),
        }
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: InspectionState,
    step: InspectionStep,
) -> Result<InspectionState, NotAllowed<InspectionState, InspectionStep>> {
    use InspectionState as S;
    use InspectionStep as E;
    let to = match (from, step) {
        (S::Drawn | S::Assigned, E::Assign) => S::Assigned,
        (S::Drawn | S::Assigned, E::Attempt) => S::Attempted,
        (S::Drawn | S::Assigned | S::Attempted, E::Refuse) => S::Refused,
        (S::Drawn | S::Assigned | S::Attempted, E::NotFind) => S::NotFound,
        (S::Drawn | S::Assigned | S::Attempted, E::Bar) => S::Barred,
        (S::Drawn | S::Assigned | S::Attempted, E::Sample) => S::Sampled,
        (S::Drawn | S::Assigned | S::Attempted | S::Sampled, E::Check) => S::Reported,
        (S::Drawn | S::Assigned, E::Listed) => S::Reported,
        (S::Sampled, E::Seal) => S::Sealed,
        (S::Sealed, E::Receive) => S::Received,
        (S::Sealed, E::ReceiveBroken) => S::Void,
        (S::Received, E::Test) => S::Tested,
        (S::Tested, E::Report) => S::Reported,
        (S::Reported | S::Delivered, E::Deliver) => S::Delivered,
        // One party can challenge before the other one has the result, which it gets all the same, and may challenge in its own days.
        (S::Contested | S::Retesting | S::Upheld, E::Deliver) => from,
        // Which of the two a quick test leads to follows from its result: see `course`.
        (S::Drawn | S::Assigned | S::Attempted, E::QuickTest) => S::Suspect,
        (S::Suspect, E::LinkFormal | E::Explain) => S::Closed,
        (S::Delivered | S::Upheld, E::Contest) => S::Contested,
        (S::Contested, E::OrderRetest) => S::Retesting,
        (S::Contested, E::RefuseRetest) | (S::Retesting, E::Uphold) => S::Upheld,
        // Which of the two goes with a method: see `course`.
        (S::Contested | S::Retesting, E::Overturn) => S::Overturned,
        (S::Delivered | S::Upheld | S::Overturned, E::Finalise) => S::Final,
        (S::Final, E::Publish) => S::Published,
        (from, E::HandOver) if from.has_open_result() => S::HandedOver,
        (S::Sampled | S::Sealed | S::Received | S::Tested, E::Void) => S::Void,
        (from, E::AskProducer | E::Confirm | E::Deem | E::Deny | E::RejectDenial)
            if from.has_open_result() =>
        {
            from
        }
        (from, E::ReturnSample | E::DestroySample) if from.is_over() => from,
        (from, E::Withdraw) if from != S::Withdrawn => S::Withdrawn,
        (from, step) => return Err(NotAllowed { from, step }),
    };
    Ok(to)
}

impl InspectionState {
    /// Whether nothing follows but what becomes of the sample, the publication, and a withdrawal.
    pub const fn is_over(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::NotFound
                | Self::Barred
                | Self::Void
                | Self::Final
                | Self::Published
                | Self::HandedOver
                | Self::Closed
        )
    }

    /// Whether a sample was taken and its result is not final yet.
    pub const fn has_open_result(self) -> bool {
        matches!(
            self,
            Self::Sampled
                | Self::Sealed
                | Self::Received
                | Self::Tested
                | Self::Reported
                | Self::Delivered
                | Self::Contested
                | Self::Retesting
                | Self::Upheld
        )
    }

    /// Whether the result is final.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Final | Self::Published)
    }

    /// Whether it stands in the denominator of the nonconforming rate once it is tested: not what was refused, not found, barred, void,
    /// handed over, closed or withdrawn.
    pub const fn counts(self) -> bool {
        !matches!(
            self,
            Self::Refused
                | Self::NotFound
                | Self::Barred
                | Self::Void
                | Self::HandedOver
                | Self::Suspect
                | Self::Closed
                | Self::Withdrawn
        )
    }

    /// Whether the parties know the result.
    pub const fn is_known(self) -> bool {
        matches!(
            self,
            Self::Delivered
                | Self::Contested
                | Self::Retesting
                | Self::Upheld
                | Self::Overturned
                | Self::Final
                | Self::Published
        )
    }
}

/// What the nominal producer's answer is after a step; none where the step does not fit.
pub fn confirmation_after(before: Option<Confirmation>, step: InspectionStep) -> Option<Confirmation> {
    use Confirmation as C;
    use InspectionStep as E;
    Some(match (before, step) {
        (None, E::AskProducer) => C::Pending,
        (Some(C::Pending), E::Confirm) => C::Confirmed,
        (Some(C::Pending), E::Deem) => C::Deemed,
        // Who was silent may still prove it, until the result is final.
        (Some(C::Pending | C::Deemed), E::Deny) => C::Denied,
        (Some(C::Denied), E::RejectDenial) => C::DenialRejected,
        _ => return None,
    })
}

/// Where the sample is after a step; none where the step does not fit.
pub fn sample_after(before: SampleState, step: InspectionStep) -> Option<SampleState> {
    match (before, step) {
        (SampleState::None, InspectionStep::Sample) => Some(SampleState::Held),
        (SampleState::Held, InspectionStep::ReturnSample) => Some(SampleState::Returned),
        (SampleState::Held, InspectionStep::DestroySample) => Some(SampleState::Destroyed),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
