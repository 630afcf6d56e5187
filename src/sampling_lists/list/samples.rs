//! The samples of a list: the rows of one sample put together, rows that say the same twice found. Pure.

use crate::core::Text;
use crate::core::secret::sha256;
use crate::inspections::words::Outcome;
use crate::list_files::fault::cut;
use crate::list_files::place::Headings;
use crate::list_files::rejection_code::RejectionCode;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::list::items::{self, Item};
use crate::sampling_lists::list::row::{CellFault, Named, Read, Row};
use std::collections::{BTreeMap, HashMap};

/// A sample with the rows that it stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The number by which it is known: that of its form, else of its report, else one made of what the list says.
    pub number: String,
    /// The stored numbers of its rows, in their order.
    pub rows: Vec<i32>,
    /// The first row of the sample.
    pub row: Row,
}

impl Sample {
    /// SHA-256 of what the list says of the sample: whom and what it is about, and what the test found. The same again changes nothing.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        let row = &self.row;
        let some = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let named = |named: Option<&Named>| named.map(|named| named.name.clone()).unwrap_or_default();
        let mut said = vec![
            self.number.clone(),
            row.operator.name.clone(),
            named(row.producer.as_ref()),
            row.product_name.clone(),
            some(&row.report_no),
            some(&row.model),
            some(&row.batch),
            day(row.produced_on),
            day(row.sampled_on),
            row.outcome.to_string(),
        ];
        let mut items: Vec<String> = row
            .items
            .iter()
            .map(|item| [item.name.clone(), some(&item.requirement), some(&item.measured)].join("\u{1}"))
            .collect();
        // The order of the rows of one sample says nothing.
        items.sort();
        said.extend(items);
        sha256(said.join("\0").as_bytes())
    }
}

/// The samples of a file so far, and the rows that are none.
#[derive(Debug, Default)]
pub struct Samples {
    samples: Vec<Sample>,
    by_number: HashMap<String, usize>,
    by_report: HashMap<String, usize>,
    /// The sample of the row before, for rows that only go on with it.
    last: Option<usize>,
    /// Samples of which a row can't be taken, with that row.
    broken: BTreeMap<usize, i32>,
    /// Rows of no sample, with what is wrong.
    faults: BTreeMap<i32, CellFault>,
}

impl Samples {
    /// Takes a row that can be read.
    pub fn take(&mut self, row_no: i32, read: Read) {
        match read {
            Read::MoreItems(more) => self.more(row_no, more),
            Read::Sample(row) => self.sample(row_no, *row),
        }
    }

    /// Notes a row that can't be read. Of which sample it is, is known by the numbers in its cells.
    pub fn broken(&mut self, row_no: i32, numbers: [&str; 2], record: bool) {
        let known = numbers.iter().filter(|n| !n.is_empty()).find_map(|n| self.by_number.get(*n).copied());
        if let Some(at) = known {
            self.broken.entry(at).or_insert(row_no);
        }
        if record {
            self.last = None;
        }
    }

    fn more(&mut self, row_no: i32, more: Vec<Item>) {
        let Some((at, sample)) = self.last.and_then(|at| Some((at, self.samples.get_mut(at)?))) else {
            let fault = fault(
                Column::ProductName,
                String::new(),
                RejectionCode::ValueMissing,
                Text::new("产品名称不能为空", "product_name must not be empty"),
            );
            self.faults.insert(row_no, fault);
            return;
        };
        sample.rows.push(row_no);
        let failed = more.iter().find(|item| item.ok != Some(true)).map(|item| item.name.clone());
        if let Some(name) = failed.filter(|_| sample.row.outcome == Outcome::Conforming) {
            if sample.row.items.is_empty() {
                let reason = Text::new(
                    "结论为合格，但填写了不合格项目",
                    "the conclusion is conforming, but items are named that failed",
                );
                let code = RejectionCode::ItemsOfConforming;
                self.faults.insert(row_no, fault(Column::FailedItems, name, code, reason));
                self.broken.entry(at).or_insert(row_no);
                return;
            }
            // Each item has its verdict, and the conclusion follows from all of them.
            sample.row.outcome = Outcome::Nonconforming;
        }
        add(&mut self.broken, at, row_no, sample, more);
    }

    fn sample(&mut self, row_no: i32, row: Row) {
        let number = number_of(&row);
        if let Some(at) = self.by_number.get(&number).copied() {
            self.same_number(row_no, row, at);
            return;
        }
        if let Some(at) = row.report_no.as_ref().and_then(|report| self.by_report.get(report)).copied()
            && let Some(first) = self.samples.get(at)
            && !is_same_sample(&first.row, &row)
        {
            let first = first.rows.first().copied().unwrap_or(0);
            let value = row.report_no.clone().unwrap_or_default();
            let reason = Same(first).text();
            self.faults
                .insert(row_no, fault(Column::ReportNo, value, RejectionCode::ReportOfAnother, reason));
            self.last = None;
            return;
        }
        let at = self.samples.len();
        self.by_number.insert(number.clone(), at);
        if let Some(report) = &row.report_no {
            self.by_report.entry(report.clone()).or_insert(at);
        }
        self.samples.push(Sample { number, rows: vec![row_no], row });
        self.last = Some(at);
    }

