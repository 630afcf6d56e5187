//! What a row says of the test: the conclusion, the items, and what its remarks say of a re-test.

use super::Reader;
use crate::core::cells::compact;
use crate::inspections::words::Outcome;
use crate::list_files::rejection_code::RejectionCode;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::list::items::{self, Item};

/// Most characters of an item, a requirement or a measured value.
const LONGEST_ITEM: usize = 200;

impl Reader<'_> {
    /// The conclusion and the items; none where they contradict each other.
    pub(super) fn result(&mut self, remarks: Option<&str>) -> Option<(Outcome, Vec<Item>)> {
        let before = self.cells.faults.len();
        let said = self.conclusion();
        let unread = self.cells.faults.len() > before;
        let verdict = self.verdict();
        let mut found = self.items()?;
        if let Some(ok) = verdict {
            found.iter_mut().for_each(|item| item.ok = Some(ok));
        }
        if unread {
            return None;
        }
        let failed = found.iter().any(|item| item.ok != Some(true));
        let outcome = match said {
            Some(outcome) => outcome,
            None if failed => Outcome::Nonconforming,
            None if verdict == Some(true) => Outcome::Conforming,
            None => {
                self.cells.fault(
                    Column::Conclusion,
                    RejectionCode::ConclusionUnknown,
                    "没有检验结论，也没有不合格项目，无法判断是否合格",
                    "there is neither a conclusion nor an item, so what the test found is not known",
                );
                return None;
            }
        };
        self.contradictions(outcome, &mut found, verdict, remarks).then_some((outcome, found))
    }

    /// Says what the items and the remarks have against the conclusion; `false` where there is anything.
    fn contradictions(
        &mut self,
        outcome: Outcome,
        found: &mut [Item],
        verdict: Option<bool>,
        remarks: Option<&str>,
    ) -> bool {
        let before = self.cells.faults.len();
        let failing = outcome == Outcome::Nonconforming;
        let failed = found.iter().any(|item| item.ok != Some(true));
        if failing && !failed {
            self.cells.fault(
                Column::FailedItems,
                RejectionCode::FailedItemsEmpty,
                "结论为不合格，但没有不合格项目",
                "the conclusion is nonconforming, but no item is named",
            );
        }
        if !failing && verdict.is_none() && failed {
            self.cells.fault(
                Column::FailedItems,
                RejectionCode::ItemsOfConforming,
                "结论为合格，但填写了不合格项目",
                "the conclusion is conforming, but items are named that failed",
            );
        }
        if !failing && verdict == Some(false) {
            self.cells.fault(
                Column::ItemVerdict,
                RejectionCode::ItemsOfConforming,
                "结论为合格，但该项目判定为不合格",
                "the conclusion is conforming, but the item does not conform",
            );
        }
        if let Some(item) = found
            .iter()
            .find(|item| item.ok != Some(true) && item.measured.as_deref().is_some_and(items::conforms))
            && failing
        {
            let name = super::shown(&item.name);
            let column = if self.is_blank(Column::Measured) { Column::FailedItems } else { Column::Measured };
            self.cells.fault(
                column,
                RejectionCode::MeasuredConforms,
                format!("不合格项目“{name}”的实测值却是“符合”"),
                "the measured value of an item that failed says that it conforms",
            );
        }
        let ok = found.iter().any(|item| item.ok.is_some());
        for item in found.iter_mut() {
            item.ok.get_or_insert(ok && !failing);
        }
        let retest = remarks.and_then(retest);
        if retest.is_some_and(|retest| retest != outcome) {
            self.cells.fault(
                Column::Remarks,
                RejectionCode::ConclusionContradicts,
                "备注中的复检结论与检验结论不一致",
                "what the remarks say of the re-test contradicts the conclusion",
            );
        }
        self.cells.faults.len() == before
    }

    fn conclusion(&mut self) -> Option<Outcome> {
        let text = self.cells.cell(Column::Conclusion)?;
        let outcome = outcome(&text);
        if outcome.is_none() {
            self.unknown(
                Column::Conclusion,
                RejectionCode::ConclusionUnknown,
                &["合格(conforming)", "不合格(nonconforming)"],
            );
        }
        outcome
    }

    fn verdict(&mut self) -> Option<bool> {
        let text = self.cells.cell(Column::ItemVerdict)?;
        let found = outcome(&text);
        if found.is_none() {
            self.unknown(
                Column::ItemVerdict,
                RejectionCode::ConclusionUnknown,
                &["合格(conforming)", "不合格(nonconforming)"],
            );
        }
        found.map(|outcome| outcome == Outcome::Conforming)
    }

    /// The items of the row, with the values of their columns.
    fn items(&mut self) -> Option<Vec<Item>> {
        if let Some(given) = self.given.take() {
            return Some(given);
        }
        let text = self.cells.cell(Column::FailedItems).unwrap_or_default();
        let mut found = items::of_cell(&text);
        // A list may have its items under 标准值 and 实测值 alone, each named before its value.
        let named_by_value = found.is_empty()
            && self.cells.header.place(Column::FailedItems).is_none()
            && outcome(&self.cells.raw(Column::Conclusion)) != Some(Outcome::Conforming);
        if named_by_value {
            found = items::of_requirements(&self.cells.raw(Column::Requirement));
        }
        let long = |value: &Option<String>| value.as_ref().is_some_and(|v| v.chars().count() > LONGEST_ITEM);
        if found.len() > items::MOST
            || found.iter().any(|item| {
                item.name.chars().count() > LONGEST_ITEM || long(&item.requirement) || long(&item.measured)
            })
        {
            self.cells.fault(
                Column::FailedItems,
                RejectionCode::TooLong,
                format!("项目最多 {} 个，名称和数值各不超过 {LONGEST_ITEM} 个字符", items::MOST),
                format!(
                    "at most {} items, names and values of at most {LONGEST_ITEM} characters",
                    items::MOST
                ),
            );
            return None;
        }
        let requirement = self.cells.free_text(Column::Requirement, LONGEST_ITEM * 10).unwrap_or_default();
        // A line break separates the values of several items.
        let raw = |column| self.cells.raw(column).into_owned();
        let (requirement, measured) = (
            if requirement.is_empty() || named_by_value { String::new() } else { raw(Column::Requirement) },
            if self.is_blank(Column::Measured) { String::new() } else { raw(Column::Measured) },
        );
        if !found.is_empty() && !items::put_columns(&mut found, &requirement, &measured) {
            let count = found.len();
            let column = if requirement.is_empty() { Column::Measured } else { Column::Requirement };
            self.cells.fault(
                column,
                RejectionCode::ItemValuesDiffer,
                format!("不合格项目有 {count} 个，标准值或实测值的个数与之不同"),
                format!("there are {count} items, but not as many requirements or measured values"),
            );
            return None;
        }
        Some(found)
    }

    /// The items of a row that says nothing else: further ones of the sample above. None where it says anything else.
    pub(super) fn more_items(&mut self) -> Option<Vec<Item>> {
        let of_item = [Column::FailedItems, Column::Requirement, Column::Measured, Column::ItemVerdict];
        let others = Column::ALL.iter().filter(|column| !of_item.contains(column));
        if self.is_blank(Column::FailedItems) || others.into_iter().any(|column| !self.is_blank(*column)) {
            return None;
        }
        // Unless the row names an item with a value, it may be a remark below the list.
        let valued = !self.is_blank(Column::Requirement) || !self.is_blank(Column::Measured);
        let alone = self.cells.header.place(Column::Requirement).is_none()
            && self.cells.header.place(Column::Measured).is_none();
        if !valued && !alone {
            return None;
        }
        let verdict = self.verdict();
        let mut found = self.items().unwrap_or_default();
        for item in &mut found {
            item.ok = Some(verdict.unwrap_or(false));
        }
        Some(found)
    }
}

