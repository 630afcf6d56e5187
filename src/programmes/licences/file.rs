//! Licences as a file that an office sends in: CSV or a workbook, headings in any order. Read as a whole: where a row can't be taken, none is.

use crate::catalogue::Catalogue;
use crate::core::cells::{compact, is_empty, tidy};
use crate::core::problem::FieldError;
use crate::core::{Language, Problem, Text};
use crate::list_files::cells::Cells;
use crate::list_files::column::{Content, ListColumn, is_credit_code, plain};
use crate::list_files::date;
use crate::list_files::header::{Again, Header, Warning};
use crate::list_files::hidden_rows::HiddenRows;
use crate::list_files::no_record;
use crate::list_files::place::{Headings, row_no};
use crate::list_files::reader::Source;
use crate::list_files::reader::line::{Line, Mark};
use crate::list_files::refusal::{ImportError, Refusal};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::settings::ImportSettings;
use crate::list_files::unheaded::Unheaded;
use crate::programmes::licences::commands::{LicenceInput, MOST};
use crate::settings::Settings;
use chrono::NaiveDate;

crate::word_enum! {
    /// A column of a list of licences.
    pub enum LicenceColumn {
        /// Number of the licence (许可证编号).
        LicenceNo = "licence_no",
        /// Name of the enterprise (企业名称).
        Name = "name",
        /// Unified social credit code (统一社会信用代码).
        Uscc = "uscc",
        /// Code of the region (地区代码).
        Region = "region",
        /// Product kind (产品种类).
        ProductKind = "product_kind",
        /// First day of validity (有效期起).
        ValidFrom = "valid_from",
        /// Last day of validity (有效期至).
        ValidUntil = "valid_until",
    }
}

/// The most faults that one answer names.
const MOST_FAULTS: usize = 100;
/// What says of a licence that it does not end.
const WITHOUT_END: &[&str] = &["长期", "长期有效", "无限期", "unlimited"];

impl LicenceColumn {
    fn zh(self) -> &'static str {
        match self {
            Self::LicenceNo => "许可证编号",
            Self::Name => "企业名称",
            Self::Uscc => "统一社会信用代码",
            Self::Region => "地区代码",
            Self::ProductKind => "产品种类",
            Self::ValidFrom => "有效期起",
            Self::ValidUntil => "有效期至",
        }
    }
}

impl ListColumn for LicenceColumn {
    const ALL: &'static [Self] = LicenceColumn::ALL;
    const NAME: Self = Self::Name;
    const REPORT: &'static [Self] = &[Self::LicenceNo];
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
            Self::Name | Self::ProductKind => Content::Text,
            Self::LicenceNo | Self::Uscc | Self::Region => Content::Identifier,
            Self::ValidFrom | Self::ValidUntil => Content::Date,
        }
    }

    fn is_required(self) -> bool {
        !matches!(self, Self::Region | Self::ValidUntil)
    }

    fn must_name(self) -> bool {
        matches!(self, Self::LicenceNo | Self::Name)
    }

    fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::LicenceNo => &["许可证号", "证书编号", "生产许可证编号", "工业产品生产许可证编号", "证号"],
            Self::Name => &["生产企业", "生产者", "单位名称", "获证企业", "生产者名称", "持证单位"],
            Self::Uscc => &["社会信用代码", "信用代码"],
            Self::Region => &["地区", "行政区划代码", "行政区划"],
            Self::ProductKind => &["产品名称", "产品", "产品种类代码", "获证产品"],
            Self::ValidFrom => &["起始日期", "发证日期", "生效日期", "有效期开始"],
            Self::ValidUntil => &["截止日期", "到期日期", "有效期", "有效期截止", "有效期止"],
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
        self == Self::Uscc && is_credit_code(cell)
    }

    fn rule(self) -> Text {
        match self {
            Self::LicenceNo => Text::new("许可证编号，必填", "the number of the licence, needed"),
            Self::Name => Text::new("企业名称，必填", "the name of the producer, needed"),
            Self::Uscc => {
                Text::new("18 位统一社会信用代码，必填", "the credit code of 18 characters, needed")
            }
            Self::Region => Text::new(
                "6 位行政区划代码，不填为本人辖区",
                "the code of the region; your own where there is none",
            ),
            Self::ProductKind => {
                Text::new("产品种类的代码或名称，必填", "code or name of the product kind, needed")
            }
            Self::ValidFrom => Text::new("日期，必填", "a date, needed"),
            Self::ValidUntil => {
                Text::new("日期；不填或“长期”为无限期", "a date; none or “长期” where it does not end")
            }
        }
    }

    fn example(self, _: Language) -> &'static str {
        match self {
            Self::LicenceNo => "粤XK06-001-00123",
            Self::Name => "广东某某线缆有限公司",
            Self::Uscc => "91440101MA5CAKE059",
            Self::Region => "440103",
            Self::ProductKind => "K0301",
            Self::ValidFrom => "2024-05-01",
            Self::ValidUntil => "2029-04-30",
        }
    }
}

