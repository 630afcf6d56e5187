//! What each column of a sampling list takes, in words: for the page of lists and the template.

use super::Column;
use crate::core::{Language, Text};

impl Column {
    /// The rule for its values, for people.
    pub(super) fn takes(self) -> Text {
        let (zh, en) = match self {
            Self::FormNo => (
                "抽样单上的编号，文本格式；同一编号的各行合为一个批次，没有编号的以报告编号代替",
                "the number of the form, as a text cell; rows with one number are one sample; without it the report number counts",
            ),
            Self::ReportNo => ("检验报告的编号，文本格式", "the number of the report, as a text cell"),
            Self::ProductName => {
                ("产品名称，不超过 200 个字符", "the name of the product, at most 200 characters")
            }
            Self::ProductKind => (
                "产品目录中的名称或代码；未填写的按产品名称识别",
                "name or code of the catalogue; where it is blank, it is known by the name of the product",
            ),
            Self::Inspected => (
                "受检单位全称；店名后以括号注明经营单位的，以括号内的单位为准",
                "the full name; where a shop has its firm in brackets behind it, the firm counts",
            ),
            Self::InspectedUscc | Self::ProducerUscc => (
                "营业执照上的 18 位代码；没有代码的，平台按名称和地区提出匹配建议，由监管人员确认",
                "the 18 characters of the licence; without them a match by name and region is proposed to an officer",
            ),
            Self::InspectedAddress | Self::ProducerAddress => {
                ("不超过 300 个字符；可用于识别地区", "at most 300 characters; the region may be known by it")
            }
            Self::PlaceRegion => (
                "六位行政区划代码或地区名称；未填写的按地址识别，仍无法识别的按导入人员所在地区",
                "the six digits or the name of the region; else it is known by the address, or is the importer's own",
            ),
            Self::Role => ("生产、销售、服务使用或网络", "production, sale, use in a service, or online"),
            Self::Producer => (
                "标称生产企业全称；可注明委托方和受托方",
                "the full name on the label; client and contractor may both stand here",
            ),
            Self::ProducerRegion => (
                "省、市或国家；境外生产者不参与匹配",
                "province, city or country; a producer outside the mainland is not matched",
            ),
            Self::Parties => {
                ("如“委托方：甲公司；受托方：乙公司”", "such as `委托方：甲公司；受托方：乙公司`")
            }
            Self::Client | Self::Contractor => ("单位全称", "the full name"),
            Self::Trademark | Self::Model | Self::Standard | Self::Batch => {
                ("不超过 200 个字符；没有的填“/”", "at most 200 characters; `/` for nothing")
            }
            Self::ProducedBatch => (
                "日期和批号，如 2025-09-24/13200441，先后不限",
                "the date and the batch, such as 2025-09-24/13200441, in either order",
            ),
            Self::ProducedOn => ("日期，不晚于抽样日期", "a date, not after the sampling"),
            Self::SampledOn => (
                "日期，不晚于报告日期；整份名单同一日期的，可在上传时填写",
                "a date, not after the report; where it is the same for all, give it with the upload",
            ),
            Self::ReportedOn => ("日期，不早于抽样日期", "a date, not before the sampling"),
            Self::Conclusion => (
                "合格或不合格；没有此列的按不合格项目判断",
                "合格 (conforms) or 不合格 (fails); without the column it follows from the items",
            ),
            Self::FailedItems => (
                "不合格项目，可含标准值和实测值；多项以分号或换行分隔，或分列多行",
                "what failed, with requirement and measured value where known; several by semicolons, line breaks or rows",
            ),
            Self::Requirement | Self::Measured => (
                "与不合格项目一一对应，多项以分号或换行分隔",
                "one for each item, in their order, separated by semicolons or line breaks",
            ),
            Self::ItemVerdict => ("该项目合格或不合格", "whether the item conforms"),
            Self::Level => ("国抽、省抽、市抽或县抽", "national, provincial, municipal or county"),
            Self::Purpose => (
                "计划、专项、跟踪、复查、应急或风险监测",
                "routine, special, follow_up, reinspection, emergency or risk_monitoring",
            ),
            Self::TaskSource => ("任务名称或下达单位", "the task, or who ordered it"),
            Self::Laboratory => ("出具报告的机构", "who made the report"),
            Self::SignedBy => ("报告的签发人", "who signed the report"),
            Self::Channel => ("成品仓库、货架、网络或其他", "warehouse, shelf, online or other"),
            Self::Platform | Self::Shop | Self::Url | Self::OrderNo => {
                ("网络抽样时填写", "of an online purchase")
            }
            Self::BaseQuantity | Self::TestQuantity | Self::ReserveQuantity => {
                ("数字，可带单位", "a number, with or without its unit")
            }
            Self::Unit => ("如 个、kg", "such as 个 or kg"),
            Self::Price => ("元", "in yuan"),
            Self::Remarks => {
                ("其他说明；“复检不合格”等字样会识别", "any remark; what it says of a re-test is understood")
            }
        };
        Text::new(zh, en)
    }

