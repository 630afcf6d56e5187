//! Made-up lists of any size, the same for the same seed: for benchmarks, demonstrations and tests.

use crate::catalogue::{Catalogue, RegionLevel};
use crate::enterprises::OperatingStatus;
use crate::enterprises::uscc::{ALPHABET, completed};
use crate::zero_out::import::column::Column;
use chrono::{Days, NaiveDate};

/// What a list shall hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// How many enterprises.
    pub enterprises: u32,
    /// How many of them are in operation.
    pub operating: u32,
    /// How many rows; no fewer than enterprises.
    pub rows: u32,
    /// Other lists for other seeds.
    pub seed: u64,
}

impl Sample {
    /// The size of the list of Guangdong.
    pub const PROVINCE: Self = Self { enterprises: 20_058, operating: 14_471, rows: 28_000, seed: 1 };
}

/// A row's cells in the order of [`Column::ALL`].
pub type Cells = [String; 16];

const CITY_NAMES: [&str; 8] = ["广州", "深圳", "佛山", "东莞", "中山", "珠海", "惠州", "江门"];
const BRANDS: [&str; 12] =
    ["华南", "粤海", "南粤", "珠江", "岭南", "恒通", "永兴", "金辉", "顺达", "宏业", "联创", "新力"];
const TRADES: [&str; 10] = ["电器", "建材", "玩具", "家具", "照明", "线缆", "五金", "塑料", "服饰", "车业"];
const SURNAMES: [&str; 8] = ["陈", "李", "黄", "张", "梁", "林", "刘", "吴"];
const LABORATORIES: [&str; 4] = ["省质检院", "市质检院", "建材检验所", "电器检验所"];
const ITEMS: [&str; 8] =
    ["标志和说明", "电气强度", "抗拉强度", "导体电阻", "甲醛释放量", "小零件", "尺寸偏差", "耐热"];
const NOT_OPERATING: [OperatingStatus; 4] = [
    OperatingStatus::Suspended,
    OperatingStatus::Deregistered,
    OperatingStatus::Revoked,
    OperatingStatus::MovedOut,
];

impl Sample {
    /// The rows. The first of each enterprise come first, then the others, spread evenly.
    pub fn rows(self, catalogue: &Catalogue) -> impl Iterator<Item = Cells> {
        let regions: Vec<String> = (catalogue.regions.iter())
            .filter(|r| r.level == RegionLevel::District)
            .map(|r| r.code.clone())
            .collect();
        let kinds: Vec<(String, String)> =
            catalogue.products.kinds().map(|k| (k.code.clone(), k.name_zh.clone())).collect();
        (0..self.rows).map(move |row| self.row(row, &regions, &kinds))
    }

