//! One row of a sampling list: from cells to what is known of a sample, or to everything that is wrong with it.
//!
//! Pure: the rules need the catalogue, the region of the importing officer, what was said with the upload, and today's date.

mod kinds;
mod result;
mod whom;

use crate::catalogue::Catalogue;
use crate::core::Text;
use crate::core::cells::{narrow, tidy};
use crate::enterprises::Uscc;
use crate::inspections::words::{Channel, InspectedRole, Outcome, Purpose};
use crate::list_files::ListColumn;
use crate::list_files::cells::Cells;
use crate::list_files::fault::{self, cut};
use crate::list_files::reader::line::{Line, Mark};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::{date, no_record};
use crate::programmes::state::ProgrammeLevel;
use crate::sampling_lists::list::batch;
use crate::sampling_lists::list::column::{Column, Header};
use crate::sampling_lists::list::items::Item;
use crate::sampling_lists::list::parties::Parties;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One thing that is wrong with a row of a sampling list.
pub type CellFault = fault::CellFault<Column>;

/// Most characters of a name.
const LONGEST_NAME: usize = 200;
/// Most characters of an address or a remark.
const LONGEST_TEXT: usize = 300;
/// Most characters of a number.
const LONGEST_NUMBER: usize = 64;

/// What holds for every row of a list, where the row does not say otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// The day of the samplings.
    pub sampled_on: Option<NaiveDate>,
    /// The level that organised them.
    pub level: Option<ProgrammeLevel>,
    /// Purpose of the samples.
    pub purpose: Option<Purpose>,
}

/// What a row is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The regions and kinds that exist.
    pub catalogue: &'a Catalogue,
    /// The region of the importing officer: samples outside of it are rejected, and one of which no place is known was taken there.
    pub scope: &'a str,
    /// The date in Asia/Shanghai.
    pub today: NaiveDate,
    /// What was said with the upload.
    pub defaults: &'a Defaults,
    /// Credit codes against the rule that officers let in.
    pub admitted: &'a BTreeSet<Uscc>,
}

/// An enterprise as a row names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its credit code.
    pub uscc: Option<Uscc>,
    /// Its address.
    pub address: Option<String>,
    /// Code of its region, where the row tells it.
    pub region: Option<String>,
}

/// Of an online purchase, and the shop of a firm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Online {
    /// E-commerce platform (电商平台).
    pub platform: Option<String>,
    /// Shop (店铺).
    pub shop: Option<String>,
    /// Web address (网址).
    pub url: Option<String>,
    /// Order number (订单编号).
    pub order_no: Option<String>,
}

/// The quantities of a sample.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quantities {
    /// Lot size from which the sample was taken (抽样基数).
    pub base: Option<f64>,
    /// Quantity of the test sample (检样数).
    pub test: Option<f64>,
    /// Quantity of the reserve sample (备样数).
    pub reserve: Option<f64>,
    /// Unit (单位).
    pub unit: Option<String>,
    /// What one costs, in fen.
    pub price_fen: Option<i64>,
}

/// A row that is as it must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Number of the sampling form (抽样单编号).
    pub form_no: Option<String>,
    /// Number of the test report (检验报告编号).
    pub report_no: Option<String>,
    /// Product name (产品名称).
    pub product_name: String,
    /// Code of the product kind, where it is known.
    pub product_kind: Option<String>,
    /// Whom the sample was taken from.
    pub operator: Named,
    /// The role in which the operator was sampled.
    pub role: InspectedRole,
    /// Code of the region where it was taken.
    pub place_region: String,
    /// The nominal producer.
    pub producer: Option<Named>,
    /// Whether it is outside the mainland.
    pub producer_abroad: bool,
    /// Client and contractor.
    pub parties: Parties,
    /// Trademark (商标).
    pub trademark: Option<String>,
    /// Model (规格型号).
    pub model: Option<String>,
    /// Standard of the product (执行标准).
    pub standard: Option<String>,
    /// Batch number (批号).
    pub batch: Option<String>,
    /// Date of production (生产日期).
    pub produced_on: Option<NaiveDate>,
    /// Date of sampling (抽样日期).
    pub sampled_on: Option<NaiveDate>,
    /// Date of the report (报告日期).
    pub reported_on: Option<NaiveDate>,
    /// Conclusion of the test (检验结论).
    pub outcome: Outcome,
    /// The items, those that failed at least.
    pub items: Vec<Item>,
    /// Level of the sampling (抽查级别).
    pub level: Option<ProgrammeLevel>,
    /// Category of the sampling (抽查类别).
    pub purpose: Option<Purpose>,
    /// Origin of the task (任务来源).
    pub task_source: Option<String>,
    /// Testing laboratory (承检机构).
    pub laboratory: Option<String>,
    /// Signer of the report (报告签发人).
    pub signed_by: Option<String>,
    /// Channel of the sampling (抽样渠道).
    pub channel: Option<Channel>,
    /// Of an online purchase.
    pub online: Online,
    /// The quantities.
    pub quantities: Quantities,
    /// Remarks (备注).
    pub remarks: Option<String>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// A sample.
    Sample(Box<Row>),
    /// Further items of the sample above: all other cells are blank.
    MoreItems(Vec<Item>),
}

