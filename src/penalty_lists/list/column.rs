//! The columns of a penalty list: what SAMR Order No. 45, art. 4, has published of a penalty, under the headings of authorities and of the
//! exports of the credit information systems.

mod words;

use crate::core::cells::compact;
use crate::core::{Language, Text};
use crate::list_files::column::{Content, ListColumn, plain};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::{date, header};
use crate::penalty_lists::list::document;
use std::sync::LazyLock;

/// The header of a penalty list.
pub type Header = header::Header<Column>;

/// Declares the columns: variant, English name, Chinese heading, content, other headings.
macro_rules! columns {
    ($($variant:ident $word:tt $zh:literal $content:ident [$($other:literal),*];)+) => {
        crate::word_enum! {
            /// A column of a penalty list.
            pub enum Column {
                $(#[doc = $zh] $variant = $word),+
            }
        }

        impl Column {
            /// The Chinese heading.
            #[must_use]
            pub fn name_zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            fn holds(self) -> Content {
                match self { $(Self::$variant => Content::$content),+ }
            }

            /// What offices call the column beside its own name.
            #[must_use]
            pub fn other_names(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($other),*]),+ }
            }
        }
    };
}

columns! {
    DocumentNo "document_no" "行政处罚决定书文号" ReportNumber
        ["处罚决定书文号", "决定书文号", "行政处罚决定文书号", "行政处罚文书号", "处罚文书号", "文书号", "文号", "行政处罚决定书编号", "处罚决定书编号", "决定书编号", "行政处罚决定书", "处罚文号"];
    Party "party" "当事人" Text
        ["当事人名称", "当事人姓名或名称", "当事人姓名(名称)", "当事人名称(姓名)", "行政相对人名称", "行政相对人", "相对人名称", "被处罚单位", "被处罚人", "被处罚对象", "处罚对象", "被处罚当事人", "市场主体名称", "经营主体名称", "企业名称", "单位名称", "名称"];
    Uscc "uscc" "统一社会信用代码" Identifier
        ["行政相对人代码_1(统一社会信用代码)", "行政相对人代码1(统一社会信用代码)", "当事人统一社会信用代码", "社会信用代码", "信用代码", "统一社会信用代码/注册号", "统一社会信用代码(注册号)", "统一信用代码", "企业信用代码"];
    PartyRegion "party_region" "当事人所在地" Choice
        ["所属地区", "所在地区", "所在地", "行政区划", "行政区划代码", "区县", "当事人住所", "当事人地址", "住所", "住所地", "地址", "经营场所"];
    Act "act" "违法行为类型" Text
        ["违法行为", "违法行为种类", "违法类型", "违法行为名称", "案由", "案件名称", "处罚事由", "违法事由"];
    Facts "facts" "违法事实" Text
        ["主要违法事实", "违法事实摘要", "处罚事实", "简要案情", "案情"];
    Product "product" "涉案产品" Text
        ["产品名称", "涉案产品名称", "涉案物品", "涉案商品", "商品名称", "产品"];
    Law "law" "处罚依据" Text
        ["行政处罚依据", "法律依据", "适用法律", "违反的法律"];
    PenaltyKind "penalty_kind" "处罚种类" Text
        ["行政处罚种类", "处罚类别", "处罚类别1", "行政处罚类别", "处罚类型", "处罚方式"];
    Penalty "penalty" "处罚内容" Text
        ["行政处罚内容", "处罚结果", "处罚决定", "处罚决定内容", "行政处罚结果", "处理结果"];
    Fine "fine" "罚款金额" Number
        ["罚款", "罚款数额", "处罚金额", "罚没金额", "罚没款"];
    Authority "authority" "处罚机关" Text
        ["作出行政处罚决定的机关名称", "作出行政处罚决定机关名称", "作出行政处罚决定机关", "作出处罚决定的机关", "行政处罚机关", "处罚机关名称", "决定机关", "决定机关名称", "处罚单位", "执法机关", "执法单位", "办案机构", "办案单位"];
    DecidedOn "decided_on" "处罚决定日期" Date
        ["作出行政处罚决定日期", "作出处罚决定日期", "作出行政处罚决定的日期", "行政处罚决定日期", "决定日期", "处罚日期", "处罚决定时间", "处罚时间", "决定书日期", "作出决定日期"];
    HappenedOn "happened_on" "违法行为发生日期" Date
        ["违法行为发生时间", "违法行为日期", "违法日期", "违法时间", "行为发生日期", "发生日期", "案发日期"];
    Intent "intent" "主观过错" Choice
        ["主观方面", "是否故意", "主观故意", "过错类型"];
    Status "status" "决定状态" Choice
        ["处罚状态", "状态", "当前状态", "处罚决定状态", "效力状态"];
    AnnulledOn "annulled_on" "撤销日期" Date
        ["撤销决定日期", "撤销时间", "决定撤销日期"];
    AnnulmentNo "annulment_no" "撤销文书号" ReportNumber
        ["撤销决定书文号", "撤销文号", "撤销依据文书号", "撤销决定文书号"];
    FormNo "form_no" "抽样单编号" ReportNumber
        ["关联抽样单编号", "抽样编号", "检验报告编号", "关联检验报告编号", "报告编号"];
    Remarks "remarks" "备注" Text
        ["说明", "备注说明", "其他"];
}

