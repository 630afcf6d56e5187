//! The columns of the zero-out list.

use crate::core::cells::compact;

crate::word_enum! {
    /// A column of the zero-out list.
    pub enum Column {
        /// 统一社会信用代码.
        Uscc = "uscc",
        /// 企业名称.
        Name = "name",
        /// 经营状态.
        OperatingStatus = "operating_status",
        /// 行政区划代码.
        RegionCode = "region_code",
        /// 地址.
        Address = "address",
        /// 联系人.
        ContactName = "contact_name",
        /// 联系电话.
        ContactPhone = "contact_phone",
        /// 电子邮箱.
        ContactEmail = "contact_email",
        /// 产品种类.
        ProductKind = "product_kind",
        /// 检验报告编号.
        ReportNo = "report_no",
        /// 抽样日期.
        InspectedOn = "inspected_on",
        /// 抽查级别.
        InspectionLevel = "inspection_level",
        /// 不合格项目.
        FailedItems = "failed_items",
        /// 责令改正日期.
        OrderIssuedOn = "order_issued_on",
        /// 检验机构.
        Laboratory = "laboratory",
        /// 报告签发人.
        SignedBy = "signed_by",
    }
}

impl Column {
    /// The Chinese heading.
    #[must_use]
    pub fn name_zh(self) -> &'static str {
        match self {
            Self::Uscc => "统一社会信用代码",
            Self::Name => "企业名称",
            Self::OperatingStatus => "经营状态",
            Self::RegionCode => "行政区划代码",
            Self::Address => "地址",
            Self::ContactName => "联系人",
            Self::ContactPhone => "联系电话",
            Self::ContactEmail => "电子邮箱",
            Self::ProductKind => "产品种类",
            Self::ReportNo => "检验报告编号",
            Self::InspectedOn => "抽样日期",
            Self::InspectionLevel => "抽查级别",
            Self::FailedItems => "不合格项目",
            Self::OrderIssuedOn => "责令改正日期",
            Self::Laboratory => "检验机构",
            Self::SignedBy => "报告签发人",
        }
    }

    /// Whether a file without it is refused and a row must fill it.
    #[must_use]
    pub fn is_required(self) -> bool {
        !matches!(
            self,
            Self::Address
                | Self::ContactName
                | Self::ContactPhone
                | Self::ContactEmail
                | Self::InspectionLevel
                | Self::OrderIssuedOn
                | Self::Laboratory
                | Self::SignedBy
        )
    }

    /// The column of a heading.
    #[must_use]
    pub fn of(heading: &str) -> Option<Self> {
        let heading = plain(heading);
        Self::ALL.iter().copied().find(|c| plain(c.as_str()) == heading || c.name_zh() == heading)
    }
}

fn plain(heading: &str) -> String {
    let mut plain = compact(heading).to_lowercase();
    plain.retain(|c| !matches!(c, '_' | '-' | '*'));
    plain
}
