//! What each column of the list takes, in words: for the page of imports and the template.

use super::Column;
use crate::core::{Language, Text};

impl Column {
    /// The rule for its values, for people.
    #[must_use]
    pub fn rule(self) -> Text {
        let (zh, en) = match self {
            Self::Uscc => (
                "营业执照上的 18 位代码，按 GB 32100-2015 逐位校验；单元格须为文本格式",
                "the 18 characters of the licence, verified by GB 32100-2015; as a text cell",
            ),
            Self::Name => ("企业全称，不超过 200 个字符", "the full name, at most 200 characters"),
            Self::OperatingStatus => (
                "在营、停业、注销、吊销或迁出；登记机关的用语（如存续、开业、歇业）同样接受",
                "operating, suspended, deregistered, revoked or moved_out; the words of the registers are taken as well",
            ),
            Self::RegionCode => (
                "六位行政区划代码，或代码加名称；须在本人辖区内",
                "the six digits of the region, or the digits with its name; within your own region",
            ),
            Self::Address => ("不超过 200 个字符", "at most 200 characters"),
            Self::ContactName => ("不超过 100 个字符", "at most 100 characters"),
            Self::ContactPhone => (
                "手机或固定电话，可含区号、国家代码和分机号；单元格须为文本格式",
                "a mobile or fixed number, with area, country code or extension where needed; as a text cell",
            ),
            Self::ContactEmail => (
                "企业账号的认领链接发往此邮箱",
                "where the link by which the enterprise claims its account is sent",
            ),
            Self::ProductKind => ("产品目录中的名称或代码", "name or code of the catalogue"),
            Self::ReportNo => (
                "不超过 100 个字符；单元格须为文本格式，以免数字变为科学计数法或日期",
                "at most 100 characters; as a text cell, so that it becomes neither an exponent nor a date",
            ),
            Self::InspectedOn => (
                "日期，如 2021-08-03、2021/8/3、20210803 或 2021年8月3日；年份须为四位，不晚于今天",
                "a date such as 2021-08-03, 2021/8/3 or 20210803; the year in four digits, not in the future",
            ),
            Self::InspectionLevel => ("国家、省级、市级或县级", "national, provincial, municipal or county"),
            Self::FailedItems => (
                "多个项目以分号、逗号、顿号或换行分隔；括号内为一项",
                "separated by semicolons, commas, 、 or line breaks; what stands in brackets is one item",
            ),
            Self::OrderIssuedOn => (
                "日期，不早于抽样日期；填写后立案，自该日起计算法定期限",
                "a date, not before the sampling; it opens the case and starts the terms of the law",
            ),
            Self::Laboratory => (
                "出具报告的机构，不超过 200 个字符；产品医院可从列表选择",
                "who made the report, at most 200 characters; a product hospital can be chosen from the list",
            ),
            Self::SignedBy => (
                "报告的签发人，不超过 100 个字符；其作为专家时不受理该报告的问诊",
                "who signed the report, at most 100 characters; as an expert this person is not asked about it",
            ),
        };
        Text::new(zh, en)
    }

    /// A value that it takes.
    #[must_use]
    pub fn example(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Uscc => ("9144030071526726XG", "9144030071526726XG"),
            Self::Name => ("某某钢铁有限公司", "某某钢铁有限公司"),
            Self::OperatingStatus => ("在营", "operating"),
            Self::RegionCode => ("440103 荔湾区", "440103"),
            Self::Address => ("某某路 1 号", "某某路 1 号"),
            Self::ContactName => ("李质量", "李质量"),
            Self::ContactPhone => ("020-38835999", "020-38835999"),
            Self::ContactEmail => ("quality@example.com", "quality@example.com"),
            Self::ProductKind => ("热轧带肋钢筋", "K0101"),
            Self::ReportNo => ("BG-2021-0001", "BG-2021-0001"),
            Self::InspectedOn => ("2021-08-03", "2021-08-03"),
            Self::InspectionLevel => ("省级", "provincial"),
            Self::FailedItems => ("抗拉强度；屈服强度", "抗拉强度；屈服强度"),
            Self::OrderIssuedOn => ("2021-09-01", "2021-09-01"),
            Self::Laboratory => ("某某质量检验所", "某某质量检验所"),
            Self::SignedBy => ("陈某某", "陈某某"),
        };
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::list_files::ListColumn;
    use crate::zero_out::import::column::Header;
    use crate::zero_out::import::row::{Rules, read};
    use chrono::NaiveDate;
    use std::collections::BTreeSet;

    #[test]
    fn every_example_is_taken() {
        let catalogue = Catalogue::builtin().unwrap();
        let today = NaiveDate::from_ymd_opt(2021, 12, 1).unwrap();
        for language in [Language::Zh, Language::En] {
            let headings: Vec<String> =
                Column::ALL.iter().map(|column| column.heading(language).to_owned()).collect();
            let cells: Vec<String> =
                Column::ALL.iter().map(|column| column.example(language).to_owned()).collect();
            let header = Header::read(&headings).unwrap();
            let admitted = BTreeSet::new();
            let rules = Rules { catalogue: &catalogue, scope: Some("440000"), today, admitted: &admitted };
            let row = read(&header, &cells.into(), rules).unwrap();
            assert_eq!((row.region.as_str(), row.failed_items.len()), ("440103", 2));
        }
    }
}