/// The rows of a file, each of which is a licence, in their order.
#[derive(Debug, Default)]
pub struct LicenceRows {
    /// Their stored numbers.
    pub numbers: Vec<i32>,
    headings: Headings,
}

impl LicenceRows {
    /// What is wrong in the row of a stored number, told by its sheet and the number that a spreadsheet shows. `field` is the column; empty where it
    /// is the row as a whole.
    fn fault(&self, number: i32, field: &str, detail: &Text) -> FieldError {
        let (sheet, row) = self.headings.sheet(number);
        let (zh, en) = match sheet {
            Some(sheet) => (format!("工作表“{sheet}”"), format!("sheet `{sheet}`, ")),
            None => (String::new(), String::new()),
        };
        let text =
            Text::new(format!("{zh}第 {row} 行：{}", detail.zh), format!("{en}row {row}: {}", detail.en));
        let field = if field.is_empty() { String::new() } else { format!("/{field}") };
        FieldError::body(format!("/rows/{row}{field}"), text)
    }

    /// A refusal of the licences by their places, told by the rows of the file.
    #[must_use]
    pub fn told(&self, mut refused: Problem) -> Problem {
        for fault in &mut refused.errors {
            let Some(of) = fault.pointer.strip_prefix("/licences/") else { continue };
            let (place, field) = of.split_once('/').unwrap_or((of, ""));
            let number = place.parse::<usize>().ok().and_then(|place| self.numbers.get(place));
            let Some(number) = number else { continue };
            *fault = self.fault(*number, field, &fault.detail);
        }
        refused
    }
}

/// What a file holds.
#[derive(Debug)]
pub struct LicenceFile {
    /// The licences, one for each row.
    pub licences: Vec<LicenceInput>,
    /// The rows from which they come.
    pub rows: LicenceRows,
    /// How many rows are no records: totals, heads of groups, remarks, the headings again.
    pub not_records: usize,
    /// What of the file was not read, or was read though it is hidden.
    pub warnings: Vec<Warning>,
}

/// A day of a licence, which may lie ahead.
fn day(cells: &mut Cells<'_, LicenceColumn>, column: LicenceColumn) -> Option<NaiveDate> {
    let text = cells.cell(column)?;
    if column == LicenceColumn::ValidUntil && WITHOUT_END.contains(&compact(&text).as_str()) {
        return None;
    }
    let from_1904 = matches!(cells.mark(column), Some(Mark::Days1904 | Mark::Formatted1904));
    let day = if from_1904 { date::parse_from_1904(&text) } else { date::parse(&text) };
    if day.is_none() {
        let (zh, en) = ("不是有效日期，年份须为四位", "is not a date; write the year in four digits");
        cells.fault(column, RejectionCode::DateInvalid, zh, en);
    }
    day
}

/// The kind that a cell names by its code or its name.
fn kind(cells: &mut Cells<'_, LicenceColumn>, catalogue: &Catalogue) -> Option<String> {
    let text = cells.cell(LicenceColumn::ProductKind)?;
    let products = &catalogue.products;
    let known = products.kind(&text).or_else(|| products.kind(&tidy(&text)));
    let known = known.or_else(|| products.kind(&compact(&text))).map(|kind| kind.code.clone());
    if known.is_none() {
        cells.fault(
            LicenceColumn::ProductKind,
            RejectionCode::ProductKindUnknown,
            "产品目录中没有这个种类的代码或名称",
            "the catalogue has no product kind of this code or name",
        );
    }
    known
}

