//! What programmes are, and which step of one is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::catalogue::{RegionLevel, Regions};
use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The level that organises a sampling (抽查级别).
    pub enum ProgrammeLevel {
        /// National (国家).
        National = "national",
        /// Provincial (省级).
        Provincial = "provincial",
        /// Of a city (市级).
        Municipal = "municipal",
        /// County level (县级).
        County = "county",
    }
}

impl ProgrammeLevel {
    /// The level at which the authority of a region organises; none where the region is not known. A national sampling is ordered, and never the
    /// usual one of a province.
    pub fn of_region(regions: &Regions, code: Option<&str>) -> Option<Self> {
        Some(match regions.get(code?)?.level {
            RegionLevel::Province => Self::Provincial,
            RegionLevel::City => Self::Municipal,
            RegionLevel::District => Self::County,
        })
    }

    /// Whether the authority of a region of this level organises such a sampling. A national one is carried out by the province.
    pub fn organised_by(self, region: RegionLevel) -> bool {
        match self {
            Self::National | Self::Provincial => region == RegionLevel::Province,
            Self::Municipal => region == RegionLevel::City,
            Self::County => region == RegionLevel::District,
        }
    }

    /// Whether an authority of this level may organise it: it is its own level or one below.
    pub fn is_within(self, region: RegionLevel) -> bool {
        match self {
            Self::National | Self::Provincial => region == RegionLevel::Province,
            Self::Municipal => matches!(region, RegionLevel::Province | RegionLevel::City),
            Self::County => true,
        }
    }
}

crate::word_enum! {
    /// As what an operator is sampled.
    pub enum OperatorRole {
        /// Producer (生产者).
        Producer = "producer",
        /// Seller (销售者).
        Seller = "seller",
        /// Online operator (网络经营者).
        Online = "online",
    }
}

crate::word_enum! {
    /// The credit grade of an operator, as far as draws are weighted by it. Who grades operators stands above and writes it here.
    pub enum OperatorGrade {
        /// Good.
        A = "a",
        /// Fair.
        B = "b",
        /// Poor.
        C = "c",
        /// Bad.
        D = "d",
    }
}

crate::word_enum! {
    /// The state of a programme.
    pub enum ProgrammeState {
        /// Being written.
        Draft = "draft",
        /// Waits for its approval by a second officer.
        Submitted = "submitted",
        /// Approved; nothing was drawn yet.
        Approved = "approved",
        /// Being carried out.
        Running = "running",
        /// It is done; nothing changes any more.
        Closed = "closed",
        /// Sent back with a reason, to be mended.
        Returned = "returned",
        /// Given up before its approval.
        Withdrawn = "withdrawn",
    }
}

impl ProgrammeState {
    /// The states of a programme that is under way: it is approved and not closed.
    pub const UNDER_WAY: [Self; 2] = [Self::Approved, Self::Running];

    /// Whether the regions that are charged with it know of it.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Approved | Self::Running | Self::Closed)
    }

    /// Whether it is under way, so that things can belong to it and its tasks can be late.
    pub fn is_under_way(self) -> bool {
        Self::UNDER_WAY.contains(&self)
    }
}

