//! What an issue and a voucher are, and which step of one is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};
use chrono::NaiveDate;

crate::word_enum! {
    /// The state of an issue.
    pub enum VoucherIssueState {
        /// Being written.
        Draft = "draft",
        /// Approved; enterprises apply within its days.
        Open = "open",
        /// The frame is fixed and published.
        Framed = "framed",
        /// The winners are drawn.
        Drawn = "drawn",
        /// Nothing of it is open any more.
        Closed = "closed",
        /// Given up before the frame was fixed.
        Withdrawn = "withdrawn",
    }
}

crate::word_enum! {
    /// A step of an issue.
    pub enum VoucherIssueStep {
        /// The issue was written.
        Create = "create",
        /// Changed.
        Change = "change",
        /// Approved by a second officer.
        Approve = "approve",
        /// Given up.
        Withdraw = "withdraw",
        /// The frame is fixed.
        Freeze = "freeze",
        /// The winners are drawn.
        Draw = "draw",
        /// Brought to its end.
        Close = "close",
    }
}

crate::word_enum! {
    /// The state of a voucher.
    pub enum VoucherState {
        /// Something is left of it.
        Open = "open",
        /// All of it is redeemed.
        Spent = "spent",
        /// Its last day has passed, and something was left.
        Expired = "expired",
        /// Taken back with a reason.
        Revoked = "revoked",
    }
}

crate::word_enum! {
    /// A movement on a voucher.
    pub enum VoucherEntryKind {
        /// The voucher was won in the draw.
        Issue = "issue",
        /// Redeemed, all or a part.
        Redeem = "redeem",
        /// A redemption is given back.
        Reverse = "reverse",
        /// What was left has expired.
        Expire = "expire",
        /// What was left is taken back.
        Revoke = "revoke",
    }
}

/// The state of an issue after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: VoucherIssueState,
    step: VoucherIssueStep,
) -> Result<VoucherIssueState, NotAllowed<VoucherIssueState, VoucherIssueStep>> {
    use VoucherIssueState::{Closed, Draft, Drawn, Framed, Open, Withdrawn};
    use VoucherIssueStep as S;
    match (from, step) {
        (Draft, S::Change) => Ok(Draft),
        (Draft, S::Approve) => Ok(Open),
        (Draft | Open | Framed, S::Withdraw) => Ok(Withdrawn),
        (Open, S::Freeze) => Ok(Framed),
        (Framed, S::Draw) => Ok(Drawn),
        (Drawn, S::Close) => Ok(Closed),
        (
            Draft | Open | Framed | Drawn | Closed | Withdrawn,
            S::Create | S::Change | S::Approve | S::Withdraw | S::Freeze | S::Draw | S::Close,
        ) => Err(NotAllowed { from, step }),
    }
}

/// The steps that a state allows, in their order.
pub fn allowed(from: VoucherIssueState) -> Vec<VoucherIssueStep> {
    VoucherIssueStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

/// Whether an issue takes applications on a day: once it is approved, from their first day to their last.
pub fn takes_applications(
    state: VoucherIssueState,
    (from, until): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> bool {
    state == VoucherIssueState::Open && (from..=until).contains(&today)
}

/// Whether a step that the state allows is for this day: one whose frame is fixed is drawn until the last day of its vouchers, and given up only
/// afterwards. Who could give up a published frame could wait for a seed that suits.
pub fn is_for_day(
    from: VoucherIssueState,
    step: VoucherIssueStep,
    valid_until: NaiveDate,
    today: NaiveDate,
) -> bool {
    let over = today > valid_until;
    match step {
        VoucherIssueStep::Draw => !over,
        VoucherIssueStep::Withdraw => over || from != VoucherIssueState::Framed,
        VoucherIssueStep::Create
        | VoucherIssueStep::Change
        | VoucherIssueStep::Approve
        | VoucherIssueStep::Freeze
        | VoucherIssueStep::Close => true,
    }
}

/// What counts against the limit of an enterprise, in fen, by all movements on its vouchers: what it won without what was taken back of it. What was
/// redeemed before counts, and so does what expired.
pub fn counted(movements: impl IntoIterator<Item = (VoucherEntryKind, i64)>) -> i64 {
    movements.into_iter().fold(0, |sum: i64, (kind, amount)| match kind {
        VoucherEntryKind::Issue => sum.saturating_add(amount),
        VoucherEntryKind::Revoke => sum.saturating_sub(amount),
        VoucherEntryKind::Redeem | VoucherEntryKind::Reverse | VoucherEntryKind::Expire => sum,
    })
}

/// A voucher as its movements make it: what is left, and its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// What is left, in fen.
    pub rest: i64,
    /// The state.
    pub state: VoucherState,
}

/// Why a movement is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The voucher is not open.
    NotOpen(VoucherState),
    /// Less is left than is to be redeemed.
    TooMuch {
        /// What is left, in fen.
        rest: i64,
    },
    /// The amount is none, or the movement begins nothing.
    Amount,
}