/// A region as the template offers it: its code and its name.
#[must_use]
pub fn region_choice(code: &str, name: &str) -> String {
    format!("{code} {name}")
}

/// The region that a cell names: by its code, alone or with the name behind it, or by a name that only one region has.
fn region(cells: &mut Cells<'_, LicenceColumn>, catalogue: &Catalogue) -> Option<String> {
    let text = compact(&cells.free_text(LicenceColumn::Region, 60)?);
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
            LicenceColumn::Region,
            RejectionCode::RegionUnknown,
            "没有这一行政区划，或者多个地区同名，请填写 6 位代码",
            "is no region, or the name of several; write the code of six digits",
        );
    }
    found
}

/// Whether a row is no record, such as a total below the list.
fn is_no_record(header: &Header<LicenceColumn>, line: &Line) -> bool {
    let blank = |column: LicenceColumn| is_empty(header.cell(&line.cells, column));
    let unnamed = blank(LicenceColumn::LicenceNo) || blank(LicenceColumn::Uscc);
    (unnamed || header.again(&line.cells).is_some()) && no_record::no_record(header, line).is_some()
}

/// The licence of a row; what is wrong with it goes to the faults.
fn licence(
    header: &Header<LicenceColumn>,
    line: &Line,
    (catalogue, today): (&Catalogue, NaiveDate),
    (rows, number, faults): (&LicenceRows, i32, &mut Vec<FieldError>),
) -> Option<LicenceInput> {
    use LicenceColumn as C;
    let mut cells = Cells::of(header, line, today);
    let licence_no = cells.free_text(C::LicenceNo, 64);
    let name = cells.free_text(C::Name, 200);
    let uscc = cells.free_text(C::Uscc, 40);
    let region = region(&mut cells, catalogue);
    let product_kind = kind(&mut cells, catalogue);
    let (valid_from, valid_until) = (day(&mut cells, C::ValidFrom), day(&mut cells, C::ValidUntil));
    if !cells.faults.is_empty() {
        for fault in cells.faults {
            let column = fault.column.map_or("", ListColumn::word);
            faults.push(rows.fault(number, column, &fault.reason));
        }
        return None;
    }
    Some(LicenceInput {
        licence_no: licence_no?,
        uscc: uscc?,
        name: name?,
        region,
        product_kind: product_kind?,
        valid_from: valid_from?,
        valid_until,
    })
}

