//! One row of the list: from cells to what is stored, or to everything that is wrong with it.
//!
//! Pure: the rules need the catalogue, the region of the importing officer and today's date.

use crate::catalogue::Catalogue;
use crate::core::cells::{compact, is_empty, tidy};
use crate::core::{Text, fields};
use crate::enterprises::{InspectionLevel, OperatingStatus, Uscc, UsccFault};
use crate::zero_out::import::column::Column;
use crate::zero_out::import::header::Header;
use crate::zero_out::import::rejection_code::RejectionCode;
use crate::zero_out::import::{date, phone};
use chrono::NaiveDate;

/// What a row is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The regions and kinds that exist.
    pub catalogue: &'a Catalogue,
    /// The region outside of which rows are rejected; none: all regions.
    pub scope: Option<&'a str>,
    /// The date in Asia/Shanghai.
    pub today: NaiveDate,
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

/// One thing that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// The column at fault; none where it is the row as a whole.
    pub column: Option<Column>,
    /// What is there.
    pub value: String,
    /// The stable word for it.
    pub code: RejectionCode,
    /// The reason in both languages.
    pub reason: Text,
}

/// Most characters of a name, an address, a contact.
const LONGEST_NAME: usize = 200;
/// Most characters of a report number or a failed item.
const LONGEST_ITEM: usize = 100;
/// Most failed items of one report.
const MOST_ITEMS: usize = 100;
/// What Excel shows in a cell whose formula failed.
const EXCEL_ERRORS: [&str; 9] =
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#GETTING_DATA"];

/// Reads a row.
///
/// # Errors
/// All that is wrong with it, in the order of the columns.
pub fn read(header: &Header, cells: &[String], rules: Rules<'_>) -> Result<Row, Vec<CellFault>> {
    let mut reader = Reader { header, cells, rules, faults: Vec::new() };
    if let Some(value) = header.surplus(cells) {
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
        _ => Err(reader.faults),
    }
}