crate::word_enum! {
    /// A step of a programme.
    pub enum ProgrammeStep {
        /// The programme was written.
        Create = "create",
        /// The programme or its targets are changed.
        Change = "change",
        /// Handed in for approval.
        Submit = "submit",
        /// Approved by a second officer.
        Approve = "approve",
        /// Sent back with a reason.
        Return = "return",
        /// Given up.
        Withdraw = "withdraw",
        /// Its carrying-out begins.
        Start = "start",
        /// Operators are drawn.
        Draw = "draw",
        /// Brought to its end.
        Close = "close",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: ProgrammeState,
    step: ProgrammeStep,
) -> Result<ProgrammeState, NotAllowed<ProgrammeState, ProgrammeStep>> {
    use ProgrammeState::{Approved, Closed, Draft, Returned, Running, Submitted, Withdrawn};
    use ProgrammeStep as S;
    match (from, step) {
        (Draft, S::Change) => Ok(Draft),
        (Returned, S::Change) => Ok(Returned),
        (Draft | Returned, S::Submit) => Ok(Submitted),
        (Submitted, S::Approve) => Ok(Approved),
        (Submitted, S::Return) => Ok(Returned),
        (Draft | Returned | Submitted, S::Withdraw) => Ok(Withdrawn),
        (Approved, S::Start) | (Approved | Running, S::Draw) => Ok(Running),
        (Approved | Running, S::Close) => Ok(Closed),
        (
            Draft | Submitted | Approved | Running | Closed | Returned | Withdrawn,
            S::Create
            | S::Change
            | S::Submit
            | S::Approve
            | S::Return
            | S::Withdraw
            | S::Start
            | S::Draw
            | S::Close,
        ) => Err(NotAllowed { from, step }),
    }
}

/// The steps that a state allows, in their order.
pub fn allowed(from: ProgrammeState) -> Vec<ProgrammeStep> {
    ProgrammeStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

impl ProgrammeState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("草稿", "draft"),
            Self::Submitted => ("待审批", "waits for approval"),
            Self::Approved => ("已批准", "approved"),
            Self::Running => ("执行中", "running"),
            Self::Closed => ("已完成", "closed"),
            Self::Returned => ("已退回", "sent back"),
            Self::Withdrawn => ("已撤销", "given up"),
        }
    }
}

impl ProgrammeStep {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("起草", "written"),
            Self::Change => ("修改", "changed"),
            Self::Submit => ("提交审批", "handed in"),
            Self::Approve => ("批准", "approved"),
            Self::Return => ("退回", "sent back"),
            Self::Withdraw => ("撤销", "given up"),
            Self::Start => ("开始执行", "begun"),
            Self::Draw => ("抽取", "drawn"),
            Self::Close => ("完成", "closed"),
        }
    }
}

impl RefusesSteps<ProgrammeStep> for ProgrammeState {
    fn refused(NotAllowed { from, step }: NotAllowed<ProgrammeState, ProgrammeStep>) -> Problem {
        let (from, step) = (from.words(), step.words());
        Problem::new(
            Code::ProgrammeState,
            Text::new(
                format!("计划的当前状态（{}）不允许此操作（{}）", from.0, step.0),
                format!("a programme in this state (“{}”) does not allow this step (“{}”)", from.1, step.1),
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in ProgrammeState::ALL {
            for &step in ProgrammeStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "draft change draft",
                "draft submit submitted",
                "draft withdraw withdrawn",
                "submitted approve approved",
                "submitted return returned",
                "submitted withdraw withdrawn",
                "approved start running",
                "approved draw running",
                "approved close closed",
                "running draw running",
                "running close closed",
                "returned change returned",
                "returned submit submitted",
                "returned withdraw withdrawn",
            ]
        );
    }

    #[test]
    fn what_is_under_way_can_be_closed_and_nothing_else() {
        for &state in ProgrammeState::ALL {
            assert_eq!(state.is_under_way(), transition(state, ProgrammeStep::Close).is_ok(), "{state}");
        }
    }

    #[test]
    fn the_level_of_a_region_is_that_of_its_authority() {
        let catalogue = crate::catalogue::Catalogue::builtin().unwrap();
        let level = |code| ProgrammeLevel::of_region(&catalogue.regions, Some(code));
        assert_eq!(level("440000"), Some(ProgrammeLevel::Provincial));
        assert_eq!(level("440100"), Some(ProgrammeLevel::Municipal));
        assert_eq!(level("440103"), Some(ProgrammeLevel::County));
        assert_eq!(level("999999"), None);
        assert_eq!(ProgrammeLevel::of_region(&catalogue.regions, None), None);
        for region in catalogue.regions.iter() {
            let level = ProgrammeLevel::of_region(&catalogue.regions, Some(&region.code));
            assert!(level.is_some_and(|level| level.organised_by(region.level)), "{}", region.code);
        }
    }

    #[test]
    fn a_level_is_organised_by_its_authority() {
        let table: Vec<Vec<bool>> = ProgrammeLevel::ALL
            .iter()
            .map(|level| RegionLevel::ALL.iter().map(|region| level.organised_by(*region)).collect())
            .collect();
        assert_eq!(
            table,
            [[true, false, false], [true, false, false], [false, true, false], [false, false, true]]
        );
    }
}