    /// A value that it takes.
    pub(super) fn sample(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::FormNo => ("20250924440103001", "20250924440103001"),
            Self::ReportNo => ("BG-2025-0001", "BG-2025-0001"),
            Self::ProductName => ("热轧带肋钢筋", "热轧带肋钢筋"),
            Self::ProductKind => ("热轧带肋钢筋", "K0101"),
            Self::Inspected => ("某某建材店（广州某某贸易有限公司）", "某某建材店（广州某某贸易有限公司）"),
            Self::InspectedUscc | Self::ProducerUscc => ("9144030071526726XG", "9144030071526726XG"),
            Self::InspectedAddress | Self::ProducerAddress => {
                ("广州市荔湾区某某路 1 号", "广州市荔湾区某某路 1 号")
            }
            Self::PlaceRegion => ("440103 荔湾区", "440103"),
            Self::Role => ("销售", "seller"),
            Self::Producer => ("某某钢铁有限公司", "某某钢铁有限公司"),
            Self::ProducerRegion => ("广东省广州市", "广东省广州市"),
            Self::Parties => ("委托方：甲公司；受托方：乙公司", "委托方：甲公司；受托方：乙公司"),
            Self::Client => ("甲公司", "甲公司"),
            Self::Contractor => ("乙公司", "乙公司"),
            Self::Trademark => ("某牌", "某牌"),
            Self::Model => ("HRB400E 12mm", "HRB400E 12mm"),
            Self::Standard => ("GB/T 1499.2-2018", "GB/T 1499.2-2018"),
            Self::ProducedBatch => ("2025-09-24/13200441", "2025-09-24/13200441"),
            Self::ProducedOn => ("2025-08-01", "2025-08-01"),
            Self::Batch => ("B13200441", "B13200441"),
            Self::SampledOn => ("2025-09-24", "2025-09-24"),
            Self::ReportedOn => ("2025-10-20", "2025-10-20"),
            Self::Conclusion => ("不合格", "nonconforming"),
            Self::FailedItems => {
                ("抗拉强度（标准值：≥540MPa，实测值：512MPa）", "抗拉强度（标准值：≥540MPa，实测值：512MPa）")
            }
            Self::Requirement => ("≥540MPa", "≥540MPa"),
            Self::Measured => ("512MPa", "512MPa"),
            Self::ItemVerdict => ("不合格", "nonconforming"),
            Self::Level => ("省抽", "provincial"),
            Self::Purpose => ("计划抽查", "routine"),
            Self::TaskSource => ("2025 年省级监督抽查", "2025 年省级监督抽查"),
            Self::Laboratory => ("某某质量检验所", "某某质量检验所"),
            Self::SignedBy => ("陈某某", "陈某某"),
            Self::Channel => ("货架", "shelf"),
            Self::Platform => ("某某商城", "某某商城"),
            Self::Shop => ("某某旗舰店", "某某旗舰店"),
            Self::Url => ("https://shop.example.com/1", "https://shop.example.com/1"),
            Self::OrderNo => ("2025092400001", "2025092400001"),
            Self::BaseQuantity => ("200", "200"),
            Self::TestQuantity => ("4", "4"),
            Self::ReserveQuantity => ("2", "2"),
            Self::Unit => ("根", "根"),
            Self::Price => ("38.50", "38.50"),
            Self::Remarks => ("复检不合格", "复检不合格"),
        };
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
    }
}
