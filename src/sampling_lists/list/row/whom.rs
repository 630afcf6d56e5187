//! The cells about enterprises: whom a sample was taken from, who made the product, and where.

use super::{LONGEST_NAME, LONGEST_TEXT, Named, Online, Reader, outside_scope, shown};
use crate::core::cells::compact;
use crate::enterprises::Uscc;
use crate::list_files::rejection_code::RejectionCode;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::list::parties::{Parties, both, is_abroad, labelled, shop_and_firm};
use crate::sampling_lists::list::places::region_of;
use crate::zero_out::import::row::uscc_code;

impl Reader<'_> {
    /// Whom the sample was taken from. A list without such a column names producers that were sampled at home.
    pub(super) fn operator(&mut self, online: &mut Online, producer: Option<&Named>) -> Option<Named> {
        let uscc = self.uscc(Column::InspectedUscc);
        let address = self.cells.free_text(Column::InspectedAddress, LONGEST_TEXT);
        let Some(name) = self.cells.free_text(Column::Inspected, LONGEST_NAME) else {
            if producer.is_none() && self.cells.faults.iter().all(|f| f.column != Some(Column::Inspected)) {
                self.cells.fault(
                    Column::Inspected,
                    RejectionCode::ValueMissing,
                    "被抽样单位和标称生产企业不能都为空",
                    "either whom the sample was taken from or who made the product must be named",
                );
            }
            return producer.cloned();
        };
        let name = match shop_and_firm(&name) {
            Some((firm, shop)) => {
                online.shop.get_or_insert(shop);
                firm
            }
            None => name,
        };
        let region = address.as_deref().and_then(|text| region_of(&self.rules.catalogue.regions, text));
        Some(Named { name, uscc, address, region })
    }

    /// The nominal producer, whether it is abroad, and client and contractor. Where both are named, the client is the one on the label.
    pub(super) fn producer(&mut self) -> (Option<Named>, bool, Parties) {
        let uscc = self.uscc(Column::ProducerUscc);
        let address = self.cells.free_text(Column::ProducerAddress, LONGEST_TEXT);
        let said = self.cells.free_text(Column::ProducerRegion, LONGEST_NAME);
        let name = self.cells.cell(Column::Producer).map(std::borrow::Cow::into_owned);
        let mut parties = Parties::default();
        if let Some(text) = self.cells.cell(Column::Parties) {
            parties = both(&text);
        }
        let within = name.as_deref().and_then(labelled);
        let name = if within.is_some() { None } else { self.cells.free_text(Column::Producer, LONGEST_NAME) };
        let within = within.unwrap_or_default();
        let mut own = |column| self.cells.free_text(column, LONGEST_NAME);
        let client = own(Column::Client).or(within.client).or(parties.client);
        let contractor = own(Column::Contractor).or(within.contractor).or(parties.contractor);
        let parties = Parties { client, contractor };
        let name = name.or_else(|| parties.client.clone()).or_else(|| parties.contractor.clone());
        let Some(name) = name else { return (None, false, parties) };
        let abroad = is_abroad(&name, said.as_deref().unwrap_or_default());
        let regions = &self.rules.catalogue.regions;
        let region = if abroad {
            None
        } else {
            said.as_deref()
                .and_then(|text| region_of(regions, text))
                .or_else(|| address.as_deref().and_then(|text| region_of(regions, text)))
        };
        (Some(Named { name, uscc, address, region }), abroad, parties)
    }

    /// Code of the region where the sample was taken: as the list says, by the address, else the officer's own.
    pub(super) fn place_region(&mut self, operator: Option<&Named>) -> Option<String> {
        let regions = &self.rules.catalogue.regions;
        let said = self.cells.cell(Column::PlaceRegion);
        let known = said.as_deref().and_then(|text| region_of(regions, text));
        if let (Some(text), None) = (said.as_deref(), &known) {
            let text = shown(text);
            self.cells.fault(
                Column::PlaceRegion,
                RejectionCode::RegionUnknown,
                format!("没有这一地区：“{text}”（可写六位代码，如 440103，或地区名称）"),
                "there is no such region (six digits such as 440103, or its name)",
            );
            return None;
        }
        let code = known
            .or_else(|| operator.and_then(|operator| operator.region.clone()))
            .unwrap_or_else(|| self.rules.scope.to_owned());
        // An address may name the province alone, which an officer of a city can't mean.
        let code = if regions.contains(&code, self.rules.scope) { self.rules.scope.to_owned() } else { code };
        if !regions.contains(self.rules.scope, &code) {
            let column = if said.is_some() { Column::PlaceRegion } else { Column::InspectedAddress };
            let reason = outside_scope();
            self.cells.fault(column, RejectionCode::RegionOutsideScope, reason.zh, reason.en);
            return None;
        }
        Some(code)
    }

    fn uscc(&mut self, column: Column) -> Option<Uscc> {
        let text = self.cells.cell(column)?;
        match Uscc::parse_or_admitted(&compact(&text), self.rules.admitted) {
            Ok(uscc) => Some(uscc),
            Err(fault) => {
                let reason = fault.text();
                self.cells.fault(column, uscc_code(&fault), reason.zh, reason.en);
                None
            }
        }
    }
}
