//! A register as a file that an office sends in: CSV or a workbook, headings in any order. Read as a whole: where a row can't be taken, none is.

use crate::campaigns::register::{MOST_AT_ONCE, SubjectInput};
use crate::core::problem::FieldError;
use crate::core::{Language, Problem, Text};
use crate::list_files::cells::Cells;
use crate::list_files::column::{Content, ListColumn, plain};
use crate::list_files::header::Header;
use crate::list_files::place::row_no;
use crate::list_files::reader::Source;
use crate::list_files::reader::line::Line;
use crate::list_files::refusal::{ImportError, Refusal};
use crate::list_files::settings::ImportSettings;
use crate::settings::Settings;
use chrono::NaiveDate;

crate::word_enum! {
    /// A column of a register.
    pub enum RegisterColumn {
        /// 名称.
        Name = "name",
        /// 统一社会信用代码.
        Uscc = "uscc",
        /// 地区代码.
        Region = "region",
        /// 地址.
        Address = "address",
        /// 重点产品.
        Product = "product",
        /// 纬度.
        Latitude = "latitude",
        /// 经度.
        Longitude = "longitude",
    }
}

/// The most faults that are told at once.
const MOST_FAULTS: usize = 100;

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
            Self::Uscc => Text::new("18 位统一社会信用代码", "the credit code of 18 characters"),
            Self::Region => Text::new("6 位行政区划代码，必填", "the code of the region, needed"),
            Self::Address => Text::new("地址", "the address"),
            Self::Product => Text::new("重点产品的代号", "the word of the key product"),
            Self::Latitude | Self::Longitude => Text::new("以度为单位的小数", "degrees, as a decimal number"),
        }
    }

    fn example(self, _: Language) -> &'static str {
        match self {
            Self::Name => "永固水泥制品厂",
            Self::Uscc => "91440101MA5CALLED0",
            Self::Region => "440103",
            Self::Address => "广州市荔湾区芳村大道12号",
            Self::Product => "cement",
            Self::Latitude => "23.1066",
            Self::Longitude => "113.3245",
        }
    }
}

/// A number in degrees.
fn degrees(cells: &mut Cells<'_, RegisterColumn>, column: RegisterColumn) -> Result<Option<f64>, Text> {
    let Some(text) = cells.free_text(column, 40) else { return Ok(None) };
    match text.trim().parse::<f64>() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(Text::new("须为以度为单位的小数", "must be degrees, as a decimal number")),
    }
}

/// The entry of a row; what is wrong with it goes to the faults.
fn entry(
    header: &Header<RegisterColumn>,
    line: &Line,
    today: NaiveDate,
    (row, faults): (i32, &mut Vec<FieldError>),
) -> SubjectInput {
    use RegisterColumn as C;
    let mut cells = Cells::of(header, line, today);
    let mut point = |cells: &mut Cells<'_, C>, column: C| match degrees(cells, column) {
        Ok(number) => number,
        Err(text) => {
            faults.push(FieldError::body(format!("/rows/{row}/{column}"), text));
            None
        }
    };
    let (latitude, longitude) = (point(&mut cells, C::Latitude), point(&mut cells, C::Longitude));
    let input = SubjectInput {
        name: cells.free_text(C::Name, 200).unwrap_or_default(),
        uscc: cells.free_text(C::Uscc, 18),
        region: cells.free_text(C::Region, 6).unwrap_or_default(),
        address: cells.free_text(C::Address, 300),
        product: cells.free_text(C::Product, 40),
        latitude,
        longitude,
    };
    for fault in cells.faults {
        let column = fault.column.map(|column| format!("/{column}")).unwrap_or_default();
        faults.push(FieldError::body(format!("/rows/{row}{column}"), fault.reason));
    }
    input
}

/// The entries of a file, at most [`MOST_AT_ONCE`].
///
/// # Errors
/// What is wrong with the file, or with its rows: each by the number that a spreadsheet shows.
pub fn read(bytes: &[u8], settings: &Settings, today: NaiveDate) -> Result<Vec<SubjectInput>, Problem> {
    let failed = |error: ImportError| match error {
        ImportError::Refused(refusal) => Problem::from(refusal),
        ImportError::Failed(problem) => problem,
    };
    let source = Source::open(bytes, settings.section::<ImportSettings>())?;
    let lists = source.lists::<RegisterColumn>().map_err(failed)?;
    let limit = u64::try_from(MOST_AT_ONCE).unwrap_or(u64::MAX);
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for (list, table) in lists.tables.iter().enumerate() {
        let mut take = |line: &mut Line| -> Result<bool, ImportError> {
            if entries.len() >= MOST_AT_ONCE {
                return Err(Refusal::TooManyRows { limit }.into());
            }
            let number = row_no(list, line.row)?;
            entries.push(entry(&table.header, line, today, (number, &mut faults)));
            Ok(faults.len() < MOST_FAULTS)
        };
        source.rows(table, &mut take).map_err(failed)?;
    }
    Problem::unless_empty(faults)?;
    if entries.is_empty() {
        return Err(Refusal::NoRows.into());
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<SubjectInput>, Problem> {
        read(text.as_bytes(), &Settings::default(), "2026-11-30".parse().unwrap())
    }

    #[test]
    fn a_list_is_read_whatever_the_order_of_its_columns() {
        let found =
            parsed("地区代码,店铺名称,地址,纬度,经度\n440103,校门文具,育才路12号,23.1,113.25\n").unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name.as_str(), found[0].region.as_str()), ("校门文具", "440103"));
        assert_eq!((found[0].latitude, found[0].longitude), (Some(23.1), Some(113.25)));
    }

    #[test]
    fn a_row_that_can_not_be_taken_is_named_and_nothing_is() {
        let refused =
            parsed("名称,地区代码,地址,纬度,经度\n校门文具,440103,育才路12号,北纬,113.25\n").unwrap_err();
        assert_eq!(refused.errors[0].pointer, "/rows/2/latitude");
        assert!(parsed("名称,地址\n校门文具,育才路\n").is_err(), "a column is missing");
    }
}
