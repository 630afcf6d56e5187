//! What support programmes and their measures are, and which step of one is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};
use crate::programmes::state::ProgrammeState;
use crate::sampling_figures::intervals::Verdict;

crate::word_enum! {
    /// What a support programme is for: a place or products.
    pub enum SupportScope {
        /// A place, with all its products (一地一策).
        Place = "place",
        /// A product in the whole province (一品一策).
        Product = "product",
        /// A product in a place.
        ProductInPlace = "product_in_place",
    }
}

impl SupportScope {
    /// For what a programme of these is, where the regions may be the whole province.
    pub fn of(whole_province: bool, has_kinds: bool) -> Self {
        match (whole_province, has_kinds) {
            (_, false) => Self::Place,
            (true, true) => Self::Product,
            (false, true) => Self::ProductInPlace,
        }
    }

    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Place => ("一地一策", "for a place"),
            Self::Product => ("一品一策", "for a product"),
            Self::ProductInPlace => ("一地一品", "for a product in a place"),
        }
    }
}

crate::word_enum! {
    /// How far a programme is: its base state, and whether it was evaluated.
    pub enum SupportStage {
        /// Being written.
        Draft = "draft",
        /// Waits for its approval by a second officer.
        Submitted = "submitted",
        /// Approved, with its baseline; no measure has begun.
        Approved = "approved",
        /// Being carried out.
        Running = "running",
        /// Carried out, and evaluated at least once.
        Evaluated = "evaluated",
        /// It was evaluated and closed.
        Closed = "closed",
        /// Sent back with a reason, to be mended.
        Returned = "returned",
        /// Given up before its approval.
        Withdrawn = "withdrawn",
    }
}

impl SupportStage {
    /// Of a base state and the last verdict.
    pub fn of(state: ProgrammeState, verdict: Option<Verdict>) -> Self {
        match (state, verdict) {
            (ProgrammeState::Draft, _) => Self::Draft,
            (ProgrammeState::Submitted, _) => Self::Submitted,
            (ProgrammeState::Approved, _) => Self::Approved,
            (ProgrammeState::Running, None) => Self::Running,
            (ProgrammeState::Running, Some(_)) => Self::Evaluated,
            (ProgrammeState::Closed, _) => Self::Closed,
            (ProgrammeState::Returned, _) => Self::Returned,
            (ProgrammeState::Withdrawn, _) => Self::Withdrawn,
        }
    }

    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("草稿", "draft"),
            Self::Submitted => ("待审批", "waits for approval"),
            Self::Approved => ("已批准", "approved"),
            Self::Running => ("执行中", "running"),
            Self::Evaluated => ("已评估", "evaluated"),
            Self::Closed => ("已完成", "closed"),
            Self::Returned => ("已退回", "sent back"),
            Self::Withdrawn => ("已撤销", "given up"),
        }
    }

    /// Its colour.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Approved | Self::Running | Self::Evaluated => "good",
            Self::Submitted => "warn",
            Self::Returned => "bad",
            Self::Draft | Self::Closed | Self::Withdrawn => "none",
        }
    }

    /// Whether everybody may read its sheet: from the approval on.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Approved | Self::Running | Self::Evaluated | Self::Closed)
    }
}

crate::word_enum! {
    /// What is done in a measure.
    pub enum MeasureKind {
        /// Enterprises are trained.
        Training = "training",
        /// Tests that enterprises share.
        SharedTest = "shared_test",
        /// A standard is written or brought in.
        Standard = "standard",
        /// Testing vouchers.
        Voucher = "voucher",
        /// Experts visit enterprises.
        Visit = "visit",
        /// Something else.
        Other = "other",
    }
}

impl MeasureKind {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Training => ("培训", "training"),
            Self::SharedTest => ("共享检测", "shared tests"),
            Self::Standard => ("标准制定与宣贯", "standards"),
            Self::Voucher => ("检测券", "testing vouchers"),
            Self::Visit => ("上门帮扶", "visits"),
            Self::Other => ("其他", "other"),
        }
    }
}