/// Reads a row.
///
/// # Errors
/// All that is wrong with it, in the order of the columns; or that it is no record at all.
pub fn read(header: &Header, line: &Line, rules: Rules<'_>) -> Result<Read, Vec<CellFault>> {
    let mut reader = Reader { cells: Cells::of(header, line, rules.today), rules, given: None };
    if let Some(more) = reader.more_items() {
        return if reader.cells.faults.is_empty() {
            Ok(Read::MoreItems(more))
        } else {
            Err(reader.cells.faults)
        };
    }
    // What names nobody and gives no result, or the headings again, can be something else than a record.
    let nothing =
        [Column::Inspected, Column::Producer, Column::Conclusion].iter().all(|c| reader.is_blank(*c));
    let unnamed = nothing || header.again(&line.cells).is_some();
    match reader.row() {
        Some(row) if reader.cells.faults.is_empty() => Ok(Read::Sample(Box::new(row))),
        Some(_) => Err(reader.cells.faults),
        None if !unnamed => Err(reader.cells.faults),
        None => {
            let other = no_record::other_separator(line).or_else(|| no_record::no_record(header, line));
            Err(other.map_or(reader.cells.faults, |fault| vec![fault]))
        }
    }
}

/// Reads the form of a system: a row whose items come beside it.
///
/// # Errors
/// All that is wrong with it, in the order of the columns.
pub fn read_form(
    header: &Header,
    line: &Line,
    items: Vec<Item>,
    rules: Rules<'_>,
) -> Result<Row, Vec<CellFault>> {
    let cells = Cells::of(header, line, rules.today);
    let mut reader = Reader { cells, rules, given: (!items.is_empty()).then_some(items) };
    match reader.row() {
        Some(row) if reader.cells.faults.is_empty() => Ok(row),
        _ => Err(reader.cells.faults),
    }
}

struct Reader<'a> {
    cells: Cells<'a, Column>,
    rules: Rules<'a>,
    /// The items that came beside the row.
    given: Option<Vec<Item>>,
}