/// A voucher after a movement; `None` before the first one. Total: every movement is taken or refused.
///
/// # Errors
/// When the voucher does not allow it.
pub fn after(before: Option<Holding>, kind: VoucherEntryKind, amount: i64) -> Result<Holding, Refused> {
    use VoucherState as V;
    if amount <= 0 {
        return Err(Refused::Amount);
    }
    let Some(Holding { rest, state }) = before else {
        return match kind {
            VoucherEntryKind::Issue => Ok(Holding { rest: amount, state: V::Open }),
            VoucherEntryKind::Redeem
            | VoucherEntryKind::Reverse
            | VoucherEntryKind::Expire
            | VoucherEntryKind::Revoke => Err(Refused::Amount),
        };
    };
    match (kind, state) {
        (VoucherEntryKind::Issue, _) => Err(Refused::Amount),
        (VoucherEntryKind::Redeem, V::Open) if amount > rest => Err(Refused::TooMuch { rest }),
        (VoucherEntryKind::Redeem, V::Open) => {
            let rest = rest - amount;
            Ok(Holding { rest, state: if rest == 0 { V::Spent } else { V::Open } })
        }
        // What is given back is left again, whatever became of the rest meanwhile; who gives it back ends it again where it is over.
        (VoucherEntryKind::Reverse, V::Open | V::Spent | V::Expired | V::Revoked) => {
            Ok(Holding { rest: rest.checked_add(amount).ok_or(Refused::Amount)?, state: V::Open })
        }
        (VoucherEntryKind::Expire | VoucherEntryKind::Revoke, V::Open) if amount != rest => {
            Err(Refused::TooMuch { rest })
        }
        (VoucherEntryKind::Expire, V::Open) => Ok(Holding { rest: 0, state: V::Expired }),
        (VoucherEntryKind::Revoke, V::Open) => Ok(Holding { rest: 0, state: V::Revoked }),
        (
            VoucherEntryKind::Redeem | VoucherEntryKind::Expire | VoucherEntryKind::Revoke,
            V::Spent | V::Expired | V::Revoked,
        ) => Err(Refused::NotOpen(state)),
    }
}

impl VoucherIssueState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("草稿", "draft"),
            Self::Open => ("受理申请", "open"),
            Self::Framed => ("名单已固定", "frame fixed"),
            Self::Drawn => ("已摇号", "drawn"),
            Self::Closed => ("已结束", "closed"),
            Self::Withdrawn => ("已撤销", "given up"),
        }
    }
}

impl VoucherIssueStep {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("起草", "written"),
            Self::Change => ("修改", "changed"),
            Self::Approve => ("审批", "approved"),
            Self::Withdraw => ("撤销", "given up"),
            Self::Freeze => ("固定名单", "frame fixed"),
            Self::Draw => ("摇号", "drawn"),
            Self::Close => ("结束", "closed"),
        }
    }
}

impl VoucherState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("可使用", "open"),
            Self::Spent => ("已用完", "spent"),
            Self::Expired => ("已过期", "expired"),
            Self::Revoked => ("已作废", "revoked"),
        }
    }
}

impl VoucherEntryKind {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Issue => ("发放", "issued"),
            Self::Redeem => ("核销", "redeemed"),
            Self::Reverse => ("核销撤回", "redemption given back"),
            Self::Expire => ("过期", "expired"),
            Self::Revoke => ("作废", "revoked"),
        }
    }
}

