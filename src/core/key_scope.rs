//! What an API key may be used for. A route says in its room which scope opens it to keys; one that says none is closed to them.

use crate::core::text::Text;
use uuid::Uuid;

crate::word_enum! {
    /// A scope of API keys.
    pub enum KeyScope {
        /// Read consultations and their histories.
        ConsultationsRead = "consultations:read",
        /// Open consultations in the name of enterprises.
        ConsultationsOpen = "consultations:open",
        /// Read cases.
        CasesRead = "cases:read",
        /// Read the zero-out list and its enterprises.
        ZeroOutRead = "zero_out:read",
        /// Import lists, and read what came of it.
        ZeroOutImport = "zero_out:import",
        /// Hand over sampling lists and reports of laboratories, and read what came of them.
        InspectionsReport = "inspections:report",
        /// Read figures.
        ReportsRead = "reports:read",
    }
}

impl KeyScope {
    /// The scope in words.
    pub fn text(self) -> Text {
        match self {
            Self::ConsultationsRead => Text::new("读取问诊", "read consultations"),
            Self::ConsultationsOpen => {
                Text::new("代企业发起问诊", "open consultations in the name of enterprises")
            }
            Self::CasesRead => Text::new("读取整改案件", "read cases"),
            Self::ZeroOutRead => Text::new("读取清零名单和企业", "read the zero-out list and enterprises"),
            Self::ZeroOutImport => Text::new("导入名单", "import lists"),
            Self::InspectionsReport => {
                Text::new("提交抽样名单和检验报告", "hand over sampling lists and reports of laboratories")
            }
            Self::ReportsRead => Text::new("读取统计数据", "read figures"),
        }
    }
}

/// The key by which a program acts in place of the officer who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Id of the key.
    pub id: Uuid,
    /// Its name: that of the system that has it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<KeyScope>,
}