/// What a conclusion says; none where it says neither.
#[must_use]
pub fn outcome(text: &str) -> Option<Outcome> {
    let word = compact(text).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|part| word.contains(part));
    if has(&["无法判定", "未检", "不予判定", "不判定", "拒检", "未抽到"]) {
        return None;
    }
    if has(&["未发现不合格", "未检出不合格", "无不合格", "未发现不符合"]) {
        return Some(Outcome::Conforming);
    }
    if has(&["不合格", "不符合", "nonconforming", "fail"]) || word == "否" {
        return Some(Outcome::Nonconforming);
    }
    if has(&["合格", "符合", "conforming", "pass"]) || word == "是" {
        return Some(Outcome::Conforming);
    }
    None
}

/// What remarks say of a re-test; none where they say nothing of one.
#[must_use]
pub fn retest(remarks: &str) -> Option<Outcome> {
    let text = compact(remarks);
    let at = text.find("复检").or_else(|| text.find("复验"))?;
    let behind = text.get(at..)?;
    // `未申请复检`, `放弃复检`: none was made.
    let before = text.get(..at).unwrap_or_default();
    if ["未申请", "未提出", "放弃", "不申请", "未"].iter().any(|word| before.ends_with(word)) {
        return None;
    }
    let clause: String = behind.chars().take_while(|c| !matches!(c, ';' | '。' | '；')).collect();
    if clause.contains("维持") || clause.contains("不合格") || clause.contains("不符合") {
        Some(Outcome::Nonconforming)
    } else if clause.contains("合格") || clause.contains("推翻") {
        Some(Outcome::Conforming)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conclusions_are_understood() {
        for (text, found) in [
            ("合格", Some(Outcome::Conforming)),
            ("所检项目符合标准要求", Some(Outcome::Conforming)),
            ("未发现不合格", Some(Outcome::Conforming)),
            ("不合格", Some(Outcome::Nonconforming)),
            ("经检验，抗拉强度项目不符合要求", Some(Outcome::Nonconforming)),
            ("nonconforming", Some(Outcome::Nonconforming)),
            ("无法判定", None),
            ("见报告", None),
        ] {
            assert_eq!(outcome(text), found, "{text}");
        }
    }

    #[test]
    fn remarks_on_re_tests_are_understood() {
        for (text, found) in [
            ("复检不合格", Some(Outcome::Nonconforming)),
            ("企业申请复检，复检结论为维持原结论", Some(Outcome::Nonconforming)),
            ("复检合格", Some(Outcome::Conforming)),
            ("未申请复检", None),
            ("电商平台：某某商城", None),
        ] {
            assert_eq!(retest(text), found, "{text}");
        }
    }
}
