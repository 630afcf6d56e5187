//! The columns of the zero-out list.

mod words;

use crate::core::cells::compact;
use crate::core::{Language, Text};
use crate::enterprises::{OperatingStatus, Uscc};
use crate::list_files::column::{Content, ListColumn, plain};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::{date, header};
use std::sync::LazyLock;

crate::word_enum! {
    /// A column of the zero-out list.
    pub enum Column {
        /// Unified social credit code (统一社会信用代码).
        Uscc = "uscc",
        /// Name of the enterprise (企业名称).
        Name = "name",
        /// Operating state (经营状态).
        OperatingStatus = "operating_status",
        /// Code of the administrative region (行政区划代码).
        RegionCode = "region_code",
        /// Address (地址).
        Address = "address",
        /// Contact person (联系人).
        ContactName = "contact_name",
        /// Telephone number (联系电话).
        ContactPhone = "contact_phone",
        /// Mail address (电子邮箱).
        ContactEmail = "contact_email",
        /// Product kind (产品种类).
        ProductKind = "product_kind",
        /// Number of the test report (检验报告编号).
        ReportNo = "report_no",
        /// Date of sampling (抽样日期).
        InspectedOn = "inspected_on",
        /// Level of the sampling (抽查级别).
        InspectionLevel = "inspection_level",
        /// Failed items (不合格项目).
        FailedItems = "failed_items",
        /// Date of the order to correct (责令改正日期).
        OrderIssuedOn = "order_issued_on",
        /// Laboratory (检验机构).
        Laboratory = "laboratory",
        /// Signer of the report (报告签发人).
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

    /// Whether it holds a date.
    #[must_use]
    pub fn is_date(self) -> bool {
        matches!(self, Self::InspectedOn | Self::OrderIssuedOn)
    }

    /// The column of a heading.
    #[must_use]
    pub fn of(heading: &str) -> Option<Self> {
        Self::of_plain(&plain(heading))
    }

    fn of_plain(heading: &str) -> Option<Self> {
        // A row that is rejected is looked at for headings cell by cell, so the names are not made plain each time.
        static WORDS: LazyLock<Vec<String>> =
            LazyLock::new(|| Column::ALL.iter().map(|column| plain(column.as_str())).collect());
        let mut known = Self::ALL.iter().copied().zip(WORDS.iter());
        known.find(|(column, word)| *word == heading || column.name_zh() == heading).map(|(c, _)| c)
    }

    /// The column of a heading that has another name for it, or its name with something in brackets behind.
    #[must_use]
    pub fn like(heading: &str) -> Option<Self> {
        let heading = plain(heading);
        let heading = heading.split('(').next().unwrap_or_default().trim_end_matches(':');
        if heading.is_empty() {
            return None;
        }
        Self::of_plain(heading)
            .or_else(|| Self::ALL.iter().copied().find(|c| c.other_names().contains(&heading)))
    }

    /// What offices call the column beside its own name.
    #[must_use]
    pub fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::Uscc => {
                &["社会信用代码", "信用代码", "统一信用代码", "统一代码", "组织机构统一社会信用代码"]
            }
            Self::Name => {
                &["企业名", "单位名称", "生产企业", "生产企业名称", "生产单位", "公司名称", "市场主体名称"]
            }
            Self::OperatingStatus => &["企业状态", "登记状态", "企业经营状态", "主体状态", "经营情况"],
            Self::RegionCode => &["行政区划", "区划代码", "行政区代码", "地区代码", "所在地行政区划代码"],
            Self::Address => &["企业地址", "生产地址", "住所", "详细地址", "单位地址"],
            Self::ContactName => &["企业联系人", "联系人姓名"],
            Self::ContactPhone => {
                &["电话", "联系方式", "手机", "手机号", "手机号码", "联系人电话", "电话号码"]
            }
            Self::ContactEmail => &["邮箱", "电子邮件", "邮箱地址", "联系邮箱", "联系人邮箱", "email"],
            Self::ProductKind => &["产品类别", "产品种类名称", "产品种类代码"],
            Self::ReportNo => &[
                "报告编号",
                "报告号",
                "检验报告号",
                "检验报告编码",
                "报告书编号",
                "检验报告书编号",
                "检测报告编号",
            ],
            Self::InspectedOn => &[
                "抽检日期",
                "抽查日期",
                "监督抽查日期",
                "采样日期",
                "抽样时间",
                "抽检时间",
                "抽查时间",
                "采样时间",
            ],
            Self::InspectionLevel => &["抽查层级", "抽检级别", "抽样级别", "监督抽查级别"],
            Self::FailedItems => {
                &["不合格项", "不合格项目名称", "不合格指标", "不合格检验项目", "主要不合格项目"]
            }
            Self::OrderIssuedOn => {
                &["责令整改日期", "责令改正时间", "责令整改时间", "责令改正下达日期", "责改日期", "责改时间"]
            }
            Self::Laboratory => &["检测机构", "承检机构", "检验单位", "检验检测机构"],
            Self::SignedBy => &["签发人", "报告批准人", "批准人"],
        }
    }
}