crate::word_enum! {
    /// The state of a measure.
    pub enum MeasureState {
        /// Not begun.
        Planned = "planned",
        /// Being carried out.
        UnderWay = "under_way",
        /// It was carried out.
        Done = "done",
        /// Not carried out, or broken off, with a reason.
        Dropped = "dropped",
    }
}

impl MeasureState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Planned => ("未开始", "planned"),
            Self::UnderWay => ("进行中", "under way"),
            Self::Done => ("已完成", "done"),
            Self::Dropped => ("已取消", "dropped"),
        }
    }

    /// Its colour.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Planned | Self::Dropped => "none",
            Self::UnderWay => "warn",
            Self::Done => "good",
        }
    }
}

crate::word_enum! {
    /// A step of a measure.
    pub enum MeasureStep {
        /// It begins.
        Begin = "begin",
        /// It is done.
        Finish = "finish",
        /// It is not carried out, or broken off.
        Drop = "drop",
    }
}

impl MeasureStep {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Begin => ("开始", "begun"),
            Self::Finish => ("完成", "finished"),
            Self::Drop => ("取消", "dropped"),
        }
    }
}

/// The state of a measure after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: MeasureState,
    step: MeasureStep,
) -> Result<MeasureState, NotAllowed<MeasureState, MeasureStep>> {
    use MeasureState::{Done, Dropped, Planned, UnderWay};
    use MeasureStep as S;
    match (from, step) {
        (Planned, S::Begin) => Ok(UnderWay),
        (UnderWay, S::Finish) => Ok(Done),
        (Planned | UnderWay, S::Drop) => Ok(Dropped),
        (Planned | UnderWay | Done | Dropped, S::Begin | S::Finish | S::Drop) => {
            Err(NotAllowed { from, step })
        }
    }
}

impl RefusesSteps<MeasureStep> for MeasureState {
    fn refused(NotAllowed { from, step }: NotAllowed<MeasureState, MeasureStep>) -> Problem {
        let (from, step) = (from.words(), step.words());
        Problem::new(
            Code::SupportMeasureState,
            Text::new(
                format!("措施的当前状态（{}）不允许此操作（{}）", from.0, step.0),
                format!("a measure in this state (“{}”) does not allow this step (“{}”)", from.1, step.1),
            ),
        )
    }
}

crate::word_enum! {
    /// What an amount is.
    pub enum AmountKind {
        /// What the programme costs the public.
        Cost = "cost",
        /// What a product hospital takes for what it does in it.
        Fee = "fee",
    }
}

crate::word_enum! {
    /// Who pays a fee.
    pub enum PaidBy {
        /// The enterprises that are helped.
        Enterprises = "enterprises",
        /// The authority.
        Authority = "authority",
        /// Somebody else.
        Others = "others",
    }
}

impl PaidBy {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Enterprises => ("企业支付", "paid by enterprises"),
            Self::Authority => ("财政支付", "paid by the authority"),
            Self::Others => ("其他单位支付", "paid by others"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in MeasureState::ALL {
            for &step in MeasureStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "planned begin under_way",
                "planned drop dropped",
                "under_way finish done",
                "under_way drop dropped"
            ]
        );
    }

    #[test]
    fn a_programme_that_runs_is_evaluated_once_there_is_a_verdict() {
        assert_eq!(SupportStage::of(ProgrammeState::Running, None), SupportStage::Running);
        for verdict in Verdict::ALL {
            assert_eq!(SupportStage::of(ProgrammeState::Running, Some(*verdict)), SupportStage::Evaluated);
            assert_eq!(SupportStage::of(ProgrammeState::Closed, Some(*verdict)), SupportStage::Closed);
        }
        let public: Vec<_> =
            SupportStage::ALL.iter().filter(|stage| stage.is_public()).map(|s| s.as_str()).collect();
        assert_eq!(public, ["approved", "running", "evaluated", "closed"]);
    }

    #[test]
    fn for_a_place_or_for_a_product() {
        assert_eq!(SupportScope::of(false, false), SupportScope::Place);
        assert_eq!(SupportScope::of(true, false), SupportScope::Place);
        assert_eq!(SupportScope::of(true, true), SupportScope::Product);
        assert_eq!(SupportScope::of(false, true), SupportScope::ProductInPlace);
    }
}
