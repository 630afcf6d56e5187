//! The cells about a report and the order that followed it.

use super::{LONGEST_ITEM, Reader};
use crate::core::cells::{compact, narrow, tidy};
use crate::enterprises::InspectionLevel;
use crate::list_files::items;
use crate::list_files::rejection_code::RejectionCode;
use crate::zero_out::import::column::Column;

/// Most failed items of one report.
const MOST_ITEMS: usize = 100;

impl Reader<'_> {
    pub(super) fn inspection_level(&mut self) -> Option<InspectionLevel> {
        let word = word(&self.cells.cell(Column::InspectionLevel)?);
        let known = InspectionLevel::ALL.iter().find(|l| {
            l.as_str() == word || l.name_zh() == word || (word == "国家级" && l.name_zh() == "国家")
        });
        if known.is_none() {
            let zh: Vec<_> = InspectionLevel::ALL.iter().map(|l| l.name_zh()).collect();
            let en: Vec<_> = InspectionLevel::ALL.iter().map(|l| l.as_str()).collect();
            self.cells.fault(
                Column::InspectionLevel,
                RejectionCode::InspectionLevelUnknown,
                format!("抽查级别须为{}之一", zh.join("、")),
                format!("the inspection level must be one of {}", en.join(", ")),
            );
        }
        known.copied()
    }

    pub(super) fn product_kind(&mut self) -> Option<String> {
        let text = self.cells.cell(Column::ProductKind)?;
        let products = &self.rules.catalogue.products;
        let kind = products
            .kind(&text)
            .or_else(|| products.kind(&tidy(&text)))
            .or_else(|| products.kind(&compact(&text)));
        if kind.is_none() {
            self.cells.fault(
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
        let text = self.cells.cell(Column::ReportNo)?;
        let text = tidy(&text.chars().map(narrow).collect::<String>());
        self.cells.fits(Column::ReportNo, text, LONGEST_ITEM)
    }

    pub(super) fn failed_items(&mut self) -> Option<Vec<String>> {
        let text = self.cells.cell(Column::FailedItems)?;
        let items = items::split(&text, MOST_ITEMS + 1);
        let long = items.iter().any(|item| item.chars().count() > LONGEST_ITEM);
        if items.is_empty() {
            self.cells.fault(
                Column::FailedItems,
                RejectionCode::FailedItemsEmpty,
                "至少要有一个不合格项目",
                "at least one failed item is needed",
            );
        } else if long || items.len() > MOST_ITEMS {
            self.cells.fault(
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
}

fn word(text: &str) -> String {
    compact(text).to_lowercase()
}