    /// A further row under a number: an item more of the sample, the same again, or another sample.
    fn same_number(&mut self, row_no: i32, row: Row, at: usize) {
        self.last = None;
        let Some(sample) = self.samples.get_mut(at) else { return };
        let first = sample.rows.first().copied().unwrap_or(0);
        if !is_same_sample(&sample.row, &row) {
            let column = if row.form_no.is_some() { Column::FormNo } else { Column::ReportNo };
            let value = row.form_no.or(row.report_no).unwrap_or_default();
            self.faults
                .insert(row_no, fault(column, value, RejectionCode::ReportOfAnother, Same(first).text()));
            return;
        }
        let fresh: Vec<Item> =
            row.items.into_iter().filter(|item| !sample.row.items.contains(item)).collect();
        if fresh.is_empty() {
            let value = row.form_no.or(row.report_no).unwrap_or_default();
            self.faults.insert(
                row_no,
                fault(Column::FormNo, value, RejectionCode::DuplicateRow, Same(first).again()),
            );
            return;
        }
        sample.rows.push(row_no);
        add(&mut self.broken, at, row_no, sample, fresh);
        if row.outcome == Outcome::Nonconforming {
            sample.row.outcome = Outcome::Nonconforming;
        }
        self.last = Some(at);
    }

    /// The samples of which all rows can be taken, and what is wrong with the rows of the others and with those of none.
    #[must_use]
    pub fn done(self, headings: &Headings) -> (Vec<Sample>, BTreeMap<i32, CellFault>) {
        let Self { samples, broken, mut faults, .. } = self;
        let mut good = Vec::with_capacity(samples.len());
        for (at, sample) in samples.into_iter().enumerate() {
            match broken.get(&at) {
                None => good.push(sample),
                Some(row) => {
                    let (_, row) = headings.place(*row);
                    for own in sample.rows {
                        faults.entry(own).or_insert_with(|| {
                            let reason = Text::new(
                                format!("同一批次的第 {row} 行有误，整个批次未导入"),
                                format!("row {row} of the same sample is at fault, so nothing of the sample was taken"),
                            );
                            CellFault { column: None, value: cut(&sample.number), code: RejectionCode::SampleIncomplete, reason }
                        });
                    }
                }
            }
        }
        for fault in faults.values_mut() {
            // The rows that reasons name are stored numbers until here.
            fault.reason = place(headings, &fault.reason);
        }
        (good, faults)
    }
}

/// Adds items to a sample, which breaks where they are too many.
fn add(broken: &mut BTreeMap<usize, i32>, at: usize, row_no: i32, sample: &mut Sample, more: Vec<Item>) {
    if sample.row.items.len() + more.len() > items::MOST {
        broken.entry(at).or_insert(row_no);
    } else {
        sample.row.items.extend(more);
    }
}

fn fault(column: Column, value: String, code: RejectionCode, reason: Text) -> CellFault {
    CellFault { column: Some(column), value: cut(&value), code, reason }
}

/// The row that says the same, by its stored number, in a text whose mark [`place`] replaces.
struct Same(i32);

impl Same {
    fn text(&self) -> Text {
        Text::new(
            format!("与\u{1}{}\u{1}的编号相同，但受检单位、产品或批号不同", self.0),
            format!("\u{1}{}\u{1} has the same number for another firm, product or batch", self.0),
        )
    }

    fn again(&self) -> Text {
        Text::new(format!("与\u{1}{}\u{1}重复", self.0), format!("the same as \u{1}{}\u{1}", self.0))
    }
}

/// Puts the sheet and the row in place of a stored number between marks.
fn place(headings: &Headings, text: &Text) -> Text {
    let put = |text: &str, zh: bool| -> String {
        let mut parts = text.split('\u{1}');
        let (Some(before), Some(number), Some(behind)) = (parts.next(), parts.next(), parts.next()) else {
            return text.to_owned();
        };
        let (sheet, row) = headings.sheet(number.parse().unwrap_or(0));
        let named = match (sheet.filter(|_| headings.0.len() > 1), zh) {
            (Some(sheet), true) => format!("工作表“{sheet}”第 {row} 行"),
            (Some(sheet), false) => format!("row {row} of the sheet `{sheet}`"),
            (None, true) => format!("第 {row} 行"),
            (None, false) => format!("row {row}"),
        };
        format!("{before}{named}{behind}")
    };
    Text::new(put(&text.zh, true), put(&text.en, false))
}

/// Whether two rows are of one sample: the same firm, product and batch. What one of them leaves blank does not differ.
fn is_same_sample(one: &Row, other: &Row) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    one.operator.name == other.operator.name
        && one.product_name == other.product_name
        && same(&one.model, &other.model)
        && same(&one.batch, &other.batch)
        && one.produced_on.is_none_or(|day| other.produced_on.is_none_or(|own| own == day))
}

/// The number by which a sample is known. Without any the list is recognised by what it says, so that the same list again changes
/// nothing.
fn number_of(row: &Row) -> String {
    if let Some(number) = row.form_no.as_ref().or(row.report_no.as_ref()) {
        return number.clone();
    }
    let some = |text: &Option<String>| text.clone().unwrap_or_default();
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let producer = row.producer.as_ref().map(|producer| producer.name.as_str()).unwrap_or_default();
    let said = [
        &row.operator.name,
        &row.product_name,
        producer,
        &some(&row.model),
        &some(&row.batch),
        &day(row.produced_on),
        &day(row.sampled_on),
    ]
    .join("\0");
    let digest: String = sha256(said.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("LIST-{digest}")
}