/// The header of a zero-out list.
pub type Header = header::Header<Column>;

impl ListColumn for Column {
    const ALL: &'static [Self] = Column::ALL;
    const NAME: Self = Self::Name;
    const REPORT: &'static [Self] = &[Self::ReportNo, Self::InspectedOn];
    const SIGNS: &'static [Self] = &[Self::OperatingStatus, Self::RegionCode, Self::InspectedOn];

    fn index(self) -> usize {
        self as usize
    }

    fn word(self) -> &'static str {
        self.as_str()
    }

    fn name_zh(self) -> &'static str {
        Column::name_zh(self)
    }

    fn content(self) -> Content {
        match self {
            Self::Uscc | Self::ContactPhone => Content::Identifier,
            Self::ReportNo => Content::ReportNumber,
            Self::InspectedOn | Self::OrderIssuedOn => Content::Date,
            Self::OperatingStatus | Self::RegionCode | Self::ProductKind | Self::InspectionLevel => {
                Content::Choice
            }
            Self::Name
            | Self::Address
            | Self::ContactName
            | Self::ContactEmail
            | Self::FailedItems
            | Self::Laboratory
            | Self::SignedBy => Content::Text,
        }
    }

    fn is_required(self) -> bool {
        Column::is_required(self)
    }

    fn must_name(self) -> bool {
        matches!(self, Self::Name | Self::ReportNo | Self::FailedItems)
    }

    fn other_names(self) -> &'static [&'static str] {
        Column::other_names(self)
    }

    fn of(heading: &str) -> Option<Self> {
        Column::of(heading)
    }

    fn like(heading: &str) -> Option<Self> {
        Column::like(heading)
    }

    fn is_value(self, cell: &str) -> bool {
        let text = compact(cell);
        match self {
            Self::OperatingStatus => OperatingStatus::of(cell).is_some(),
            Self::RegionCode => text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()),
            Self::InspectedOn | Self::OrderIssuedOn => date::parse(cell).is_some(),
            Self::ReportNo => {
                text.len() >= 6
                    && text.bytes().filter(u8::is_ascii_digit).count() >= 4
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/.".contains(&b))
            }
            _ => false,
        }
    }

    /// Some credit codes end in zeros.
    fn is_right(self, cell: &str) -> bool {
        self == Self::Uscc && Uscc::parse(cell).is_ok()
    }

    fn nothing_named(self) -> RejectionCode {
        match self {
            Self::FailedItems => RejectionCode::FailedItemsEmpty,
            _ => RejectionCode::ValueMissing,
        }
    }

    fn rule(self) -> Text {
        Column::rule(self)
    }

    fn example(self, language: Language) -> &'static str {
        Column::example(self, language)
    }
}
