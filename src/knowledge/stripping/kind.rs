//! What a finding is, and what stands in its place. Pure.

use crate::core::Text;

crate::word_enum! {
    /// What a finding is.
    pub enum FindingKind {
        /// The name of an enterprise, full or short.
        Enterprise = "enterprise",
        /// The name of a person.
        Person = "person",
        /// A unified social credit code.
        Uscc = "uscc",
        /// The number of an identity card.
        IdCard = "id_card",
        /// A telephone number.
        Phone = "phone",
        /// A mail address.
        Mail = "mail",
        /// An address, or a region below the city.
        Address = "address",
        /// The number of a report.
        ReportNo = "report_no",
        /// A trademark.
        Trademark = "trademark",
        /// The address of a page.
        Url = "url",
        /// The number of a batch.
        BatchNo = "batch_no",
        /// A standard of an enterprise's own, whose number names it.
        EnterpriseStandard = "enterprise_standard",
    }
}

impl FindingKind {
    /// What stands in place of such a thing where nothing else is said.
    #[must_use]
    pub const fn replacement(self) -> &'static str {
        match self {
            Self::Enterprise => "某企业",
            Self::Person => "某人员",
            Self::Uscc => "某代码",
            Self::IdCard => "某证件号",
            Self::Phone => "某电话",
            Self::Mail => "某邮箱",
            Self::Address => "某地",
            Self::ReportNo => "某报告",
            Self::Trademark => "某品牌",
            Self::Url => "某网址",
            Self::BatchNo => "某批次",
            Self::EnterpriseStandard => "某企业标准",
        }
    }

    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Enterprise => ("企业名称", "name of an enterprise"),
            Self::Person => ("人员姓名", "name of a person"),
            Self::Uscc => ("统一社会信用代码", "credit code"),
            Self::IdCard => ("身份证件号码", "identity card number"),
            Self::Phone => ("电话号码", "telephone number"),
            Self::Mail => ("电子邮箱", "mail address"),
            Self::Address => ("地址或市以下地区", "address, or region below the city"),
            Self::ReportNo => ("报告编号", "report number"),
            Self::Trademark => ("商标或品牌", "trademark"),
            Self::Url => ("网址", "web address"),
            Self::BatchNo => ("批号", "batch number"),
            Self::EnterpriseStandard => ("企业标准编号", "enterprise's own standard"),
        };
        Text::new(zh, en)
    }
}

/// A place before those that overlap are joined: from, to (exclusive), kind, replacement.
pub type Place = (usize, usize, FindingKind, String);