/// The licences of a file, at most [`MOST`].
///
/// # Errors
/// What is wrong with the file, or with its rows: each by the number that a spreadsheet shows.
pub fn read(
    bytes: &[u8],
    settings: &Settings,
    catalogue: &Catalogue,
    today: NaiveDate,
) -> Result<LicenceFile, Problem> {
    let failed = |error: ImportError| match error {
        ImportError::Refused(refusal) => Problem::from(refusal),
        ImportError::Failed(problem) => problem,
    };
    let source = Source::open(bytes, settings.section::<ImportSettings>())?;
    let lists = source.lists::<LicenceColumn>().map_err(failed)?;
    let limit = u64::try_from(MOST).unwrap_or(u64::MAX);
    let mut rows = LicenceRows { numbers: Vec::new(), headings: Headings::of(&lists.tables) };
    let (mut licences, mut faults) = (Vec::new(), Vec::new());
    let (mut not_records, mut warnings) = (0, lists.warnings.clone());
    for (list, table) in lists.tables.iter().enumerate() {
        warnings.extend(table.header.warnings.iter().cloned());
        let (mut hidden, mut unheaded) = (HiddenRows::default(), Unheaded::default());
        let mut take = |line: &mut Line| -> Result<bool, ImportError> {
            if rows.numbers.len() + not_records >= MOST {
                return Err(Refusal::TooManyRows { limit }.into());
            }
            hidden.note(line);
            if is_no_record(&table.header, line) {
                not_records += 1;
                return Ok(true);
            }
            if table.header.again(&line.cells) == Some(Again::Other) {
                return Err(Refusal::OtherHeader.at(table.sheet.as_deref(), line.row).into());
            }
            unheaded.note(&table.header, line);
            let number = row_no(list, line.row)?;
            rows.numbers.push(number);
            let place = (&rows, number, &mut faults);
            licences.extend(licence(&table.header, line, (catalogue, today), place));
            Ok(faults.len() < MOST_FAULTS)
        };
        source.rows(table, &mut take).map_err(failed)?;
        warnings.extend(unheaded.warning(table));
        warnings.extend(hidden.warning(table));
    }
    Problem::unless_empty(faults)?;
    if licences.is_empty() {
        return Err(Refusal::NoRows.into());
    }
    Ok(LicenceFile { licences, rows, not_records, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<LicenceFile, Problem> {
        let today = "2026-11-30".parse().unwrap();
        read(text.as_bytes(), &Settings::default(), &Catalogue::builtin().unwrap(), today)
    }

    const HEAD: &str = "序号,生产企业,证书编号,统一社会信用代码,产品名称,发证日期,有效期至\n";

    #[test]
    fn a_list_is_read_whatever_its_headings() {
        let rows = "1,深圳线缆厂,XK06-1,9144030071526726XG,聚氯乙烯绝缘无护套电线,2026/1/1,2030年12月31日\n\
                    2,深圳线缆厂,XK06-2,9144030071526726XG,K0101,2026-01-01,长期\n";
        let found = parsed(&format!("{HEAD}{rows}")).unwrap();
        assert_eq!(found.rows.numbers, [2, 3]);
        let (first, second) = (&found.licences[0], &found.licences[1]);
        assert_eq!((first.product_kind.as_str(), first.licence_no.as_str()), ("K0301", "XK06-1"));
        assert_eq!(first.valid_until, "2030-12-31".parse().ok());
        assert_eq!((second.valid_until, second.region.as_deref()), (None, None));
    }

    #[test]
    fn what_can_not_be_taken_is_named_by_its_row() {
        let rows = "1,深圳线缆厂,XK06-1,9144030071526726XG,没有的产品,2026/1/1,2030-12-31\n\
                    2,深圳线缆厂,XK06-2,9144030071526726XG,K0101,26-1-1,\n";
        let refused = parsed(&format!("{HEAD}{rows}")).unwrap_err();
        let pointers: Vec<&str> = refused.errors.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/rows/2/product_kind", "/rows/3/valid_from"]);
        assert!(refused.errors[1].detail.zh.starts_with("第 3 行："), "{refused:?}");
        let refused = Problem::field("/licences/1/uscc", Text::new("不对", "is wrong"));
        let rows = LicenceRows { numbers: vec![2, 7], ..LicenceRows::default() };
        assert_eq!(rows.told(refused).errors[0].pointer, "/rows/7/uscc");
        assert!(parsed("企业名称,许可证编号\n甲,1\n").is_err(), "columns are missing");
    }

    #[test]
    fn what_is_no_licence_is_counted_and_told() {
        let head = "序号,生产企业,证书编号,统一社会信用代码,产品名称,发证日期,有效期至,地区,传真\n";
        let rows = "1,深圳线缆厂,XK06-1,9144030071526726XG,K0301,2026-01-01,,440300 深圳市,8888\n\
                    合计,1 家,,,,,,,\n";
        let found = parsed(&format!("{head}{rows}")).unwrap();
        assert_eq!(
            (found.licences.len(), found.not_records, found.rows.numbers.as_slice()),
            (1, 1, [2].as_slice())
        );
        assert_eq!(found.licences[0].region.as_deref(), Some("440300"));
        assert!(found.warnings.iter().any(|warning| warning.column == "传真"), "{:?}", found.warnings);
        let other = "1,深圳线缆厂,XK06-1,9144030071526726XG,K0301,2026-01-01,,440399,\n";
        assert_eq!(parsed(&format!("{head}{other}")).unwrap_err().errors[0].pointer, "/rows/2/region");
    }
}
