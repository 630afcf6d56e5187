//! The cells about a report and the order that followed it.

use super::{LONGEST_ITEM, Reader};
use crate::core::cells::{compact, narrow, tidy};
use crate::enterprises::InspectionLevel;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::reader::line::Mark;
use crate::zero_out::import::rejection_code::RejectionCode;
use crate::zero_out::import::{date, items};
use chrono::NaiveDate;

/// Most failed items of one report.
const MOST_ITEMS: usize = 100;

impl Reader<'_> {
    pub(super) fn inspection_level(&mut self) -> Option<InspectionLevel> {
        let word = word(&self.cell(Column::InspectionLevel)?);
        let known = InspectionLevel::ALL.iter().find(|l| {
            l.as_str() == word || l.name_zh() == word || (word == "国家级" && l.name_zh() == "国家")
        });
        if known.is_none() {
            let zh: Vec<_> = InspectionLevel::ALL.iter().map(|l| l.name_zh()).collect();
            let en: Vec<_> = InspectionLevel::ALL.iter().map(|l| l.as_str()).collect();
            self.fault(
                Column::InspectionLevel,
                RejectionCode::InspectionLevelUnknown,
                format!("抽查级别须为{}之一", zh.join("、")),
                format!("the inspection level must be one of {}", en.join(", ")),
            );
        }
        known.copied()
    }

    pub(super) fn product_kind(&mut self) -> Option<String> {
        let text = self.cell(Column::ProductKind)?;
        let products = &self.rules.catalogue.products;
        let kind = products
            .kind(&text)
            .or_else(|| products.kind(&tidy(&text)))
            .or_else(|| products.kind(&compact(&text)));
        if kind.is_none() {
            self.fault(
                Column::ProductKind,
                RejectionCode::ProductKindUnknown,
                "产品目录中没有这个种类的代码或名称",
                "the catalogue has no product kind of this code or name",
            );
        }
        kind.map(|kind| kind.code.clone())
    }

    /// Width and blanks are set right, as the number identifies the report; its case is kept.
    pub(super) fn report_no(&mut self) -> Option<String> {
        let text = self.cell(Column::ReportNo)?;
        let text = tidy(&text.chars().map(narrow).collect::<String>());
        self.fits(Column::ReportNo, text, LONGEST_ITEM)
    }

    pub(super) fn failed_items(&mut self) -> Option<Vec<String>> {
        let text = self.cell(Column::FailedItems)?;
        let items = items::split(&text, MOST_ITEMS + 1);
        let long = items.iter().any(|item| item.chars().count() > LONGEST_ITEM);
        if items.is_empty() {
            self.fault(
                Column::FailedItems,
                RejectionCode::FailedItemsEmpty,
                "至少要有一个不合格项目",
                "at least one failed item is needed",
            );
        } else if long || items.len() > MOST_ITEMS {
            self.fault(
                Column::FailedItems,
                RejectionCode::TooLong,
                format!("不合格项目最多 {MOST_ITEMS} 个，每个不超过 {LONGEST_ITEM} 个字符"),
                format!("at most {MOST_ITEMS} failed items of at most {LONGEST_ITEM} characters each"),
            );
        } else {
            return Some(items);
        }
        None
    }

    pub(super) fn date(&mut self, column: Column) -> Option<NaiveDate> {
        let text = self.cell(column)?;
        let from_1904 = matches!(self.mark(column), Some(Mark::Days1904 | Mark::Formatted1904));
        let Some(date) = (if from_1904 { date::parse_from_1904(&text) } else { date::parse(&text) }) else {
            self.fault(
                column,
                RejectionCode::DateInvalid,
                "不是有效日期（可写作 2021-08-03、2021/8/3、2021.8.3、20210803 或 2021年8月3日，年份须为四位）",
                "is not a date (write 2021-08-03, 2021/8/3, 2021.8.3, 20210803 or 2021年8月3日 with the year in four digits)",
            );
            return None;
        };
        if date > self.rules.today {
            self.fault(
                column,
                RejectionCode::DateInFuture,
                "日期不能晚于今天",
                "the date must not be in the future",
            );
            return None;
        }
        if date::EARLIEST.is_some_and(|earliest| date < earliest) {
            self.fault(
                column,
                RejectionCode::DateTooEarly,
                "日期不能早于 1990 年",
                "the date must not be before 1990",
            );
            return None;
        }
        Some(date)
    }
}

fn word(text: &str) -> String {
    compact(text).to_lowercase()
}
