//! One row of the list: from cells to what is stored, or to everything that is wrong with it.
//!
//! Pure: the rules need the catalogue, the region of the importing officer and today's date.

use crate::catalogue::Catalogue;
use crate::core::cells::{compact, is_empty, tidy};
use crate::core::{Text, fields};
use crate::enterprises::{InspectionLevel, OperatingStatus, Uscc, UsccFault};
use crate::zero_out::import::column::Column;
use crate::zero_out::import::header::{Again, Header};
use crate::zero_out::import::reader::line::{Line, Mark};
use crate::zero_out::import::rejection_code::RejectionCode;
use crate::zero_out::import::{date, items, phone};
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
        _ => Err(no_record(header, line).map_or(reader.faults, |fault| vec![fault])),
    }
}

/// What a row is that is no record: a total, the head of a group, a remark, the headings again.
fn no_record(header: &Header, line: &Line) -> Option<CellFault> {
    let (place, first) = line.cells.iter().enumerate().find(|(_, cell)| !is_empty(cell))?;
    // What failed to be a value is not what a row of another kind holds.
    if line.mark(place).is_some() || fields::has_control(first) {
        return None;
    }
    let fault = |zh: &'static str, en: &'static str| CellFault {
        column: None,
        value: cut(first),
        code: RejectionCode::NotARecord,
        reason: Text::new(zh, en),
    };
    if header.again(&line.cells) == Some(Again::Same) {
        return Some(fault(
            "重复的表头，不是一条记录，无需更正",
            "the headings again and no record; nothing need be done",
        ));
    }
    let word = compact(first);
    let starts = |words: &[&str]| words.iter().any(|start| word.starts_with(start));
    let blank = |column| is_empty(header.cell(&line.cells, column));
    let report_blank = blank(Column::ReportNo) && blank(Column::InspectedOn);
    if starts(&["合计", "总计", "小计", "共计", "累计", "总数", "本页"]) && report_blank {
        return Some(fault("合计行，不是一条记录，无需更正", "a total and no record; nothing need be done"));
    }
    if starts(&["注:", "备注:", "说明:", "填表", "填报", "制表", "审核", "单位负责人", "联系人:"])
        && report_blank
    {
        return Some(fault(
            "说明文字，不是一条记录，无需更正",
            "a remark and no record; nothing need be done",
        ));
    }
    let alone = line.cells.iter().filter(|cell| !is_empty(cell)).count() == 1;
    if alone && (!header.has(place) || place == 0 || header.place(Column::Name) == Some(place)) {
        return Some(fault(
            "只有一个单元格有内容（如分组标题或序号），不是一条记录",
            "only one cell has content, such as the head of a group or a number; no record",
        ));
    }
    None
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

    fn raw(&self, column: Column) -> &'a str {
        self.header.cell(&self.line.cells, column)
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
        let mark = self.mark(column);
        if mark == Some(Mark::Error) || is_error(raw) {
            self.fault(
                column,
                RejectionCode::CellError,
                "单元格是 Excel 错误值，请改为实际内容",
                "the cell holds an error of Excel; put in the real value",
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
        self.unchanged(column, raw, mark)
    }

    fn mark(&self, column: Column) -> Option<Mark> {
        if self.line.marks.is_empty() {
            return None;
        }
        self.header.place(column).and_then(|place| self.line.mark(place))
    }

    /// The cell, where no spreadsheet has made something else of it than was entered.
    fn unchanged(&mut self, column: Column, raw: &'a str, mark: Option<Mark>) -> Option<&'a str> {
        if matches!(column, Column::InspectedOn | Column::OrderIssuedOn) {
            return Some(raw);
        }
        let identifier = matches!(column, Column::Uscc | Column::ReportNo | Column::ContactPhone);
        let (zh, en) = match mark {
            Some(Mark::Date) => ("内容已变为日期", "the content has become a date"),
            Some(Mark::TooManyDigits) => (
                "数字超过 15 位，第 16 位起已丢失",
                "the number has more than 15 digits; those after the fifteenth are lost",
            ),
            Some(Mark::Fraction) if identifier => {
                ("编号是带小数的数字", "the identifier is a number with a fraction")
            }
            _ if identifier && is_exponent(raw) => {
                ("编号已变为科学计数法", "the identifier has become a number with an exponent")
            }
            _ if identifier && lost_digits(raw) => (
                "数字超过 15 位，其后均为零，似已丢失",
                "the digits after the fifteenth are all zeros, as if they were lost",
            ),
            _ if column == Column::ReportNo && date::looks_like_date(raw) => {
                ("编号已变为日期", "the identifier has become a date")
            }
            _ => return Some(raw),
        };
        self.fault(
            column,
            RejectionCode::IdentifierMangled,
            format!("{zh}，请将该列设为文本格式后重新录入"),
            format!("{en}; format the column as text and enter it again"),
        );
        None
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
        let known = OperatingStatus::of(self.cell(Column::OperatingStatus)?);
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
        known
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
        let raw = self.cell(Column::ContactPhone)?;
        if phone::is_plausible(raw.trim()) {
            let lines = raw.split(['\r', '\n']).map(tidy).filter(|line| !line.is_empty());
            return Some(lines.collect::<Vec<_>>().join("、"));
        }
        self.fault(
            Column::ContactPhone,
            RejectionCode::PhoneInvalid,
            "不像有效的电话号码（如 13800138000、020-38835999 或 +852 2345 6789）",
            "does not look like a telephone number (such as 13800138000, 020-38835999 or +852 2345 6789)",
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
        let items = items::split(text, MOST_ITEMS + 1);
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
        let text = self.cell(column)?;
        let from_1904 = self.mark(column) == Some(Mark::Days1904);
        let Some(date) = (if from_1904 { date::parse_from_1904(text) } else { date::parse(text) }) else {
            self.fault(
                column,
                RejectionCode::DateInvalid,
                "不是有效日期（可写作 2021-08-03、2021/8/3、2021.8.3、20210803 或 2021年8月3日，年份须为四位）",
                "is not a date (write 2021-08-03, 2021/8/3, 2021.8.3, 20210803 or 2021年8月3日, the year with four digits)",
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
        UsccFault::Authority { .. } => RejectionCode::UsccAuthority,
        UsccFault::IdentityCard => RejectionCode::UsccIdentityCard,
        UsccFault::Region { .. } => RejectionCode::UsccRegion,
        UsccFault::Checksum => RejectionCode::UsccChecksum,
        UsccFault::Organisation => RejectionCode::UsccOrganisation,
    }
}

/// What a spreadsheet shows where a formula failed, in whatever edition, and where a column is too narrow for a date.
fn is_error(text: &str) -> bool {
    let text = text.trim();
    if let Some(code) = text.strip_prefix('#') {
        let word = code.trim_end_matches(['!', '?']);
        let of_letters = !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b'/' | b'0' | b'_'));
        let narrow = code.len() >= 2 && code.bytes().all(|b| b == b'#');
        return narrow || (of_letters && (word.len() < code.len() || matches!(word, "N/A" | "GETTING_DATA")));
    }
    text.strip_prefix("Err:").is_some_and(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text is a number as spreadsheets and programs write long ones: 2.02603E+17.
fn is_exponent(text: &str) -> bool {
    let text = compact(text).to_ascii_uppercase();
    let Some((mantissa, exponent)) = text.split_once('E') else { return false };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let sign = exponent.starts_with(['+', '-']);
    let exponent = exponent.trim_start_matches(['+', '-']);
    // A report may have a number like 5E12; with a sign or a point it is none.
    whole.len() == 1
        && digits(whole)
        && digits(fraction)
        && (sign || mantissa.contains('.'))
        && (1..=3).contains(&exponent.len())
        && digits(exponent)
}

/// Whether a number of 18 or more digits has only zeros after the fifteenth, as one that a spreadsheet has kept.
fn lost_digits(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 18 && text.bytes().all(|b| b.is_ascii_digit()) && text.bytes().skip(15).all(|b| b == b'0')
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