impl RefusesSteps<VoucherIssueStep> for VoucherIssueState {
    fn refused(NotAllowed { from, step }: NotAllowed<VoucherIssueState, VoucherIssueStep>) -> Problem {
        let (from, step) = (from.words(), step.words());
        Problem::new(
            Code::VoucherIssueState,
            Text::new(
                format!("检测券批次的当前状态（{}）不允许此操作（{}）", from.0, step.0),
                format!("an issue in this state (“{}”) does not allow this step (“{}”)", from.1, step.1),
            ),
        )
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let text = match refused {
            Refused::NotOpen(state) => {
                let (zh, en) = state.words();
                Text::new(format!("检测券{zh}，不能使用"), format!("the voucher is {en}"))
            }
            Refused::TooMuch { rest } => {
                let rest = crate::vouchers::money::yuan(rest);
                Text::new(
                    format!("金额超过余额，余额为 {rest} 元"),
                    format!("only {rest} yuan are left of it"),
                )
            }
            Refused::Amount => Text::new("金额须为正数", "the amount must be greater than nothing"),
        };
        Problem::new(Code::VoucherState, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in VoucherIssueState::ALL {
            for &step in VoucherIssueStep::ALL {
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
                "draft approve open",
                "draft withdraw withdrawn",
                "open withdraw withdrawn",
                "open freeze framed",
                "framed withdraw withdrawn",
                "framed draw drawn",
                "drawn close closed",
            ]
        );
    }

    #[test]
    fn what_an_issue_allows_depends_on_the_day() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let taking = |state, today| takes_applications(state, (day(5), day(8)), day(today));
        let taken: Vec<u32> = (4..=9).filter(|today| taking(VoucherIssueState::Open, *today)).collect();
        assert_eq!(taken, [5, 6, 7, 8]);
        assert!(!taking(VoucherIssueState::Draft, 6));
        let may = |state, step| [20, 21].map(|today| is_for_day(state, step, day(20), day(today)));
        assert_eq!(may(VoucherIssueState::Framed, VoucherIssueStep::Draw), [true, false]);
        assert_eq!(may(VoucherIssueState::Framed, VoucherIssueStep::Withdraw), [false, true]);
        assert_eq!(may(VoucherIssueState::Open, VoucherIssueStep::Withdraw), [true, true]);
        assert_eq!(may(VoucherIssueState::Drawn, VoucherIssueStep::Close), [true, true]);
    }

    proptest! {
        #[test]
        fn every_fen_is_accounted_for(amount in 1_i64..1_000_000, moves in proptest::collection::vec((0_usize..5, 1_i64..1_000_000), 0..40)) {
            let mut held = after(None, VoucherEntryKind::Issue, amount).unwrap();
            let (mut redeemed, mut expired, mut revoked) = (0, 0, 0);
            let mut redemptions: Vec<i64> = Vec::new();
            let mut movements = vec![(VoucherEntryKind::Issue, amount)];
            for (choice, some) in moves {
                let kind = VoucherEntryKind::ALL[choice];
                // Who ends a voucher ends all that is left; who gives back gives a redemption back, once.
                let taken = match kind {
                    VoucherEntryKind::Expire | VoucherEntryKind::Revoke => held.rest,
                    VoucherEntryKind::Reverse => match redemptions.pop() {
                        Some(redeemed) => redeemed,
                        None => continue,
                    },
                    VoucherEntryKind::Issue | VoucherEntryKind::Redeem => some,
                };
                match after(Some(held), kind, taken) {
                    Ok(next) => {
                        match kind {
                            VoucherEntryKind::Redeem => {
                                redeemed += taken;
                                redemptions.push(taken);
                            }
                            VoucherEntryKind::Reverse => redeemed -= taken,
                            VoucherEntryKind::Expire => expired += taken,
                            VoucherEntryKind::Revoke => revoked += taken,
                            VoucherEntryKind::Issue => prop_assert!(false, "issued twice"),
                        }
                        held = next;
                        movements.push((kind, taken));
                    }
                    Err(refused) => {
                        prop_assert!(kind != VoucherEntryKind::Reverse, "{:?}", refused);
                    }
                }
                prop_assert!(held.rest >= 0 && held.rest <= amount);
                prop_assert_eq!(held.rest > 0, held.state == VoucherState::Open);
                prop_assert_eq!(amount, redeemed + held.rest + expired + revoked);
                // Whatever was taken back, and in which order: what was redeemed before counts.
                prop_assert_eq!(counted(movements.iter().copied()), redeemed + held.rest + expired);
            }
        }
    }
}