impl Column {
    /// Whether a row must fill it.
    #[must_use]
    pub fn is_required(self) -> bool {
        matches!(self, Self::DocumentNo | Self::Party | Self::DecidedOn)
    }

    /// The column of a heading.
    #[must_use]
    pub fn of(heading: &str) -> Option<Self> {
        Self::of_plain(&plain(heading))
    }

    fn of_plain(heading: &str) -> Option<Self> {
        static NAMES: LazyLock<Vec<[String; 2]>> =
            LazyLock::new(|| Column::ALL.iter().map(|c| [plain(c.as_str()), plain(c.name_zh())]).collect());
        let mut known = Self::ALL.iter().copied().zip(NAMES.iter());
        known.find(|(_, names)| names.iter().any(|name| name == heading)).map(|(column, _)| column)
    }

    /// The column of a heading that has another name for it, or its name with something in brackets behind.
    #[must_use]
    pub fn like(heading: &str) -> Option<Self> {
        static OTHERS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
            Column::ALL.iter().map(|c| c.other_names().iter().map(|n| plain(n)).collect()).collect()
        });
        let whole = plain(heading);
        let other = |heading: &str| {
            let mut known = Self::ALL.iter().copied().zip(OTHERS.iter());
            known.find(|(_, names)| names.iter().any(|name| name == heading)).map(|(column, _)| column)
        };
        if let Some(column) = other(&whole) {
            return Some(column);
        }
        let short = whole.split('(').next().unwrap_or_default().trim_end_matches(':');
        if short.is_empty() {
            return None;
        }
        Self::of_plain(short).or_else(|| other(short))
    }
}

impl ListColumn for Column {
    const ALL: &'static [Self] = Column::ALL;
    const NAME: Self = Self::Party;
    const REPORT: &'static [Self] = &[Self::DocumentNo, Self::DecidedOn, Self::Act, Self::Authority];
    const SIGNS: &'static [Self] = &[Self::DocumentNo, Self::DecidedOn, Self::Uscc];

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
        self.holds()
    }

    fn is_required(self) -> bool {
        Column::is_required(self)
    }

    fn must_name(self) -> bool {
        matches!(self, Self::DocumentNo | Self::Party)
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
            Self::DocumentNo => document::is_complete(&text) && text.contains(['〔', '[', '(', '【']),
            Self::DecidedOn => text.len() >= 8 && date::parse(cell).is_some(),
            Self::Uscc => crate::enterprises::Uscc::parse(&text).is_ok(),
            _ => false,
        }
    }

    fn nothing_named(self) -> RejectionCode {
        RejectionCode::ValueMissing
    }

    /// A list names its decisions with their days, whom they punish, and for what. The authority may be said with the upload.
    fn missing(has: &dyn Fn(Self) -> bool) -> Vec<Self> {
        let mut missing: Vec<Self> =
            [Self::DocumentNo, Self::Party, Self::DecidedOn].into_iter().filter(|c| !has(*c)).collect();
        if !has(Self::Act) && !has(Self::Facts) {
            missing.push(Self::Act);
        }
        missing
    }

    fn rule(self) -> Text {
        self.takes()
    }

    fn example(self, language: Language) -> &'static str {
        self.sample(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn each_heading_is_one_column() {
        let mut names: BTreeMap<String, Column> = BTreeMap::new();
        for column in Column::ALL {
            for name in [column.as_str(), column.name_zh()].iter().chain(column.other_names()) {
                if let Some(other) = names.insert(plain(name), *column) {
                    assert_eq!(other, *column, "{name} is a heading of two columns");
                }
                assert_eq!(Column::of(name).or_else(|| Column::like(name)), Some(*column), "{name}");
            }
        }
    }

    #[test]
    fn headings_of_authorities_and_exports_are_known() {
        // An authority's notice, the export of a credit information system, a list of an office's own.
        for (headings, known) in [
            (
                &[
                    "序号",
                    "行政处罚决定书文号",
                    "当事人名称",
                    "统一社会信用代码",
                    "违法行为类型",
                    "行政处罚内容",
                    "作出行政处罚决定机关名称",
                    "作出行政处罚决定日期",
                ][..],
                7,
            ),
            (
                &[
                    "行政相对人名称",
                    "行政相对人代码_1（统一社会信用代码）",
                    "行政处罚决定文书号",
                    "违法行为类型",
                    "违法事实",
                    "处罚依据",
                    "处罚类别",
                    "处罚内容",
                    "罚款金额（万元）",
                    "处罚决定日期",
                    "处罚机关",
                    "备注",
                ],
                12,
            ),
            (&["文号", "被处罚单位", "案由", "处罚日期"], 4),
        ] {
            let cells: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
            assert_eq!(Header::score(&cells), known, "{headings:?}");
            assert!(Header::read(&cells).is_ok(), "{headings:?}");
        }
    }
}
