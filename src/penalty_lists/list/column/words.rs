//! What each column of a penalty list takes, in words: for the page of lists and the template.

use super::Column;
use crate::core::{Language, Text};

impl Column {
    /// The rule for its values, for people.
    pub(super) fn takes(self) -> Text {
        let (zh, en) = match self {
            Self::DocumentNo => (
                "处罚决定书的文号，含年份和序号，文本格式；没有文号的行不导入",
                "the number of the decision with its year and serial number, as a text cell; a row without it is not taken",
            ),
            Self::Party => {
                ("营业执照上的全称，不超过 200 个字符", "the name on the licence, at most 200 characters")
            }
            Self::Uscc => (
                "营业执照上的 18 位代码；没有代码、代码不在名录中或者同一名称对应两个代码的，由监管人员确认企业",
                "the 18 characters of the licence; without them, with a code that the register does not have, or with two codes for one name, an officer decides which enterprise it is",
            ),
            Self::PartyRegion => (
                "六位行政区划代码、地区名称或地址，用于按名称查找企业",
                "the six digits or the name of the region, or an address: to find the enterprise by its name",
            ),
            Self::Act => (
                "违法行为的类型，如“生产不符合国家标准的产品”；平台据此识别信用行为，无法识别的由监管人员确认",
                "the kind of act, such as `生产不符合国家标准的产品`; the behaviour is known by it, else an officer decides",
            ),
            Self::Facts => ("不超过 2000 个字符", "at most 2,000 characters"),
            Self::Product => (
                "产品名称；食品、药品、化妆品、计量器具和特种设备不导入",
                "the product; food, drugs, cosmetics, measuring instruments and special equipment are not taken",
            ),
            Self::Law => ("法律条款，不超过 1000 个字符", "the articles, at most 1,000 characters"),
            Self::PenaltyKind => ("如警告、罚款、没收违法所得", "such as a warning, a fine, a confiscation"),
            Self::Penalty => (
                "处罚的内容，不超过 1000 个字符；写明不予处罚的，只作记录，不计分",
                "what was imposed, at most 1,000 characters; a penalty that was waived is recorded without points",
            ),
            Self::Fine => (
                "数字，单位为元；列名注明“万元”的按万元",
                "a number in yuan, or in ten thousand yuan where the heading says 万元",
            ),
            Self::Authority => (
                "处罚机关的全称；整份名单为同一机关的，可在上传时填写",
                "the authority's full name; where it is the same for the whole list it can be given with the upload",
            ),
            Self::DecidedOn => ("日期，不晚于今天", "a date, not in the future"),
            Self::HappenedOn => ("日期，不晚于处罚决定日期", "a date, not after the decision"),
            Self::Intent => {
                ("故意或过失；未填写的不作认定", "intentional or negligent; blank where nothing was found")
            }
            Self::Status => {
                ("有效或已撤销；未填写的为有效", "in_force or annulled; in force where it is blank")
            }
            Self::AnnulledOn => ("日期，不早于处罚决定日期", "a date, not before the decision"),
            Self::AnnulmentNo => ("撤销该处罚的文书号", "the number of the document that annuls the penalty"),
            Self::FormNo => (
                "处罚所依据的抽样单或检验报告的编号；与该抽查合为同一事实，只计一次",
                "the sampling form or report on which the penalty rests: both are one fact, which counts once",
            ),
            Self::Remarks => ("不超过 500 个字符", "at most 500 characters"),
        };
        Text::new(zh, en)
    }

    /// A value that it takes.
    pub(super) fn sample(self, language: Language) -> &'static str {
        match self {
            Self::DocumentNo => "穗市监处罚〔2026〕123号",
            Self::Party => "广州某某建材有限公司",
            Self::Uscc => "9144030071526726XG",
            Self::PartyRegion => "440103 荔湾区",
            Self::Act => "生产不符合国家标准的产品",
            Self::Facts => "生产的热轧带肋钢筋经抽查不合格",
            Self::Product => "热轧带肋钢筋",
            Self::Law => "产品质量法第四十九条",
            Self::PenaltyKind => "罚款",
            Self::Penalty => "罚款 20000 元",
            Self::Fine => "20000",
            Self::Authority => "广州市市场监督管理局",
            Self::DecidedOn => "2026-05-20",
            Self::HappenedOn => "2026-03-02",
            Self::Intent => {
                if language == Language::Zh {
                    "故意"
                } else {
                    "intentional"
                }
            }
            Self::Status => {
                if language == Language::Zh {
                    "有效"
                } else {
                    "in_force"
                }
            }
            Self::AnnulledOn => "2026-09-01",
            Self::AnnulmentNo => "穗府行复〔2026〕45号",
            Self::FormNo => "CY2026050001",
            Self::Remarks => "首违",
        }
    }
}
