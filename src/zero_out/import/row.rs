//! One row of the list: from cells to what is stored, or to everything that is wrong with it.
//!
//! Pure: the rules need the catalogue, the region of the importing officer and today's date.

mod enterprise;
mod report;

use crate::catalogue::Catalogue;
use crate::core::Text;
use crate::enterprises::{InspectionLevel, OperatingStatus, Uscc};
use crate::list_files::cells::Cells;
use crate::list_files::fault;
use crate::list_files::no_record;
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::RejectionCode;
use crate::zero_out::import::column::{Column, Header};
use chrono::NaiveDate;
pub use enterprise::uscc_code;
use std::collections::BTreeSet;

/// One thing that is wrong with a row of the zero-out list.
pub type CellFault = fault::CellFault<Column>;

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
    /// Name of the person to ask for.
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
    let mut reader = Reader { cells: Cells::of(header, line, rules.today), rules };
    let row = reader.row();
    match row {
        Some(row) if reader.cells.faults.is_empty() => Ok(row),
        // Only a row without a credit code can be something else than a record.
        row if row.is_some()
            || reader.cells.faults.iter().all(|fault| fault.column != Some(Column::Uscc)) =>
        {
            Err(reader.cells.faults)
        }
        _ => {
            let other = no_record::other_separator(line).or_else(|| no_record::no_record(header, line));
            Err(other.map_or(reader.cells.faults, |fault| vec![fault]))
        }
    }
}

struct Reader<'a> {
    cells: Cells<'a, Column>,
    rules: Rules<'a>,
}

impl Reader<'_> {
    /// Each field is read before any is missed, so that all faults are found.
    fn row(&mut self) -> Option<Row> {
        let uscc = self.uscc();
        let name = self.cells.free_text(Column::Name, LONGEST_NAME);
        let operating_status = self.operating_status();
        let region = self.region();
        let address = self.cells.free_text(Column::Address, LONGEST_NAME);
        let contact_name = self.cells.free_text(Column::ContactName, LONGEST_ITEM);
        let contact_phone = self.contact_phone();
        let contact_email = self.contact_email();
        let product_kind = self.product_kind();
        let report_no = self.report_no();
        let inspected_on = self.cells.date(Column::InspectedOn);
        let inspection_level = self.inspection_level();
        let failed_items = self.failed_items();
        let order_issued_on = self.cells.date(Column::OrderIssuedOn);
        let laboratory = self.cells.free_text(Column::Laboratory, LONGEST_NAME);
        let hospital = laboratory.as_deref().and_then(|name| self.rules.catalogue.products.hospital(name));
        let laboratory = hospital.map(|h| h.name_zh.clone()).or(laboratory);
        let signed_by = self.cells.free_text(Column::SignedBy, LONGEST_ITEM);
        if let (Some(ordered), Some(inspected)) = (order_issued_on, inspected_on)
            && ordered < inspected
        {
            self.cells.fault(
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
}

/// The reason that goes with [`RejectionCode::RegionOutsideScope`].
#[must_use]
pub fn outside_scope() -> Text {
    Text::new("企业不在您的辖区内", "the enterprise is outside your region")
}

#[cfg(test)]
mod tests;
