//! The kinds of what can stand on a row of an import. Pure.

use crate::core::Text;

crate::word_enum! {
    /// What stands on a row.
    pub enum StandingKind {
        /// A later import names the record, or the enterprise whose details this one changed, or brought an address or a contact of.
        LaterImport = "later_import",
        /// The record was changed since.
        RecordChanged = "record_changed",
        /// The enterprise's details were changed since.
        EnterpriseChanged = "enterprise_changed",
        /// Someone opened a case.
        Case = "case",
        /// The case has gone on since the import.
        CaseEvent = "case_event",
        /// An action on the case.
        Action = "action",
        /// Evidence on the case.
        Evidence = "evidence",
        /// A decision on a recovery criterion of the case.
        Criterion = "criterion",
        /// A consultation.
        Consultation = "consultation",
        /// The enterprise, which nothing else keeps on the list, has claimed its account.
        Account = "account",
        /// A plan has assigned an expert to that enterprise.
        Assignment = "assignment",
        /// A quality analysis meeting has dealt with it.
        Meeting = "meeting",
    }
}

impl StandingKind {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::LaterImport => (
                "之后的导入也包含该行内容，请先撤回该导入",
                "a later import names it as well; withdraw that one first",
            ),
            Self::RecordChanged => ("该记录在导入后已变更", "the record was changed since"),
            Self::EnterpriseChanged => {
                ("企业信息在导入后已变更", "the enterprise’s details were changed since")
            }
            Self::Case => ("已立案", "a case was opened"),
            Self::CaseEvent => ("案件已有后续步骤", "the case has gone on"),
            Self::Action => ("案件已有整改措施", "the case has an action"),
            Self::Evidence => ("案件已有整改证据", "the case has evidence"),
            Self::Criterion => ("案件的康复标准已认定", "a recovery criterion of the case was decided"),
            Self::Consultation => ("已有问诊", "there is a consultation"),
            Self::Account => ("企业已认领账号", "the enterprise has claimed its account"),
            Self::Assignment => ("已按方案为企业分派专家", "a plan has assigned an expert to the enterprise"),
            Self::Meeting => ("质量分析会已据此处理", "a quality analysis meeting has dealt with it"),
        };
        Text::new(zh, en)
    }

    /// Where what stands there is shown; none for what has no page of its own.
    pub const fn page(self) -> Option<&'static str> {
        match self {
            Self::LaterImport => Some("/imports/"),
            Self::EnterpriseChanged | Self::RecordChanged | Self::Account => Some("/enterprises/"),
            Self::Case | Self::CaseEvent | Self::Action | Self::Evidence | Self::Criterion => Some("/cases/"),
            Self::Consultation => Some("/queue/"),
            Self::Assignment => Some("/plans/"),
            Self::Meeting => Some("/alerts/"),
        }
    }
}