impl Reader<'_> {
    /// Each field is read before any is missed, so that all faults are found.
    fn row(&mut self) -> Option<Row> {
        let form_no = self.number(Column::FormNo);
        let report_no = self.number(Column::ReportNo);
        let product_name = self.cells.free_text(Column::ProductName, LONGEST_NAME);
        let product_kind = self.product_kind(product_name.as_deref());
        let mut online = self.online();
        let role_said = self.role();
        let (producer, producer_abroad, parties) = self.producer();
        let operator = self.operator(&mut online, producer.as_ref());
        let same = producer.as_ref().zip(operator.as_ref()).is_some_and(|(p, o)| p.name == o.name);
        let channel = self.channel();
        let role = role_said.unwrap_or(if online.platform.is_some() || channel == Some(Channel::Online) {
            InspectedRole::Online
        } else if same {
            InspectedRole::Producer
        } else {
            InspectedRole::Seller
        });
        let place_region = self.place_region(operator.as_ref());
        let (produced_on, batch) = self.produced();
        let sampled_on = self.cells.date(Column::SampledOn).or(self.rules.defaults.sampled_on);
        let reported_on = self.cells.date(Column::ReportedOn);
        self.days(produced_on, sampled_on, reported_on);
        let remarks = self.cells.free_text(Column::Remarks, LONGEST_TEXT);
        let result = self.result(remarks.as_deref());
        let level = self.level().or(self.rules.defaults.level);
        let purpose = self.purpose().or(self.rules.defaults.purpose);
        let quantities = self.quantities();
        let mut text = |column| self.cells.free_text(column, LONGEST_NAME);
        let (trademark, model, standard) =
            (text(Column::Trademark), text(Column::Model), text(Column::Standard));
        let (task_source, laboratory, signed_by) =
            (text(Column::TaskSource), text(Column::Laboratory), text(Column::SignedBy));
        let (outcome, items) = result?;
        Some(Row {
            form_no,
            report_no,
            product_name: product_name?,
            product_kind,
            operator: operator?,
            role,
            place_region: place_region?,
            producer,
            producer_abroad,
            parties,
            trademark,
            model,
            standard,
            batch,
            produced_on,
            sampled_on,
            reported_on,
            outcome,
            items,
            level,
            purpose,
            task_source,
            laboratory,
            signed_by,
            channel,
            online,
            quantities,
            remarks,
        })
    }

    /// Whether a cell is blank or stands for nothing.
    fn is_blank(&self, column: Column) -> bool {
        let raw = self.cells.raw(column);
        crate::core::cells::is_empty(&raw) || crate::list_files::placeholder::is_placeholder(&raw)
    }

    /// Width and blanks are set right, as the number identifies the sample; its case is kept.
    fn number(&mut self, column: Column) -> Option<String> {
        let text = self.cells.cell(column)?;
        let text = tidy(&text.chars().map(narrow).collect::<String>());
        self.cells.fits(column, text, LONGEST_NUMBER)
    }

    /// The day of production and the batch, in columns of their own or in one.
    fn produced(&mut self) -> (Option<NaiveDate>, Option<String>) {
        let mut found = match self.day_in(Column::ProducedBatch) {
            Some(day) => (Some(day), None),
            None => self
                .cells
                .free_text(Column::ProducedBatch, LONGEST_NAME)
                .map(|text| batch::split(&text))
                .unwrap_or_default(),
        };
        let own =
            self.cells.free_text(Column::ProducedOn, LONGEST_NAME).is_some().then(|| self.produced_on());
        let batch = match self.day_in(Column::Batch) {
            Some(day) => {
                found.0.get_or_insert(day);
                Some(day.to_string())
            }
            None => self.cells.free_text(Column::Batch, LONGEST_NAME),
        };
        let (day, beside) = own.unwrap_or_default();
        (day.or(found.0), batch.or(beside).or(found.1))
    }

    /// The day of a cell that is a date of the spreadsheet, in a column of texts.
    fn day_in(&self, column: Column) -> Option<NaiveDate> {
        let raw = self.cells.raw(column);
        match self.cells.mark(column)? {
            Mark::Date | Mark::Formatted => date::parse(&raw),
            Mark::Days1904 | Mark::Formatted1904 => date::parse_from_1904(&raw),
            _ => None,
        }
    }

    /// Under 生产日期 a batch stands often enough.
    fn produced_on(&mut self) -> (Option<NaiveDate>, Option<String>) {
        let faults = self.cells.faults.len();
        if let Some(day) = self.cells.date(Column::ProducedOn) {
            return (Some(day), None);
        }
        let text = self.cells.raw(Column::ProducedOn).into_owned();
        let found = batch::split(&text);
        if found.0.is_some_and(|day| day <= self.rules.today) || (found.0.is_none() && found.1.is_some()) {
            self.cells.faults.truncate(faults);
            return found;
        }
        (None, None)
    }

    /// A product is made before it is sampled, and sampled before the report is made.
    fn days(&mut self, produced: Option<NaiveDate>, sampled: Option<NaiveDate>, reported: Option<NaiveDate>) {
        let Some(sampled) = sampled else { return };
        if reported.is_some_and(|reported| reported < sampled) {
            self.cells.fault(
                Column::SampledOn,
                RejectionCode::SampledAfterReport,
                format!("抽样日期 {sampled} 晚于报告日期"),
                format!("the sampling on {sampled} is after the report"),
            );
        }
        if produced.is_some_and(|produced| produced > sampled) {
            self.cells.fault(
                Column::SampledOn,
                RejectionCode::ProducedAfterSampling,
                format!("生产日期晚于抽样日期 {sampled}"),
                format!("the product was made after the sampling on {sampled}"),
            );
        }
    }

    /// The word of a cell is none of those that there are.
    fn unknown(&mut self, column: Column, code: RejectionCode, words: &[&str]) {
        let (zh, en) = (words.join("、"), words.join(", "));
        self.cells.fault(
            column,
            code,
            format!("{}须为{zh}之一", column.name_zh()),
            format!("{} must be one of {en}", column.word()),
        );
    }
}

/// That a sample was taken outside of the officer's region.
#[must_use]
pub fn outside_scope() -> Text {
    Text::new("抽样地区不在您的辖区内", "the sample was taken outside your region")
}

/// A name as it is shown beside a fault.
fn shown(text: &str) -> String {
    cut(text)
}
