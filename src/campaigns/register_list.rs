//! A register as a file that an office sends in: its columns, and a row of it read to what it says. Pure.

use crate::catalogue::Catalogue;
use crate::core::cells::compact;
use crate::core::{Language, Text};
use crate::list_files::cells::Cells;
use crate::list_files::column::{Content, ListColumn, plain};
use crate::list_files::fault::CellFault;
use crate::list_files::header::Header;
use crate::list_files::no_record;
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::RejectionCode;
use chrono::NaiveDate;

crate::word_enum! {
    /// A column of a register.
    pub enum RegisterColumn {
        /// Name (名称).
        Name = "name",
        /// Unified social credit code (统一社会信用代码).
        Uscc = "uscc",
        /// Code of the region (地区代码).
        Region = "region",
        /// Address (地址).
        Address = "address",
        /// Key product (重点产品).
        Product = "product",
        /// Latitude (纬度).
        Latitude = "latitude",
        /// Longitude (经度).
        Longitude = "longitude",
    }
}

impl RegisterColumn {
    fn zh(self) -> &'static str {
        match self {
            Self::Name => "名称",
            Self::Uscc => "统一社会信用代码",
            Self::Region => "地区代码",
            Self::Address => "地址",
            Self::Product => "重点产品",
            Self::Latitude => "纬度",
            Self::Longitude => "经度",
        }
    }
}

impl ListColumn for RegisterColumn {
    const ALL: &'static [Self] = RegisterColumn::ALL;
    const NAME: Self = Self::Name;
    const REPORT: &'static [Self] = &[Self::Region, Self::Address];
    const SIGNS: &'static [Self] = &[Self::Uscc];

    fn index(self) -> usize {
        self as usize
    }

    fn word(self) -> &'static str {
        self.as_str()
    }

    fn name_zh(self) -> &'static str {
        self.zh()
    }

    fn content(self) -> Content {
        match self {
            Self::Name | Self::Address | Self::Product => Content::Text,
            Self::Uscc | Self::Region => Content::Identifier,
            Self::Latitude | Self::Longitude => Content::Number,
        }
    }

    fn is_required(self) -> bool {
        matches!(self, Self::Name | Self::Region)
    }

    fn must_name(self) -> bool {
        self == Self::Name
    }

    fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["单位名称", "企业名称", "店铺名称", "店名"],
            Self::Uscc => &["社会信用代码", "信用代码"],
            Self::Region => &["地区", "行政区划代码", "行政区划"],
            Self::Address => &["住所", "经营场所", "详细地址"],
            Self::Product => &["产品", "产品类别"],
            Self::Latitude | Self::Longitude => &[],
        }
    }

    fn of(heading: &str) -> Option<Self> {
        let heading = plain(heading);
        Self::ALL.iter().copied().find(|c| plain(c.as_str()) == heading || plain(c.zh()) == heading)
    }

    fn like(heading: &str) -> Option<Self> {
        let whole = plain(heading);
        let short = whole.split('(').next().unwrap_or_default();
        let named = |column: &Self| {
            plain(column.zh()) == short || column.other_names().iter().any(|name| plain(name) == short)
        };
        Self::ALL.iter().copied().find(named)
    }

    fn is_value(self, cell: &str) -> bool {
        self == Self::Uscc && crate::list_files::column::is_credit_code(cell)
    }

    fn rule(self) -> Text {
        match self {
            Self::Name => Text::new("名称，必填", "the name, needed"),
            Self::Uscc => Text::new(
                "18 位统一社会信用代码；没有的不填",
                "the credit code of 18 characters; blank where there is none",
            ),
            Self::Region => Text::new(
                "行政区划代码或者名称，必填；可从下拉列表中选择",
                "the code of the region or its name, needed; choose it from the list",
            ),
            Self::Address => Text::new("地址", "the address"),
            Self::Product => Text::new(
                "重点产品；重点产品专项行动必填，校园周边专项行动不填",
                "the key product: needed of a campaign on key products, left out around campuses",
            ),
            Self::Latitude | Self::Longitude => Text::new(
                "以度为单位的小数；校园周边专项行动必填",
                "degrees, as a decimal number; needed around campuses",
            ),
        }
    }

    fn example(self, _: Language) -> &'static str {
        match self {
            Self::Name => "永固水泥制品厂",
            Self::Uscc => "91440101MA5CAKE059",
            Self::Region => "440103",
            Self::Address => "广州市荔湾区芳村大道12号",
            Self::Product => "cement",
            Self::Latitude => "23.1066",
            Self::Longitude => "113.3245",
        }
    }
}

