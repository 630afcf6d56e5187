//! Administrative divisions by their GB/T 2260 codes: a province, its cities, their districts.

use std::collections::{BTreeMap, HashMap};

use super::error::CatalogueError;
use crate::core::Language;

/// An administrative division (行政区划).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Region {
    /// GB/T 2260 code, six digits.
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// English name: pinyin by the standard romanisation of place names, with what it is for districts and counties.
    pub name_en: String,
    /// Level in the hierarchy.
    pub level: RegionLevel,
    /// Code of the division it is part of; none for a province.
    pub parent: Option<String>,
}

impl Region {
    /// Its name in a language.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.name,
            Language::En => &self.name_en,
        }
    }
}

crate::word_enum! {
    /// Level of a region, the widest first.
    pub enum RegionLevel {
        /// Province (省).
        Province = "province",
        /// City (地级市).
        City = "city",
        /// County level (县级): district, county or county-level city.
        District = "district",
    }
}

/// All known regions, a forest by their parents.
#[derive(Debug, Clone)]
pub struct Regions {
    by_code: BTreeMap<String, Region>,
    // Each code with itself and all under it, in order of code: visibility asks for it on every list.
    under: HashMap<String, Vec<String>>,
}

const FIELDS: [&str; 5] = ["code", "name", "level", "parent", "name_en"];

impl Regions {
    /// Reads a CSV text with the header `code,name,level,parent,name_en`, in any order of lines.
    ///
    /// # Errors
    /// Names the line and the field for: a malformed line or code, an unknown level, a code twice, a parent that is
    /// unknown, not of a wider level or (but for a province) missing, and parents that form a cycle.
    pub fn parse(csv: &str) -> Result<Self, CatalogueError> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv.as_bytes());
        let header = reader.headers().map_err(|error| malformed(&error))?;
        if header != FIELDS.as_slice() {
            return Err(wrong(1, "line", "the header must be code,name,level,parent,name_en"));
        }
        let mut by_code = BTreeMap::new();
        let mut lines = HashMap::new();
        for record in reader.records() {
            let record = record.map_err(|error| malformed(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let region = read(&record, line)?;
            if lines.insert(region.code.clone(), line).is_some() {
                return Err(wrong(line, "code", format!("duplicate code `{}`", region.code)));
            }
            by_code.insert(region.code.clone(), region);
        }
        let mut regions = Self { by_code, under: HashMap::new() };
        regions.check_parents(&lines)?;
        let mut under: HashMap<_, Vec<_>> = HashMap::new();
        for code in regions.by_code.keys() {
            for ancestor in regions.ancestors(code) {
                under.entry(ancestor.code.clone()).or_default().push(code.clone());
            }
        }
        regions.under = under;
        Ok(regions)
    }

    /// The region of this code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Region> {
        self.by_code.get(code)
    }

    /// All regions, in order of code.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Region> {
        self.by_code.values()
    }

    /// Whether `code` is `scope` or lies under it. False where either is unknown, so that an unknown code gives access to nothing.
    #[must_use]
    pub fn contains(&self, scope: &str, code: &str) -> bool {
        self.ancestors(code).any(|region| region.code == scope)
    }

    /// The codes of `scope` and of all under it, in order; empty for an unknown scope.
    #[must_use]
    pub fn descendants(&self, scope: &str) -> Vec<&str> {
        self.under.get(scope).map(|codes| codes.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    /// The region itself, then its parents, the nearest first; nothing for an unknown code.
    pub fn ancestors<'a>(&'a self, code: &str) -> impl Iterator<Item = &'a Region> + use<'a> {
        std::iter::successors(self.get(code), |region| {
            region.parent.as_deref().and_then(|parent| self.get(parent))
        })
    }

    fn check_parents(&self, lines: &HashMap<String, u64>) -> Result<(), CatalogueError> {
        let line_of = |region: &Region| lines.get(&region.code).copied().unwrap_or(0);
        for region in self.by_code.values() {
            // A chain longer than the number of regions has met one of them twice.
            if self.ancestors(&region.code).nth(self.by_code.len()).is_some() {
                return Err(wrong(line_of(region), "parent", "the parents form a cycle"));
            }
        }
        for region in self.by_code.values() {
            let problem = match &region.parent {
                None if region.level == RegionLevel::Province => None,
                None => Some("only a province has no parent".to_owned()),
                Some(parent) => match self.get(parent) {
                    None => Some(format!("`{parent}` is not known")),
                    Some(parent) if parent.level >= region.level => {
                        Some(format!("`{}` is not of a wider level", parent.code))
                    }
                    Some(_) => None,
                },
            };
            if let Some(problem) = problem {
                return Err(wrong(line_of(region), "parent", problem));
            }
        }
        Ok(())
    }
}