struct Reader<'a> {
    header: &'a Header,
    cells: &'a [String],
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

    fn raw(&self, column: Column) -> &'a str {
        self.header.cell(self.cells, column)
    }

    fn fault(
        &mut self,
        column: Column,
        code: RejectionCode,
        zh: impl Into<std::borrow::Cow<'static, str>>,
        en: impl Into<std::borrow::Cow<'static, str>>,
    ) {
        let value = cut(self.raw(column));
        self.faults.push(CellFault { column: Some(column), value, code, reason: Text::new(zh, en) });
    }

    /// The cell, where it is not blank and holds nothing that no column may hold.
    fn cell(&mut self, column: Column) -> Option<&'a str> {
        let raw = self.raw(column);
        if is_empty(raw) {
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
        if fields::has_control(raw) || raw.contains(char::REPLACEMENT_CHARACTER) {
            self.fault(
                column,
                RejectionCode::ControlCharacter,
                "含有控制字符或乱码",
                "contains control characters or broken ones",
            );
            return None;
        }
        if raw.contains('#') && EXCEL_ERRORS.contains(&raw.trim()) {
            self.fault(
                column,
                RejectionCode::CellError,
                "单元格是 Excel 错误值，请改为实际内容",
                "the cell holds an error of Excel; put in the real value",
            );
            return None;
        }
        Some(raw)
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
        let text = tidy(self.cell(column)?);
        self.fits(column, text, most)
    }

    fn uscc(&mut self) -> Option<Uscc> {
        match Uscc::parse(self.cell(Column::Uscc)?) {
            Ok(uscc) => Some(uscc),
            Err(fault) => {
                let text = fault.text();
                self.fault(Column::Uscc, uscc_code(&fault), text.zh, text.en);
                None
            }
        }
    }

    fn operating_status(&mut self) -> Option<OperatingStatus> {
        let word = word(self.cell(Column::OperatingStatus)?);
        let known = OperatingStatus::ALL.iter().find(|s| s.as_str() == word || s.name_zh() == word);
        if known.is_none() {
            let zh: Vec<_> = OperatingStatus::ALL.iter().map(|s| s.name_zh()).collect();
            let en: Vec<_> = OperatingStatus::ALL.iter().map(|s| s.as_str()).collect();
            self.fault(
                Column::OperatingStatus,
                RejectionCode::OperatingStatusUnknown,
                format!("经营状态须为{}之一", zh.join("、")),
                format!("the operating status must be one of {}", en.join(", ")),
            );
        }
        known.copied()
    }

    fn inspection_level(&mut self) -> Option<InspectionLevel> {
        let word = word(self.cell(Column::InspectionLevel)?);
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

    fn region(&mut self) -> Option<String> {
        let code = compact(self.cell(Column::RegionCode)?);
        let regions = &self.rules.catalogue.regions;
        if regions.get(&code).is_none() {
            self.fault(
                Column::RegionCode,
                RejectionCode::RegionUnknown,
                "没有这个行政区划代码（须为六位代码，如 440103）",
                "there is no such region code (six digits such as 440103)",
            );
            return None;
        }
        if self.rules.scope.is_some_and(|scope| !regions.contains(scope, &code)) {
            let reason = outside_scope();
            self.fault(Column::RegionCode, RejectionCode::RegionOutsideScope, reason.zh, reason.en);
            return None;
        }
        Some(code)
    }

    fn product_kind(&mut self) -> Option<String> {
        let text = self.cell(Column::ProductKind)?;
        let products = &self.rules.catalogue.products;
        let kind = products
            .kind(text)
            .or_else(|| products.kind(&tidy(text)))
            .or_else(|| products.kind(&compact(text)));
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
    fn report_no(&mut self) -> Option<String> {
        let text = self.cell(Column::ReportNo)?;
        let text = tidy(&text.chars().map(crate::core::cells::narrow).collect::<String>());
        self.fits(Column::ReportNo, text, LONGEST_ITEM)
    }

    fn contact_phone(&mut self) -> Option<String> {
        let text = tidy(self.cell(Column::ContactPhone)?);
        if phone::is_plausible(&text) {
            return Some(text);
        }
        self.fault(
            Column::ContactPhone,
            RejectionCode::PhoneInvalid,
            "不像有效的电话号码（如 13800138000 或 020-38835999）",
            "does not look like a telephone number (such as 13800138000 or 020-38835999)",
        );
        None
    }

    fn contact_email(&mut self) -> Option<String> {
        let text = compact(self.cell(Column::ContactEmail)?);
        if fields::is_email(&text) {
            return Some(text);
        }
        self.fault(
            Column::ContactEmail,
            RejectionCode::EmailInvalid,
            "不是有效的电子邮箱地址",
            "is not a valid mail address",
        );
        None
    }

    fn failed_items(&mut self) -> Option<Vec<String>> {
        let text = self.cell(Column::FailedItems)?;
        let mut items: Vec<String> = Vec::new();
        for item in text.split([';', '；', '、']).map(tidy) {
            if !item.is_empty() && !items.contains(&item) {
                items.push(item);
            }
            // Before the look-up above gets slow: a cell can hold thousands.
            if items.len() > MOST_ITEMS {
                break;
            }
        }
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

    fn date(&mut self, column: Column) -> Option<NaiveDate> {
        let Some(date) = date::parse(self.cell(column)?) else {
            self.fault(
                column,
                RejectionCode::DateInvalid,
                "不是有效日期（可写作 2021-08-03、2021/8/3、20210803 或 2021年8月3日）",
                "is not a date (write 2021-08-03, 2021/8/3, 20210803 or 2021年8月3日)",
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

/// The reason that goes with [`RejectionCode::RegionOutsideScope`].
#[must_use]
pub fn outside_scope() -> Text {
    Text::new("企业不在您的辖区内", "the enterprise is outside your region")
}

fn uscc_code(fault: &UsccFault) -> RejectionCode {
    match fault {
        UsccFault::Length { .. } => RejectionCode::UsccLength,
        UsccFault::Character { .. } => RejectionCode::UsccCharacter,
        UsccFault::Checksum => RejectionCode::UsccChecksum,
    }
}

fn word(text: &str) -> String {
    compact(text).to_lowercase()
}

/// A value as it is shown beside its fault.
#[must_use]
pub fn cut(value: &str) -> String {
    const SHOWN: usize = 200;
    match value.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or_default()),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests;
