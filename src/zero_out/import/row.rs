//! One row of the list: from cells to what is stored, or to everything that is wrong with it.
//!
//! Pure: the rules need the catalogue, the region of the importing officer and today's date.

mod enterprise;
mod fault;
mod mangled;
mod no_record;
mod placeholder;
mod report;

use crate::catalogue::Catalogue;
use crate::core::cells::{forced_text, is_empty, tidy};
use crate::core::{Text, fields};
use crate::enterprises::{InspectionLevel, OperatingStatus, Uscc};
use crate::zero_out::import::column::Column;
use crate::zero_out::import::header::Header;
use crate::zero_out::import::reader::line::{Line, Mark};
use crate::zero_out::import::rejection_code::RejectionCode;
use chrono::NaiveDate;
pub use fault::{CellFault, cut};
pub use mangled::seems_lost;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What a row is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The regions and kinds that exist.
    pub catalogue: &'a Catalogue,
    /// The region outside of which rows are rejected; none: all regions.
    pub scope: Option<&'a str>,
    /// The date in Asia/Shanghai.
    pub today: NaiveDate,
    /// Codes against the rule that officers let in.
    pub admitted: &'a BTreeSet<Uscc>,
}

/// A row that is as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The enterprise's code.
    pub uscc: Uscc,
    /// The enterprise's name.
    pub name: String,
    /// The status in the register.
    pub operating_status: OperatingStatus,
    /// Code of its region.
    pub region: String,
    /// Its address.
    pub address: Option<String>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// Telephone number.
    pub contact_phone: Option<String>,
    /// Mail address.
    pub contact_email: Option<String>,
    /// Code of the product kind.
    pub product_kind: String,
    /// Number of the failed report.
    pub report_no: String,
    /// When the sample was taken.
    pub inspected_on: NaiveDate,
    /// Who ordered the sampling.
    pub inspection_level: Option<InspectionLevel>,
    /// What failed, each once, in the order of the file.
    pub failed_items: Vec<String>,
    /// When rectification was ordered.
    pub order_issued_on: Option<NaiveDate>,
    /// The laboratory that made the report; a product hospital by its Chinese name.
    pub laboratory: Option<String>,
    /// Who signed it.
    pub signed_by: Option<String>,
}

/// Most characters of a name, an address, a contact.
const LONGEST_NAME: usize = 200;
/// Most characters of a report number or a failed item.
const LONGEST_ITEM: usize = 100;

/// Reads a row.
///
/// # Errors
/// All that is wrong with it, in the order of the columns; or that it is no record at all.
pub fn read(header: &Header, line: &Line, rules: Rules<'_>) -> Result<Row, Vec<CellFault>> {
    let mut reader = Reader { header, line, rules, faults: Vec::new() };
    if let Some(value) = header.surplus(&line.cells) {
        reader.faults.push(CellFault {
            column: None,
            value: cut(value),
            code: RejectionCode::TooManyCells,
            reason: Text::new(
                "该行的单元格多于表头的列数",
                "the row has more cells than the header has columns",
            ),
        });
    }
    let row = reader.row();
    match row {
        Some(row) if reader.faults.is_empty() => Ok(row),
        // Only a row without a credit code can be something else than a record.
        row if row.is_some() || reader.faults.iter().all(|fault| fault.column != Some(Column::Uscc)) => {
            Err(reader.faults)
        }
        _ => {
            let other = no_record::other_separator(line).or_else(|| no_record::no_record(header, line));
            Err(other.map_or(reader.faults, |fault| vec![fault]))
        }
    }
}

struct Reader<'a> {
    header: &'a Header,
    line: &'a Line,
    rules: Rules<'a>,
    faults: Vec<CellFault>,
}

impl<'a> Reader<'a> {
    /// Each field is read before any is missed, so that all faults are found.
    fn row(&mut self) -> Option<Row> {
        let uscc = self.uscc();
        let name = self.free_text(Column::Name, LONGEST_NAME);
        let operating_status = self.operating_status();
        let region = self.region();
        let address = self.free_text(Column::Address, LONGEST_NAME);
        let contact_name = self.free_text(Column::ContactName, LONGEST_ITEM);
        let contact_phone = self.contact_phone();
        let contact_email = self.contact_email();
        let product_kind = self.product_kind();
        let report_no = self.report_no();
        let inspected_on = self.date(Column::InspectedOn);
        let inspection_level = self.inspection_level();
        let failed_items = self.failed_items();
        let order_issued_on = self.date(Column::OrderIssuedOn);
        let laboratory = self.free_text(Column::Laboratory, LONGEST_NAME);
        let hospital = laboratory.as_deref().and_then(|name| self.rules.catalogue.products.hospital(name));
        let laboratory = hospital.map(|h| h.name_zh.clone()).or(laboratory);
        let signed_by = self.free_text(Column::SignedBy, LONGEST_ITEM);
        if let (Some(ordered), Some(inspected)) = (order_issued_on, inspected_on)
            && ordered < inspected
        {
            self.fault(
                Column::OrderIssuedOn,
                RejectionCode::OrderBeforeInspection,
                format!("责令改正日期早于抽样日期 {inspected}"),
                format!("the order is dated before the sampling on {inspected}"),
            );
        }
        Some(Row {
            uscc: uscc?,
            name: name?,
            operating_status: operating_status?,
            region: region?,
            address,
            contact_name,
            contact_phone,
            contact_email,
            product_kind: product_kind?,
            report_no: report_no?,
            inspected_on: inspected_on?,
            inspection_level,
            failed_items: failed_items?,
            order_issued_on,
            laboratory,
            signed_by,
        })
    }