/// What a row, or a caller, says of an entry, before the rules of the campaign are asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The name.
    pub name: String,
    /// The credit code, as it was written.
    pub uscc: Option<String>,
    /// Code of the region.
    pub region: String,
    /// The address.
    pub address: Option<String>,
    /// The key product, as it was written: its word or its name.
    pub product: Option<String>,
    /// The latitude in degrees.
    pub latitude: Option<f64>,
    /// The longitude in degrees.
    pub longitude: Option<f64>,
}

/// What is wrong with a row.
pub type Fault = CellFault<RegisterColumn>;

/// A number in degrees.
fn degrees(cells: &mut Cells<'_, RegisterColumn>, column: RegisterColumn) -> Option<f64> {
    let text = cells.free_text(column, 40)?;
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    if number.is_none() {
        cells.fault(
            column,
            RejectionCode::CoordinatesInvalid,
            "须为以度为单位的小数",
            "must be degrees, as a decimal number",
        );
    }
    number
}

/// A region as the template offers it: its code and its name.
#[must_use]
pub fn region_choice(code: &str, name: &str) -> String {
    format!("{code} {name}")
}

/// The region that a cell names: by its code, alone or with the name behind it, or by a name that only one region has.
fn region(cells: &mut Cells<'_, RegisterColumn>, catalogue: &Catalogue) -> Option<String> {
    let text = compact(&cells.free_text(RegisterColumn::Region, 60)?);
    let code: String = text.chars().take_while(char::is_ascii_digit).collect();
    let regions = &catalogue.regions;
    let by_code = (code.len() == 6).then(|| regions.get(&code)).flatten();
    let mut named = regions.iter().filter(|region| compact(&region.name) == text);
    let by_name = match (named.next(), named.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    };
    let found = by_code.or(by_name).map(|region| region.code.clone());
    if found.is_none() {
        cells.fault(
            RegisterColumn::Region,
            RejectionCode::RegionUnknown,
            "没有这一行政区划，或者多个地区同名，请填写 6 位代码",
            "is no region, or the name of several; write the code of six digits",
        );
    }
    found
}

/// Reads a row.
///
/// # Errors
/// All that is wrong with it; or that it is no record at all.
pub fn read(
    header: &Header<RegisterColumn>,
    line: &Line,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<Given, Vec<Fault>> {
    use RegisterColumn as C;
    let mut cells = Cells::of(header, line, today);
    let name = cells.free_text(C::Name, 200);
    let uscc = cells.free_text(C::Uscc, 40);
    let region = region(&mut cells, catalogue);
    let address = cells.free_text(C::Address, 300);
    let product = cells.free_text(C::Product, 100);
    let (latitude, longitude) = (degrees(&mut cells, C::Latitude), degrees(&mut cells, C::Longitude));
    match (name, region) {
        (Some(name), Some(region)) if cells.faults.is_empty() => {
            Ok(Given { name, uscc, region, address, product, latitude, longitude })
        }
        (name, region) => {
            if name.is_none() || region.is_none() {
                let other = no_record::other_separator(line).or_else(|| no_record::no_record(header, line));
                if let Some(fault) = other {
                    return Err(vec![fault]);
                }
            }
            Err(cells.faults)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_by_their_names_and_by_others() {
        for (heading, column) in [
            ("name", RegisterColumn::Name),
            ("店铺名称", RegisterColumn::Name),
            ("地区代码", RegisterColumn::Region),
            ("统一社会信用代码*", RegisterColumn::Uscc),
            ("重点产品（选填）", RegisterColumn::Product),
        ] {
            let found = RegisterColumn::of(heading).or_else(|| RegisterColumn::like(heading));
            assert_eq!(found, Some(column), "{heading}");
        }
        assert_eq!(RegisterColumn::of("备注").or_else(|| RegisterColumn::like("备注")), None);
        assert_eq!(region_choice("440103", "荔湾区"), "440103 荔湾区");
    }
}