fn read(record: &csv::StringRecord, line: u64) -> Result<Region, CatalogueError> {
    let field = |at: usize| record.get(at).unwrap_or_default();
    let code = field(0);
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong(line, "code", format!("`{code}` is not six digits")));
    }
    let name = field(1);
    if name.is_empty() {
        return Err(wrong(line, "name", "it is empty"));
    }
    let level = field(2)
        .parse::<RegionLevel>()
        .ok()
        .ok_or_else(|| wrong(line, "level", format!("`{}` is not province, city or district", field(2))))?;
    let name_en = field(4);
    if name_en.is_empty() || !name_en.is_ascii() {
        return Err(wrong(line, "name_en", format!("`{name_en}` is no name in Latin letters")));
    }
    Ok(Region {
        code: code.to_owned(),
        name: name.to_owned(),
        name_en: name_en.to_owned(),
        level,
        parent: Some(field(3)).filter(|parent| !parent.is_empty()).map(str::to_owned),
    })
}

fn wrong(line: u64, field: &'static str, problem: impl Into<String>) -> CatalogueError {
    CatalogueError::Region { line, field, problem: problem.into() }
}

fn malformed(error: &csv::Error) -> CatalogueError {
    wrong(error.position().map_or(0, csv::Position::line), "line", error.to_string())
}

/// The digits with which the code of a region and of all under it begin, and no other's (GB/T 2260): two of a province,
/// four of a city, all six of a district. What is no such code is its own stem.
#[must_use]
pub fn stem(code: &str) -> &str {
    let plain = code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit());
    match code {
        _ if !plain => code,
        _ if code.ends_with("0000") => code.get(..2).unwrap_or(code),
        _ if code.ends_with("00") => code.get(..4).unwrap_or(code),
        _ => code,
    }
}

/// In SQL, up to the value that is to be bound, and this: that `column` holds the code of a region or of one under it. As
/// the indexes of the lists have it.
#[must_use]
pub fn within<'a>(column: &str, region: &'a str) -> (String, &'a str) {
    let stem = stem(region);
    match stem.len() {
        digits @ (2 | 4) if stem.len() < region.len() => (format!("left({column}, {digits}) = "), stem),
        _ => (format!("{column} = "), stem),
    }
}

