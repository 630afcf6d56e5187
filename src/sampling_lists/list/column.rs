//! The columns of a sampling list, under the headings that offices publish and their systems export.

mod words;

use crate::core::cells::compact;
use crate::core::{Language, Text};
use crate::list_files::column::{Content, ListColumn, plain};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::{date, header};
use std::sync::LazyLock;

/// The header of a sampling list.
pub type Header = header::Header<Column>;

/// Declares the columns: variant, English name, Chinese heading, content, other headings.
macro_rules! columns {
    ($($variant:ident $word:tt $zh:literal $content:ident [$($other:literal),*];)+) => {
        crate::word_enum! {
            /// A column of a sampling list.
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
    FormNo "form_no" "抽样单编号" ReportNumber
        ["抽样编号", "抽样单号", "样品编号", "抽样文书编号", "抽样单编码", "任务单号"];
    ReportNo "report_no" "检验报告编号" ReportNumber
        ["报告编号", "报告号", "检验报告号", "检验报告书编号", "检测报告编号", "报告书编号"];
    ProductName "product_name" "产品名称" Text
        ["样品名称", "商品名称", "抽样产品名称", "名称", "受检产品", "产品"];
    ProductKind "product_kind" "产品种类" Choice
        ["产品类别", "产品种类名称", "产品种类代码", "产品品种", "抽查产品种类", "产品大类"];
    Inspected "inspected" "被抽样单位" Text
        ["受检单位", "被抽样单位名称", "受检单位名称", "被抽查单位", "被抽样单位(受检单位)", "被抽样企业", "被抽样企业名称", "受检企业", "受检企业名称", "受检经营者", "抽样单位名称", "销售单位", "经营单位", "被抽样者", "被检单位", "企业名称", "单位名称", "被抽检单位"];
    InspectedUscc "inspected_uscc" "被抽样单位统一社会信用代码" Identifier
        ["受检单位统一社会信用代码", "受检单位信用代码", "被抽样单位信用代码", "统一社会信用代码", "社会信用代码", "uscc"];
    InspectedAddress "inspected_address" "被抽样单位地址" Text
        ["受检单位地址", "被抽查单位地址", "抽样地址", "抽样地点", "受检企业地址", "经营地址", "被抽样企业地址", "地址"];
    PlaceRegion "place_region" "抽样地区" Choice
        ["行政区划代码", "行政区划", "所属地市", "所在地", "所属地区", "地市", "抽样地", "区县", "所属区县", "受检单位所在地", "被抽样单位所在地"];
    Role "role" "被抽样单位类型" Choice
        ["抽样环节", "环节", "抽查领域", "领域", "受检单位类型", "抽查环节", "单位类型"];
    Producer "producer" "标称生产企业" Text
        ["标称生产单位", "标称生产者", "生产企业", "生产单位", "生产企业名称", "标称生产企业名称", "标称生产单位名称", "生产者", "生产者名称", "标称生产者名称", "制造商", "生产厂家", "标识生产企业", "标示生产企业", "标称生产企业(单位)"];
    ProducerUscc "producer_uscc" "标称生产企业统一社会信用代码" Identifier
        ["生产企业统一社会信用代码", "生产企业信用代码", "标称生产者统一社会信用代码", "生产单位统一社会信用代码", "生产者统一社会信用代码"];
    ProducerAddress "producer_address" "标称生产企业地址" Text
        ["生产企业地址", "生产单位地址", "标称生产者地址", "标称生产单位地址", "生产者地址", "生产地址", "厂址"];
    ProducerRegion "producer_region" "生产企业所在地" Choice
        ["生产企业所在省市", "标称生产企业所在地", "生产企业所在省", "产地", "生产地"];
    Parties "parties" "委托方/受托方" Text
        ["委托方和受托方", "委托方受托方", "委托单位/受托单位", "委托/受托单位", "委托生产信息", "委托方/被委托方"];
    Client "client" "委托方" Text ["委托单位", "委托企业", "委托生产企业", "委托方名称"];
    Contractor "contractor" "受托方" Text ["受托单位", "受托企业", "受托生产企业", "被委托方", "被委托单位", "受托方名称"];
    Trademark "trademark" "商标" Text ["注册商标", "标称商标", "商标名称"];
    Model "model" "规格型号" Text ["型号规格", "规格", "型号", "标称规格型号", "规格/型号", "规格、型号", "规格型号等级"];
    Standard "standard" "执行标准" Text ["产品执行标准", "标准", "明示标准", "执行标准号", "标准代号", "产品标准"];
    ProducedBatch "produced_batch" "生产日期/批号" Text
        ["生产日期/批货号", "生产日期或批号", "生产日期(批号)", "生产日期/货号", "生产日期、批号", "批号/生产日期", "生产日期/编号", "出厂日期/批号", "生产批号/日期", "日期/批号"];
    ProducedOn "produced_on" "生产日期" Date ["出厂日期", "标称生产日期", "制造日期"];
    Batch "batch" "批号" Identifier ["生产批号", "产品批号", "批次号", "货号", "出厂编号"];
    SampledOn "sampled_on" "抽样日期" Date ["抽样时间", "采样日期", "抽检日期", "购样日期", "抽查日期"];
    ReportedOn "reported_on" "报告日期" Date ["检验报告日期", "报告签发日期", "签发日期", "检验日期", "检验完成日期", "出具报告日期", "报告出具日期"];
    Conclusion "conclusion" "检验结论" Choice ["检验结果", "抽查结果", "结论", "判定结果", "综合判定", "检测结论", "抽检结果", "是否合格", "检验判定"];
    FailedItems "failed_items" "不合格项目" Text
        ["不合格项", "不合格情况", "主要不合格项目", "不合格检验项目", "不合格指标", "不合格项目名称", "不合格项目及检测值", "检验项目", "项目名称", "不符合项目", "不合格项目（标准值，实测值）"];
    Requirement "requirement" "标准值" Text ["标准要求", "技术要求", "标准规定", "要求", "标准限值", "限值", "标准指标", "规定值"];
    Measured "measured" "实测值" Text ["检验值", "检测值", "实测结果", "检验实测值", "实测数据", "检测结果"];
    ItemVerdict "item_verdict" "单项判定" Choice ["单项结论", "单项评价", "项目结论", "单项结果"];
    Level "level" "抽查级别" Choice ["抽检级别", "抽查层级", "监督抽查级别", "任务级别", "抽查类型"];
    Purpose "purpose" "抽查类别" Choice ["任务类型", "抽查性质", "任务类别", "抽样类别"];
    TaskSource "task_source" "任务来源" Text ["任务名称", "抽查任务", "计划名称", "任务下达单位", "下达任务单位"];
    Laboratory "laboratory" "承检机构" Text ["检验机构", "检测机构", "检验单位", "承检单位", "检验检测机构", "承担单位", "复查检验机构"];
    SignedBy "signed_by" "报告签发人" Text ["签发人", "报告批准人", "批准人"];
    Channel "channel" "抽样渠道" Choice ["抽样场所", "抽样方式", "渠道", "抽样地点类型"];
    Platform "platform" "电商平台" Text ["网络平台", "平台名称", "网络交易平台", "电商平台名称", "平台"];
    Shop "shop" "店铺名称" Text ["网店名称", "店铺", "网店", "店名"];
    Url "url" "网址" Text ["商品链接", "店铺网址", "网店网址", "链接"];
    OrderNo "order_no" "订单编号" Identifier ["订单号", "网购订单号"];
    BaseQuantity "base_quantity" "抽样基数" Number ["基数", "抽样批量", "批量"];
    TestQuantity "test_quantity" "检样数量" Number ["检样数", "检验样品数量", "抽样数量", "样品数量"];
    ReserveQuantity "reserve_quantity" "备样数量" Number ["备样数", "备用样品数量"];
    Unit "unit" "数量单位" Text ["单位", "计量单位", "样品单位"];
    Price "price" "单价" Number ["销售单价", "样品单价", "价格", "单价(元)"];
    Remarks "remarks" "备注" Text ["说明", "备注说明", "其他"];
}

impl Column {
    /// Whether a row must fill it.
    #[must_use]
    pub fn is_required(self) -> bool {
        self == Self::ProductName
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
    const NAME: Self = Self::ProductName;
    const REPORT: &'static [Self] =
        &[Self::FormNo, Self::ReportNo, Self::SampledOn, Self::Conclusion, Self::ProductName];
    const SIGNS: &'static [Self] = &[Self::SampledOn, Self::Conclusion, Self::ReportNo];

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
        self == Self::ProductName
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
            Self::SampledOn => text.len() >= 8 && date::parse(cell).is_some(),
            Self::Conclusion => matches!(text.as_str(), "合格" | "不合格"),
            Self::ReportNo => {
                text.len() >= 8
                    && text.bytes().filter(u8::is_ascii_digit).count() >= 6
                    && text.bytes().any(|b| b.is_ascii_alphabetic())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/.".contains(&b))
            }
            _ => false,
        }
    }

    fn nothing_named(self) -> RejectionCode {
        RejectionCode::ValueMissing
    }

    /// A list names its products, whom the sample was taken from or who made it, and what the test found. All else may be missing.
    fn missing(has: &dyn Fn(Self) -> bool) -> Vec<Self> {
        let mut missing = Vec::new();
        if !has(Self::ProductName) {
            missing.push(Self::ProductName);
        }
        if ![Self::Inspected, Self::Producer, Self::Parties].into_iter().any(has) {
            missing.push(Self::Inspected);
        }
        if ![Self::Conclusion, Self::FailedItems, Self::ItemVerdict].into_iter().any(has) {
            missing.push(Self::Conclusion);
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
    fn published_headings_are_known() {
        // Qijiang 2022, Shandong 2020, and a provincial list of an office's system.
        for (headings, known) in [
            (
                &[
                    "序号",
                    "受检单位",
                    "产品名称",
                    "生产单位",
                    "规格型号",
                    "生产日期/批货号",
                    "不合格情况",
                    "备注",
                ][..],
                7,
            ),
            (
                &[
                    "序号",
                    "企业名称",
                    "所属地市",
                    "产品名称",
                    "规格型号",
                    "生产日期/批号",
                    "抽查类别",
                    "复查检验机构",
                    "不合格项目",
                ],
                8,
            ),
            (
                &[
                    "产品名称",
                    "被抽样单位（受检单位）",
                    "标称生产企业（名称）",
                    "商标",
                    "规格型号",
                    "生产日期／批号",
                    "抽查类别（国抽/省抽）",
                    "任务来源",
                    "抽样日期",
                    "检验报告编号",
                    "检验结论",
                    "不合格项目（标准值，实测值）",
                    "承检机构",
                    "备注（电商平台，复检）",
                ],
                14,
            ),
        ] {
            let cells: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
            assert_eq!(Header::score(&cells), known, "{headings:?}");
            assert!(Header::read(&cells).is_ok(), "{headings:?}");
        }
    }
}
