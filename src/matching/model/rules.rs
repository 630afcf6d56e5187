//! The rules that exclude. No waiting and no setting relaxes one, and an admin's order passes over
//! four of them only, which bind the platform's own choice.

use super::facts::{ExpertFacts, NeedFacts};
use super::parts::fit;
use crate::core::Text;

crate::word_enum! {
    /// The hard rule that keeps an expert from a need.
    pub enum Exclusion {
        /// Not vetted, or the account is closed.
        NotApproved = "not_approved",
        /// Suspended by an officer.
        Suspended = "suspended",
        /// Works for the enterprise or owns it.
        ConflictOfInterest = "conflict_of_interest",
        /// Signed the failed report.
        SignedReport = "signed_report",
        /// The enterprise does not want the expert.
        RefusedByEnterprise = "refused_by_enterprise",
        /// Was offered this consultation before.
        AlreadyTried = "already_tried",
        /// No specialty names the kind, its class or a related one.
        NoSpecialty = "no_specialty",
        /// On leave.
        OnLeave = "on_leave",
        /// Takes nothing new at present.
        Unavailable = "unavailable",
        /// Not on duty, where only those on duty are asked.
        OffDuty = "off_duty",
        /// Has as many consultations as it takes.
        AtCapacity = "at_capacity",
        /// Has as many consultations of this enterprise as one enterprise may have of an expert's places.
        EnterpriseShare = "enterprise_share",
    }
}

impl Exclusion {
    /// The rule in a sentence.
    pub fn text(self) -> Text {
        match self {
            Self::NotApproved => {
                Text::new("未通过审核或账号停用", "is not approved, or the account is closed")
            }
            Self::Suspended => Text::new("接诊资格已暂停", "is suspended"),
            Self::ConflictOfInterest => {
                Text::new("任职于该企业或持有其权益", "works for the enterprise or owns part of it")
            }
            Self::SignedReport => Text::new("签发了该不合格检验报告", "signed the failed report"),
            Self::RefusedByEnterprise => Text::new("企业已申请其回避", "is excluded by the enterprise"),
            Self::AlreadyTried => {
                Text::new("本问诊此前已派给过", "has been offered this consultation before")
            }
            Self::NoSpecialty => {
                Text::new("专长不涉及该产品及相近类别", "has no specialty for the product or a related class")
            }
            Self::OnLeave => Text::new("休假中", "is on leave"),
            Self::Unavailable => Text::new("暂不接诊", "is not accepting consultations at present"),
            Self::OffDuty => Text::new("当前不在值班", "is not on duty now"),
            Self::AtCapacity => Text::new("承接数量已满", "has reached the limit of consultations"),
            Self::EnterpriseShare => Text::new(
                "本企业在该专家处的问诊已达上限",
                "has reached the limit of consultations of this enterprise",
            ),
        }
    }

    /// Whether the rule holds against an admin's order, too. The others keep the platform from
    /// choosing someone whom an admin may well name.
    pub fn is_hard(self) -> bool {
        !matches!(self, Self::AlreadyTried | Self::NoSpecialty | Self::OffDuty | Self::EnterpriseShare)
    }
}

/// The first rule that excludes the expert, the lasting ones before those that pass.
pub fn exclusion(need: &NeedFacts, expert: &ExpertFacts) -> Option<Exclusion> {
    exclusions(need, expert).next()
}

/// All rules that exclude the expert, the lasting ones first.
pub fn exclusions(need: &NeedFacts, expert: &ExpertFacts) -> impl Iterator<Item = Exclusion> + use<> {
    let rules = [
        (!expert.approved, Exclusion::NotApproved),
        (expert.suspended, Exclusion::Suspended),
        (has_conflict(need, expert), Exclusion::ConflictOfInterest),
        (signed(need, expert), Exclusion::SignedReport),
        (expert.refused_by.contains(&need.enterprise), Exclusion::RefusedByEnterprise),
        (need.tried.contains(&expert.id), Exclusion::AlreadyTried),
        (fit(need, expert).is_none(), Exclusion::NoSpecialty),
        (expert.on_leave(need.hour.day), Exclusion::OnLeave),
        (!expert.available, Exclusion::Unavailable),
        (need.duty_only && !expert.on_duty(&need.hour), Exclusion::OffDuty),
        (expert.load >= expert.capacity, Exclusion::AtCapacity),
        (need.share.is_used_up(expert), Exclusion::EnterpriseShare),
    ];
    rules.into_iter().filter(|(holds, _)| *holds).map(|(_, rule)| rule)
}

/// Whether the expert works for the enterprise or owns part of it: said so, or the employer bears its name.
fn has_conflict(need: &NeedFacts, expert: &ExpertFacts) -> bool {
    expert.conflicts.contains(&need.enterprise) || expert.employer == Some(need.name)
}

/// Whether the expert signed a failed report: says so, or the report names the expert and the
/// expert's institution. A namesake of another institution did not.
fn signed(need: &NeedFacts, expert: &ExpertFacts) -> bool {
    need.reports.iter().any(|report| {
        let named = report.signer.is_some()
            && report.signer == expert.name
            && report.laboratory.is_some()
            && report.laboratory == expert.institution;
        named || expert.signed.contains(&report.number)
    })
}
