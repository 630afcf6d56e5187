//! The states of a code, and which step is allowed from which. Pure. The tables have the same words in CHECKs.
//!
//! Whether a granted code is in force is no state: it is computed whenever somebody looks (`conditions`). The steps `suspend` and `resume` write down, for
//! people, that this has changed.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a code.
    pub enum CodeState {
        /// Applied for.
        Applied = "applied",
        /// Refused with a reason.
        Refused = "refused",
        /// The enterprise took its application back.
        Withdrawn = "withdrawn",
        /// Granted.
        Granted = "granted",
        /// Granted, and its renewal is applied for.
        Renewing = "renewing",
        /// Taken away by an officer, with a reason.
        Revoked = "revoked",
        /// The enterprise gave it up.
        GivenUp = "given_up",
        /// Its time is over.
        Lapsed = "lapsed",
    }
}

impl CodeState {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Applied => ("待审核", "waits for a decision"),
            Self::Refused => ("未通过", "refused"),
            Self::Withdrawn => ("已撤回", "taken back"),
            Self::Granted => ("已授码", "granted"),
            Self::Renewing => ("续期待审核", "renewal waits for a decision"),
            Self::Revoked => ("已撤销", "revoked"),
            Self::GivenUp => ("企业已停用", "given up"),
            Self::Lapsed => ("已到期", "lapsed"),
        };
        Text::new(zh, en)
    }

    /// Whether a code of this state can be in force.
    pub fn is_granted(self) -> bool {
        matches!(self, Self::Granted | Self::Renewing)
    }
}

crate::word_enum! {
    /// A step of a code.
    pub enum CodeStep {
        /// The enterprise applies.
        Apply = "apply",
        /// It takes the application back.
        Withdraw = "withdraw",
        /// An officer refuses.
        Refuse = "refuse",
        /// An officer grants.
        Grant = "grant",
        /// The enterprise applies for another term.
        ApplyRenewal = "apply_renewal",
        /// An officer grants it.
        Renew = "renew",
        /// An officer refuses it.
        RefuseRenewal = "refuse_renewal",
        /// A condition was lost.
        Suspend = "suspend",
        /// All conditions are met again.
        Resume = "resume",
        /// An officer takes it away.
        Revoke = "revoke",
        /// The enterprise gives it up.
        GiveUp = "give_up",
        /// Its time is over.
        Lapse = "lapse",
        /// The enterprise begins another print run.
        AddVersion = "add_version",
        /// A print run is ended.
        EndVersion = "end_version",
    }
}

impl CodeStep {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Apply => ("申请", "applied for"),
            Self::Withdraw => ("撤回申请", "application taken back"),
            Self::Refuse => ("不予授码", "refused"),
            Self::Grant => ("授码", "granted"),
            Self::ApplyRenewal => ("申请续期", "renewal applied for"),
            Self::Renew => ("续期", "renewed"),
            Self::RefuseRenewal => ("不予续期", "renewal refused"),
            Self::Suspend => ("暂停", "suspended"),
            Self::Resume => ("恢复", "in force again"),
            Self::Revoke => ("撤销", "revoked"),
            Self::GiveUp => ("停用", "given up"),
            Self::Lapse => ("到期", "lapsed"),
            Self::AddVersion => ("新增印制批次", "print run added"),
            Self::EndVersion => ("停用印制批次", "print run ended"),
        };
        Text::new(zh, en)
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(from: CodeState, step: CodeStep) -> Result<CodeState, NotAllowed<CodeState, CodeStep>> {
    use CodeState::{Applied, GivenUp, Granted, Lapsed, Refused, Renewing, Revoked, Withdrawn};
    use CodeStep as S;
    match (from, step) {
        (Applied, S::Withdraw) => Ok(Withdrawn),
        (Applied, S::Refuse) => Ok(Refused),
        (Applied, S::Grant) => Ok(Granted),
        (Granted | Lapsed, S::ApplyRenewal) => Ok(Renewing),
        (Renewing, S::Renew | S::RefuseRenewal) => Ok(Granted),
        (Granted, S::Suspend | S::Resume | S::AddVersion | S::EndVersion) => Ok(Granted),
        (Renewing, S::Suspend | S::Resume | S::AddVersion | S::EndVersion) => Ok(Renewing),
        (Granted | Renewing, S::Revoke) => Ok(Revoked),
        (Granted | Renewing, S::GiveUp) => Ok(GivenUp),
        (Granted, S::Lapse) => Ok(Lapsed),
        (
            Applied | Refused | Withdrawn | Granted | Renewing | Revoked | GivenUp | Lapsed,
            S::Apply
            | S::Withdraw
            | S::Refuse
            | S::Grant
            | S::ApplyRenewal
            | S::Renew
            | S::RefuseRenewal
            | S::Suspend
            | S::Resume
            | S::Revoke
            | S::GiveUp
            | S::Lapse
            | S::AddVersion
            | S::EndVersion,
        ) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<CodeStep> for CodeState {
    fn refused(NotAllowed { from, step }: NotAllowed<CodeState, CodeStep>) -> Problem {
        let (from, step) = (from.text(), step.text());
        Problem::new(
            Code::CreditCodeState,
            Text::new(
                format!("品质信用码的当前状态（{}）不允许此操作（{}）", from.zh, step.zh),
                format!(
                    "a quality credit code in this state (“{}”) does not allow this step (“{}”)",
                    from.en, step.en
                ),
            ),
        )
    }
}

crate::word_enum! {
    /// What the page of a code says of it.
    pub enum ScanAnswer {
        /// It is in force: the record is shown.
        InForce = "in_force",
        /// It is granted and not in force.
        Suspended = "suspended",
        /// It was revoked, given up or has lapsed, or its print run was ended.
        Ended = "ended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in CodeState::ALL {
            for &step in CodeStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "applied withdraw withdrawn",
                "applied refuse refused",
                "applied grant granted",
                "granted apply_renewal renewing",
                "granted suspend granted",
                "granted resume granted",
                "granted revoke revoked",
                "granted give_up given_up",
                "granted lapse lapsed",
                "granted add_version granted",
                "granted end_version granted",
                "renewing renew granted",
                "renewing refuse_renewal granted",
                "renewing suspend renewing",
                "renewing resume renewing",
                "renewing revoke revoked",
                "renewing give_up given_up",
                "renewing add_version renewing",
                "renewing end_version renewing",
                "lapsed apply_renewal renewing",
            ]
        );
    }
}