/// The least and the greatest code that a region and those under it can have: what lies between them is a span of an index, whose rows the
/// planner can estimate.
#[must_use]
pub fn span(region: &str) -> (String, String) {
    let stem = stem(region);
    let filled = |digit: &str| format!("{stem}{}", digit.repeat(region.len().saturating_sub(stem.len())));
    (filled("0"), filled("9"))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    const GUANGDONG: &str = include_str!("../../config/regions.csv");

    fn guangdong() -> &'static Regions {
        static PARSED: LazyLock<Regions> = LazyLock::new(|| Regions::parse(GUANGDONG).unwrap());
        &PARSED
    }

    #[test]
    fn a_span_holds_a_region_with_all_under_it_and_no_other() {
        let regions = guangdong();
        for scope in regions.iter() {
            let (from, until) = span(&scope.code);
            for region in regions.iter() {
                let within = (from.as_str()..=until.as_str()).contains(&region.code.as_str());
                assert_eq!(
                    within,
                    regions.contains(&scope.code, &region.code),
                    "{} {}",
                    scope.code,
                    region.code
                );
            }
        }
        assert_eq!(span("x"), ("x".to_owned(), "x".to_owned()));
    }

    fn refused(lines: &str) -> String {
        Regions::parse(&format!("code,name,level,parent,name_en\n{lines}")).unwrap_err().to_string()
    }

    #[test]
    fn a_code_prefix_matches_only_the_region_and_its_descendants() {
        let regions = guangdong();
        for scope in regions.iter() {
            for region in regions.iter() {
                let by_stem = region.code.starts_with(stem(&scope.code));
                assert_eq!(
                    by_stem,
                    regions.contains(&scope.code, &region.code),
                    "{} {}",
                    scope.code,
                    region.code
                );
            }
        }
        for (code, wanted) in [
            ("440000", ("left(x, 2) = ", "44")),
            ("440100", ("left(x, 4) = ", "4401")),
            ("440103", ("x = ", "440103")),
            ("44", ("x = ", "44")),
            ("", ("x = ", "")),
            ("广东广东00", ("x = ", "广东广东00")),
        ] {
            let (condition, value) = within("x", code);
            assert_eq!((condition.as_str(), value), wanted);
        }
    }

    #[test]
    fn the_hierarchy_is_followed_up_and_down() {
        let regions = guangdong();
        assert_eq!(regions.get("440103").unwrap().name, "荔湾区");
        assert!(regions.get("110000").is_none());
        let up: Vec<_> = regions.ancestors("440103").map(|region| region.code.as_str()).collect();
        assert_eq!(up, ["440103", "440100", "440000"]);
        assert_eq!(regions.descendants("442000"), ["442000"]);
        assert_eq!(regions.descendants("440000").len(), regions.iter().len());
        assert!(regions.descendants("440100").contains(&"440103"));
        assert!(regions.descendants("999999").is_empty());
    }

    #[test]
    fn a_scope_contains_itself_and_what_is_under_it() {
        let regions = guangdong();
        for (scope, code, expected) in [
            ("440000", "440103", true),
            ("440100", "440103", true),
            ("440103", "440103", true),
            ("440103", "440100", false),
            ("440100", "440303", false),
            ("999999", "440103", false),
            ("440000", "999999", false),
            ("999999", "999999", false),
        ] {
            assert_eq!(regions.contains(scope, code), expected, "{scope} {code}");
        }
    }

    #[test]
    fn errors_name_the_line_and_the_field() {
        for (lines, message) in [
            ("44000,省,province,,A", "line 2, field `code`: `44000` is not six digits"),
            ("440000,,province,,A", "line 2, field `name`: it is empty"),
            ("440000,省,land,,A", "line 2, field `level`: `land` is not province, city or district"),
            ("440000,省,province,,A\n440000,省,province,,A", "line 3, field `code`: duplicate code `440000`"),
            ("440100,市,city,440000,B", "line 2, field `parent`: `440000` is not known"),
            ("440100,市,city,,B", "line 2, field `parent`: only a province has no parent"),
            (
                "440000,省,province,,A\n440100,市,city,440000,B\n440200,市,city,440100,C",
                "line 4, field `parent`: `440100` is not of a wider level",
            ),
            (
                "440100,市,city,440101,B\n440101,区,district,440100,D",
                "line 2, field `parent`: the parents form a cycle",
            ),
            ("440000,省,province,,", "line 2, field `name_en`: `` is no name in Latin letters"),
            ("440000,省,province,,广东", "line 2, field `name_en`: `广东` is no name in Latin letters"),
            ("440100,市,city,440100,B", "line 2, field `parent`: the parents form a cycle"),
        ] {
            assert_eq!(refused(lines), format!("regions: {message}"));
        }
        assert!(refused("440000,省").starts_with("regions: line 2, field `line`"));
        assert!(Regions::parse("name,code\n").is_err());
    }

    #[test]
    fn each_region_has_an_english_name() {
        let regions = guangdong();
        for (code, name) in [
            ("440000", "Guangdong"),
            ("440100", "Guangzhou"),
            ("440104", "Yuexiu District"),
            ("440306", "Bao'an District"),
            ("440500", "Shantou"),
            ("440523", "Nan'ao County"),
            ("441422", "Dabu County"),
            ("440281", "Lechang"),
            ("441825", "Lianshan Zhuang and Yao Autonomous County"),
            ("441900", "Dongguan"),
            ("442000", "Zhongshan"),
            ("445200", "Jieyang"),
        ] {
            assert_eq!(regions.get(code).unwrap().name_in(Language::En), name);
        }
        for region in regions.iter() {
            let (zh, en) = (region.name_in(Language::Zh), region.name_in(Language::En));
            assert!(en.starts_with(|c: char| c.is_ascii_uppercase()), "{zh} {en}");
            assert!(en.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '\'')), "{zh} {en}");
            let of_its_kind = match (region.level, zh.chars().last()) {
                (RegionLevel::District, Some('区')) => en.ends_with(" District"),
                (RegionLevel::District, Some('县')) => en.ends_with(" County"),
                _ => !en.contains(' '),
            };
            assert!(of_its_kind, "{zh} {en}");
            let beside = regions.iter().filter(|other| other.parent == region.parent && other.name_en == en);
            assert_eq!(beside.count(), 1, "{en} has one meaning within its region");
        }
    }

    #[test]
    fn levels_are_shown_in_snake_case() {
        let region = serde_json::to_value(guangdong().get("440100").unwrap()).unwrap();
        assert_eq!(
            region,
            serde_json::json!({
                "code": "440100", "name": "广州市", "name_en": "Guangzhou", "level": "city", "parent": "440000",
            })
        );
    }

    proptest! {
        #[test]
        fn containing_and_descending_agree(scope in 0..144usize, code in 0..144usize) {
            let regions = guangdong();
            let scope = &regions.iter().nth(scope).unwrap().code;
            let code = &regions.iter().nth(code).unwrap().code;
            let listed = regions.descendants(scope).contains(&code.as_str());
            prop_assert_eq!(regions.contains(scope, code), listed);
        }

        #[test]
        fn the_order_of_lines_does_not_matter(lines in Just(GUANGDONG.lines().skip(1).collect::<Vec<_>>()).prop_shuffle()) {
            let shuffled = Regions::parse(&format!("code,name,level,parent,name_en\n{}", lines.join("\n"))).unwrap();
            prop_assert!(shuffled.iter().eq(guangdong().iter()));
        }
    }
}