    /// The list as a CSV in UTF-8, with Chinese headings and without a byte order mark.
    ///
    /// # Errors
    /// None of its own; those of the writer, which writes to memory.
    pub fn csv(self, catalogue: &Catalogue) -> Result<Vec<u8>, csv::Error> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(Column::ALL.iter().map(|c| c.name_zh()))?;
        for row in self.rows(catalogue) {
            csv.write_record(row)?;
        }
        csv.into_inner().map_err(|error| error.into_error().into())
    }

    fn row(self, row: u32, regions: &[String], kinds: &[(String, String)]) -> Cells {
        let spare = row.saturating_sub(self.enterprises);
        let company = if row < self.enterprises {
            row
        } else {
            // A step that is prime to most numbers visits enterprises far from each other.
            u32::try_from(u64::from(spare) * 7_919 % u64::from(self.enterprises.max(1))).unwrap_or(0)
        };
        let mut of_company = Random::new(self.seed, company);
        let mut of_row = Random::new(self.seed ^ 0x5bd1_e995, row);
        let region = of_company.pick(regions).cloned().unwrap_or_default();
        let status = if company < self.operating {
            OperatingStatus::Operating
        } else {
            of_company.pick(&NOT_OPERATING).copied().unwrap_or(OperatingStatus::Suspended)
        };
        let name = format!(
            "{}市{}{}{}有限公司",
            of_company.word(&CITY_NAMES),
            of_company.word(&BRANDS),
            of_company.word(&TRADES),
            company + 1,
        );
        let inspected = NaiveDate::from_ymd_opt(2011, 1, 1)
            .and_then(|start| start.checked_add_days(Days::new(of_row.below(3_900))))
            .unwrap_or_default();
        let ordered = inspected.checked_add_days(Days::new(10 + of_row.below(30))).unwrap_or(inspected);
        let (code, kind) = of_row.pick(kinds).cloned().unwrap_or_default();
        let level = of_row.word(&["国家", "省级", "市级", "县级"]);
        let items = format!("{}；{}", of_row.word(&ITEMS), of_row.word(&ITEMS));
        let some = |keep: bool, text: String| if keep { text } else { String::new() };
        let address = format!("{region} 工业大道 {} 号", of_company.below(900) + 1);
        let contact = format!("{}先生", of_company.word(&SURNAMES));
        let phone = format!("13{:09}", of_company.below(1_000_000_000));
        [
            uscc(self.seed, company),
            name,
            status.name_zh().to_owned(),
            region,
            some(of_company.below(10) < 9, address),
            some(of_company.below(10) < 8, contact),
            some(of_company.below(10) < 8, phone),
            some(of_company.below(10) < 6, format!("qc{}@example.com", company + 1)),
            if row.is_multiple_of(2) { kind } else { code },
            format!("BG{}{row:06}", inspected.format("%Y")),
            inspected.to_string(),
            some(of_row.below(10) < 9, level.to_owned()),
            items,
            some(of_row.below(10) < 6, ordered.to_string()),
            of_row.word(&LABORATORIES).to_owned(),
            format!("{}工", of_row.word(&SURNAMES)),
        ]
    }
}

/// A code that holds: a registered company of Guangdong, its number drawn from seed and place. The
/// place is in it, so no two are the same.
fn uscc(seed: u64, place: u32) -> String {
    let mut random = Random::new(seed ^ 0x00c0_ffee, place);
    let registration = format!("914401{:02}", random.below(90));
    let last = random.pick(ALPHABET).copied().map_or('0', char::from);
    completed(&registration, &format!("{place:07}{last}")).unwrap_or_default()
}

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn new(seed: u64, place: u32) -> Self {
        let mut random = Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ (u64::from(place) << 17));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn pick<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        let count = u64::try_from(things.len()).unwrap_or(0);
        things.get(usize::try_from(self.below(count)).unwrap_or(0))
    }

    fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zero_out::import::column::Header;
    use crate::zero_out::import::row::{Rules, read};
    use std::collections::{HashMap, HashSet};

    #[test]
    fn the_province_has_its_figures() {
        let catalogue = Catalogue::builtin().unwrap();
        let header =
            Header::read(&Column::ALL.iter().map(|c| c.name_zh().to_owned()).collect::<Vec<_>>()).unwrap();
        let today = NaiveDate::from_ymd_opt(2021, 12, 1).unwrap();
        let rules =
            Rules { catalogue: &catalogue, scope: None, today, admitted: &std::collections::BTreeSet::new() };
        let (mut companies, mut records) = (HashMap::new(), HashSet::new());
        for cells in Sample::PROVINCE.rows(&catalogue) {
            let row = read(&header, &cells.to_vec().into(), rules).unwrap();
            assert!(records.insert((row.uscc, row.product_kind.clone(), row.report_no.clone())));
            let known = companies.insert(row.uscc, (row.name.clone(), row.operating_status));
            assert!(known.is_none_or(|known| known == (row.name, row.operating_status)));
        }
        let operating = companies.values().filter(|(_, s)| *s == OperatingStatus::Operating).count();
        assert_eq!((records.len(), companies.len(), operating), (28_000, 20_058, 14_471));
        assert_eq!(Sample::PROVINCE.csv(&catalogue).unwrap(), Sample::PROVINCE.csv(&catalogue).unwrap());
    }
}