    /// The cell without what only says that it is a text.
    fn raw(&self, column: Column) -> Cow<'a, str> {
        forced_text(self.header.cell(&self.line.cells, column))
    }

    fn fault(
        &mut self,
        column: Column,
        code: RejectionCode,
        zh: impl Into<std::borrow::Cow<'static, str>>,
        en: impl Into<std::borrow::Cow<'static, str>>,
    ) {
        let value = cut(&self.raw(column));
        self.faults.push(CellFault { column: Some(column), value, code, reason: Text::new(zh, en) });
    }

    /// The cell, where it is not blank and holds nothing that no column may hold.
    fn cell(&mut self, column: Column) -> Option<Cow<'a, str>> {
        let raw = self.raw(column);
        if is_empty(&raw) {
            if column.is_required() {
                self.fault(
                    column,
                    RejectionCode::ValueMissing,
                    format!("{}不能为空", column.name_zh()),
                    format!("{} must not be empty", column.as_str()),
                );
            }
            return None;
        }
        // U+FFFD is what is left of a character that some program could not read or store.
        if fields::has_control(&raw) || raw.contains(char::REPLACEMENT_CHARACTER) {
            self.fault(
                column,
                RejectionCode::ControlCharacter,
                "含有控制字符或乱码",
                "contains control characters or broken ones",
            );
            return None;
        }
        let mark = self.mark(column);
        if mark == Some(Mark::Error) || mangled::is_error(&raw) {
            self.fault(
                column,
                RejectionCode::CellError,
                "单元格是 Excel 错误值，请改为实际内容",
                "the cell holds an error of Excel; put in the real value",
            );
            return None;
        }
        if mark == Some(Mark::Damaged) {
            self.fault(
                column,
                RejectionCode::CellError,
                format!("工作簿的 {raw} 部分已损坏，无法读取该单元格，请用 Excel 打开并修复后重新保存，或改为实际内容"),
                format!("the part {raw} of the workbook is damaged, so the cell cannot be read; open and repair it in Excel, or put in the value"),
            );
            return None;
        }
        if mark == Some(Mark::Formula) {
            self.fault(
                column,
                RejectionCode::FormulaWithoutValue,
                "单元格是公式，文件中没有计算结果，请用 Excel 打开并保存，或改为实际内容",
                "the cell is a formula whose result is not in the file; open and save it in Excel, or put in the value",
            );
            return None;
        }
        if !column.is_required() && placeholder::is_placeholder(&raw) {
            return None;
        }
        let names = matches!(column, Column::Name | Column::ReportNo | Column::FailedItems);
        if names && placeholder::names_nothing(&raw) {
            let shown = cut(&raw);
            self.fault(
                column,
                if column == Column::FailedItems {
                    RejectionCode::FailedItemsEmpty
                } else {
                    RejectionCode::ValueMissing
                },
                format!("“{shown}”只是占位，{}须填写实际内容", column.name_zh()),
                format!("this only stands for nothing; {} needs its real value", column.as_str()),
            );
            return None;
        }
        if let Some(text) = mangled::mangled(column, &raw, mark) {
            self.fault(column, RejectionCode::IdentifierMangled, text.zh, text.en);
            return None;
        }
        Some(raw)
    }

    fn mark(&self, column: Column) -> Option<Mark> {
        let place = self.header.place_in(&self.line.cells, column)?;
        let known = self.line.mark(place);
        if known.is_some() {
            return known;
        }
        let cell = self.line.cells.get(place).map_or("", |cell| cell.trim());
        // Of what is made a text on purpose nothing was lost.
        (forced_text(cell) != cell).then_some(Mark::Text)
    }

    fn fits(&mut self, column: Column, text: String, most: usize) -> Option<String> {
        if text.chars().count() <= most {
            return Some(text);
        }
        self.fault(
            column,
            RejectionCode::TooLong,
            format!("不能超过 {most} 个字符"),
            format!("must be at most {most} characters"),
        );
        None
    }

    fn free_text(&mut self, column: Column, most: usize) -> Option<String> {
        let text = tidy(&self.cell(column)?);
        self.fits(column, text, most)
    }
}

/// The reason that goes with [`RejectionCode::RegionOutsideScope`].
#[must_use]
pub fn outside_scope() -> Text {
    Text::new("企业不在您的辖区内", "the enterprise is outside your region")
}

#[cfg(test)]
mod tests;
